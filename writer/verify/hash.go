package verify

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"io"

	"signins/writer/files"
	"signins/writer/manifest"
)

// A digest is what a file is, or why that is not known.
type digest struct {
	size   int64
	sha256 string // "" if it was not computed
	err    error
}

// digest returns the size of a file, and its SHA-256 if it has the size that is wanted;
// -1 wants any. Each file is read once.
func (c *checker) digest(path string, want int64) digest {
	if known, ok := c.digests[path]; ok && (known.sha256 != "" || known.err != nil || known.size != want) {
		return known
	}
	d := c.hashFile(path, want)
	c.digests[path] = d
	return d
}

func (c *checker) hashFile(path string, want int64) digest {
	file, size, err := openRegular(path)
	if err != nil {
		return digest{err: files.WithoutPath(err)}
	}
	defer file.Close()
	if want >= 0 && size != want {
		return digest{size: size}
	}
	sum := sha256.New()
	n, err := io.Copy(io.MultiWriter(sum, progress(c.Progress)), io.LimitReader(file, size))
	if err != nil {
		return digest{err: files.WithoutPath(err)}
	}
	return digest{size: n, sha256: hex.EncodeToString(sum.Sum(nil))}
}

// A progress counts the bytes that are written to it.
type progress func(int)

func (p progress) Write(b []byte) (int, error) {
	p(len(b))
	return len(b), nil
}

// compare says how a file differs from what a manifest says, "" for not at all.
func (d digest) compare(size int64, sha256 string) string {
	switch {
	case d.err != nil:
		return "cannot be read: " + d.err.Error()
	case size >= 0 && d.size != size:
		return fmt.Sprintf("has %s, the manifest says %s", manifest.Counted(d.size, "byte"), manifest.Number(size))
	case d.sha256 != sha256:
		return fmt.Sprintf("has the SHA-256 %s, the manifest says %s", d.sha256, sha256)
	}
	return ""
}
