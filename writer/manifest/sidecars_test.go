package manifest

import (
	"os"
	"path/filepath"
	"testing"

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
	for _, name := range []string{s.Base + Rejects, s.Base + sumsEnding, s.Base + manifestEnding} {
		if _, err := os.Stat(name); err != nil {
			t.Error(err)
		}
	}
}
