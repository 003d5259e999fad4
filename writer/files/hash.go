package files

import (
	"crypto/sha256"
	"encoding/hex"
	"io"
	"os"
)

// Hash returns the SHA-256 of a file, in hexadecimal. It calls read with the size of each
// piece, whose error ends the file early; nil for none.
func Hash(path string, read func(n int) error) (string, error) {
	file, err := os.Open(path)
	if err != nil {
		return "", err
	}
	defer file.Close()
	sum := sha256.New()
	in := io.Writer(sum)
	if read != nil {
		in = io.MultiWriter(sum, pieces(read))
	}
	if _, err := io.Copy(in, file); err != nil {
		return "", err
	}
	return hex.EncodeToString(sum.Sum(nil)), nil
}

type pieces func(n int) error

func (p pieces) Write(b []byte) (int, error) { return len(b), p(len(b)) }
