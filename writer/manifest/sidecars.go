package manifest

import (
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
}

const (
	rejectsEnding  = ".rejects.ndjson"
	sumsEnding     = ".sha256"
	manifestEnding = ".manifest.json"
)

// SidecarsOf returns the names of the files beside a file.
func SidecarsOf(path string) []string {
	return []string{path + rejectsEnding, path + sumsEnding, path + manifestEnding}
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
	if s.rejects != nil {
		s.rejects.Path = s.Base + rejectsEnding
		data = append(data, s.rejects)
	} else {
		s.files.RemoveBeside(s.Sums, s.Base+rejectsEnding)
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
}

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
	l.buf = append(l.buf, source...)
	l.addNumber(`,"record":`, r.Record)
	l.addNumber(`,"line":`, r.Line)
	l.addNumber(`,"offset":`, r.Offset)
	l.addNumber(`,"length":`, r.Length)
	l.addText(`,"column":"`, []byte(r.Column))
	l.addText(`","code":"`, []byte(r.Code))
	l.addText(`","message":"`, []byte(r.Message))
	l.addText(`","raw":"`, r.Raw)
	l.buf = append(l.buf, `","raw_sha256":"`...)
	if r.Sum != nil {
		l.buf = hex.AppendEncode(l.buf, r.Sum)
	} else {
		whole := sha256.Sum256(r.Raw)
		l.buf = hex.AppendEncode(l.buf, whole[:])
	}
	l.buf = append(l.buf, "\"}\n"...)
}

func (l *rejectWriter) addNumber(name string, n int64) {
	l.buf = strconv.AppendInt(append(l.buf, name...), n, 10)
}

// addText adds a text, as long as it may be.
func (l *rejectWriter) addText(name string, text []byte) {
	l.buf = append(l.buf, name...)
	for len(text) > 0 {
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
	if l.err == nil {
		_, l.err = l.w.Write(l.buf)
	}
	l.buf = l.buf[:0]
	return l.err
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
