package reader

import (
	"archive/zip"
	"bytes"
	"compress/gzip"
	"errors"
	"io"
	"slices"
	"strings"
	"testing"

	"signins/schema"

	"github.com/klauspost/compress/zstd"
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

// FuzzGzip and FuzzZstd read packed data, with a byte changed or none: the rows
// are those of the unpacked data, and data that another decoder refuses does not
// pass for whole.
func FuzzGzip(f *testing.F) {
	fuzzUnpack(f, "gzip", func(packed []byte) ([]byte, error) {
		r, err := gzip.NewReader(bytes.NewReader(packed))
		if err != nil {
			return nil, err
		}
		return io.ReadAll(io.LimitReader(r, maxUnpacked+1))
	})
}

func FuzzZstd(f *testing.F) {
	decoder, err := zstd.NewReader(nil, zstd.WithDecoderMaxMemory(maxUnpacked), zstd.WithDecoderMaxWindow(128<<20), zstd.WithDecoderConcurrency(1))
	if err != nil {
		f.Fatal(err)
	}
	fuzzUnpack(f, "zstd", func(packed []byte) ([]byte, error) { return decoder.DecodeAll(packed, nil) })
}

func fuzzUnpack(f *testing.F, packing string, plain func(packed []byte) ([]byte, error)) {
	pack := packers[packing]
	for i, seed := range fuzzSeeds() {
		packed := pack(f, []byte(seed))
		f.Add([]byte(seed), false, uint16(i), byte(0))
		f.Add([]byte(seed), false, uint16(i), byte(16))
		f.Add(append(packed, pack(f, []byte(seed))...), true, uint16(0), byte(0))
		f.Add(packed[:len(packed)*2/3], true, uint16(0), byte(0))
		f.Add(append(packed, "\x00\x00"...), true, uint16(0), byte(0))
	}
	f.Fuzz(func(t *testing.T, packed []byte, already bool, at uint16, bits byte) {
		if !already {
			packed = withDamage(pack(t, packed), at, bits)
		}
		if packingOf(packed) != packing {
			return
		}
		want, refused := plain(packed)
		if len(want) > maxUnpacked || errors.Is(refused, zstd.ErrDecoderSizeExceeded) || errors.Is(refused, zstd.ErrWindowSizeExceeded) {
			return // too long
		}
		checkPacked(t, packed, want, refused)
	})
}

// packingOf returns what data is packed in, going by its first bytes.
func packingOf(data []byte) string {
	switch {
	case bytes.HasPrefix(data, []byte("\x1f\x8b")):
		return "gzip"
	case bytes.HasPrefix(data, []byte("\x28\xb5\x2f\xfd")), len(data) > 3 && data[0]&0xF0 == 0x50 && string(data[1:4]) == "\x2a\x4d\x18":
		return "zstd"
	}
	return ""
}

// checkPacked reads packed data whole: the result is its records, or an error.
func checkPacked(t *testing.T, packed, plain []byte, refused error) {
	got := collect(t, Options{Raw: true, Stdin: bytes.NewReader(packed)}, "-")
	if refused != nil && got.err == nil {
		t.Fatalf("%d rows of data that cannot be unpacked: %v", len(got.rows), refused)
	}
	if refused != nil || packingOf(plain) != "" {
		return // data that is packed twice is unpacked once
	}
	want := collect(t, Options{Raw: true, Stdin: bytes.NewReader(plain)}, "-")
	if (got.err == nil) != (want.err == nil) || got.seen != want.seen || len(got.rejects) != len(want.rejects) {
		t.Fatalf("seen %d, rejects %v, %v; unpacked %d, %v, %v", got.seen, got.rejects, got.err, want.seen, want.rejects, want.err)
	}
	sameRows(t, got.rows, want.rows)
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
		f.Add(string(zipped(f, "InteractiveSignIns.json", seed)), "", "", uint16(1), uint16(9*i), byte(i))
	}
	f.Fuzz(func(t *testing.T, one, two, name string, method, at uint16, bits byte) {
		packed := []byte(one)
		if method == zip.Store || method == zip.Deflate {
			packed = zippedAs(t, method, "a/", "", "a/1", one, strings.TrimRight(name, "/"), two, "readme.txt", "hello")
		}
		packed = withDamage(packed, at, bits)
		out := collect(t, Options{Raw: true}, write(t, "bundle.zip", string(packed)))
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
