package schema_test

import (
	"encoding/json"
	"errors"
	"regexp"
	"strings"
	"testing"

	"signins/schema"
)

// The comments of two dialects, as their grammars have them.
var (
	plainComments = regexp.MustCompile(`--[^\r\n]*\n?|/\*(?s:.*?)\*/`)
	sparkComments = regexp.MustCompile(`--(?:\\\n|[^\r\n])*\n?|/\*(?s:.*?)\*/`)
)

// Every engine reads one statement with all columns, in its own words.
func TestPrintSQL(t *testing.T) {
	t.Parallel()
	var out strings.Builder
	if err := schema.Print(&out, "sql", nil); err != nil {
		t.Fatal(err)
	}
	for name, comments := range map[string]*regexp.Regexp{"DuckDB, Trino": plainComments, "Spark": sparkComments} {
		t.Run(name, func(t *testing.T) {
			var want []string
			for _, c := range schema.Columns {
				words, spark := c.Kind.SQL()
				if name == "Spark" {
					words = spark
				}
				want = append(want, c.Name+" "+words)
			}
			got := strings.Join(strings.Fields(comments.ReplaceAllString(out.String(), "")), " ")
			if statement := "CREATE TABLE signins ( " + strings.Join(want, ", ") + " ) ;"; got != statement {
				t.Errorf("%s: %s\nwant %s", name, got, statement)
			}
		})
	}
}

func TestPrintJSON(t *testing.T) {
	t.Parallel()
	var out strings.Builder
	if err := schema.Print(&out, "json", nil); err != nil {
		t.Fatal(err)
	}
	var contract struct {
		SchemaVersion int `json:"schema_version"`
		Columns       []struct {
			Name, Type string
			Nullable   bool
			Sources    map[string]string
			Words      []string
		}
	}
	if err := json.Unmarshal([]byte(out.String()), &contract); err != nil {
		t.Fatal(err)
	}
	if contract.SchemaVersion != schema.Version || len(contract.Columns) != int(schema.NumColumns) {
		t.Fatalf("version %d, %d columns", contract.SchemaVersion, len(contract.Columns))
	}
	for i, c := range contract.Columns {
		want := &schema.Columns[i]
		if c.Name != want.Name || c.Type != want.Kind.String() || !c.Nullable || c.Sources["graph"] != want.Graph || len(c.Words) != len(want.Words) {
			t.Errorf("column %d: %+v", i, c)
		}
	}
}

// Nested columns are printed with their members, but have no SQL.
func TestPrintNested(t *testing.T) {
	t.Parallel()
	nested := map[schema.ColumnID][]schema.Member{schema.AuthenticationDetails: {
		{Name: "method", Type: "text"},
		{Name: "grants", Type: schema.ListOfStruct, Members: []schema.Member{{Name: "control", Type: "bool"}}},
	}}
	for format, want := range map[string][]string{
		"text": {"\nauthentication_details ", "\n  method  ", "\n  grants  ", "\n    control  "},
		"json": {`"type": "list of struct"`, `"name": "control"`},
	} {
		t.Run(format, func(t *testing.T) {
			var out strings.Builder
			if err := schema.Print(&out, format, nested); err != nil {
				t.Fatal(err)
			}
			for _, words := range want {
				if !strings.Contains(out.String(), words) {
					t.Errorf("%q is missing", words)
				}
			}
		})
	}
	t.Run("sql", func(t *testing.T) {
		var out strings.Builder
		err := schema.Print(&out, "sql", nested)
		failure, ok := errors.AsType[schema.Failure](err)
		if !ok || out.Len() > 0 || !strings.Contains(err.Error(), "no common SQL") {
			t.Fatalf("%q, error %v", out.String(), err)
		}
		if status, hint := failure.Exit(); status != schema.ExitUsage || !strings.Contains(hint, "--format json") {
			t.Errorf("status %d, hint %q", status, hint)
		}
	})
}
