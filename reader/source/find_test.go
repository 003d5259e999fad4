package source

import (
	"archive/zip"
	"bytes"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/klauspost/compress/zstd"

	"signins/testdata/fixture"
)

// Links to files are read, links to folders are not followed; what another run
// writes is not seen, nor what runs have written into a dataset, but all else there; an
// archive is one file.
func TestFindInATree(t *testing.T) {
	t.Parallel()
	root := fixture.Tree(t, map[string]string{
		"in/a": "a", "in/link": "-> a", "in/folder": "-> ..", "in/nothing": "-> missing", "in/.signins.1.partial/x": "x", "named": "-> in",
		"in/b.zip": fixture.Zip("c", "c", "d/", "", "e", "e"),
		"in/lake/_manifests/0123456789abcdef.json": "x", "in/lake/_manifests/superseded/0123456789abcdef.sha256": "x", "in/lake/_manifests/.index": "x",
		"in/lake/_manifests/.lock": "x", "in/lake/_delta_log/00000000000000000000.json": "x", "in/lake/event_date=2026-05-01/part-0123456789abcdef-00000.parquet": "x",
		"in/none/_manifests": "x", "in/none/_x/y": "x", "in/lake/own": "x", "in/lake/_raw/export": "x", "in/lake/_manifests/mine.json": "x", "in/lake/event_date=2026-05-01/part-1.parquet": "x",
		"in/first/event_date=2026-05-01/part-0123456789abcdef-00000.parquet": "x", // its run has no manifest yet
		"in/other/_manifests/list.json":                                      "x", "in/other/_archive/export": "x", "in/other/event_date=2026-05-01/export": "x", "in/other/_delta_log/00000000000000000000.json": "x",
	})
	for _, argument := range []string{"in", "named", "in/../in/"} {
		t.Run(argument, func(t *testing.T) {
			files, skipped, err := Find(t.Context(), []string{root + "/" + argument}, nil, 2)
			var names, passed []string
			folder := strings.TrimRight(filepath.ToSlash(root)+"/"+argument, "/")
			for _, f := range files {
				names = append(names, strings.TrimPrefix(f.Name, folder))
			}
			for _, s := range skipped {
				passed = append(passed, strings.TrimPrefix(s.Path, folder)+": "+s.Reason)
			}
			const isDataset = ": a dataset of this program, whose parts and manifests are no exports "
			if got := fmt.Sprint(names, passed); err != nil || got != "[/a /b.zip /lake/_manifests/mine.json /lake/_raw/export /lake/event_date=2026-05-01/part-1.parquet /lake/own /link /none/_manifests /none/_x/y "+
				"/other/_archive/export /other/_delta_log/00000000000000000000.json /other/_manifests/list.json /other/event_date=2026-05-01/export] "+
				"[/first"+isDataset+"/folder: a symbolic link to a folder or to nothing /lake"+isDataset+"/nothing: a symbolic link to a folder or to nothing]" {
				t.Errorf("%s, %v", got, err)
			}
		})
	}
}

// header writes an archive of one member, whose header was changed.
func header(t testing.TB, change func(h *zip.FileHeader), content string) string {
	t.Helper()
	var out bytes.Buffer
	w := zip.NewWriter(&out)
	h := &zip.FileHeader{Name: "a", UncompressedSize64: uint64(len(content)), CompressedSize64: uint64(len(content))}
	change(h)
	f, err := w.CreateRaw(h)
	if err == nil {
		_, err = io.WriteString(f, content)
	}
	if err = errors.Join(err, w.Close()); err != nil {
		t.Fatal(err)
	}
	return out.String()
}

