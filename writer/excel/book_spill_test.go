package excel

import (
	"bytes"
	"errors"
	"io"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"signins/schema"
	"signins/writer/manifest"
)

// limitWriter fails once more than left bytes are written.
type limitWriter struct{ left int }

var errNoSpace = errors.New("no space left on device")

func (w *limitWriter) Write(p []byte) (int, error) {
	if len(p) > w.left {
		n := w.left
		w.left = 0
		return n, errNoSpace
	}
	w.left -= len(p)
	return len(p), nil
}

// TestFailingWriter returns every failure of the output, wherever it
// comes, and leaves no spill file.
func TestFailingWriter(t *testing.T) {
	var whole bytes.Buffer
	x, _ := newTestExcel(t, &whole, nil)
	if err := errors.Join(x.Write(diceBatch(1, 50)), x.Close()); err != nil {
		t.Fatal(err)
	}
	for left := 0; left < whole.Len(); left += whole.Len()/15 + 1 {
		dir := t.TempDir()
		w, err := NewWriter(&limitWriter{left}, Options{TempDir: dir, Run: &manifest.Run{Tool: manifest.Tool{Version: "1.2.3"}, CodesTableDate: "2026-11-23"}})
		if err != nil {
			t.Fatal(err)
		}
		if err := w.Write(diceBatch(1, 50)); err != nil {
			t.Fatal(err)
		}
		if err := w.Close(); !errors.Is(err, errNoSpace) {
			t.Errorf("after %d bytes: %v", left, err)
		}
		w.Abort()
		wantNoFiles(t, dir)
	}
}

// TestFailingSpill returns failures of the spill file.
func TestFailingSpill(t *testing.T) {
	if _, err := NewWriter(io.Discard, Options{TempDir: filepath.Join(t.TempDir(), "none")}); !errors.Is(err, os.ErrNotExist) {
		t.Errorf("NewWriter returned %v", err)
	}
	var out bytes.Buffer
	x, dir := newTestExcel(t, &out, nil)
	x.parts.book.spill.file.Close() // what is written from here on fails
	if err := x.Write(diceBatch(1, 50)); err != nil {
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
// come, and says what to do.
func TestBookLimit(t *testing.T) {
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
	for name, end := range map[string]func(*Writer){
		"close": func(x *Writer) { _ = x.Close() },
		"abort": (*Writer).Abort,
	} {
		var out bytes.Buffer
		x, _ := newTestExcel(t, &out, nil)
		end(x)
		size := out.Len()
		x.Abort()
		if err := x.Write(diceBatch(1, 1)); err == nil {
			t.Errorf("%s: Write returned no error", name)
		}
		if err := x.Close(); err == nil {
			t.Errorf("%s: Close returned no error", name)
		}
		if out.Len() != size {
			t.Errorf("%s: written after the end", name)
		}
	}
}
