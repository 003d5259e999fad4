package source

import (
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"signins/testdata/fixture"
)

// The bytes of a file are unpacked, whatever it is packed in, and not decoded. Only those
// of a file that is not packed can be read at any place.
func TestOpenBytes(t *testing.T) {
	t.Parallel()
	const text = "\xff\xfe{\x00}\x00, and more"
	gz, zst := fixture.Gzip(text), string(zstdPacked(t, []byte(text)))
	root := fixture.Tree(t, map[string]string{
		"plain": text, "short": "a", "empty": "", "x.gz": gz, "x.zst": zst, "cut.gz": gz[:len(gz)-9], "bad.gz": gz[:9], "no.zip": "PK",
		"x.zip": fixture.Zip("a", text, "b.gz", gz, "c\xff", "bytes", "d", ""),
	})
	for _, c := range []struct{ path, member, want, fails string }{
		{path: "plain", want: text}, {path: "short", want: "a"}, {path: "empty"}, {path: "x.gz", want: text}, {path: "x.zst", want: text},
		{path: "x.zip", member: "a", want: text}, {path: "x.zip", member: "b.gz", want: text}, {path: "x.zip", member: `c\xFF`, want: "bytes"}, {path: "x.zip", member: "d"},
		{path: "none", fails: "no such file"}, {path: "none", member: "a", fails: "none: no such file or folder"}, {path: "no.zip", member: "a", fails: "is damaged"},
		{path: "x.zip", member: "e", fails: "the archive has no member e"}, {path: "cut.gz", fails: "ends too early"}, {path: "bad.gz", fails: "ends too early"},
	} {
		t.Run(c.path+" "+c.member, func(t *testing.T) {
			in, err := OpenBytes(filepath.Join(root, c.path), c.member)
			var got []byte
			if err == nil {
				_, whole := in.(io.ReaderAt)
				if packed := strings.Contains(c.path, "."); whole == packed {
					t.Errorf("can be read at any place: %v", whole)
				}
				got, err = io.ReadAll(in)
				if closing := in.Close(); closing != nil {
					t.Error(closing)
				}
			}
			if c.fails == "" && (err != nil || string(got) != c.want) || c.fails != "" && (err == nil || !strings.Contains(err.Error(), c.fails)) {
				t.Errorf("%q, %v", got, err)
			}
		})
	}
	open, _ := os.ReadDir("/proc/self/fd") // of Linux
	for _, fd := range open {
		if name, _ := os.Readlink("/proc/self/fd/" + fd.Name()); strings.HasPrefix(name, root) {
			t.Errorf("%s is open", name)
		}
	}
}
