package manifest

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"io"
	"path/filepath"
	"strings"

	"signins/schema"
)

// Sidecars returns the names of the files beside an output.
func Sidecars(output string) (rejects, sums, manifest string) {
	return output + ".rejects.ndjson", output + ".sha256", output + ".manifest.json"
}

// FileNames returns the names of all files that an output may consist of.
func FileNames(output string) []string {
	rejects, sums, manifest := Sidecars(output)
	return []string{output, rejects, sums, manifest}
}

// reject is a line of the rejects file.
type reject struct {
	File      string `json:"file"`
	Member    string `json:"member"`
	Record    int64  `json:"record"`
	Line      int64  `json:"line"`
	Offset    int64  `json:"offset"`
	Length    int64  `json:"length"`
	Column    string `json:"column"`
	Code      string `json:"code"`
	Message   string `json:"message"`
	Raw       string `json:"raw"`
	RawSHA256 string `json:"raw_sha256"`
}

// WriteReject writes the line for a reject. Raw bytes that are no UTF-8 stand as
// \xNN; the digest is that of the bytes themselves.
func WriteReject(w io.Writer, src *schema.Source, r *schema.Reject) error {
	sum := r.Sum
	if sum == nil {
		whole := sha256.Sum256(r.Raw)
		sum = whole[:]
	}
	line := json.NewEncoder(w)
	line.SetEscapeHTML(false)
	return line.Encode(reject{
		File: src.File(), Member: src.Member, Record: r.Record, Line: r.Line, Offset: r.Offset, Length: r.Length,
		Column: r.Column, Code: r.Code, Message: r.Message,
		Raw: schema.EscapeInvalid(r.Raw), RawSHA256: hex.EncodeToString(sum),
	})
}

// SumLine is a line of a file for sha256sum -c, which escapes odd names.
func SumLine(digest, path string) string {
	name := filepath.Base(path)
	escaped := strings.NewReplacer(`\`, `\\`, "\n", `\n`, "\r", `\r`).Replace(name)
	if escaped != name {
		digest = `\` + digest
	}
	return digest + "  " + escaped + "\n"
}
