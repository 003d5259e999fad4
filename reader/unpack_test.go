package reader

import (
	"bytes"
	"compress/gzip"
	"encoding/binary"
	"fmt"
	"os"
	"strings"
	"testing"

	"github.com/klauspost/compress/zstd"

	"signins/reader/source"
	"signins/schema"
	"signins/testdata/fixture"
)

// packers pack bytes; the name is that of a manifest.
var packers = map[string]func(t testing.TB, b []byte) []byte{
	"":     func(t testing.TB, b []byte) []byte { return b },
	"gzip": func(t testing.TB, b []byte) []byte { return []byte(fixture.Gzip(b)) },
	"gzip in two members": func(t testing.TB, b []byte) []byte {
		return []byte(fixture.Gzip(b[:len(b)/3]) + fixture.Gzip(b[len(b)/3:]))
	},
	"zstd": func(t testing.TB, b []byte) []byte {
		w, err := zstd.NewWriter(nil)
		if err != nil {
			t.Fatal(err)
		}
		return w.EncodeAll(b, nil)
	},
	"zip": func(t testing.TB, b []byte) []byte { return []byte(fixture.Zip("a/export.txt", string(b))) },
}

// Half a surrogate pair in UTF-16 is flagged and kept in extra.
func TestUTF16KeepsWhatIsNoText(t *testing.T) {
	t.Parallel()
	text := utf16Bytes(binary.LittleEndian, "\ufeff"+`{"createdDateTime":"2026-01-02T03:04:05Z","clientAppUsed":"ab","userAgent":"xy"}`+"\n")
	i := bytes.Index(text, []byte("x\x00y\x00"))
	copy(text[i:], "\x3d\xd8")
	out := readBytes(t, text)
	if len(out.rows) != 1 || out.rows[0]["user_agent"] != "\ufffd\ufffd\ufffdy" || out.rows[0]["issues"] != schema.InvalidUTF8 || out.rows[0]["extra"] != `{"userAgent":"\\xED\\xA0\\xBDy"}` {
		t.Errorf("%v, %v", out.rows, out.err)
	}
	if out := readBytes(t, text[:len(text)-1]); out.err == nil || !strings.Contains(out.err.Error(), "inside a character") {
		t.Errorf("odd length: %v", out.err)
	}
}

func TestGivenEncoding(t *testing.T) {
	t.Parallel()
	latin, err := source.FindEncoding("windows-1252")
	if err != nil {
		t.Fatal(err)
	}
	content := portalHead + "2026-01-01T00:00:00Z,1,u,Zo\xeb \x80,\n2026-01-01T00:00:00Z,2,,,\n"
	out := collect(t, Options{Raw: true, Encoding: latin, Stdin: strings.NewReader(content)}, "-")
	if len(out.rows) != 2 || out.rows[0]["user_display_name"] != "Zoë €" || out.rows[0]["raw_record"] != "2026-01-01T00:00:00Z,1,u,Zo\xeb \x80," {
		t.Errorf("%v, %v", out.rows, out.err)
	}
	if err := checkPlaces([]byte(content), out); err != nil {
		t.Error(err)
	}
	if _, err := source.FindEncoding("klingon"); err == nil {
		t.Error("an encoding that is none")
	}
}

// Whatever is cut off packed data or changed in it, it does not pass for whole.
func TestDamagedPackingsAreErrors(t *testing.T) {
	t.Parallel()
	text := strings.Repeat(signIn("1")+"\n", 40)
	for _, packing := range []string{"gzip", "zstd", "zip"} {
		t.Run(caseName(packing), func(t *testing.T) {
			t.Parallel()
			packed := packers[packing](t, []byte(text))
			path := fixture.Temp(t, "SignIns.json", "")
			for n := range cuts(string(packed)) {
				fixture.Write(t, path, packed[:n])
				if out := collect(t, Options{}, path); out.err == nil && n > 0 {
					t.Errorf("%s cut at %d of %d: %d rows, no error", packing, n, len(packed), len(out.rows))
				}
			}
			if packing == "zip" {
				return
			}
			for _, tail := range []string{"\x00\x00\x00\x00", "garbage"} {
				if out := readBytes(t, append(bytes.Clone(packed), tail...)); out.err == nil {
					t.Errorf("%s and %q: no error", packing, tail)
				}
			}
		})
	}
	if out := readBytes(t, []byte(badSum(fixture.Gzip(text)))); out.err == nil || !strings.Contains(out.err.Error(), "gzip data is damaged") {
		t.Errorf("checksum: %v", out.err)
	}
}

// A frame that needs too much memory is not reported as damaged.
func TestZstdOfALargeWindow(t *testing.T) {
	t.Parallel()
	var packed bytes.Buffer
	w, err := zstd.NewWriter(&packed, zstd.WithWindowSize(256<<20))
	if err == nil {
		_, err = w.Write([]byte(signIn("1") + "\n"))
	}
	if err == nil {
		err = w.Flush() // the window of what was written at once would be small
	}
	if err == nil {
		err = w.Close()
	}
	if err != nil {
		t.Fatal(err)
	}
	if out := readBytes(t, packed.Bytes()); out.err == nil || !strings.Contains(out.err.Error(), "needs more than 128 MiB of memory to unpack") {
		t.Errorf("%d rows, %v", len(out.rows), out.err)
	}
}

