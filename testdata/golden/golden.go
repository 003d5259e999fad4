// Package golden compares what tests make with files below testdata.
package golden

import (
	"flag"
	"os"
	"strings"
	"testing"
)

// Update is the flag that rewrites what tests compare with.
var Update = flag.Bool("update", false, "rewrite the files that tests compare with")

// Check compares text with the file at path, or writes it there, and reports the first line
// that differs.
func Check(t testing.TB, path, got string) {
	t.Helper()
	if *Update {
		if err := os.WriteFile(path, []byte(got), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	text, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	is, want := strings.SplitAfter(got, "\n"), strings.SplitAfter(string(text), "\n")
	n := 0
	for n < min(len(is), len(want)) && is[n] == want[n] {
		n++
	}
	if got != string(text) {
		t.Errorf("%s differs from line %d on (-update rewrites it)\nis   %q\nwant %q", path, n+1, line(is, n), line(want, n))
	}
}

func line(lines []string, n int) string {
	if n < len(lines) {
		return lines[n]
	}
	return ""
}
