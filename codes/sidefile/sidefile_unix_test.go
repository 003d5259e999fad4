//go:build unix

package sidefile

import (
	"io"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"
)

// A file may come through a pipe, and reading ends whatever is at its other end.
func TestLoadFromAPipe(t *testing.T) {
	patience = 2 * time.Second
	defer func() { patience = time.Minute }()
	load := func(path string) (string, File, error) {
		return Load(path, "", 16<<20, "", func(text []byte) (string, error) { return string(text), nil })
	}
	const file = "code,name\n777,House\n"
	for _, test := range []struct {
		name  string
		write func(w io.Writer)
		want  string // the error
	}{
		{"whole", func(w io.Writer) { io.WriteString(w, file) }, ""},
		{"later", func(w io.Writer) { time.Sleep(50 * time.Millisecond); io.WriteString(w, file) }, ""},
		{"in two", func(w io.Writer) {
			io.WriteString(w, file[:5])
			time.Sleep(500 * time.Millisecond)
			io.WriteString(w, file[5:])
		}, ""},
		{"nobody writes", nil, "nothing came through the pipe"},
		{"nothing is written", func(io.Writer) {}, "nothing came through the pipe"},
		{"silence", func(w io.Writer) { io.WriteString(w, file); time.Sleep(3 * time.Second) }, "nothing came through the pipe"},
		{"no end", func(w io.Writer) {
			for err := error(nil); err == nil; {
				_, err = io.WriteString(w, strings.Repeat("1,x\n", 1000))
			}
		}, "more than 16 MiB"},
	} {
		t.Run(test.name, func(t *testing.T) {
			path := filepath.Join(t.TempDir(), "pipe")
			if err := syscall.Mkfifo(path, 0o600); err != nil {
				t.Fatal(err)
			}
			done := make(chan struct{})
			go func() {
				defer close(done)
				if test.write == nil {
					return
				}
				time.Sleep(20 * time.Millisecond)
				if w, err := os.OpenFile(path, os.O_WRONLY, 0); err == nil {
					test.write(w)
					w.Close()
				}
			}()
			begin := time.Now()
			text, read, err := load(path)
			<-done
			if took := time.Since(begin); took > 10*time.Second || test.want == errSilent.Error() && test.name != "silence" && took > patience*3/4 {
				t.Errorf("it took %s", took)
			}
			if test.want != "" {
				if err == nil || !strings.HasPrefix(err.Error(), path+": ") || !strings.Contains(err.Error(), test.want) {
					t.Errorf("error %v, want %q", err, test.want)
				}
				return
			}
			if err != nil || len(read.SHA256) != 64 || read.Size == 0 {
				t.Fatalf("%+v, %v", read, err)
			}
			if text != file {
				t.Errorf("read %q", text)
			}
		})
	}
	if _, _, err := load("/dev/zero"); err == nil || !strings.Contains(err.Error(), "/dev/zero: ") {
		t.Errorf("/dev/zero: %v", err)
	}
}
