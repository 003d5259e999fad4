package manifest

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"io"
	"strings"

	"signins/schema"
)

// Sidecars returns the names of the files beside an output.
func Sidecars(output string) (rejects, sums, manifest string) {
	return output + ".rejects.ndjson", output + ".sha256", output + ".manifest.json"
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

// WriteRejects writes a line for each reject of a batch. Bytes of Raw that are no
// UTF-8 become \xNN; the digest is that of the original bytes.
func WriteRejects(w io.Writer, b *schema.Batch) error {
	line := json.NewEncoder(w)
	line.SetEscapeHTML(false)
	for i := range b.Rejects {
		r := &b.Rejects[i]
		sum := r.Sum
		if sum == nil {
			whole := sha256.Sum256(r.Raw)
			sum = whole[:]
		}
		err := line.Encode(reject{
			File: b.Source.File(), Member: b.Source.Member, Record: r.Record, Line: r.Line, Offset: r.Offset, Length: r.Length,
			Column: r.Column, Code: r.Code, Message: r.Message,
			Raw: schema.EscapeInvalid(r.Raw), RawSHA256: hex.EncodeToString(sum),
		})
		if err != nil {
			return err
		}
	}
	return nil
}

// SumLine is a line for sha256sum -c. Of odd characters in a name it has the
// escapes that sha256sum writes.
func SumLine(digest, name string) string {
	escaped := strings.NewReplacer(`\`, `\\`, "\n", `\n`, "\r", `\r`).Replace(name)
	if escaped != name {
		digest = `\` + digest
	}
	return digest + "  " + escaped + "\n"
}
