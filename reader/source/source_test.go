package source

import (
	"context"
	"crypto/sha256"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"syscall"
	"testing"
	"time"
	"unicode/utf16"

	"signins/schema"
	"signins/testdata/fixture"
)

// utf16LE writes text as UTF-16LE.
func utf16LE(text string) string {
	var b strings.Builder
	for _, unit := range utf16.Encode([]rune(text)) {
		b.WriteByte(byte(unit))
		b.WriteByte(byte(unit >> 8))
	}
	return b.String()
}

// find returns the files that arguments name.
func find(t testing.TB, arguments ...string) []*File {
	t.Helper()
	files, skipped, err := Find(t.Context(), arguments, nil, 2)
	if err != nil || len(skipped) > 0 {
		t.Fatal(skipped, err)
	}
	return files
}

// first returns a file, or the first member of an archive.
func first(f *File) *File {
	if f.stat() == nil {
		if list := f.list(); list != nil {
			return list.Files[0]
		}
	}
	return f
}

// listOf returns what an archive has.
func listOf(f *File) *Archive {
	_, err := f.Preview(Options{})
	return err.(*Archive)
}

// readWhole reads a file as the reader does: its head, then all of it.
func readWhole(t testing.TB, f *File, o Options) (text string, err error) {
	t.Helper()
	head, err := f.Preview(o)
	if err != nil {
		return "", err
	}
	_, err = io.CopyN(io.Discard, head, 3)
	head.Close()
	if err != nil && err != io.EOF {
		return "", err
	}
	s, err := f.Open(o)
	if err != nil {
		return "", err
	}
	b, err := io.ReadAll(s)
	if err == nil {
		err = s.Finish()
	} else {
		s.Close()
		f.CloseArchive()
	}
	return string(b), err
}

// However a text is packed and encoded, it is read as UTF-8, and the digest is
// that of the file.
func TestStreams(t *testing.T) {
	t.Parallel()
	const text = "{\"name\":\"Zoë\"}\n"
	latin, err := FindEncoding("windows-1252")
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		name, content         string
		given                 *Encoding
		compression, encoding string
		bom                   bool
		size                  int64 // of the text, before it is read
	}{
		{"plain", text, nil, "", "UTF-8", false, 16},
		{"mark", ByteOrderMark + text, nil, "", "UTF-8", false, 19},
		{"gzip", fixture.Gzip(text), nil, "gzip", "UTF-8", false, -1},
		{"zstd", string(zstdPacked(t, []byte(text))), nil, "zstd", "UTF-8", false, -1},
		{"zip", fixture.Zip("a", text), nil, "zip", "UTF-8", false, 16},
		{"gzip in zip", fixture.Zip("a.gz", fixture.Gzip(text)), nil, "gzip", "UTF-8", false, -1},
		{"UTF-16", utf16LE("\ufeff" + text), nil, "", "UTF-16LE", true, -1},
		{"UTF-16 in gzip", fixture.Gzip(utf16LE("\ufeff" + text)), nil, "gzip", "UTF-16LE", true, -1},
		{"Windows-1252", strings.Replace(text, "ë", "\xeb", 1), latin, "", "windows-1252", false, -1},
		{"empty", "", nil, "", "UTF-8", false, 0},
	} {
		t.Run(c.name, func(t *testing.T) {
			f := first(find(t, fixture.Temp(t, "export", c.content))[0])
			var progress int
			got, err := readWhole(t, f, Options{Encoding: c.given, Progress: func(n int) { progress += n }})
			want := text
			if c.content == "" {
				want = ""
			}
			if strings.TrimPrefix(got, ByteOrderMark) != want || err != nil {
				t.Fatalf("%q, %v", got, err)
			}
			if f.Compression != c.compression || f.Encoding != c.encoding || f.BOM != c.bom || f.Size != int64(len(c.content)) || f.ModifiedAt().IsZero() {
				t.Errorf("%+v", f)
			}
			if f.SHA256() != fmt.Sprintf("%x", sha256.Sum256([]byte(c.content))) || progress < len(c.content) {
				t.Errorf("SHA-256 %s, %d bytes", f.SHA256(), progress)
			}
			s, err := f.Again(Options{Encoding: c.given})
			if err != nil || s.TextSize() != c.size {
				t.Errorf("text of %d bytes, want %d, %v", s.TextSize(), c.size, err)
			}
			s.Close()
			f.CloseArchive()
		})
	}
}

// What Preview reads of standard input is read again.
func TestStandardInput(t *testing.T) {
	t.Parallel()
	f := find(t, "-")[0]
	got, err := readWhole(t, f, Options{Stdin: strings.NewReader("some text")})
	if got != "some text" || err != nil || f.Size != 9 || !f.IsStdin() || !f.ModifiedAt().IsZero() || f.SHA256() != fmt.Sprintf("%x", sha256.Sum256([]byte(got))) {
		t.Errorf("%q, %+v, %v", got, f, err)
	}
}

