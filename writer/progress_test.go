package writer

import (
	"strings"
	"testing"
)

// Progress stays silent if it does not write to a terminal.
func TestNoProgressInAFile(t *testing.T) {
	t.Parallel()
	var w strings.Builder
	p := NewProgress(&w, false)
	p.start = p.start.AddDate(0, 0, -1)
	p.Expect(100)
	p.Add(50)
	p.Finish()
	if w.Len() > 0 {
		t.Errorf("wrote %q", w.String())
	}
}

// A run of more than a second has a bar, which is removed at its end.
func TestProgressBar(t *testing.T) {
	t.Parallel()
	var w strings.Builder
	p := NewProgress(&w, false)
	p.start = p.start.AddDate(0, 0, -1)
	p.expect(100)
	p.Add(50)
	p.Add(25)
	if p.Finish(); p.done != 75 || !strings.Contains(w.String(), "reading") || strings.TrimSpace(w.String()[strings.LastIndex(w.String(), "\r"):]) != "" {
		t.Errorf("%d bytes, wrote %q", p.done, w.String())
	}
}

// Bytes that are read a second time lengthen the bar.
func TestProgressOfASecondReading(t *testing.T) {
	t.Parallel()
	var w strings.Builder
	p := NewProgress(&w, false)
	p.start = p.start.AddDate(0, 0, -1)
	p.expect(100)
	p.Add(100)
	p.expect(60)
	p.Add(20)
	if p.total != 160 || p.bar.GetMax64() != 160 || p.done != 120 || p.bar.State().CurrentNum != 120 {
		t.Errorf("%d of %d bytes", p.done, p.total)
	}
}

// In its first second a run shows nothing, and after the last byte that it writes.
func TestProgressOfWriting(t *testing.T) {
	t.Parallel()
	var w strings.Builder
	p := NewProgress(&w, false)
	p.expect(100)
	p.Add(50)
	if w.Len() > 0 {
		t.Errorf("wrote %q in the first second", w.String())
	}
	p.start = p.start.AddDate(0, 0, -1)
	p.Writing()
	p.Finish()
	if text := w.String(); !strings.Contains(text, "writing") || strings.TrimSpace(text[strings.LastIndex(text, "\r"):]) != "" {
		t.Errorf("wrote %q", text)
	}
}
