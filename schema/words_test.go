package schema

import (
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"maps"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

// claim is what no output says of logs: an export does not show what it leaves out.
var claim = regexp.MustCompile(`(?i)\b(in)?complete(ly|ness)?\b`)

// TestNothingIsCalledComplete looks for the claim in the texts of findings, in every text
// of the program's source, that of all help, and in what tests expect of outputs.
func TestNothingIsCalledComplete(t *testing.T) {
	t.Parallel()
	texts := maps.Clone(Warnings)
	err := filepath.WalkDir("..", func(path string, d fs.DirEntry, err error) error {
		expected := strings.HasSuffix(path, ".txtar") || strings.HasSuffix(path, ".golden")
		switch {
		case err != nil || d.IsDir():
			return err
		case strings.HasSuffix(path, ".go") && !strings.HasSuffix(path, "_test.go") && !strings.HasPrefix(path, filepath.Join("..", "testdata")):
			texts[path] = literals(t, path)
		case expected:
			content, err := os.ReadFile(path)
			texts[path] = string(content)
			return err
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	for where, text := range texts {
		if found := claim.FindString(text); found != "" {
			t.Errorf("%s says %q", where, found)
		}
	}
	if len(texts) < 200 {
		t.Errorf("only %d texts were found", len(texts))
	}
}

// literals returns the strings in a file of the program.
func literals(t *testing.T, path string) string {
	file, err := parser.ParseFile(token.NewFileSet(), path, nil, 0)
	if err != nil {
		t.Fatal(err)
	}
	var all []string
	ast.Inspect(file, func(n ast.Node) bool {
		if literal, ok := n.(*ast.BasicLit); ok && literal.Kind == token.STRING {
			all = append(all, literal.Value)
		}
		return true
	})
	return strings.Join(all, "\n")
}