// Of a member that is longer than its archive has it, what the size covers is read before
// that is an error, however much is read at once.
func TestMemberLongerThanItsSize(t *testing.T) {
	t.Parallel()
	content := strings.Repeat("0123456789", 10_000)
	for _, size := range []uint64{5, 4096, 30_000, 64 << 10, 99_999} {
		path := fixture.Temp(t, "a.zip", header(t, func(h *zip.FileHeader) { h.UncompressedSize64 = size }, content))
		for _, most := range []int{1, 100, 4096, 32 << 10, 1 << 20} {
			f := first(find(t, path)[0])
			s, err := f.Preview(Options{})
			if err != nil {
				t.Fatal(size, err)
			}
			var text []byte
			for err == nil {
				n, buffer := 0, make([]byte, most)
				n, err = s.Read(buffer)
				text = append(text, buffer[:n]...)
			}
			s.Close()
			f.CloseArchive()
			var bad *Error
			if string(text) != content[:size] || !errors.As(err, &bad) || !bad.Damaged {
				t.Errorf("%d bytes, %d at once: %d, %v", size, most, len(text), err)
			}
		}
	}
}

// Archives that no program makes are refused, whole or from a member on.
func TestOddArchives(t *testing.T) {
	t.Parallel()
	for _, c := range []struct{ name, content, says, hint string }{
		{"two members of one name", fixture.Zip("a", "1", "a", "2"), "has two entries called a", HintUnpack},
		{"member longer than the archive", header(t, func(h *zip.FileHeader) { h.CompressedSize64 = 1 << 30 }, "x"), "entries are longer than it is", hintAgain},
		{"encrypted", header(t, func(h *zip.FileHeader) { h.Flags = 1 }, "x"), "is encrypted", "unpack it with its password"},
		{"unknown method", header(t, func(h *zip.FileHeader) { h.Method = 99 }, "x"), "cannot be read", HintUnpack},
		{"checksum", header(t, func(h *zip.FileHeader) { h.CRC32 = 1 }, "x"), "the ZIP data is damaged", hintAgain},
		{"directory lost", fixture.Zip("a", "1")[:40], "the ZIP archive is damaged", hintAgain},
		{"nothing but its mark", "PK\x03\x04", "the ZIP archive is damaged", hintAgain},
	} {
		t.Run(c.name, func(t *testing.T) {
			f := first(find(t, fixture.Temp(t, "a.zip", c.content))[0])
			defer f.CloseArchive()
			_, err := readWhole(t, f, Options{})
			if err == nil || !strings.HasPrefix(err.Error(), f.Name+": ") || !strings.Contains(err.Error(), c.says) || !strings.Contains(err.(*Error).Hint, c.hint) {
				t.Errorf("%v", err)
			}
		})
	}
	link := header(t, func(h *zip.FileHeader) { h.SetMode(os.ModeSymlink | 0o777) }, "/etc/passwd")
	if list := listOf(find(t, fixture.Temp(t, "a.zip", link))[0]); len(list.Files) > 0 || len(list.Skipped) != 1 || list.Skipped[0].Reason != irregular {
		t.Errorf("link: %+v", list)
	}
	office := find(t, fixture.Temp(t, "a.docx", fixture.Zip("[Content_Types].xml", "<Types/>")))[0]
	if text, err := readWhole(t, office, Options{}); !strings.HasPrefix(text, "PK") || err != nil || office.list() != nil {
		t.Errorf("a document was unpacked: %v", err)
	}
}

// An archive is closed when none of its members holds it, and opened again.
func TestArchiveIsClosed(t *testing.T) {
	t.Parallel()
	path := fixture.Temp(t, "a.zip", fixture.Zip("1", "one", "2", "two"))
	files := listOf(find(t, path)[0]).Files
	wants := []string{"one", "two", "one"}
	for i := range wants {
		files[i%2].HoldArchive()
	}
	for i, want := range wants {
		f := files[i%2]
		if got, err := readWhole(t, f, Options{}); got != want || err != nil {
			t.Fatalf("%q, %v", got, err)
		}
		f.ReleaseArchive()
		if last := i == len(wants)-1; (f.archive.zip == nil) != last {
			t.Errorf("after %d of %d members, open: %v", i+1, len(wants), f.archive.zip != nil)
		}
	}
	if got, err := readWhole(t, files[1], Options{}); got != "two" || err != nil {
		t.Fatalf("%q, %v", got, err)
	}
	files[0].CloseArchive()
	if files[0].archive.zip != nil {
		t.Error("still open")
	}
	if err := os.Remove(path); err != nil {
		t.Fatal(err)
	}
	if _, err := files[0].Open(Options{}); err == nil {
		t.Error("a member of a file that is gone")
	}
}

