package source

import (
	"errors"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"signins/testdata/fixture"
)

// previewed returns a file whose first kilobytes were previewed, and its path.
func previewed(t *testing.T, content string) (*File, string) {
	t.Helper()
	path := filepath.Join(t.TempDir(), "a.json")
	fixture.Write(t, path, content)
	files, _, err := Find(t.Context(), []string{path}, nil, 2)
	if err != nil {
		t.Fatal(err)
	}
	text, err := files[0].Preview(Options{})
	if err != nil {
		t.Fatal(err)
	}
	defer text.Close()
	if _, err := io.ReadFull(text, make([]byte, 10)); err != nil {
		t.Fatal(err)
	}
	return files[0], path
}

// overwrite writes into a file in place and puts its time back.
func overwrite(t *testing.T, path string, at int64, text string) {
	t.Helper()
	info, err := os.Stat(path)
	if err != nil {
		t.Fatal(err)
	}
	time.Sleep(20 * time.Millisecond) // times of the system have ticks
	file, err := os.OpenFile(path, os.O_WRONLY, 0)
	if err != nil {
		t.Fatal(err)
	}
	_, err = file.WriteAt([]byte(text), at)
	if err := errors.Join(err, file.Close(), os.Chtimes(path, time.Time{}, info.ModTime())); err != nil {
		t.Fatal(err)
	}
}

// readAll opens a file, reads it, calls between before its last byte, and finishes.
func readAll(f *File, between func()) error {
	text, err := f.Open(Options{})
	if err != nil {
		return err
	}
	defer text.Close()
	if between != nil {
		between()
	}
	if _, err := io.ReadAll(text); err != nil {
		return err
	}
	return text.Finish()
}

// A file that is written to during the run is an error, even if its size and the time
// of the last write are as before.
func TestChangedInPlace(t *testing.T) {
	t.Parallel()
	content := strings.Repeat("a", 300_000)
	const what = "the file changed while it was read"
	f, _ := previewed(t, content)
	if err := readAll(f, nil); err != nil {
		t.Errorf("not changed: %v", err)
	}
	f, path := previewed(t, content)
	overwrite(t, path, 299_999, "b")
	if err := readAll(f, nil); err == nil || !strings.Contains(err.Error(), what) {
		t.Errorf("changed before Open: %v", err)
	}
	f, path = previewed(t, content)
	if err := readAll(f, func() { overwrite(t, path, 299_999, "b") }); err == nil || !strings.Contains(err.Error(), what) {
		t.Errorf("changed after Open: %v", err)
	}
	f, path = previewed(t, content)
	if err := errors.Join(os.WriteFile(path+"2", []byte(content), 0o600), os.Rename(path+"2", path)); err != nil {
		t.Fatal(err)
	}
	if err := readAll(f, nil); err == nil || !strings.Contains(err.Error(), what) {
		t.Errorf("replaced by an equal file: %v", err)
	}
}

// What is parsed begins with the bytes that the format was detected by, also where the
// system says nothing about a change.
func TestBeginningIsCompared(t *testing.T) {
	t.Parallel()
	f, path := previewed(t, strings.Repeat("a", 300_000))
	overwrite(t, path, 1000, "b")
	f.before, _ = stampAt(path)
	if err := readAll(f, nil); err == nil || !strings.Contains(err.Error(), "the file changed") {
		t.Errorf("Open: %v", err)
	}
	text, err := f.Again(Options{})
	if err == nil {
		_, err = io.ReadAll(text)
		text.Close()
	}
	if err == nil || !strings.Contains(err.Error(), "the file changed") {
		t.Errorf("Again: %v", err)
	}
}

// A small file is read by one call of the system, and its end is known by its size. A
// system that does not know a size says 0: such a file is read until it ends.
func TestSmallFileIsReadAtOnce(t *testing.T) {
	t.Parallel()
	f, path := previewed(t, strings.Repeat("a", 20_000))
	reads := 0
	text, err := f.Open(Options{Progress: func(int) { reads++ }})
	if err != nil {
		t.Fatal(err)
	}
	defer text.Close()
	if b, err := io.ReadAll(text); len(b) != 20_000 || err != nil || reads != 1 {
		t.Errorf("%d bytes in %d reads, %v", len(b), reads, err)
	}
	file, err := os.Open(path)
	if err != nil {
		t.Fatal(err)
	}
	defer file.Close()
	if b, err := io.ReadAll(rawReader{&Stream{file: &File{}, bytes: file}}); len(b) != 20_000 || err != nil {
		t.Errorf("%d bytes of a file of an unknown size, %v", len(b), err)
	}
}
