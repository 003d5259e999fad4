package manifest

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"io"
	"path/filepath"
	"strconv"
	"strings"
	"unicode/utf8"

	"signins/schema"
	"signins/schema/jsontext"
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
	// Elsewhere is the list of findings of a run that lies beside another of its outputs
	// and not beside this one, nil for none.
	Elsewhere *files.File

	files    *files.Transaction
	temp     string // of the names until Commit
	existing files.Existing
	lists    map[string]*files.File // by kind
}

// The kinds of sidecars that a run has only if there is something to write, by the
// endings of their names.
const (
	Rejects    = ".rejects.ndjson"    // a line for each reject
	Duplicates = ".duplicates.ndjson" // a line for each pair of versions of a sign-in that differ
	Findings   = ".findings.ndjson"   // a line for each finding
	InputLines = ".inputs.ndjson"     // a line for each input, where the manifest does not list them
)

// kinds are all of them, in the order in which digests are listed.
var kinds = []string{Rejects, Duplicates, Findings, InputLines}

// The endings of the other two: the digests of all files, and the manifest.
const (
	SumsEnding = ".sha256"
	Ending     = ".manifest.json"
)

// SidecarsOf returns the names of the files beside a file.
func SidecarsOf(path string) (names []string) {
	for _, kind := range kinds {
		names = append(names, path+kind)
	}
	return append(names, path+SumsEnding, path+Ending)
}

// PathBeside returns the path of the manifest of an output.
func PathBeside(output string) string { return output + Ending }

// NewSidecars returns the sidecars of an output, whose names are the path with endings.
func NewSidecars(t *files.Transaction, path string, e files.Existing) *Sidecars {
	return &Sidecars{Base: path, Ending: Ending, Existing: e, files: t, temp: path, existing: e, lists: map[string]*files.File{}}
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

// List describes the files that Create made, and Elsewhere, which are whole.
func (s *Sidecars) List() (list []Sidecar) {
	for _, kind := range kinds {
		f := s.lists[kind]
		if f == nil && kind == Findings {
			f = s.Elsewhere
		}
		if f != nil {
			list = append(list, Sidecar{kind, f.Size, f.SHA256()})
		}
	}
	return list
}

// Seal writes the digests of all files, the manifest's included, and makes the file of
// the manifest.
func (s *Sidecars) Seal(digest string) (manifest *files.File, err error) {
	if s.Sums, err = s.files.Create(s.temp+SumsEnding, s.existing); err != nil {
		return nil, err
	}
	if manifest, err = s.files.Create(s.temp+s.Ending, s.Existing); err != nil {
		return nil, err
	}
	s.Sums.Path, manifest.Path, manifest.Last = s.Base+SumsEnding, s.Base+s.Ending, true
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

// rejectsBuffer is how much of the rejects file is written at once. A record is
// escaped in pieces of that size: one of 60 MB that is all NUL has 360 MB there.
const rejectsBuffer = 128 << 10

// A rejectWriter writes lines of the rejects file.
type rejectWriter struct {
	w   io.Writer
	buf []byte
	err error

	flushes int

	last *schema.Reject // whose line ends with end, nil for none
	end  []byte         // from the column on
}

// maxEnd bounds what is kept of a line. Millions of lines may be rejected for one reason,
// such as {}: all that differs is where they are, and the rest is a third of the time.
const maxEnd = 4 << 10

// WriteRejects writes a line for each reject of a batch. Bytes of Raw that are no
// UTF-8 become \xNN; the digest is that of the original bytes.
func WriteRejects(w io.Writer, b *schema.Batch) error {
	if len(b.Rejects) == 0 {
		return nil
	}
	lines := &rejectWriter{w: w, buf: make([]byte, 0, 2*rejectsBuffer)}
	source := jsontext.AppendQuoted([]byte(`{"file":`), []byte(b.Source.File()))
	source = jsontext.AppendQuoted(append(source, `,"member":`...), []byte(b.Source.Member))
	for i := range b.Rejects {
		lines.add(source, &b.Rejects[i])
	}
	return lines.flush()
}

// add writes a line that begins with the members of its source.
func (l *rejectWriter) add(source []byte, r *schema.Reject) {
	if len(l.buf) >= rejectsBuffer {
		_ = l.flush()
	}
	l.buf = append(l.buf, source...)
	l.addNumber(`,"record":`, r.Record)
	l.addNumber(`,"line":`, r.Line)
	l.addNumber(`,"offset":`, r.Offset)
	l.addNumber(`,"length":`, r.Length)
	if l.last != nil && sameReject(l.last, r) {
		l.buf = append(l.buf, l.end...)
		return
	}
	before, flushes := len(l.buf), l.flushes
	l.addEnd(r)
	if l.flushes == flushes && len(l.buf)-before <= maxEnd {
		l.last, l.end = r, append(l.end[:0], l.buf[before:]...)
	}
}

// sameReject reports whether two lines have the same end.
func sameReject(a, b *schema.Reject) bool {
	return a.Code == b.Code && a.Column == b.Column && a.Message == b.Message && bytes.Equal(a.Raw, b.Raw) && bytes.Equal(a.Sum, b.Sum)
}

// addEnd adds what does not depend on the place of a reject.
func (l *rejectWriter) addEnd(r *schema.Reject) {
	l.addText(`,"column":"`, []byte(r.Column))
	l.addText(`","code":"`, []byte(r.Code))
	l.addText(`","message":"`, []byte(r.Message))
	l.addText(`","raw":"`, r.Raw)
	l.buf = append(l.buf, `","raw_sha256":"`...)
	if r.Sum != nil {
		l.buf = hex.AppendEncode(l.buf, r.Sum)
	} else {
		digest := sha256.Sum256(r.Raw)
		l.buf = hex.AppendEncode(l.buf, digest[:])
	}
	l.buf = append(l.buf, "\"}\n"...)
}

func (l *rejectWriter) addNumber(name string, n int64) {
	l.buf = strconv.AppendInt(append(l.buf, name...), n, 10)
}

// addText adds a text, as long as it may be.
func (l *rejectWriter) addText(name string, text []byte) {
	l.buf = append(l.buf, name...)
	for len(text) > 0 && l.err == nil { // an interrupt is an error, too
		if len(l.buf) >= rejectsBuffer {
			_ = l.flush()
		}
		n := min(len(text), rejectsBuffer/maxEscape)
		for back := 1; n < len(text) && back < utf8.UTFMax; back++ {
			if utf8.RuneStart(text[n]) {
				break
			}
			n--
		}
		l.buf = jsontext.AppendEscaped(l.buf, text[:n])
		text = text[n:]
	}
}

// maxEscape is how many times longer an escaped text may be.
const maxEscape = len(`\u0000`)

// flush writes what is buffered, unless an earlier write failed, and returns the
// first error.
func (l *rejectWriter) flush() error {
	l.flushes++
	if l.err == nil {
		_, l.err = l.w.Write(l.buf)
	}
	l.buf = l.buf[:0]
	return l.err
}
