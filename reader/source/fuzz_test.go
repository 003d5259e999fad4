package source

import (
	"bytes"
	"compress/gzip"
	"errors"
	"io"
	"testing"

	klauspost "github.com/klauspost/compress/gzip"
	"github.com/klauspost/compress/zstd"

	"signins/testdata/fixture"
)

// maxUnpacked bounds the length of unpacked data in these tests.
const maxUnpacked = 1 << 20

func zstdPacked(t testing.TB, b []byte) []byte {
	w, err := zstd.NewWriter(nil)
	if err != nil {
		t.Fatal(err)
	}
	return w.EncodeAll(b, nil)
}

// FuzzUnpackGzip and FuzzUnpackZstd unpack data that was packed, with a byte
// changed or none, and data that looks packed: the result is that of another
// decoder, and data that the other refuses is an error.
func FuzzUnpackGzip(f *testing.F) {
	fuzzUnpack(f, "gzip", func(_ testing.TB, b []byte) []byte { return []byte(fixture.Gzip(b)) }, func(packed []byte) ([]byte, error) {
		r, err := gzip.NewReader(bytes.NewReader(packed))
		if err != nil {
			return nil, err
		}
		return io.ReadAll(io.LimitReader(r, maxUnpacked+1))
	})
}

func FuzzUnpackZstd(f *testing.F) {
	decoder, err := zstd.NewReader(nil, zstd.WithDecoderMaxMemory(maxUnpacked), zstd.WithDecoderMaxWindow(maxZstdWindow), zstd.WithDecoderConcurrency(1))
	if err != nil {
		f.Fatal(err)
	}
	fuzzUnpack(f, "zstd", zstdPacked, func(packed []byte) ([]byte, error) { return decoder.DecodeAll(packed, nil) })
}

func fuzzUnpack(f *testing.F, packing string, pack func(testing.TB, []byte) []byte, plain func(packed []byte) ([]byte, error)) {
	for i, seed := range []string{"", "{}", "[{\"id\":1}]", "a,b\n1,2\n"} {
		packed := pack(f, []byte(seed))
		f.Add([]byte(seed), false, uint16(i), byte(0))
		f.Add([]byte(seed), false, uint16(5*i), byte(16))
		f.Add(append(packed, pack(f, []byte(seed))...), true, uint16(0), byte(0))
		f.Add(packed[:len(packed)*2/3], true, uint16(0), byte(0))
		f.Add(append(packed, "\x00\x00"...), true, uint16(0), byte(0))
	}
	f.Fuzz(func(t *testing.T, packed []byte, already bool, at uint16, bits byte) {
		if !already {
			packed = pack(t, packed)
			packed[int(at)%len(packed)] ^= bits
		}
		name, r, err := unpack(packed[:min(4, len(packed))], bytes.NewReader(packed))
		if name != packing {
			return
		}
		var got []byte
		if err == nil {
			got, err = io.ReadAll(io.LimitReader(r, maxUnpacked+1))
		}
		want, refused := plain(packed)
		if len(got) > maxUnpacked || errors.Is(refused, zstd.ErrDecoderSizeExceeded) || errors.Is(refused, zstd.ErrWindowSizeExceeded) || errors.Is(err, klauspost.ErrHeader) {
			return // too long, or with flags that are not defined and package gzip takes
		}
		if (err == nil) != (refused == nil) || err == nil && !bytes.Equal(got, want) {
			t.Fatalf("%q, %v; another decoder: %q, %v", got, err, want, refused)
		}
	})
}
