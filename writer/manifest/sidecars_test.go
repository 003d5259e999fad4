package manifest

import (
	"crypto/sha256"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"testing"

	"signins/writer/files"
)

// Sidecars have the digests of all files, rejects only if there are any, and the names
// that the output has last.
func TestSidecars(t *testing.T) {
	t.Parallel()
	for _, rejected := range []bool{false, true} {
		t.Run(fmt.Sprint("rejects ", rejected), func(t *testing.T) {
			t.Parallel()
			dir := t.TempDir()
			tx := files.Begin(t.Context())
			defer tx.Abort()
			data, err := tx.Create(filepath.Join(dir, "data"), files.Refuse)
			if err != nil {
				t.Fatal(err)
			}
			s := NewSidecars(tx, filepath.Join(dir, "first"), files.Refuse)
			want := fmt.Sprintf("%x  data\n", sha256.Sum256(nil))
			if rejected {
				file, err := s.CreateRejects()
				if err != nil {
					t.Fatal(err)
				}
				io.WriteString(file, "{}\n")
				want += fmt.Sprintf("%x  last.rejects.ndjson\n", sha256.Sum256([]byte("{}\n")))
			}
			s.Base, s.Data = filepath.Join(dir, "last"), []*files.File{data}
			if _, err := s.Seal("12"); err != nil {
				t.Fatal(err)
			}
			if err := tx.Commit(); err != nil {
				t.Fatal(err)
			}
			for i, path := range SidecarsOf(s.Base) {
				if _, err := os.Stat(path); (err == nil) != (i > 0 || rejected) {
					t.Errorf("%s: %v", path, err)
				}
			}
			if got, _ := os.ReadFile(s.Base + ".sha256"); string(got) != want+"12  last.manifest.json\n" {
				t.Errorf("digests %q", got)
			}
		})
	}
}
