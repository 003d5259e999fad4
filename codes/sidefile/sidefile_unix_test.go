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
	usual := patience
	defer func() { patience = usual }()
	load := func(path string) (string, File, error) {
		return Load(path, "", 16<<20, "", func(text []byte) (string, error) { return string(text), nil })
	}
	const file = "code,name\n777,House\n"
	silent, read := errSilent.Error(), make(chan struct{}) // closed when reading has ended
	for _, test := range []struct {
		name     string
		patience time.Duration // what is to be read has the usual one, for busy machines
		write    func(w io.Writer)
		want     string // the error
	}{
		{"whole", usual, func(w io.Writer) { io.WriteString(w, file) }, ""},
		{"later", usual, func(w io.Writer) { time.Sleep(50 * time.Millisecond); io.WriteString(w, file) }, ""},
		{"in two", usual, func(w io.Writer) {
			io.WriteString(w, file[:5])
			time.Sleep(500 * time.Millisecond)
			io.WriteString(w, file[5:])
		}, ""},
		{"nobody writes", 10 * time.Second, nil, silent},
		{"nothing is written", 10 * time.Second, func(io.Writer) {}, silent},
		{"silence", 2 * time.Second, func(w io.Writer) { io.WriteString(w, file); <-read }, silent},
		{"no end", usual, func(w io.Writer) {
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
			patience, read = test.patience, make(chan struct{})
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
			timeout := time.AfterFunc(usual*3/4, func() { t.Error("reading does not end"); close(read) })
			begin := time.Now()
			text, from, err := load(path)
			took := time.Since(begin)
			if timeout.Stop() {
				close(read)
			}
			<-done
			// Where no process writes, reading does not wait for as long as for one that does.
			if test.want == silent && test.name != "silence" && took > patience*3/4 {
				t.Errorf("it took %s", took)
			}
			if test.want != "" {
				if err == nil || !strings.HasPrefix(err.Error(), path+": ") || !strings.Contains(err.Error(), test.want) {
					t.Errorf("error %v, want %q", err, test.want)
				}
				return
			}
			if err != nil || len(from.SHA256) != 64 || from.Size == 0 {
				t.Fatalf("%+v, %v", from, err)
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
