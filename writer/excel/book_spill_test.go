package excel

import (
	"bytes"
	"errors"
	"io"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"

	"signins/schema"
	"signins/writer/manifest"
)

// limitWriter fails after room bytes.
type limitWriter struct{ room int }

var errNoSpace = errors.New("no space left on device")

func (w *limitWriter) Write(p []byte) (int, error) {
	if len(p) > w.room {
		n := w.room
		w.room = 0
		return n, errNoSpace
	}
	w.room -= len(p)
	return len(p), nil
}

// TestFailingWriter returns every failure of the output, wherever it
// comes, and leaves no spill file.
func TestFailingWriter(t *testing.T) {
	t.Parallel()
	var whole bytes.Buffer
	x, _ := newTestExcel(t, &whole, nil)
	if err := errors.Join(x.Write(randomBatch(1, 50)), x.Close()); err != nil {
		t.Fatal(err)
	}
	for room := 0; room < whole.Len(); room += whole.Len()/15 + 1 {
		t.Run(strconv.Itoa(room), func(t *testing.T) {
			t.Parallel()
			dir := t.TempDir()
			w, err := NewWriter(&limitWriter{room}, Options{TempDir: dir, Run: &manifest.Run{Tool: manifest.Tool{Version: "1.2.3"}, CodesTableDate: "2026-11-23"}})
			if err != nil {
				t.Fatal(err)
			}
			if err := w.Write(randomBatch(1, 50)); err != nil {
				t.Fatal(err)
			}
			if err := w.Close(); !errors.Is(err, errNoSpace) {
				t.Error(err)
			}
			w.Abort()
			wantNoFiles(t, dir)
		})
	}
}

// TestFailingSpill returns failures of the spill file.
func TestFailingSpill(t *testing.T) {
	t.Parallel()
	if _, err := NewWriter(io.Discard, Options{TempDir: filepath.Join(t.TempDir(), "none")}); !errors.Is(err, os.ErrNotExist) {
		t.Errorf("NewWriter returned %v", err)
	}
	var out bytes.Buffer
	x, dir := newTestExcel(t, &out, nil)
	x.parts.book.spill.file.Close() // later writes fail
	if err := x.Write(randomBatch(1, 50)); err != nil {
		t.Fatal(err) // still in memory
	}
	if err := x.Close(); !errors.Is(err, os.ErrClosed) {
		t.Errorf("Close returned %v", err)
	}
	if out.Len() > 0 {
		t.Errorf("%d bytes written", out.Len())
	}
	wantNoFiles(t, dir)
}

// TestBookLimit refuses a workbook that grows too large while its rows
// come, and names a way out.
func TestBookLimit(t *testing.T) {
	t.Parallel()
	var out bytes.Buffer
	x, dir := newTestExcel(t, &out, nil)
	x.parts.book.spill.limit = 100 << 10
	r := rand.New(rand.NewPCG(1, 1))
	noise := make([]byte, 3000)
	for range 1000 {
		err := x.Write(excelBatch(10, func(row int, c *[schema.NumColumns]schema.Vector) {
			for i := range noise {
				noise[i] = byte('!' + r.IntN(90))
			}
			c[schema.Extra].SetBytes(row, noise)
		}))
		if errors.Is(err, errBookSize) {
			break
		}
	}
	if err := x.Close(); !errors.Is(err, errBookSize) || !strings.Contains(err.Error(), ".parquet") {
		t.Errorf("Close returned %v", err)
	}
	if out.Len() > 0 {
		t.Errorf("%d bytes written", out.Len())
	}
	wantNoFiles(t, dir)
}

// TestAfterEnd refuses to go on after Close and Abort, without panic.
func TestAfterEnd(t *testing.T) {
	t.Parallel()
	for name, end := range map[string]func(*Writer){
		"close": func(x *Writer) { _ = x.Close() },
		"abort": (*Writer).Abort,
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			var out bytes.Buffer
			x, _ := newTestExcel(t, &out, nil)
			end(x)
			size := out.Len()
			x.Abort()
			if err := x.Write(randomBatch(1, 1)); err == nil {
				t.Error("Write returned no error")
			}
			if err := x.Close(); err == nil {
				t.Error("Close returned no error")
			}
			if out.Len() != size {
				t.Error("written after the end")
			}
		})
	}
}

// TestSpillFiles leaves no spill file, neither after Close nor after Abort,
// and makes none elsewhere.
func TestSpillFiles(t *testing.T) {
	big := excelBatch(540, func(row int, c *[schema.NumColumns]schema.Vector) {
		c[schema.Extra].SetText(row, strings.Repeat("x", 32000)+strconv.Itoa(row))
	})
	for name, end := range map[string]func(*Writer) error{
		"close": (*Writer).Close,
		"abort": func(x *Writer) error { x.Abort(); return nil },
	} {
		t.Run(name, func(t *testing.T) {
			dir, elsewhere := t.TempDir(), t.TempDir()
			t.Setenv("TMPDIR", elsewhere)
			var out bytes.Buffer
			x, err := NewWriter(&out, Options{TempDir: dir})
			if err != nil {
				t.Fatal(err)
			}
			if err := x.Write(big); err != nil {
				t.Fatal(err)
			}
			if entries, err := os.ReadDir(dir); err != nil || len(entries) == 0 {
				t.Errorf("no spill file before: %v", err)
			}
			if err := end(x); err != nil {
				t.Fatal(err)
			}
			wantNoFiles(t, dir)
			wantNoFiles(t, elsewhere)
			if name == "close" {
				if rows := readExcel(t, out.Bytes()).sheets[SignInSheet].rows; len(rows) != 541 {
					t.Errorf("%d rows", len(rows))
				}
			}
		})
	}
}
