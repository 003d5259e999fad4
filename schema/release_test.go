package schema

import (
	"bytes"
	"testing"
)

// A value that a dictionary owns is the first of a long record alone; it has the code that
// it would have as a copy, and values behind it leave its memory alone.
func TestSetOwned(t *testing.T) {
	t.Parallel()
	var long, short Vector
	value := bytes.Repeat([]byte("x"), maxReserve+1)
	whole := append(value, '}')
	if code := long.SetOwned(0, value); code != First || &long.Value(0)[0] != &value[0] || len(long.Value(0)) != len(value) {
		t.Errorf("code %d, %d bytes, or a copy", code, len(long.Value(0)))
	}
	if code := long.SetOwned(1, bytes.Clone(value)); code != First {
		t.Errorf("code %d for an equal value", code)
	}
	if code := long.SetBytes(2, []byte("y")); code != First+1 || string(long.Value(2)) != "y" || !bytes.Equal(long.Value(0), value) || whole[len(value)] != '}' {
		t.Errorf("code %d, value %q, or the memory behind the first has changed", code, long.Value(2))
	}
	another := append(bytes.Clone(value), 'z')
	if code := long.SetOwned(3, another); code != First+2 || &long.Value(3)[0] == &another[0] || !bytes.Equal(long.Value(3), another) {
		t.Errorf("code %d, or not a copy of a second value", code)
	}
	if code := short.SetOwned(0, value[:maxReserve]); code != First || &short.Value(0)[0] == &value[0] {
		t.Error("a short value is no copy")
	}
	long.Dict.Reset()
	if long.SetBytes(0, []byte("a")); value[0] != 'x' {
		t.Error("Reset uses memory of a value that it owned")
	}
}

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
