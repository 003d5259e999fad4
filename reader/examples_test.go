package reader

import (
	"fmt"
	"path/filepath"
	"strings"
	"testing"

	"signins/testdata/golden"
)

// The rows of the first records of the example exports, dialect by dialect.
func TestExamplesGolden(t *testing.T) {
	t.Parallel()
	var text strings.Builder
	for _, name := range []string{
		"loganalytics/SigninLogs.csv", "loganalytics/union.csv", "loganalytics/answer.json", "loganalytics/query.ndjson",
		"powershell/SignInLogsGraph.json", "powershell/flattened.csv", "defender/EntraIdSignInEvents.csv", "defender/EntraIdSpnSignInEvents.csv",
	} {
		t.Run(caseName(name), func(t *testing.T) {
			out := collect(t, Options{}, filepath.Join("..", "testdata", "examples", filepath.FromSlash(name)))
			if out.err != nil || len(out.rows) == 0 || len(out.rejects) > 0 {
				t.Errorf("%s: %d rows, rejects %v, %v", name, len(out.rows), out.codes(), out.err)
				return
			}
			fmt.Fprintf(&text, "%s: %s, %d records, warnings %v\n%s", name, out.dialects[0], len(out.rows), out.warnings, out.rows[0].columns())
		})
	}
	golden.Check(t, "testdata/examples.txt", text.String())
}
