package reader

import (
	"archive/zip"
	"bytes"
	"io"
	"slices"
	"strings"
	"testing"

	"signins/schema"
	"signins/testdata/fixture"
)

// maxUnpacked bounds the length of unpacked data in these tests.
const maxUnpacked = 16 << 20

// fuzzSeeds are small exports, whole and not.
func fuzzSeeds() []string {
	return []string{signIn("1") + "\n", "[" + signIn("1") + "," + signIn("2") + "]", portal("1,u,,", "2,\"a\nb\",,"), "[" + signIn("1"), "", strings.Repeat(signIn("1")+"\n", 100)}
}

// withDamage flips bits of one byte.
func withDamage(packed []byte, at uint16, bits byte) []byte {
	if len(packed) > 0 {
		packed[int(at)%len(packed)] ^= bits
	}
	return packed
}

func sameRows(t *testing.T, got, want []row) {
	if len(got) != len(want) {
		t.Fatalf("%d rows, want %d", len(got), len(want))
	}
	for i, r := range got {
		r["source_file"] = want[i]["source_file"]
		if d := r.differs(want[i]); d != "" {
			t.Fatalf("row %d:%s", i+1, d)
		}
	}
}

// FuzzZip reads archives: their members give what package zip finds in them,
// and what it cannot read does not pass for whole.
func FuzzZip(f *testing.F) {
	seeds := fuzzSeeds()
	for i, seed := range seeds {
		f.Add(seed, seeds[(i+1)%len(seeds)], "../2.csv", zip.Store+8*uint16(i%2), uint16(9*i), byte(i))
		f.Add(fixture.Zip("InteractiveSignIns.json", seed), "", "", uint16(1), uint16(9*i), byte(i))
	}
	f.Fuzz(func(t *testing.T, one, two, name string, method, at uint16, bits byte) {
		packed := []byte(one)
		if method == zip.Store || method == zip.Deflate {
			packed = []byte(fixture.ZipBy(method, "a/", "", "a/1", one, strings.TrimRight(name, "/"), two, "readme.txt", "hello"))
		}
		packed = withDamage(packed, at, bits)
		out := collect(t, Options{Raw: true}, fixture.Temp(t, "bundle.zip", packed))
		archive, err := zip.NewReader(bytes.NewReader(packed), int64(len(packed)))
		if !bytes.HasPrefix(packed, []byte("PK")) || out.err != nil || slices.Contains(out.dialects, authDetailsCSV.name) {
			return
		}
		if err != nil {
			t.Fatalf("%d rows of an archive that cannot be read: %v", len(out.rows), err)
		}
		var want []row
		for _, entry := range archive.File {
			want = append(want, memberRows(t, entry, out)...)
		}
		sameRows(t, out.rows, want)
	})
}

// memberRows reads an entry of an archive that was read without an error.
func memberRows(t *testing.T, entry *zip.File, out outcome) []row {
	skipped := slices.ContainsFunc(out.skipped, func(s schema.Skipped) bool { return strings.HasSuffix(s.Path, "!"+schema.EscapeInvalid(entry.Name)) })
	if skipped || entry.FileInfo().IsDir() {
		return nil
	}
	var plain []byte
	r, err := entry.Open()
	if err == nil {
		plain, err = io.ReadAll(io.LimitReader(r, maxUnpacked+1))
	}
	if err != nil {
		t.Fatalf("%s passes for whole: %v", entry.Name, err)
	}
	if len(plain) > maxUnpacked {
		t.Skip("too long")
	}
	got := collect(t, Options{Raw: true, Stdin: bytes.NewReader(plain)}, "-")
	if got.err != nil {
		t.Fatalf("%s passes for whole: %v", entry.Name, got.err)
	}
	return got.rows
}