// Joined gzip files are whole where one of them ends, and nowhere else: not
// inside the name of a further one.
func TestGzipMemberCutInItsHeader(t *testing.T) {
	t.Parallel()
	first := fixture.Gzip(signIn("1") + "\n")
	var second bytes.Buffer
	w := gzip.NewWriter(&second)
	w.Name, w.Comment, w.Extra = "export.json", "of May", []byte("xy")
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	for n := range second.Len() {
		t.Run(fmt.Sprint(n), func(t *testing.T) {
			for _, begin := range []string{first, ""} {
				packed := begin + second.String()[:n]
				if out := readBytes(t, []byte(packed)); out.err == nil && n > 0 || n > 2 && !strings.Contains(fmt.Sprint(out.err), "ends too early") {
					t.Errorf("cut at %d behind %d bytes: %d rows, %v", n, len(begin), len(out.rows), out.err)
				}
			}
		})
	}
}

// An archive's exports are inputs of their own; what else it holds is listed.
func TestArchives(t *testing.T) {
	t.Parallel()
	bundle := fixture.Zip("InteractiveSignIns_1.csv", portal("1,,,"), "../MSISignIns.json", "["+signIn("2")+"]", "readme.txt", "hello\n", "inner.zip", fixture.Zip("a.json", signIn("3")))
	path := fixture.Temp(t, "bundle.zip", bundle)
	ins, err := Open(t.Context(), []string{path}, Options{})
	if err != nil {
		t.Fatal(err)
	}
	var names []string
	for _, in := range ins.List {
		if in.Source.File() != path || in.Compression != "zip" {
			t.Errorf("%+v", in.Source)
		}
		names = append(names, in.Source.Member+" "+in.Source.CategoryFromName)
	}
	if got := fmt.Sprint(names); got != "[InteractiveSignIns_1.csv interactive_user ../MSISignIns.json managed_identity]" || len(ins.Skipped) != 2 {
		t.Errorf("%s, skipped %v", got, ins.Skipped)
	}
	out := collect(t, Options{}, path)
	if got := fmt.Sprint(out.values("id"), out.values("source_file")); got != fmt.Sprintf("[1 2] [%s!InteractiveSignIns_1.csv %[1]s!../MSISignIns.json]", path) {
		t.Errorf("%s, %v", got, out.err)
	}
	named := fixture.Temp(t, "NonInteractiveSignIns.csv.zip", fixture.Zip("ApplicationSignIns.json", signIn("1")+"\n", "export", signIn("2")+"\n", "readme.txt", "hello\n"))
	if ins, err := Open(t.Context(), []string{named}, Options{}); err != nil || ins.List[0].Source.CategoryFromName != schema.ServicePrincipal || ins.List[1].Source.CategoryFromName != schema.NonInteractiveUser || len(ins.Skipped) != 1 {
		t.Errorf("%v", err)
	}
	if _, err := os.Stat("../MSISignIns.json"); err == nil {
		t.Error("an entry was written")
	}
	twice := fixture.Temp(t, "twice.zip", fixture.Zip("a.json", signIn("1"), "a.json", signIn("2")))
	if out := collect(t, Options{}, twice); out.err == nil || !strings.Contains(out.err.Error(), "two entries called a.json") {
		t.Errorf("twice: %v", out.err)
	}
	for _, size := range []string{"\xff\x00\x00\x00", "\xff\xff\xff\xff"} {
		t.Run(caseName(size), func(t *testing.T) {
			longer := []byte(fixture.Zip("a.json", signIn("1")))
			copy(longer[bytes.Index(longer, []byte("PK\x01\x02"))+20:], size)
			if out := collect(t, Options{}, fixture.Temp(t, "longer.zip", longer)); out.err == nil || !strings.Contains(out.err.Error(), "damaged") {
				t.Errorf("longer: %v", out.err)
			}
		})
	}
	secret := []byte(fixture.Zip("a.json", signIn("1")))
	for _, magic := range []string{"PK\x03\x04", "PK\x01\x02"} {
		i := bytes.Index(secret, []byte(magic))
		secret[i+map[string]int{"PK\x03\x04": 6, "PK\x01\x02": 8}[magic]] |= 1
	}
	if out := collect(t, Options{}, fixture.Temp(t, "secret.zip", secret)); out.err == nil || !strings.Contains(fmt.Sprint(out.err, out.skipped), "encrypted") {
		t.Errorf("encrypted: %v, %v", out.err, out.skipped)
	}
}

// Data that was packed to fill memory or time ends reading soon.
func TestPackedBombs(t *testing.T) {
	t.Parallel()
	if testing.Short() {
		t.Skip("unpacks 256 MiB")
	}
	var bomb bytes.Buffer
	w, err := gzip.NewWriterLevel(&bomb, gzip.BestCompression)
	if err != nil {
		t.Fatal(err)
	}
	w.Write([]byte("[" + signIn("1")))
	spaces := bytes.Repeat([]byte(" "), 1<<20)
	for range 600 {
		w.Write(spaces)
	}
	w.Close()
	if out := readBytes(t, bomb.Bytes()); out.err == nil || !strings.Contains(out.err.Error(), "times its size") {
		t.Errorf("%d bytes: %v", bomb.Len(), out.err)
	}
}
