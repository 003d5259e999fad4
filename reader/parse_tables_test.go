package reader

import (
	"fmt"
	"slices"
	"strings"
	"testing"
)

// answerTable is a table of an API answer with rows from id first on; turned,
// its columns have another order.
func answerTable(first, rows int, turned bool, sep string) string {
	columns, row := `{"name":"TimeGenerated"},{"name":"Id"},{"name":"ResultType"},{"name":"UserPrincipalName"}`, `["2026-01-02T03:04:05Z","%d","0","%s"]`
	if turned {
		columns, row = `{"name":"ResultType"},{"name":"Id"},{"name":"UserPrincipalName"},{"name":"TimeGenerated"}`, `["0","%d","%s","2026-01-02T03:04:05Z"]`
	}
	var list []string
	for i := range rows {
		list = append(list, fmt.Sprintf(row, first+i, strings.Repeat("u", 300)))
	}
	return `{"name":"PrimaryResult",` + sep + `"columns":[` + columns + "]," + sep + `"rows":[` + strings.Join(list, ","+sep) + "]}"
}

// All tables of an answer are read, each by its own columns, whether they fit
// in what is looked at once or not.
func TestSeveralTables(t *testing.T) {
	t.Parallel()
	for _, sep := range []string{"", "\n"} {
		t.Run(caseName(sep), func(t *testing.T) {
			for _, n := range []int{1, 2000} {
				for name, content := range map[string]string{
					"in one answer": `{"tables":[` + answerTable(0, n, false, sep) + "," + sep + answerTable(n, n, true, sep) + "," + sep + answerTable(2*n, 1, false, sep) + "]}",
					"in several":    `{"tables":[` + answerTable(0, n, false, sep) + "]}\n" + `{"tables":[` + answerTable(n, n, true, sep) + "]}\n" + `{"tables":[` + answerTable(2*n, 1, false, sep) + `],"x":1}`,
				} {
					out := readText(t, content)
					if len(out.rows) != 2*n+1 || len(out.rejects) > 0 || out.err != nil {
						t.Errorf("%d %s%s: %d rows, %d rejects, %v", n, name, sep, len(out.rows), len(out.rejects), out.err)
						continue
					}
					for i, r := range out.rows {
						if r["id"] != fmt.Sprint(i) || r["ingested_at"] != "2026-01-02T03:04:05Z" || r["error_code"] != "0" || r["issues"] != "" {
							t.Fatalf("%d %s%s: row %d: %s", n, name, sep, i, r)
						}
					}
				}
			}
		})
	}
}

// Of columns with one name the first counts, also where their cells say what cells
// before said.
func TestTableColumnsOfOneName(t *testing.T) {
	t.Parallel()
	row := `["2026-01-02T03:04:05Z","1","0","first","second"]`
	content := `{"tables":[{"name":"PrimaryResult","columns":[{"name":"TimeGenerated"},{"name":"Id"},{"name":"ResultType"},` +
		`{"name":"AppDisplayName"},{"name":"AppDisplayName"}],"rows":[` + strings.Repeat(row+",", 5) + row + "]}]}"
	out := readText(t, content)
	if want := slices.Repeat([]string{"first"}, 6); !slices.Equal(out.values("app_display_name"), want) || out.err != nil {
		t.Errorf("%v, %v", out.values("app_display_name"), out.err)
	}
	for _, r := range out.rows {
		if !strings.Contains(r["extra"], "second") || r["issues"] != out.rows[0]["issues"] {
			t.Errorf("extra %s, issues %s", r["extra"], r["issues"])
		}
	}
}

// Anything else between tables, or in place of one, is an error with its
// place; rows without columns, and rows of something else, are rejects.
func TestTablesThatAreDamaged(t *testing.T) {
	t.Parallel()
	for _, n := range []int{1, 2000} {
		first := `{"tables":[` + answerTable(0, n, false, "\n")
		for tail, want := range map[string]string{
			"": "ends inside", ",": "ends inside", `,{"columns":[{"na`: "ends inside", `,{"columns":[],"rows":[[1`: "ends inside", "]": "ends inside", "],": "ends inside",
			` {"rows":[]}]}`: "'{'", "}": "'}'", `,{"rows" 1}]}`: "'1'", ",]}": "']'",
		} {
			t.Run(caseName(tail), func(t *testing.T) {
				out := readText(t, first+tail)
				if out.err == nil || !strings.Contains(out.err.Error(), want) && n > 1 || !strings.HasPrefix(out.err.Error(), "-:") {
					t.Errorf("%d, %s: %v, want %s", n, tail, out.err, want)
				}
			})
		}
		for tail, code := range map[string]string{
			`,{"columns":[{"name":"Count"}],"rows":[[12]]}]}`: "not_a_sign_in", `,{"columns":[{"name":"Id"}],"rows":[["1","2"]]}]}`: "ragged_row",
			`,{"name":"x","columns":[],"rows":[["1","2"]]}]}`: "ragged_row",
		} {
			t.Run(caseName(tail), func(t *testing.T) {
				out := readText(t, first+tail)
				if len(out.rows) != n || !slices.Equal(out.codes(), []string{code}) || out.err != nil {
					t.Errorf("%d, %s: %d rows, %v, %v", n, tail, len(out.rows), out.codes(), out.err)
				}
			})
		}
	}
}
