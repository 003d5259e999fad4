package reader

import (
	"archive/zip"
	"bytes"
	"compress/gzip"
	"io"
	"slices"
	"strings"
	"testing"

	"github.com/klauspost/compress/zstd"
)

// mostUnpacked is how long data may become here.
const mostUnpacked = 16 << 20

// FuzzGzip and FuzzZstd unpack: what another decoder gives comes out, and what
// it refuses does not pass for whole.
func FuzzGzip(f *testing.F) {
	fuzzUnpack(f, "gzip", func(packed []byte) ([]byte, error) {
		r, err := gzip.NewReader(bytes.NewReader(packed))
		if err != nil {
			return nil, err
		}
		return io.ReadAll(io.LimitReader(r, mostUnpacked+1))
	})
}

func FuzzZstd(f *testing.F) {
	decoder, err := zstd.NewReader(nil, zstd.WithDecoderMaxMemory(mostUnpacked), zstd.WithDecoderMaxWindow(maxZstdWindow), zstd.WithDecoderConcurrency(1))
	if err != nil {
		f.Fatal(err)
	}
	fuzzUnpack(f, "zstd", func(packed []byte) ([]byte, error) { return decoder.DecodeAll(packed, nil) })
}

// fuzzSeeds are small exports, whole and not.
func fuzzSeeds() []string {
	return []string{signIn("1") + "\n", "[" + signIn("1") + "," + signIn("2") + "]", portal("1,u,,", "2,\"a\nb\",,"), "[" + signIn("1"), "", strings.Repeat(signIn("1")+"\n", 100)}
}

func fuzzUnpack(f *testing.F, packing string, plain func(packed []byte) ([]byte, error)) {
	for _, seed := range fuzzSeeds() {
		packed := packers[packing](f, []byte(seed))
		f.Add(packed)
		f.Add(packed[:len(packed)*2/3])
		f.Add(append(packed, packers[packing](f, []byte(seed))...))
		f.Add(append(packed, "\x00\x00"...))
	}
	f.Fuzz(func(t *testing.T, packed []byte) {
		name, r, err := unpack(packed[:min(4, len(packed))], bytes.NewReader(packed))
		if name != packing {
			return
		}
		var got []byte
		if err == nil {
			got, err = io.ReadAll(io.LimitReader(r, mostUnpacked+1))
		}
		if len(got) > mostUnpacked {
			return
		}
		want, refused := plain(packed)
		if (err == nil) != (refused == nil) || err == nil && !bytes.Equal(got, want) {
			t.Fatalf("%q, %v; another decoder: %q, %v", shorten(string(got)), err, shorten(string(want)), refused)
		}
		checkPacked(t, packed, want, refused)
	})
}

// checkPacked reads packed data whole: it gives what is in it, or an error.
func checkPacked(t *testing.T, packed, plain []byte, refused error) {
	got := collect(t, Options{Raw: true, Stdin: bytes.NewReader(packed)}, "-")
	if refused != nil && got.err == nil {
		t.Fatalf("%d rows of data that cannot be unpacked: %v", len(got.rows), refused)
	}
	if name, _, _ := unpack(plain[:min(4, len(plain))], bytes.NewReader(plain)); refused != nil || name != "" {
		return // what is packed twice is unpacked once
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
		for _, method := range []uint16{zip.Store, zip.Deflate} {
			f.Add(zippedAs(f, method, "InteractiveSignIns.json", seed))
			f.Add(zippedAs(f, method, "a/", "", "a/1", seed, "../2.csv", seeds[(i+1)%len(seeds)], "readme.txt", "hello"))
		}
	}
	f.Fuzz(func(t *testing.T, packed []byte) {
		out := collect(t, Options{Raw: true}, write(t, "bundle.zip", string(packed)))
		archive, err := zip.NewReader(bytes.NewReader(packed), int64(len(packed)))
		if out.err != nil || slices.Contains(out.dialects, authDetailsCSV.name) {
			return
		}
		if err != nil {
			t.Fatalf("%d rows of an archive that cannot be read: %v", len(out.rows), err)
		}
		var want []row
		for _, entry := range archive.File {
			want = append(want, rowsOf(t, entry, out)...)
		}
		sameRows(t, out.rows, want)
	})
}

// rowsOf reads an entry of an archive that was read without an error.
func rowsOf(t *testing.T, entry *zip.File, out outcome) []row {
	skipped := slices.ContainsFunc(out.skipped, func(s Skipped) bool { return strings.HasSuffix(s.Path, "!"+shown(entry.Name)) })
	if skipped || entry.FileInfo().IsDir() {
		return nil
	}
	var plain []byte
	r, err := entry.Open()
	if err == nil {
		plain, err = io.ReadAll(io.LimitReader(r, mostUnpacked+1))
	}
	if err != nil {
		t.Fatalf("%s passes for whole: %v", entry.Name, err)
	}
	if len(plain) > mostUnpacked {
		t.Skip("too long")
	}
	got := collect(t, Options{Raw: true, Stdin: bytes.NewReader(plain)}, "-")
	if got.err != nil {
		t.Fatalf("%s passes for whole: %v", entry.Name, got.err)
	}
	return got.rows
}
