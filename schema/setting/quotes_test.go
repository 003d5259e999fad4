package setting

import (
	"runtime"
	"strings"
	"testing"
)

func TestHintForQuotesInPaths(t *testing.T) {
	for _, test := range []struct{ arguments, want string }{
		{`-o|my lake" logs`, `write "my lake/" instead of "my lake\"`},
		{`verify|C:\my lake"`, `write "C:\my lake/" instead of "C:\my lake\"`},
		{`-o|lake\|logs`, ""},
		{`--user="x"|logs`, ""},
		{"", ""},
	} {
		arguments := strings.Split(test.arguments, "|")
		if got := quoteHint(arguments); got != test.want && (test.want == "" || !strings.HasSuffix(got, ": "+test.want)) {
			t.Errorf("%q: %q", arguments, got)
		}
		if got := QuoteHint(arguments); (got != "") != (test.want != "" && runtime.GOOS == "windows") {
			t.Errorf("%q: %q on %s", arguments, got, runtime.GOOS)
		}
	}
}
