package manifest

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"io"
	"path/filepath"
	"strings"

	"signins/schema"
	"signins/writer/files"
)

// Sidecars are the files beside an output.
type Sidecars struct {
	Base     string         // of the final names, may be changed before Seal
	Ending   string         // of the manifest
	Data     []*files.File  // of the output, before Seal
	Sums     *files.File    // the digests, made by Seal
	Existing files.Existing // of the manifest

	files    *files.Transaction
	temp     string // of the names until Commit
	existing files.Existing
	rejects  *files.File // nil without rejects
	findings *files.File // nil without findings
}

const (
	rejectsEnding  = ".rejects.ndjson"
	findingsEnding = ".findings.ndjson"
	sumsEnding     = ".sha256"
	manifestEnding = ".manifest.json"
)

// SidecarsOf returns the names of the files beside a file.
func SidecarsOf(path string) []string {
	return []string{path + rejectsEnding, path + findingsEnding, path + sumsEnding, path + manifestEnding}
}

// NewSidecars returns the sidecars of an output, whose names are the path with endings.
func NewSidecars(t *files.Transaction, path string, e files.Existing) *Sidecars {
	return &Sidecars{Base: path, Ending: manifestEnding, Existing: e, files: t, temp: path, existing: e}
}

// CreateRejects makes the file of rejects. It is called once or never.
func (s *Sidecars) CreateRejects() (_ *files.File, err error) {
	s.rejects, err = s.files.Create(s.temp+rejectsEnding, s.existing)
	return s.rejects, err
}

// CreateFindings makes the file of findings. It is called once or never.
func (s *Sidecars) CreateFindings() (_ *files.File, err error) {
	s.findings, err = s.files.Create(s.temp+findingsEnding, s.existing)
	return s.findings, err
}

// Seal writes the digests of all files, the manifest's included, and makes the file of
// the manifest.
func (s *Sidecars) Seal(digest string) (manifest *files.File, err error) {
	if s.Sums, err = s.files.Create(s.temp+sumsEnding, s.existing); err != nil {
		return nil, err
	}
	if manifest, err = s.files.Create(s.temp+s.Ending, s.Existing); err != nil {
		return nil, err
	}
	s.Sums.Path, manifest.Path, manifest.Last = s.Base+sumsEnding, s.Base+s.Ending, true
	data := s.Data
	for _, side := range []struct {
		file   *files.File
		ending string
	}{{s.rejects, rejectsEnding}, {s.findings, findingsEnding}} {
		if side.file == nil {
			s.files.RemoveBeside(s.Sums, s.Base+side.ending)
			continue
		}
		side.file.Path = s.Base + side.ending
		data = append(data, side.file)
	}
	var lines strings.Builder
	for _, f := range data {
		name, err := filepath.Rel(filepath.Dir(s.Base), f.Path)
		if err != nil {
			return nil, err
		}
		lines.WriteString(sumLine(f.SHA256(), filepath.ToSlash(name)))
	}
	lines.WriteString(sumLine(digest, filepath.Base(manifest.Path)))
	_, err = io.WriteString(s.Sums, lines.String())
	return manifest, err
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

// sumLine is a line for sha256sum -c. Backslashes and line ends in a name
// have the escapes that sha256sum writes.
func sumLine(digest, name string) string {
	escaped := strings.NewReplacer(`\`, `\\`, "\n", `\n`, "\r", `\r`).Replace(name)
	if escaped != name {
		digest = `\` + digest
	}
	return digest + "  " + escaped + "\n"
}
