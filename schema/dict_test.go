package schema_test

import (
	"bytes"
	"slices"
	"strconv"
	"testing"

	"signins/schema"
)

func TestDictOrder(t *testing.T) {
	t.Parallel()
	var d schema.Dict
	want := []string{"b", "a", "", "B", "ab", "\xff", "a\x00"}
	for _, text := range []string{"b", "b", "a", "", "a", "B", "ab", "b", "\xff", "a\x00", ""} {
		d.Add([]byte(text))
	}
	if d.Len() != len(want) {
		t.Fatalf("%d values, want %d", d.Len(), len(want))
	}
	for i, text := range want {
		code := schema.First + schema.Code(i)
		if got := string(d.Value(code)); got != text {
			t.Errorf("value %d = %q, want %q", i, got, text)
		}
		if got := d.Add([]byte(text)); got != code {
			t.Errorf("Add(%q) again = %d, want %d", text, got, code)
		}
	}
}

func TestDictManyValues(t *testing.T) {
	t.Parallel()
	const n = 70_000
	var d schema.Dict
	for range 2 {
		for i := range n {
			if code := d.Add([]byte(strconv.Itoa(i))); code != schema.First+schema.Code(i) {
				t.Fatalf("code %d for value %d", code, i)
			}
		}
	}
	if d.Len() != n {
		t.Fatalf("%d values, want %d", d.Len(), n)
	}
	for i := range n {
		if got := string(d.Value(schema.First + schema.Code(i))); got != strconv.Itoa(i) {
			t.Fatalf("value %d = %q", i, got)
		}
	}
	d.Reset()
	if code := d.Add([]byte("69999")); code != schema.First || d.Len() != 1 {
		t.Errorf("code %d, %d values after Reset", code, d.Len())
	}
}

func TestDictCopies(t *testing.T) {
	t.Parallel()
	var d schema.Dict
	value := []byte("alpha")
	d.Add(value)
	copy(value, "omega")
	d.Add(value)
	if got := string(d.Value(schema.First)); got != "alpha" {
		t.Errorf("the first value became %q", got)
	}
	_ = append(d.Value(schema.First), "XXXXX"...)
	if got := string(d.Value(schema.First + 1)); got != "omega" {
		t.Errorf("appending to a value changed the next to %q", got)
	}
	// A value of the dictionary itself may be added while the memory moves.
	for i := range 1000 {
		d.Add([]byte(strconv.Itoa(i)))
		if code := d.Add(d.Value(schema.First)); code != schema.First {
			t.Fatalf("code %d for the first value", code)
		}
	}
}

// The empty value is a value: an empty list is not null.
func TestDictEmptyValue(t *testing.T) {
	t.Parallel()
	var v schema.Vector
	v.SetBytes(0, nil)
	if v.Code(0) != schema.First || !v.Set(0) || v.Dict.Len() != 1 {
		t.Errorf("code %d, set %t, %d values", v.Code(0), v.Set(0), v.Dict.Len())
	}
	if value := v.Value(0); value == nil || len(value) != 0 {
		t.Errorf("Value = %#v, want an empty value that is not nil", value)
	}

	var d schema.Dict
	d.Reset()
	for range 3 {
		for i, values := range [][]string{{""}, {"", "a"}, {"a", ""}, {"a", "", "b"}} {
			for _, text := range values {
				d.Add([]byte(text))
			}
			for j, text := range values {
				if value := d.Value(schema.First + schema.Code(j)); value == nil || string(value) != text {
					t.Errorf("list %d: value %d = %#v, want %q and not nil", i, j, value, text)
				}
			}
			d.Reset()
		}
	}
}

// text is a list element, null where it is nil.
func text(s string) []byte { return []byte(s) }

var lists = [][][]byte{
	{},
	{nil},
	{text("")},
	{text(""), nil, text("")},
	{nil, nil},
	{text("a")},
	{text("a"), text("b"), text("a")},
	{text("a,b"), text("[\"c\"]"), text("\x00\x01"), text("\xff")},
	{bytes.Repeat(text("x"), 126), bytes.Repeat(text("y"), 127), bytes.Repeat(text("z"), 20_000)},
}

