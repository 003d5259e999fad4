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

// Sidecars are the files beside an output. Those that follow from the records and
// inputs of a run are the same for all its outputs, but for their names.
type Sidecars struct {
	Base     string         // of the final names, may be changed before Seal
	Ending   string         // of the manifest
	Data     []*files.File  // of the output, before Seal
	Sums     *files.File    // the digests, made by Seal
	Existing files.Existing // of the manifest

	files    *files.Transaction
	temp     string // of the names until Commit
	existing files.Existing
	lists    map[string]*files.File // by kind
}

// The kinds of sidecars that a run has only if there is something to write, by the
// endings of their names.
const (
	Rejects    = ".rejects.ndjson" // a line for each reject
	InputLines = ".inputs.ndjson"  // a line for each input, where the manifest does not list them
)

// kinds are all of them, in the order in which digests are listed.
var kinds = []string{Rejects, InputLines}

const (
	sumsEnding     = ".sha256"
	manifestEnding = ".manifest.json"
)

// SidecarsOf returns the names of the files beside a file.
func SidecarsOf(path string) (names []string) {
	for _, kind := range kinds {
		names = append(names, path+kind)
	}
	return append(names, path+sumsEnding, path+manifestEnding)
}

// NewSidecars returns the sidecars of an output, whose names are the path with endings.
func NewSidecars(t *files.Transaction, path string, e files.Existing) *Sidecars {
	return &Sidecars{Base: path, Ending: manifestEnding, Existing: e, files: t, temp: path, existing: e, lists: map[string]*files.File{}}
}

// Create makes the file of a kind. It is called once or never for each.
func (s *Sidecars) Create(kind string) (*files.File, error) {
	f, err := s.files.Create(s.temp+kind, s.existing)
	if err == nil {
		s.lists[kind] = f
	}
	return f, err
}

// File returns the file of a kind that Create made, nil for none.
func (s *Sidecars) File(kind string) *files.File { return s.lists[kind] }

// A Sidecar is the content of one kind of sidecar.
type Sidecar struct {
	Ending string `json:"ending"` // of the names
	Size   int64  `json:"size"`
	SHA256 string `json:"sha256"`
}

// List describes the files that Create made, which are whole.
func (s *Sidecars) List() (list []Sidecar) {
	for _, kind := range kinds {
		if f := s.lists[kind]; f != nil {
			list = append(list, Sidecar{kind, f.Size, f.SHA256()})
		}
	}
	return list
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
	for _, kind := range kinds {
		if f := s.lists[kind]; f != nil {
			f.Path = s.Base + kind
			data = append(data, f)
		} else {
			s.files.RemoveBeside(s.Sums, s.Base+kind)
		}
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
