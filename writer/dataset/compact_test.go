package dataset

import (
	"errors"
	"os"
	"path/filepath"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"signins/schema"
	"signins/writer/files"
	"signins/writer/manifest"
)

// A run waits until the dataset is not compacted, and is refused after a while; as long as
// it has the dataset open, that is not compacted.
func TestRunAndCompaction(t *testing.T) {
	before := compactWait
	defer func() { compactWait = before }()
	lake := t.TempDir()
	folder := filepath.Join(lake, manifest.Folder)
	if err := os.Mkdir(folder, 0o700); err != nil {
		t.Fatal(err)
	}
	compaction := files.Begin(t.Context())
	if free, err := compaction.Hold(folder, true, 0); err != nil || !free {
		t.Fatal(free, err)
	}
	compactWait = 0
	run := files.Begin(t.Context())
	_, err := Open(run, lake, Options{})
	refusal, ok := errors.AsType[*schema.Refusal](err)
	if run.Abort(); !ok || refusal.What != lake+": the dataset is being compacted" {
		t.Fatal(err)
	}
	compactWait = time.Minute
	var released atomic.Bool
	time.AfterFunc(100*time.Millisecond, func() { released.Store(true); compaction.Abort() })
	run = files.Begin(t.Context())
	var said []string
	run.Notice = func(line string) { said = append(said, line) }
	if _, err := Open(run, lake, Options{}); err != nil || !released.Load() {
		t.Fatalf("released: %t, %v", released.Load(), err)
	}
	if len(said) != 1 || !strings.Contains(said[0], "is being compacted; the run waits") {
		t.Errorf("said %q", said)
	}
	other := files.Begin(t.Context())
	defer other.Abort()
	if free, err := other.Hold(folder, true, 0); err != nil || free {
		t.Errorf("compacted while a run is at work: %t, %v", free, err)
	}
	run.Abort()
	if free, err := other.Hold(folder, true, 0); err != nil || !free {
		t.Errorf("not compacted after a run: %t, %v", free, err)
	}
}
