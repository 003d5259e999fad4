package writer

import (
	"archive/zip"
	"context"
	"encoding/json"
	"io"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	library "github.com/parquet-go/parquet-go"

	"signins/schema"
	"signins/writer/excel"
	"signins/writer/manifest"
	"signins/writer/parquet"
)

// capital writes the first letter of every name as a capital, as PowerShell does.
func capital(text string) string {
	return regexp.MustCompile(`"[a-z]\w*":`).ReplaceAllStringFunc(text, func(name string) string { return `"` + strings.ToUpper(name[1:2]) + name[2:] })
}

// writeLists writes a sign-in with policies and steps as a workbook and as Parquet with
// nested columns, and returns the text of the workbook's sheet and the record.
func writeLists(t *testing.T, policies, steps string) (sheets map[string]string, record map[string]any) {
	t.Helper()
	b := &schema.Batch{Source: &schema.Source{Path: "logs.json"}, Seen: 1, Len: 1}
	b.Columns[schema.ConditionalAccessPolicies].SetText(0, policies)
	b.Columns[schema.AuthenticationDetails].SetText(0, steps)
	b.Seal()
	run := &manifest.Run{Inputs: []*manifest.Input{}, Totals: manifest.Records{Seen: 1, Written: 1}}
	dir := t.TempDir()
	book, file := filepath.Join(dir, "a.xlsx"), filepath.Join(dir, "a.parquet")
	outputs, err := Open(context.Background(), []string{book, file}, Options{Excel: excel.Options{Run: run, Sheets: []string{"Conditional access", "Authentication steps"}}, Parquet: parquet.Options{Compression: "zstd", Nested: true}})
	if err != nil {
		t.Fatal(err)
	}
	defer outputs.Abort()
	if err := outputs.Write(b); err != nil {
		t.Fatal(err)
	}
	if err := outputs.Commit(run); err != nil {
		t.Fatal(err)
	}
	data, err := os.Open(file)
	if err != nil {
		t.Fatal(err)
	}
	defer data.Close()
	rows := make([]any, 1)
	if n, err := library.NewGenericReader[any](data).Read(rows); n != 1 {
		t.Fatal(err)
	}
	return textOfSheets(t, book), rows[0].(map[string]any)
}

// textOfSheets returns the files of a workbook.
func textOfSheets(t *testing.T, book string) map[string]string {
	t.Helper()
	all := map[string]string{}
	archive, err := zip.OpenReader(book)
	if err != nil {
		t.Fatal(err)
	}
	defer archive.Close()
	for _, f := range archive.File {
		r, err := f.Open()
		if err != nil {
			t.Fatal(err)
		}
		text, err := io.ReadAll(r)
		if err != nil {
			t.Fatal(err)
		}
		all[f.Name] = string(text)
	}
	return all
}

// texts lists all texts of a value as the library reads it.
func texts(value any) (list []string) {
	text, _ := json.Marshal(value)
	for _, found := range regexp.MustCompile(`:?"((?:[^"\\]|\\.)*)"(:?)`).FindAllStringSubmatch(string(text), -1) {
		if found[2] == "" {
			list = append(list, found[1])
		}
	}
	return list
}

// TestSheetsAndNestedColumnsAgree holds the two readings of policies and steps together:
// what a nested column has, the sheets show, and neither has a rest, however the names
// are written and whether the list is one or a single object.
func TestSheetsAndNestedColumnsAgree(t *testing.T) {
	t.Parallel()
	const policy = `{"id":"policy-1","displayName":"Require MFA","result":"success","enforcedGrantControls":["Mfa","Block"],"enforcedSessionControls":["Persistent"],` +
		`"conditionsSatisfied":"application,users","conditionsNotSatisfied":"none","sessionControlsNotSatisfied":["Frequency"],` +
		`"includeRulesSatisfied":[{"conditionalAccessCondition":"users","ruleSatisfied":"allUsers"}],"excludeRulesSatisfied":[]}`
	const step = `{"authenticationStepDateTime":"2026-01-02T03:04:05Z","authenticationMethod":"Password","authenticationMethodDetail":"In the cloud","succeeded":true,` +
		`"authenticationStepResultDetail":"Correct password","authenticationStepRequirement":"Primary"}`
	quoted := func(text string) string {
		list, _ := json.Marshal(text)
		return string(list)
	}
	for name, form := range map[string]func(string) string{
		"Graph":           func(s string) string { return "[" + s + "]" },
		"PowerShell":      func(s string) string { return "[" + capital(s) + "]" },
		"small letters":   func(s string) string { return "[" + strings.ReplaceAll(capital(s), "DisplayName", "displayname") + "]" },
		"a single object": capital,
		"text":            func(s string) string { return quoted("[" + s + "]") },
	} {
		t.Run(name, func(t *testing.T) {
			files, record := writeLists(t, form(policy), form(step))
			if record["extra"] != nil {
				t.Errorf("extra %v", record["extra"])
			}
			var shown string
			for _, text := range files {
				shown += text
			}
			for column, want := range map[string]int{"conditional_access_policies": 10, "authentication_details": 5} {
				list := texts(record[column])
				if len(list) < want {
					t.Errorf("%s has %d texts: %v", column, len(list), list)
				}
				for _, text := range list {
					if text = strings.ReplaceAll(text, ",", ", "); !strings.Contains(shown, text) && !strings.HasPrefix(text, "2026") {
						t.Errorf("no sheet shows %q of %s", text, column)
					}
				}
			}
			// A rest is members without the braces around them.
			if rest := regexp.MustCompile(`<t>"[A-Za-z][^<]*`).FindString(shown); rest != "" || strings.Contains(shown, "not readable") {
				t.Errorf("the sheets have a rest: %s", rest)
			}
		})
	}
}
