package source

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"runtime"
	"testing"
	"time"

	"signins/testdata/fixture"
)

// A file is hashed beside its reader, from memory that the reader changes once it is
// hashed, and in small reads at once.
func TestHashedBesideTheReader(t *testing.T) {
	t.Parallel()
	content := bytes.Repeat([]byte("0123456789abcdef\n"), 3*besideFrom/17)
	digest := sha256.Sum256(content)
	for _, size := range []int{1000, usualBuffer, 60_000, 300_000} {
		f := find(t, fixture.Temp(t, "a.ndjson", content))[0]
		if s, err := f.Preview(Options{}); err != nil {
			t.Fatal(err)
		} else {
			s.Close()
		}
		s, err := f.Open(Options{})
		if err != nil {
			t.Fatal(err)
		}
		buf := make([]byte, size)
		for err == nil {
			var n int
			n, err = s.Read(buf)
			if size > usualBuffer {
				<-s.Hashed()
			}
			clear(buf[:n])
		}
		if err := s.Finish(); err != nil || f.SHA256() != hex.EncodeToString(digest[:]) {
			t.Errorf("reads of %d: %s, %v", size, f.SHA256(), err)
		}
	}
}

// Closing ends hashing, also in the middle of a file.
func TestCloseEndsHashing(t *testing.T) {
	f := find(t, fixture.Temp(t, "a.ndjson", string(make([]byte, 2*besideFrom))))[0]
	if s, err := f.Preview(Options{}); err != nil {
		t.Fatal(err)
	} else {
		s.Close()
	}
	before := runtime.NumGoroutine()
	for range 20 {
		s, err := f.Open(Options{})
		if err == nil {
			_, err = s.Read(make([]byte, besideFrom))
		}
		hashed := s.Hashed()
		if s.Close(); err != nil {
			t.Fatal(err)
		}
		<-hashed
	}
	for end := time.Now().Add(10 * time.Second); runtime.NumGoroutine() > before && time.Now().Before(end); {
		runtime.Gosched()
	}
	if after := runtime.NumGoroutine(); after > before {
		t.Errorf("%d goroutines, %d before", after, before)
	}
}
