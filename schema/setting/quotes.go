package setting

import (
	"runtime"
	"strings"
)

// QuoteHint returns the hint for a command line that failed and has a path with a quote in
// it, which none has on Windows: of signins -o "my lake\" logs the shell makes the output
// `my lake" logs`. It is "" for others.
func QuoteHint(arguments []string) string {
	if runtime.GOOS != "windows" {
		return ""
	}
	return quoteHint(arguments)
}

func quoteHint(arguments []string) string {
	for _, argument := range arguments {
		if path, _, quoted := strings.Cut(argument, `"`); quoted && !strings.HasPrefix(path, "-") {
			return `a \ before a quote makes the quote part of the path: write "` + path + `/" instead of "` + path + `\"`
		}
	}
	return ""
}
