package manifest

import (
	"bytes"
	"crypto/sha256"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"signins/schema"
	"signins/writer/files"
)

// The manifest appears after all else, with the names of Base.
func TestSealMakesTheManifestLast(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	tx := files.Begin(t.Context())
	t.Cleanup(tx.Abort)
	s := NewSidecars(tx, filepath.Join(dir, "run"), files.SetAside)
	s.Base = filepath.Join(dir, "out")
	rejects, err := s.Create(Rejects)
	if err != nil {
		t.Fatal(err)
	}
	manifest, err := s.Seal("digest")
	if err != nil || !manifest.Last || s.Sums.Last || rejects.Last {
		t.Errorf("%v: the manifest is last: %v, the digests: %v", err, manifest.Last, s.Sums.Last)
	}
	if err := tx.Commit(); err != nil {
		t.Fatal(err)
	}
	for _, name := range []string{s.Base + Rejects, s.Base + SumsEnding, s.Base + Ending} {
		if _, err := os.Stat(name); err != nil {
			t.Error(err)
		}
	}
}

// A longestWrite keeps what is written, and how much of it at once.
type longestWrite struct {
	bytes.Buffer
	length int
}

func (w *longestWrite) Write(p []byte) (int, error) {
	w.length = max(w.length, len(p))
	return w.Buffer.Write(p)
}

// Rejects of one reason are written as if each was the only one, however long their
// parts are and wherever what is buffered is written.
func TestRejectsOfOneReason(t *testing.T) {
	t.Parallel()
	long, sum := strings.Repeat("\x00é\xff", 1<<17), sha256.Sum256([]byte("a"))
	reject := func(column, code, message, raw string, sum []byte) schema.Reject {
		return schema.Reject{Column: column, Code: code, Message: message, Raw: []byte(raw), Sum: sum}
	}
	var rejects []schema.Reject
	for i, r := range []schema.Reject{
		reject("", "a", "b", "{}", nil), reject("", "a", "b", "{}", nil), reject("c", "a", "b", "{}", nil), reject("c", "d", "b", "{}", nil), reject("c", "d", "e", "{}", nil),
		reject("c", "d", "e", "[]", nil), reject("c", "d", "e", "[]", sum[:]), reject("c", "d", "e", "[]", sum[:]), reject("c", "d", "e", "[]", nil),
		reject("c", "d", "e", long, nil), reject("c", "d", "e", long, nil), reject("c", "d", "e", "", nil), reject("c", "d", "e", "", nil),
	} {
		same := 2
		if i == 1 {
			same = 2000
		}
		for range same {
			r.Record, r.Line, r.Offset, r.Length = int64(len(rejects)), 2, 3, 4
			rejects = append(rejects, r)
			if len(r.Raw) > 100 {
				break
			}
		}
	}
	for _, file := range []string{"a.json", strings.Repeat("a", 100<<10)} {
		source := &schema.Source{Path: file}
		var all longestWrite
		var one bytes.Buffer
		if err := WriteRejects(&all, &schema.Batch{Source: source, Rejects: rejects}); err != nil {
			t.Fatal(err)
		}
		if most := 2*rejectsBuffer + len(file); all.length > most {
			t.Errorf("%d bytes are written at once", all.length)
		}
		for i := range rejects {
			if err := WriteRejects(&one, &schema.Batch{Source: source, Rejects: rejects[i : i+1]}); err != nil {
				t.Fatal(err)
			}
		}
		if !bytes.Equal(all.Bytes(), one.Bytes()) {
			t.Errorf("%s: %d bytes together, %d one by one, or other content", file[:1], all.Len(), one.Len())
		}
	}
}
