package schema_test

import (
	"bytes"
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"

	"signins/schema"
	"signins/testdata/golden"
)

var snake = regexp.MustCompile(`^[a-z][a-z0-9]*(_[a-z0-9]+)*$`)

// TestColumnsGolden fixes number, name and kind of every column. A line may
// only ever be added at the end.
func TestColumnsGolden(t *testing.T) {
	t.Parallel()
	var got bytes.Buffer
	for id, c := range schema.Columns {
		fmt.Fprintf(&got, "%d %s %s\n", id, c.Name, c.Kind)
	}
	golden.Check(t, "testdata/columns.golden", got.String())
	if t.Failed() {
		t.Log("only appended columns are a compatible change")
	}
}

// TestColumnsOfVersions counts the columns of every version: a column more needs a new
// version, and an element more here. The elements of earlier versions never change.
func TestColumnsOfVersions(t *testing.T) {
	t.Parallel()
	columns := []int{151, 159} // of version 1, 2, ...
	if last := len(columns); schema.Version != last || int(schema.NumColumns) != columns[last-1] {
		t.Fatalf("version %d has %d columns; the last one known is %d, with %d", schema.Version, schema.NumColumns, last, columns[last-1])
	}
	for id := range schema.NumColumns {
		version := 1
		for int(id) >= columns[version-1] {
			version++
		}
		if id.Since() != version {
			t.Errorf("%s came with version %d, and Since says %d", schema.Columns[id].Name, version, id.Since())
		}
	}
}

func TestColumnNames(t *testing.T) {
	t.Parallel()
	names, titles := map[string]bool{}, map[string]string{}
	for _, c := range schema.Columns {
		if !snake.MatchString(c.Name) {
			t.Errorf("name %q is not snake_case", c.Name)
		}
		if names[c.Name] {
			t.Errorf("name %s occurs twice", c.Name)
		}
		names[c.Name] = true
		folded := strings.ToLower(c.Title)
		if other, ok := titles[folded]; ok || c.Title == "" || c.Title != strings.TrimSpace(c.Title) {
			t.Errorf("%s: title %q is empty, padded or that of %q", c.Name, c.Title, other)
		}
		titles[folded] = c.Name
		if !strings.HasSuffix(c.Doc, ".") {
			t.Errorf("%s: doc %q is no sentence", c.Name, c.Doc)
		}
	}
}

func foldWord(word string) string {
	return strings.ToLower(strings.NewReplacer(" ", "", "-", "").Replace(word))
}

func TestColumnWords(t *testing.T) {
	t.Parallel()
	for _, c := range schema.Columns {
		if c.Words != nil && c.Kind != schema.Text && c.Kind != schema.TextList {
			t.Errorf("%s: words in a column of kind %s", c.Name, c.Kind)
		}
		if c.Flags && (c.Words == nil || c.Kind != schema.Text) || c.Sorted && !c.Flags {
			t.Errorf("%s: flags of no words, or sorted without flags", c.Name)
		}
		seen := map[string]string{}
		for _, word := range c.Words {
			folded := foldWord(word)
			if other, ok := seen[folded]; ok || folded == "" {
				t.Errorf("%s: word %q is empty or reads like %q", c.Name, word, other)
			}
			if c.Flags && strings.Contains(word, ",") {
				t.Errorf("%s: flag %q holds a comma", c.Name, word)
			}
			seen[folded] = word
		}
	}
}

// families are the sources of columns, with the names of a column in each.
var families = map[string]func(c schema.Column) string{
	"Graph": func(c schema.Column) string { return c.Graph },
	"Diagnostic": func(c schema.Column) string {
		if c.Diagnostic != "" || c.Graph == "" {
			return c.Diagnostic
		}
		return "properties." + strings.ReplaceAll(c.Graph, "|", "|properties.")
	},
	"Table":    func(c schema.Column) string { return c.Table },
	"Portal":   func(c schema.Column) string { return c.Portal },
	"Defender": func(c schema.Column) string { return c.Defender },
}

// claims returns the columns that claim each path of a family, in lower case
// as envelopes and titles are matched in any case.
func claims(source func(c schema.Column) string) map[string][]string {
	claimed := map[string][]string{}
	for _, c := range schema.Columns {
		for path := range strings.SplitSeq(source(c), "|") {
			if path != "" {
				claimed[strings.ToLower(path)] = append(claimed[strings.ToLower(path)], c.Name)
			}
		}
	}
	return claimed
}

func TestColumnPathsUnique(t *testing.T) {
	t.Parallel()
	location := []string{"location_city", "location_country", "location_state"}
	for family, source := range families {
		t.Run(family, func(t *testing.T) {
			for path, columns := range claims(source) {
				slices.Sort(columns)
				shared := family == "Portal" && path == "location"
				if shared && !slices.Equal(columns, location) || !shared && len(columns) > 1 {
					t.Errorf("%s path %q is claimed by %v", family, path, columns)
				}
			}
		})
	}
}

