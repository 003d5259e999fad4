package manifest

import (
	"fmt"
	"strings"
)

// A Sum is the digest of a file beside an output.
type Sum struct {
	SHA256 string // in hexadecimal
	Name   string // slashes; relative to the folder of the digests
}

// sumLine is a line for sha256sum -c. Backslashes and line ends in a name
// have the escapes that sha256sum writes.
func sumLine(digest, name string) string {
	escaped := strings.NewReplacer(`\`, `\\`, "\n", `\n`, "\r", `\r`).Replace(name)
	if escaped != name {
		digest = `\` + digest
	}
	return digest + "  " + escaped + "\n"
}

// ParseSums reads the digests that Sidecars.Seal writes. Other ways to spell the same
// digests are an error: *Unreadable.
func ParseSums(path string, text []byte) (sums []Sum, err error) {
	n := 0
	for line := range strings.Lines(string(text)) {
		n++
		digest, name, _ := strings.Cut(strings.TrimSuffix(line, "\n"), "  ")
		sum := Sum{digest, name}
		if plain, escaped := strings.CutPrefix(digest, `\`); escaped {
			sum = Sum{plain, strings.NewReplacer(`\\`, `\`, `\n`, "\n", `\r`, "\r").Replace(name)}
		}
		if !IsDigest(sum.SHA256) || sum.Name == "" || sumLine(sum.SHA256, sum.Name) != line {
			return nil, &Unreadable{fmt.Sprintf("%s:%d", path, n), "is no line of a digest and a name", "it was damaged or edited"}
		}
		sums = append(sums, sum)
	}
	return sums, nil
}

// IsDigest reports whether text is a SHA-256 as manifests and digests spell it.
func IsDigest(text string) bool {
	return len(text) == 64 && strings.Trim(text, "0123456789abcdef") == ""
}