// Errors name the file, and say what to do.
func TestErrors(t *testing.T) {
	t.Parallel()
	missing := filepath.Join(t.TempDir(), "missing.json")
	_, _, err := Find(t.Context(), []string{missing}, nil, 2)
	if e, ok := err.(*Error); !ok || e.Error() != missing+": no such file or folder" || e.Hint == "" || !errors.Is(err, os.ErrNotExist) {
		t.Errorf("%v", err)
	}
	packed := fixture.Gzip(strings.Repeat("text ", 100))
	cut := find(t, fixture.Temp(t, "cut.gz", packed[:len(packed)/2]))[0]
	if _, err := readWhole(t, cut, Options{}); err == nil || !err.(*Error).Damaged || err.(*Error).Path != cut.Name || err.(*Error).Hint != HintTruncated {
		t.Errorf("%v", err)
	}
	broken := errors.New("pipe broke")
	in := find(t, "-")[0]
	_, err = readWhole(t, in, Options{Stdin: io.MultiReader(strings.NewReader("begin"), readerOf(func([]byte) (int, error) { return 0, broken }))})
	if !errors.Is(err, broken) || err.Error() != "-: byte 5: pipe broke" {
		t.Errorf("%v", err)
	}
}

type readerOf func([]byte) (int, error)

func (r readerOf) Read(p []byte) (int, error) { return r(p) }

// A damaged archive is listed with its problem and the path of its first member.
func TestDamagedArchive(t *testing.T) {
	t.Parallel()
	archive := fixture.Zip("SignIns.json", "{}", "b", "x")
	f := find(t, fixture.Temp(t, "a.zip", archive[:len(archive)-9]))[0]
	_, err := f.Preview(Options{})
	if e, _ := err.(*Error); e == nil || e.Path != f.Name || e.FirstMember != "SignIns.json" || f.Compression != "zip" || f.list() != nil {
		t.Errorf("%+v", err)
	}
	if piped, err := find(t, "-")[0].Preview(Options{Stdin: strings.NewReader(archive)}); err != nil || piped.TextSize() != -1 {
		t.Errorf("standard input, which has no members: %v", err)
	}
	files := listOf(find(t, fixture.Temp(t, "a.zip", archive))[0]).Files
	if len(files) != 2 || files[1].Member != "b" || !files[1].Walked {
		t.Errorf("%+v", files)
	}
}

// A file that changes between Preview and Finish is an error.
func TestFileThatChanges(t *testing.T) {
	t.Parallel()
	for name, change := range map[string]func(path string) error{
		"grows":      func(path string) error { return os.WriteFile(path, []byte("longer text"), 0o600) },
		"is touched": func(path string) error { return os.Chtimes(path, time.Now(), time.Now().Add(time.Hour)) },
		"goes away":  os.Remove,
	} {
		t.Run(name, func(t *testing.T) {
			if name == "goes away" && runtime.GOOS == "windows" {
				t.Skip("Windows does not remove a file that is open")
			}
			f := find(t, fixture.Temp(t, "a", "text"))[0]
			head, err := f.Preview(Options{})
			if err != nil {
				t.Fatal(err)
			}
			head.Close()
			s, err := f.Open(Options{})
			if err == nil {
				_, err = io.ReadAll(s)
			}
			if err = errors.Join(err, change(f.Name)); err != nil {
				t.Fatal(err)
			}
			if err := s.Finish(); err == nil || !strings.HasPrefix(err.Error(), f.Name+": ") {
				t.Errorf("%v", err)
			}
		})
	}
}

// Drain reads what is left, for the digest of a file that is not parsed whole.
func TestDrain(t *testing.T) {
	t.Parallel()
	text := strings.Repeat("text ", 10_000)
	f := find(t, fixture.Temp(t, "a", text))[0]
	head, err := f.Preview(Options{})
	if err != nil {
		t.Fatal(err)
	}
	head.Close()
	s, err := f.Open(Options{})
	if err == nil {
		_, err = io.CopyN(io.Discard, s, 10)
	}
	if err != nil || !s.Drain() || s.Finish() != nil || f.SHA256() != fmt.Sprintf("%x", sha256.Sum256([]byte(text))) {
		t.Errorf("%+v, %v", f, err)
	}
}

// Files of one size are compared in a time that grows with their number, not its square.
func TestSet(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	for i := range 300 {
		fixture.Write(t, filepath.Join(dir, fmt.Sprint(i)), "x")
	}
	if err := os.Link(filepath.Join(dir, "7"), filepath.Join(dir, "same")); err != nil {
		t.Skip(err)
	}
	var set Set
	for _, f := range find(t, dir) {
		if err := f.stat(); err != nil {
			t.Fatal(err)
		}
		other := set.Add(f)
		if same := strings.HasSuffix(f.Name, "/same"); same != (other != nil) || same && !strings.HasSuffix(other.Name, "/7") {
			t.Fatalf("%s is %+v", f.Name, other)
		}
	}
	if len(set.files) != 300 {
		t.Errorf("%d keys of 300 files", len(set.files))
	}
	defer func() {
		set.Seal()
		if !set.Has(filepath.Join(dir, "299")) || !set.Has(filepath.Join(dir, "same")) || set.Has(dir) || set.Has(filepath.Join(dir, "none")) {
			t.Error("a sealed set has other files")
		}
		if set.files != nil || len(set.identities) != 300 {
			t.Errorf("%d identities of 300 files", len(set.identities))
		}
	}()
	in := find(t, "-")[0]
	if set.Add(in) != nil || set.Add(in) != nil {
		t.Error("standard input has no second name")
	}
}

