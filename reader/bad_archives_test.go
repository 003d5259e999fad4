package reader

import (
	"archive/zip"
	"bytes"
	"context"
	"hash/crc32"
	"os"
	"strings"
	"testing"
	"time"

	"signins/testdata/fixture"
)

// odd makes a ZIP archive of one stored entry, whose header may be changed to
// say what is not so, and of a good one.
func odd(t *testing.T, name, content string, change func(h *zip.FileHeader)) string {
	t.Helper()
	var out bytes.Buffer
	w := zip.NewWriter(&out)
	h := &zip.FileHeader{Name: name, CompressedSize64: uint64(len(content)), UncompressedSize64: uint64(len(content)), CRC32: crc32.ChecksumIEEE([]byte(content))}
	change(h)
	entry, err := w.CreateRaw(h)
	if err == nil {
		_, err = entry.Write([]byte(content))
	}
	if err == nil {
		entry, err = w.Create("good.json")
	}
	if err == nil {
		_, err = entry.Write([]byte(g3))
	}
	if err == nil {
		err = w.Close()
	}
	if err != nil {
		t.Fatal(err)
	}
	return out.String()
}

// badArchives are ZIP archives that lie or are damaged.
func badArchives(t *testing.T) []badCase {
	plain := func(*zip.FileHeader) {}
	const named = "SignIns.json"
	whole := odd(t, named, g1, plain)
	list := []badCase{
		bad("archive: whole", whole, reads("1 3")),
		bad("archive: a path upwards", odd(t, "../../SignIns.json", g1, plain), reads("1 3").cell("source_file", "in!../../SignIns.json")),
		bad("archive: an absolute path", odd(t, "/etc/SignIns.json", g1, plain), reads("1 3").cell("source_file", "in!/etc/SignIns.json")),
		bad("archive: a path with a drive", odd(t, `C:\SignIns.json`, g1, plain), reads("1 3")),
		bad("archive: a symbolic link", odd(t, named, "/etc/passwd", func(h *zip.FileHeader) { h.SetMode(os.ModeSymlink | 0o777) }), reads("3")),
		bad("archive: a folder", odd(t, "d/", "", plain), reads("3")),
		bad("archive: an entry twice", odd(t, "good.json", g1, plain), fails("the ZIP archive has two entries called good.json", "unpack it")),
		bad("archive: an encrypted entry", odd(t, named, g1, func(h *zip.FileHeader) { h.Flags |= 1 }), fails("the entry of the ZIP archive is encrypted", "password"), ofMember(named)),
		bad("archive: another encrypted entry", odd(t, "x", g1, func(h *zip.FileHeader) { h.Flags |= 1 }), fails("the entry of the ZIP archive is encrypted", "password"), ofMember("x")),
		bad("archive: a wrong checksum", odd(t, named, g1, func(h *zip.FileHeader) { h.CRC32 ^= 1 }), fails("the ZIP data is damaged: zip: checksum error", "again"), ofMember(named)),
		bad("archive: a wrong checksum behind much", odd(t, named, strings.Repeat(g1+"\n", 20_000), func(h *zip.FileHeader) { h.CRC32 ^= 1 }), fails("the ZIP data is damaged: zip: checksum error", "again"), ofMember(named)),
		bad("archive: a size too small", odd(t, named, g1, func(h *zip.FileHeader) { h.UncompressedSize64 -= 5 }), fails("the ZIP data ", "again"), ofMember(named)),
		bad("archive: a size too large", odd(t, named, g1, func(h *zip.FileHeader) { h.UncompressedSize64 = 1 << 40 }), fails("the ZIP data ends too early", "cut"), ofMember(named)),
		bad("archive: an unknown packing", odd(t, named, g1, func(h *zip.FileHeader) { h.Method = 99 }), fails("the entry of the ZIP archive cannot be read", "unpack it"), ofMember(named)),
		bad("archive: packed data that is none", odd(t, named, g1, func(h *zip.FileHeader) { h.Method = zip.Deflate }), fails("the ZIP data is damaged", "again"), ofMember(named)),
		bad("archive: cut", whole[:len(whole)-30], fails("the ZIP archive is damaged: zip: not a valid zip file", "again")),
		bad("archive: cut to its beginning", whole[:40], fails("the ZIP archive is damaged", "again")),
		bad("archive: text behind it", whole+"more", reads("1 3")),
		bad("archive: an archive inside", odd(t, "inner.zip", whole, plain), reads("3")),
		bad("archive: an empty export inside", odd(t, named, "", plain), fails("empty", "export it again"), ofMember(named)),
		bad("archive: a workbook", odd(t, "[Content_Types].xml", "<Types/>", plain), fails("an Office document such as .xlsx", "save the sheet as CSV")),
	}
	if !testing.Short() {
		bomb := fixture.Zip(named, "["+g1+strings.Repeat(" ", 300<<20))
		list = append(list, bad("archive: a bomb", bomb, fails("the ZIP data unpacks to more than 1000 times its size", "unpack it yourself"), ofMember(named)))
	}
	return list
}

// A file that is another one when it is read than when it was looked at is an
// error, whatever changed.
func TestFilesThatChange(t *testing.T) {
	t.Parallel()
	for name, change := range map[string]func(path string) error{
		"grows":       func(path string) error { return os.WriteFile(path, []byte(g1+"\n"+g2+"\n"+g3+"\n"), 0o600) },
		"shrinks":     func(path string) error { return os.WriteFile(path, []byte(g1+"\n"), 0o600) },
		"is replaced": func(path string) error { return os.Chtimes(path, time.Time{}, time.Now().Add(time.Hour)) },
		"is emptied":  func(path string) error { return os.Truncate(path, 0) },
		"vanishes":    os.Remove,
	} {
		t.Run(caseName(name), func(t *testing.T) {
			path := fixture.Temp(t, "a.json", g1+"\n"+g2+"\n")
			ins, err := Open(t.Context(), []string{path}, Options{})
			if err == nil {
				err = change(path)
			}
			if err != nil {
				t.Fatal(err)
			}
			var last error
			for _, err := range ins.Read(context.Background()) {
				last = err
			}
			if last == nil || !strings.HasPrefix(last.Error(), path+": ") || name != "vanishes" && !strings.Contains(last.Error(), "the file changed while it was read") {
				t.Errorf("%s: %v", name, last)
			}
		})
	}
}
