package reader

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"strings"
	"testing"
	"time"
	"unsafe"
)

// A mapped file of which the rest is gone in the middle of reading is an error,
// whoever looks there first: the one who cuts it or a parser.
func TestMappedFileIsCutWhileRead(t *testing.T) {
	for name, in := range bigInputs() {
		for _, jobs := range []int{1, 3} {
			path, passed := write(t, "export", in.content), 0
			cut := func(n int) {
				if passed += n; passed-n < chunkSize && passed >= chunkSize {
					if err := os.Truncate(path, 1); err != nil {
						t.Error(err)
					}
				}
			}
			ins, err := Open([]string{path}, Options{Jobs: jobs, Progress: cut})
			if err != nil {
				t.Fatal(err)
			}
			var last error
			for _, err := range ins.Read(context.Background()) {
				last = err
			}
			var e *Error
			if !errors.As(last, &e) || e.Path != path || !strings.Contains(e.What, "the file changed while it was read") {
				t.Errorf("%s, %d jobs: %v", name, jobs, last)
			}
		}
	}
}

// A file that changes when it was hashed and before it was parsed is an error.
// Here a guess fails, so that what comes behind is cut and parsed again.
func TestMappedFileChangesBeforeItIsParsed(t *testing.T) {
	defer func(size int) { chunkSize = size }(chunkSize)
	chunkSize = 16 << 10
	var records []string
	for i := range 300 {
		records = append(records, signIn(fmt.Sprint(i)))
	}
	border := "\n  },\n  {"
	begin, rest, _ := strings.Cut(laidOut(t, "["+join(records, ",")+"]", "", "  "), border)
	text := begin + `,"x":[{` + strings.Repeat(border, 2000) + "}]" + border + rest
	path := write(t, "export", text)
	ins, err := Open([]string{path}, Options{Jobs: 1})
	if err != nil {
		t.Fatal(err)
	}
	var last error
	for b, err := range ins.Read(t.Context()) {
		if last = err; err != nil || b.Len == 0 {
			continue
		}
		time.Sleep(50 * time.Millisecond) // all chunks fit into the queue
		if err := os.WriteFile(path, []byte(strings.ReplaceAll(text, "2026", "2025")), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	var e *Error
	if !errors.As(last, &e) || e.Path != path || e.What != "the file changed while it was read" {
		t.Errorf("%v, of a file whose digest is %s", last, ins.List[0].SHA256)
	}
}

// Of text that is read again from a mapping, a fault is an error even where no
// more than the text at fault was asked for.
func TestMappedTextIsGoneWhenReadAgain(t *testing.T) {
	path := write(t, "export", strings.Repeat("x", 1<<17))
	f, err := os.Open(path)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	data, err := mapFile(f, 1<<17)
	if err != nil {
		t.Fatal(err)
	}
	defer unmap(data)
	if err := os.Truncate(path, 1); err != nil {
		t.Fatal(err)
	}
	var e *Error
	if n, err := io.ReadFull(&pieces{data: data}, make([]byte, 1<<17)); !errors.As(err, &e) {
		t.Errorf("%d bytes, %v", n, err)
	}
}

// What is not a fault stays a panic.
func TestGuardPassesPanics(t *testing.T) {
	defer func() {
		if got := recover(); got != "another" {
			t.Errorf("recovered %v", got)
		}
	}()
	_ = guard(func() error { panic("another") })
}

// Parts that are looked at and left in any order stay in the memory of the
// process no longer than that.
func TestMappedPartsAreLeft(t *testing.T) {
	const part, parts = 2 << 20, 16
	f, err := os.Open(write(t, "long", strings.Repeat("x", part*parts)))
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	data, err := mapFile(f, part*parts)
	if err != nil {
		t.Fatal(err)
	}
	defer unmap(data)
	m := &mapping{data: data}
	for i := parts - 1; i >= 0; i-- {
		if bytes.Count(data[i*part:(i+1)*part], []byte("x")) != part {
			t.Fatal("the file holds something else")
		}
		m.leave(int64(i*part), int64((i+1)*part))
	}
	if held := residentOf(t, data); held > part {
		t.Errorf("%d bytes of %d are still held", held, len(data))
	}
}

// residentOf returns how much of a mapping is in the memory of the process.
func residentOf(t *testing.T, data []byte) int {
	t.Helper()
	smaps, err := os.ReadFile("/proc/self/smaps")
	if err != nil {
		t.Fatal(err)
	}
	_, rest, found := strings.Cut(string(smaps), fmt.Sprintf("%x-", uintptr(unsafe.Pointer(&data[0]))))
	_, rest, resident := strings.Cut(rest, "Rss:")
	var kibibytes int
	if _, err := fmt.Sscan(rest, &kibibytes); !found || !resident || err != nil {
		t.Fatal("the mapping is not listed", err)
	}
	return kibibytes << 10
}