// The country has a member of its own or, in tables without the details, a column of
// its own.
func TestLocationPaths(t *testing.T) {
	t.Parallel()
	for id, want := range map[schema.ColumnID]string{
		schema.LocationCity:    "LocationDetails.city",
		schema.LocationState:   "LocationDetails.state",
		schema.LocationCountry: "LocationDetails.countryOrRegion|Location",
	} {
		t.Run(schema.Columns[id].Name, func(t *testing.T) {
			if got := schema.Columns[id].Table; got != want {
				t.Errorf("%s: Table %q, want %q", schema.Columns[id].Name, got, want)
			}
		})
	}
}

// A field cannot be a value of one column and hold members of others.
func TestColumnPathsAreLeaves(t *testing.T) {
	t.Parallel()
	for family, source := range families {
		t.Run(family, func(t *testing.T) {
			claimed := claims(source)
			for path, columns := range claimed {
				for i, c := range path {
					if c == '.' && claimed[path[:i]] != nil {
						t.Errorf("%s: %v are inside %q of %v", family, columns, path[:i], claimed[path[:i]])
					}
				}
				if path != strings.Join(strings.Fields(path), " ") {
					t.Errorf("%s path %q holds odd spaces", family, path)
				}
			}
		})
	}
}

func TestKinds(t *testing.T) {
	t.Parallel()
	tests := []struct {
		kind  schema.Kind
		name  string
		coded bool
	}{
		{schema.Text, "text", true},
		{schema.Bool, "bool", false},
		{schema.Int32, "int32", false},
		{schema.Int64, "int64", false},
		{schema.Float64, "float64", false},
		{schema.Time, "timestamp", false},
		{schema.TextList, "list of text", true},
		{schema.JSON, "json", true},
		{schema.Bytes, "bytes", true},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			if got := test.kind.String(); got != test.name {
				t.Errorf("String of %d = %q, want %q", test.kind, got, test.name)
			}
			if got := test.kind.Coded(); got != test.coded {
				t.Errorf("%s: Coded = %t, want %t", test.kind, got, test.coded)
			}
		})
	}
}

func TestVocabularies(t *testing.T) {
	t.Parallel()
	categories := "interactive_user non_interactive_user service_principal managed_identity adfs microsoft_service_principal unknown"
	if got := strings.Join(schema.Categories, " "); got != categories {
		t.Errorf("Categories = %s, want %s", got, categories)
	}
	if got := strings.Join(schema.Verdicts, " "); got != "granted interrupted denied passthrough" {
		t.Errorf("Verdicts = %s", got)
	}
	for _, list := range []struct {
		id    schema.ColumnID
		words []string
	}{{schema.SignInCategory, schema.Categories}, {schema.AccessVerdict, schema.Verdicts}} {
		for _, word := range list.words {
			if !strings.Contains(schema.Columns[list.id].Doc, word) {
				t.Errorf("the doc of %s leaves out %s", schema.Columns[list.id].Name, word)
			}
		}
	}
}

// TestFindings reads the codes from the source: each must be explained, no
// explanation may be left over, and no code may occur twice.
func TestWarnings(t *testing.T) {
	t.Parallel()
	file, err := parser.ParseFile(token.NewFileSet(), "warnings.go", nil, 0)
	if err != nil {
		t.Fatal(err)
	}
	codes := map[string]bool{}
	ast.Inspect(file, func(n ast.Node) bool {
		decl, ok := n.(*ast.GenDecl)
		if !ok || decl.Tok != token.CONST {
			return true
		}
		for _, spec := range decl.Specs {
			code, err := strconv.Unquote(spec.(*ast.ValueSpec).Values[0].(*ast.BasicLit).Value)
			if err != nil || codes[code] || !snake.MatchString(code) {
				t.Errorf("code %q occurs twice or is not snake_case", code)
			}
			if codes[code] = true; schema.Warnings[code] == "" {
				t.Errorf("code %s is not explained", code)
			}
		}
		return false
	})
	if len(codes) == 0 || len(codes) != len(schema.Warnings) {
		t.Errorf("%d codes, %d explanations", len(codes), len(schema.Warnings))
	}
}

func TestPrint(t *testing.T) {
	t.Parallel()
	var out bytes.Buffer
	if err := new(schema.Contract).Print(&out, "text"); err != nil {
		t.Fatal(err)
	}
	lines := strings.Split(strings.TrimSuffix(out.String(), "\n"), "\n")
	if len(lines) != int(schema.NumColumns) {
		t.Fatalf("%d lines, want %d", len(lines), schema.NumColumns)
	}
	for i, c := range schema.Columns {
		if words := strings.Fields(lines[i]); words[0] != c.Name || !strings.HasSuffix(lines[i], c.Doc) {
			t.Errorf("line %d does not describe %s: %s", i+1, c.Name, lines[i])
		}
	}
}