// Data that unpacks to more than 1000 times its size is refused, from a size on.
func TestRatio(t *testing.T) {
	t.Parallel()
	packed := fixture.Gzip(make([]byte, 8<<20))
	for _, c := range []struct {
		free   int64
		refuse bool
	}{{1 << 20, true}, {16 << 20, false}} {
		u := &unpacker{name: "gzip", packed: &counter{r: strings.NewReader(packed)}, free: c.free}
		var err error
		if u.r, err = newGzipReader(u.packed); err != nil {
			t.Fatal(err)
		}
		if _, err = io.Copy(io.Discard, u); (err != nil) != c.refuse || err != nil && !strings.Contains(err.Error(), "times its size") {
			t.Errorf("from %d: %v", c.free, err)
		}
	}
}

// A walk, and a read of standard input that waits, end with the context.
func TestContextEnds(t *testing.T) {
	t.Parallel()
	cause := errors.New("enough")
	ctx, cancel := context.WithCancelCause(t.Context())
	waiting, feed := io.Pipe()
	defer feed.Close()
	r := Interruptible(ctx, waiting)
	time.AfterFunc(10*time.Millisecond, func() { cancel(cause) })
	if n, err := r.Read(make([]byte, 1)); n > 0 || !errors.Is(err, cause) {
		t.Errorf("%d bytes, %v", n, err)
	}
	dir := filepath.Dir(fixture.Temp(t, "a", "x"))
	if _, _, err := Find(ctx, []string{dir}, nil, 2); !errors.Is(err, cause) {
		t.Errorf("walk: %v", err)
	}
	if in := strings.NewReader("x"); Interruptible(context.Background(), in) != io.Reader(in) {
		t.Error("a context without an end needs no goroutine")
	}
}

// Width and Encode find the bytes of the file for text, half surrogate pairs
// included.
func TestEncodings(t *testing.T) {
	t.Parallel()
	for _, name := range []string{"utf-16le", "utf-16be", "windows-1252", "shift_jis"} {
		e, err := FindEncoding(name)
		if err != nil {
			t.Fatal(err)
		}
		for _, text := range []string{"", "abc", "é", "日本"} {
			if got := e.Encode(nil, []byte(text)); e.Width([]byte(text)) != int64(len(got)) {
				t.Errorf("%s: %q has %d bytes, not %d", name, text, len(got), e.Width([]byte(text)))
			}
		}
	}
	e, _ := FindEncoding("utf-16le")
	for _, wide := range []string{"a\x00", "\x3d\xd8\x00\xde", "\x3d\xd8x\x00", "\x00\xde"} {
		text, err := io.ReadAll(e.decode(strings.NewReader(wide)))
		if got := e.Encode(nil, text); string(got) != wide || e.Width(text) != int64(len(wide)) || err != nil {
			t.Errorf("%q: %q, %q, %v", wide, text, got, err)
		}
	}
	for _, name := range []string{"klingon", "replacement", ""} {
		if _, err := FindEncoding(name); err == nil {
			t.Errorf("%q is an encoding", name)
		}
	}
	if e, err := FindEncoding("utf8"); e != nil || err != nil {
		t.Errorf("UTF-8: %v, %v", e, err)
	}
}

// Files are found in the bytewise order of their slash paths.
func TestFindInOrder(t *testing.T) {
	t.Parallel()
	root := t.TempDir()
	want := []string{"C", "a-b", "a/b", "a0"}
	for _, name := range want {
		path := filepath.Join(root, name)
		fixture.Write(t, path, "")
	}
	var got []string
	for _, f := range find(t, "-", root) {
		got = append(got, strings.TrimPrefix(f.Name, filepath.ToSlash(root)+"/"))
	}
	if !slices.Equal(got, append([]string{"-"}, want...)) {
		t.Errorf("%v", got)
	}
}

// An error without a hint of its own has one for what it is.
func TestHints(t *testing.T) {
	t.Parallel()
	for want, e := range map[string]*Error{
		hintForeign: {What: "a picture"}, hintDamaged: {What: "found 'N'", Damaged: true}, hintWait: {What: "changed", Hint: hintWait}, HintTruncated: {Damaged: true, Hint: HintTruncated},
		hintSystem: withPath("a.json", &fs.PathError{Op: "read", Path: "a.json", Err: syscall.EIO}).(*Error),
	} {
		if status, hint := e.Exit(); status != schema.ExitInput || hint != want {
			t.Errorf("%s: status %d, hint %q", e.What, status, hint)
		}
	}
}
