package schema

import (
	"fmt"
	"io"
	"io/fs"
	"strings"
	"syscall"
	"testing"
)

// A failure to write says what to do where the system tells why.
func TestOutputFailuresHaveHints(t *testing.T) {
	for want, err := range map[string]error{
		"let the account that runs this write": &fs.PathError{Op: "open", Path: "x", Err: syscall.EACCES},
		"make space":                           fmt.Errorf("x.parquet: after 9 bytes: %w", syscall.ENOSPC),
		"":                                     io.ErrUnexpectedEOF,
	} {
		status, hint := OutputFailure(err).(Failure).Exit()
		if status != ExitOutput || !strings.Contains(hint, want) || (hint == "") != (want == "") {
			t.Errorf("%v: status %d, hint %q", err, status, hint)
		}
	}
}
