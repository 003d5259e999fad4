package writer

import (
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"signins/schema"
	"signins/testdata/fixture"
)

// A path may be longer than the 260 characters of old programs.
func TestLongPaths(t *testing.T) {
	dir := t.TempDir()
	for range 4 {
		dir = filepath.Join(dir, strings.Repeat("long", 20))
	}
	if err := os.MkdirAll(dir, 0o700); err != nil {
		t.Fatal(err)
	}
	if _, err := convert(t.Context(), Options{}, filepath.Join(dir, "a.parquet"), filepath.Join(dir, "a.xlsx"), filepath.Join(dir, "lake")+`\`); err != nil {
		t.Fatal(err)
	}
	if got := names(t, dir); len(got) < 10 {
		t.Errorf("%q", got)
	}
}

// What another program has open cannot be replaced: the error names it, it stays as it
// is, and nothing else is left. Once it is closed, the same run succeeds.
func TestOutputThatIsOpenElsewhere(t *testing.T) {
	dir := t.TempDir()
	path := filepath.Join(dir, "a.xlsx")
	fixture.Write(t, path, "old")
	open, err := os.Open(path)
	if err != nil {
		t.Fatal(err)
	}
	defer open.Close()
	o := Options{Overwrite: true}
	if _, err = convert(t.Context(), o, path, filepath.Join(dir, "b.parquet")); err == nil || !strings.Contains(err.Error(), "a.xlsx") {
		t.Errorf("error %v", err)
	}
	content, err := os.ReadFile(path)
	if left := names(t, dir); err != nil || string(content) != "old" || len(left) != 1 {
		t.Errorf("%q, %v, files %q", content, err, left)
	}
	open.Close()
	if _, err = convert(t.Context(), o, path, filepath.Join(dir, "b.parquet")); err != nil {
		t.Error(err)
	}
}

func TestReservedNamesAreRefused(t *testing.T) {
	t.Chdir(t.TempDir())
	for _, path := range []string{"NUL.parquet", "con.xlsx", `lake\COM1\`, "report:1.xlsx", "aux/"} {
		if err := os.MkdirAll("lake", 0o700); err != nil {
			t.Fatal(err)
		}
		err := refuseTaken([]string{path}, true)
		var refused *schema.Refusal
		if !errors.As(err, &refused) || !strings.Contains(err.Error(), ": Windows keeps this name") {
			t.Errorf("%s: %v", path, err)
		}
	}
	for _, path := range []string{`lake.\`, `lake \`, `lake\day. ./`} {
		if err := refuseTaken([]string{path}, true); err == nil || !strings.Contains(err.Error(), ": Windows drops dots and spaces") {
			t.Errorf("%s: %v", path, err)
		}
	}
	dir, err := os.Getwd()
	if err != nil {
		t.Fatal(err)
	}
	for _, path := range []string{"null.parquet", `lake\`, `lake\console.xlsx`, filepath.Join(dir, "a.xlsx"), filepath.VolumeName(dir) + "b.xlsx", `.\`, `..\`, filepath.VolumeName(dir) + `\`, `\\?\` + dir + `\lake\`} {
		if err := refuseTaken([]string{path}, true); err != nil {
			t.Errorf("%s: %v", path, err)
		}
	}
}
