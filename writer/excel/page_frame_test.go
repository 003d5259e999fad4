package excel

import (
	"bytes"
	"strings"
	"testing"
)

// TestSheetNames refuses names that are in use or reserved, in any case.
func TestSheetNames(t *testing.T) {
	t.Parallel()
	var out bytes.Buffer
	x, _ := newTestExcel(t, &out, nil)
	defer x.Abort()
	frame := func(name string, index int) error {
		p := &page{name: name, look: pageLook{tab: navy, columns: shownColumns(9)}}
		return (&pageFrame{x.parts.book.file, p}).make(index)
	}
	for i, name := range []string{summarySheet, signInSheet} {
		if err := frame(name, i); err != nil {
			t.Fatal(err)
		}
	}
	for _, name := range []string{"SUMMARY", "sign-INS", "History", "hIsToRy", "", "a/b", "'a", strings.Repeat("a", 32)} {
		t.Run(name, func(t *testing.T) {
			if err := frame(name, 2); err == nil {
				t.Errorf("%q was accepted", name)
			}
		})
	}
}
