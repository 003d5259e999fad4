package zstd

import (
	"bytes"
	"math/rand/v2"
	"testing"

	"github.com/klauspost/compress/huff0"
	"github.com/klauspost/compress/zstd"
)

// Frames of literals are read by a decoder of the format, whatever their size
// and content; ids come out smaller than with the usual encoder's own options.
func TestLiteralFrames(t *testing.T) {
	decoder, err := zstd.NewReader(nil)
	if err != nil {
		t.Fatal(err)
	}
	random := rand.New(rand.NewPCG(1, 2))
	hex := make([]byte, 3*zstdBlock)
	noise := make([]byte, 3*zstdBlock)
	for i := range hex {
		hex[i], noise[i] = "0123456789abcdef"[random.IntN(16)], byte(random.IntN(256))
	}
	for name, text := range map[string][]byte{"hex": hex, "noise": noise, "one": bytes.Repeat([]byte{'x'}, len(hex))} {
		for _, size := range []int{0, 1, leastLiterals - 1, leastLiterals, zstdBlock - 1, zstdBlock, zstdBlock + 1, zstdBlock + leastLiterals, 2 * zstdBlock, len(text)} {
			frame, err := IDs.Encode(nil, text[:size])
			if err != nil {
				t.Fatal(err)
			}
			back, err := decoder.DecodeAll(frame, nil)
			if err != nil || !bytes.Equal(back, text[:size]) {
				t.Errorf("%s, %d bytes: %d bytes come back, %v", name, size, len(back), err)
			}
			if name == "hex" && size >= zstdBlock && len(frame) > size*52/100 {
				t.Errorf("%d bytes of hexadecimal digits take %d", size, len(frame))
			}
		}
	}
}

// Where a page is longer than the window that every decoder supports, as with an
// id of some megabytes, the frame says how long its window is.
func TestIdsLongerThanAWindow(t *testing.T) {
	long := bytes.Repeat([]byte("0123456789abcdef"), (mostPage+zstdBlock)/16)
	frame, err := IDs.Encode(nil, long)
	if err != nil {
		t.Fatal(err)
	}
	var h zstd.Header
	if err := h.Decode(frame); err != nil || h.SingleSegment || h.WindowSize > mostPage {
		t.Errorf("%+v, %v", h, err)
	}
}

// A block that is longer than what it holds is no zstd: literals that get
// smaller by less than their header takes are coded otherwise.
func TestLiteralsHardlySmaller(t *testing.T) {
	decoder, err := zstd.NewReader(nil)
	if err != nil {
		t.Fatal(err)
	}
	random := rand.New(rand.NewPCG(1, 2))
	hardly := 0
	for size := 2000; hardly < 5; size++ {
		text := make([]byte, size)
		for i := range text {
			if text[i] = byte(random.IntN(256)); random.IntN(20) == 0 {
				text[i] = 'x'
			}
		}
		literals, _, err := huff0.Compress4X(text, new(huff0.Scratch))
		if err != nil || literalBlock(literals) <= size {
			continue
		}
		hardly++
		frame, err := IDs.Encode(nil, text)
		if err != nil {
			t.Fatal(err)
		}
		if back, err := decoder.DecodeAll(frame, nil); err != nil || !bytes.Equal(back, text) {
			t.Errorf("%d bytes of %d literals: %v", size, len(literals), err)
		}
	}
}
