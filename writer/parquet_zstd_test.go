package writer

import (
	"bytes"
	"math/rand/v2"
	"testing"

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
			frame, err := idCodec.Encode(nil, text[:size])
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