func encode(elements [][]byte) []byte {
	var list []byte
	for _, e := range elements {
		list = schema.AppendList(list, e, e == nil)
	}
	return list
}

func sameElements(a, b [][]byte) bool {
	return slices.EqualFunc(a, b, func(x, y []byte) bool { return bytes.Equal(x, y) && (x == nil) == (y == nil) })
}

func TestListRoundTrip(t *testing.T) {
	t.Parallel()
	seen := map[string]int{}
	for i, elements := range lists {
		list := encode(elements)
		if got := slices.Collect(schema.List(list)); !sameElements(got, elements) {
			t.Errorf("list %d: %q, want %q", i, got, elements)
		}
		if other, ok := seen[string(list)]; ok {
			t.Errorf("lists %d and %d have the same form", i, other)
		}
		seen[string(list)] = i
	}
	if len(encode(nil)) != 0 {
		t.Error("the empty list is not the empty value")
	}
}

func TestListForm(t *testing.T) {
	t.Parallel()
	if got, want := encode([][]byte{text("ab"), nil, {}}), "\x03ab\x00\x01"; string(got) != want {
		t.Errorf("got %q, want %q", got, want)
	}
	if got := schema.AppendList(nil, text("ignored"), true); string(got) != "\x00" {
		t.Errorf("a null element is %q", got)
	}
	// A reader of elements may append to them without harm to the next.
	list := encode([][]byte{text("a"), text("b")})
	for element := range schema.List(list) {
		_ = append(element, "XX"...)
	}
	if got := slices.Collect(schema.List(list)); string(got[1]) != "b" {
		t.Errorf("the second element became %q", got[1])
	}
}

func TestListStops(t *testing.T) {
	t.Parallel()
	for i, elements := range lists {
		for stop := range len(elements) {
			seen := 0
			for range schema.List(encode(elements)) {
				if seen++; seen > stop {
					break
				}
			}
			if seen != stop+1 {
				t.Errorf("list %d: %d elements seen, want %d", i, seen, stop+1)
			}
		}
	}
}

// FuzzList cuts data at each zero byte into elements; an element that starts
// with 'n' is null.
func FuzzList(f *testing.F) {
	for _, elements := range lists {
		f.Add(bytes.Join(elements, []byte{0}))
	}
	f.Add(text("n\x00a\x00\x00n"))
	f.Fuzz(func(t *testing.T, data []byte) {
		elements := bytes.Split(data, []byte{0})
		for i, e := range elements {
			if bytes.HasPrefix(e, []byte{'n'}) {
				elements[i] = nil
			} else if e == nil {
				elements[i] = []byte{}
			}
		}
		var d schema.Dict
		list := d.Value(d.Add(encode(elements)))
		if got := slices.Collect(schema.List(list)); !sameElements(got, elements) {
			t.Fatalf("got %q, want %q", got, elements)
		}
	})
}

// A dictionary of values that hardly ever repeat gives each a code of its own from
// then on, and still finds those that Add put into it.
func TestDictPutOfRareValues(t *testing.T) {
	var d schema.Dict
	for i := range 300 {
		if code := d.Put([]byte(strconv.Itoa(i))); code != schema.First+schema.Code(i) {
			t.Fatalf("code %d for value %d", code, i)
		}
	}
	if code := d.Put([]byte("299")); code != schema.First+300 {
		t.Errorf("code %d for a value that repeats", code)
	}
	if code := d.Add([]byte("7")); code != schema.First+7 {
		t.Errorf("code %d for one of the first values", code)
	}
}

// Find has the codes of what was added, and adds nothing.
func TestDictFind(t *testing.T) {
	var d schema.Dict
	if code := d.Find([]byte("0")); code != 0 {
		t.Errorf("code %d in an empty dictionary", code)
	}
	for i := range 1000 {
		d.Add([]byte(strconv.Itoa(i)))
	}
	for i := range 2000 {
		want := schema.First + schema.Code(i)
		if i >= 1000 {
			want = 0
		}
		if code := d.Find([]byte(strconv.Itoa(i))); code != want {
			t.Fatalf("code %d for value %d", code, i)
		}
	}
	if d.Len() != 1000 {
		t.Errorf("%d values", d.Len())
	}
}
