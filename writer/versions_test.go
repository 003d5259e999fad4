package writer

import (
	"io"
	"os"
	"path/filepath"
	"runtime"
	"runtime/debug"
	"strings"
	"testing"

	"signins/schema"
	"signins/schema/versions"
	"signins/writer/manifest"
)

// Comparing versions has a limit of memory, that of the outputs if they have one.
func TestLimitComparing(t *testing.T) {
	none := debug.SetMemoryLimit(-1)
	defer debug.SetMemoryLimit(none)
	for path, want := range map[string]int64{"a.parquet": compareMemory, "a.xlsx": 270 << 20} {
		outputs, err := Open(t.Context(), []string{filepath.Join(t.TempDir(), path)}, Options{})
		if err != nil {
			t.Fatal(err)
		}
		outputs.limitMemory(16<<20, 0)
		outputs.limitComparing()
		if got := debug.SetMemoryLimit(-1); got != want+16<<20 {
			t.Errorf("%s: limit %d, want %d", path, got, want+16<<20)
		}
		outputs.Abort()
	}
}

// A scratch file is private, can be written and read, and leaves nothing, with outputs and
// without.
func TestScratch(t *testing.T) {
	temp, dir := t.TempDir(), t.TempDir()
	t.Setenv("TMPDIR", temp)
	t.Setenv("TMP", temp) // of Windows
	for _, paths := range [][]string{nil, {filepath.Join(dir, "a.parquet")}} {
		outputs, err := Open(t.Context(), paths, Options{})
		if err != nil {
			t.Fatal(err)
		}
		for range 2 {
			file, err := outputs.Scratch()
			if err == nil {
				_, err = io.WriteString(file, "text")
			}
			if err != nil {
				t.Fatal(err)
			}
			if !strings.HasPrefix(file.Name(), temp) == (paths == nil) {
				t.Errorf("%s is in the wrong folder", file.Name())
			}
			if runtime.GOOS != "windows" {
				if _, err := os.Stat(file.Name()); err == nil {
					t.Error("a killed run would leave the file")
				}
			}
			text := make([]byte, 4)
			if _, err := file.ReadAt(text, 0); err != nil || string(text) != "text" {
				t.Errorf("%q, %v", text, err)
			}
		}
		outputs.Abort()
		if left := append(names(t, temp), names(t, dir)...); len(left) > 0 {
			t.Errorf("%v is left", left)
		}
	}
}

// Pairs are listed beside every output, with a digest; without outputs they are not.
func TestWritePair(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	pair := &versions.Pair{ID: "1", Kind: versions.Conflicting, Counted: versions.Place{Source: &schema.Source{Path: "a"}, Record: 1}, Repeat: versions.Place{Source: &schema.Source{Path: "b"}, Record: 2}}
	for _, paths := range [][]string{{dir + "/a.parquet", dir + "/lake/"}, nil} {
		outputs, err := Open(t.Context(), paths, Options{})
		if err == nil {
			err = outputs.WritePair(pair)
		}
		if err == nil {
			err = outputs.Commit(&manifest.Run{})
		}
		if err != nil {
			t.Fatal(err)
		}
	}
	lists, _ := filepath.Glob(dir + "/*.duplicates.ndjson")
	lake, _ := filepath.Glob(dir + "/lake/_manifests/*.duplicates.ndjson")
	for _, path := range append(lists, lake...) {
		if text, err := os.ReadFile(path); err != nil || strings.Count(string(text), "\n") != 1 {
			t.Errorf("%s: %q, %v", path, text, err)
		}
	}
	if len(lists) != 1 || len(lake) != 1 {
		t.Errorf("lists %v %v", lists, lake)
	}
}
