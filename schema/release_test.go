package schema

import "testing"

// Release gives back the memory of long values and drops rejects; Keep returns copies that
// do not change as more are kept.
func TestBatchRelease(t *testing.T) {
	t.Parallel()
	b := new(Batch)
	b.Columns[UserAgent].SetBytes(0, make([]byte, 2*maxReserve))
	b.Columns[ID].SetText(0, "1")
	raw := []byte("first")
	kept := b.Keep(raw)
	raw[0] = 'F'
	for range 100 {
		b.Keep([]byte("second"))
	}
	if string(kept) != "first" {
		t.Errorf("kept %q", kept)
	}
	b.Rejects = append(b.Rejects, Reject{Raw: b.Keep(make([]byte, 2*maxReserve))})
	b.Release()
	if r := b.Rejects[:1][0]; r.Raw != nil || len(b.Rejects) > 0 || b.kept != nil || cap(b.Columns[UserAgent].Dict.data) > 0 || b.Columns[ID].Dict.Len() != 1 {
		t.Errorf("rejects %v, kept %d, dictionaries of %d and %d", b.Rejects, cap(b.kept), cap(b.Columns[UserAgent].Dict.data), b.Columns[ID].Dict.Len())
	}
	b.Reset(&Source{})
	if code := b.Columns[UserAgent].SetBytes(0, []byte("a")); string(b.Columns[UserAgent].Dict.Value(code)) != "a" {
		t.Error("a released dictionary does not take values")
	}
}
