package schema

import (
	"fmt"
	"io"
	"io/fs"
	"runtime"
	"strings"
	"syscall"
	"testing"
)

// A failure to write says what to do where the system tells why.
func TestOutputFailuresHaveHints(t *testing.T) {
	system := map[string]syscall.Errno{"read-only": syscall.EROFS, "full": syscall.ENOSPC, "quota": syscall.EDQUOT}
	if runtime.GOOS == "windows" {
		system = map[string]syscall.Errno{"read-only": 19, "full": 112, "quota": 39}
	}
	for _, c := range []struct {
		err  error
		want string
	}{
		{&fs.PathError{Op: "open", Path: "x", Err: syscall.EACCES}, "let the account that runs this write"},
		{&fs.PathError{Op: "open", Path: "x", Err: system["read-only"]}, "name another folder"},
		{fmt.Errorf("x.parquet: after 9 bytes: %w", system["full"]), "make space"},
		{fmt.Errorf("x.parquet: after 9 bytes: %w", system["quota"]), "make space"},
		{io.ErrUnexpectedEOF, ""},
	} {
		err, want := c.err, c.want
		status, hint := OutputFailure(err).(Failure).Exit()
		if status != ExitOutput || !strings.Contains(hint, want) || (hint == "") != (want == "") {
			t.Errorf("%v: status %d, hint %q", err, status, hint)
		}
	}
}
