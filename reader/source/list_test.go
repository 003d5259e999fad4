package source

import (
	"errors"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"testing"

	"signins/schema"
	"signins/testdata/fixture"
)

// A list is one of lines or of NULs, in the encodings that shells write.
func TestReadList(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		text string
		want []string
	}{
		"lines":              {"a\nb c\n\nd", []string{"a", "b c", "", "d"}},
		"Windows":            {"a\r\nb\r\n", []string{"a", "b"}},
		"one return is kept": {"a\r\r\n", []string{"a\r"}},
		"NULs":               {"a\nb\x00c\r\x00", []string{"a\nb", "c\r", ""}},
		"one NUL":            {"a\x00", []string{"a", ""}},
		"empty":              {"", nil},
		"byte order mark":    {ByteOrderMark + "ä\n", []string{"ä"}},
		"UTF-16":             {utf16LE("\ufeffä\r\nb\r\n"), []string{"ä", "b"}},
	} {
		t.Run(name, func(t *testing.T) {
			path := fixture.Temp(t, "list", c.text)
			file, err := ReadList(path, nil)
			if err != nil || !slices.Equal(file.Paths, c.want) || file.Name != path {
				t.Errorf("file: %q, %v", file, err)
			}
			piped, err := ReadList("-", strings.NewReader(c.text))
			if err != nil || !slices.Equal(piped.Paths, c.want) || piped.Name != "-" {
				t.Errorf("standard input: %q, %v", piped, err)
			}
		})
	}
	if _, err := ReadList(filepath.Join(t.TempDir(), "none"), nil); err == nil {
		t.Error("a list that is not there is read")
	}
}

// A folder is no list, nor is what is far too long for one; a line that is no path is not
// shown as a whole.
func TestReadListRefuses(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		path, text, what string
		limit            int
	}{
		"folder":   {t.TempDir(), "", "is a folder, not a list of paths", 10},
		"too long": {"-", "0123456789a", "is too long for a list of paths", 10},
		"as long":  {"-", "0123456789", "", 10},
	} {
		text, err := readListFile(c.path, strings.NewReader(c.text), c.limit)
		bad, _ := errors.AsType[*Error](err)
		if c.what == "" && (err != nil || string(text) != c.text) || c.what != "" && (bad == nil || bad.What != c.what || bad.Hint == "") {
			t.Errorf("%s: %q, %v", name, text, err)
		}
	}
	long := strings.Repeat("ä", maxShown)
	_, _, err := Find(t.Context(), nil, &List{Name: "list", Paths: []string{"", long}}, 2)
	if bad, _ := errors.AsType[*Error](err); bad == nil || bad.Line != 2 || !strings.HasPrefix(bad.What, long[:maxShown]+"...: ") || !strings.Contains(bad.Hint, "each line") {
		t.Errorf("a long line: %v", err)
	}
	whole := strings.Repeat("x", maxShown)
	_, _, err = Find(t.Context(), nil, &List{Name: "list", Paths: []string{whole}}, 2)
	if bad, _ := errors.AsType[*Error](err); bad == nil || bad.Line != 1 || !strings.HasPrefix(bad.What, whole+": ") || strings.Contains(bad.Hint, "each line") {
		t.Errorf("a line as long as an error shows: %v", err)
	}
}

// What may not be read is an error that says what to do.
func TestPermissionHasAHint(t *testing.T) {
	t.Parallel()
	err := withPath("a.json", &os.PathError{Op: "open", Path: "x", Err: os.ErrPermission})
	if bad, _ := errors.AsType[*Error](err); bad == nil || bad.Path != "a.json" || bad.Hint == "" || !errors.Is(err, os.ErrPermission) {
		t.Error(err)
	}
}

// Listed files come after those of arguments, count as found in a folder, and may be in
// listed folders. One that is not there is an error with its line.
func TestFindList(t *testing.T) {
	t.Parallel()
	named, listed, folder := fixture.Temp(t, "named", "x"), fixture.Temp(t, "listed", "x"), filepath.Dir(fixture.Temp(t, "inside", "x"))
	files, skipped, err := Find(t.Context(), []string{named}, &List{Name: "list", Paths: []string{"", folder, listed}}, 2)
	if err != nil || len(skipped) > 0 || len(files) != 3 {
		t.Fatal(files, skipped, err)
	}
	for i, want := range []string{named, filepath.Join(folder, "inside"), listed} {
		if f := files[i]; f.Name != filepath.ToSlash(want) || f.Walked != (i > 0) || f.Argument != min(i, 1) {
			t.Errorf("%d: %+v", i, f)
		}
	}
	if runtime.GOOS != "windows" {
		files, skipped, err = Find(t.Context(), nil, &List{Paths: []string{os.DevNull}}, 2)
		if err != nil || len(files) > 0 || len(skipped) != 1 || skipped[0] != (schema.Skipped{Path: os.DevNull, Reason: irregular}) {
			t.Errorf("device: %v, %v, %v", files, skipped, err)
		}
	}
	_, _, err = Find(t.Context(), nil, &List{Name: "list", Paths: []string{"", listed, "none.json"}}, 2)
	e, ok := errors.AsType[*Error](err)
	if !ok || e.Error() != "list:3: none.json: no such file or folder" || e.Hint == "" {
		t.Errorf("%v", err)
	}
}