// Packed data that ends too early, or needs much memory, is an error that says so.
func TestPackedErrors(t *testing.T) {
	t.Parallel()
	first := fixture.Gzip("text")
	var wide bytes.Buffer
	w, err := zstd.NewWriter(&wide, zstd.WithWindowSize(256<<20))
	if err == nil {
		_, err = w.Write([]byte("text"))
	}
	if err = errors.Join(err, w.Flush(), w.Close()); err != nil { // Flush: or the window would be small
		t.Fatal(err)
	}
	for _, c := range []struct{ name, content, says string }{
		{"second member ends in its header", first + first[:5], "the gzip data ends too early"},
		{"bytes behind", first + "garbage behind it", "the gzip data is damaged"},
		{"header alone", first[:3], "the gzip data ends too early"},
		{"header with another method", "\x1f\x8b\x01xxxxxxxxxx", "the gzip data is damaged"},
		{"large window", wide.String(), "needs more than 128 MiB of memory"},
		{"UTF-16 with half a character", "\xff\xfea\x00b", "ends inside a character"},
	} {
		t.Run(c.name, func(t *testing.T) {
			f := find(t, fixture.Temp(t, "a", c.content))[0]
			if _, err := readWhole(t, f, Options{}); err == nil || !strings.Contains(err.Error(), c.says) || err.(*Error).Hint == "" {
				t.Errorf("%v", err)
			}
		})
	}
}

// An error says file, line, byte and record, as far as they are known.
func TestErrorText(t *testing.T) {
	t.Parallel()
	for want, e := range map[string]*Error{
		"a.json: what":                       {Path: "a.json", What: "what"},
		"a.json:3: byte 20: record 2: what":  {Path: "a.json", Line: 3, Byte: 20, HasByte: true, Record: 2, What: "what"},
		"a.json: byte 0: what":               {Path: "a.json", HasByte: true, What: "what"},
		"a.json: open a.json: no such thing": {Path: "a.json", What: "open a.json: no such thing"},
	} {
		if got := e.Error(); got != want {
			t.Errorf("%s, want %s", got, want)
		}
	}
	if withPath("a", nil) != nil {
		t.Error("no error became one")
	}
}

// Every number is there once, and as many as jobs at once.
func TestSideBySide(t *testing.T) {
	t.Parallel()
	for _, c := range []struct{ jobs, n, most int }{{0, 5, 1}, {1, 5, 1}, {3, 50, 3}, {9, 2, 2}, {3, 0, 0}} {
		var running, most atomic.Int64
		var mutex sync.Mutex
		calls := make([]int, c.n)
		end := time.Now().Add(time.Minute)
		SideBySide(c.jobs, c.n, func(i int) {
			now := running.Add(1)
			for c.most > 1 && most.Load() < int64(c.most) && running.Load() < int64(c.most) && time.Now().Before(end) {
				time.Sleep(time.Millisecond)
			}
			mutex.Lock()
			calls[i]++
			most.Store(max(most.Load(), now))
			mutex.Unlock()
			running.Add(-1)
		})
		if int(most.Load()) != c.most || slices.ContainsFunc(calls, func(n int) bool { return n != 1 }) {
			t.Errorf("%d jobs: %d at once, calls %v", c.jobs, most.Load(), calls)
		}
	}
}
