package schema_test

import (
	"testing"

	"signins/schema"
)

func TestVectorCodes(t *testing.T) {
	t.Parallel()
	var v schema.Vector
	if v.Code(0) != schema.Absent || v.Value(0) != nil || v.Set(0) {
		t.Error("a row of the zero vector is not absent")
	}
	v.SetText(1, "first")
	v.SetCode(2, schema.Null)
	v.SetBytes(5, []byte("second"))
	v.SetText(6, "first")
	want := []schema.Code{schema.Absent, schema.First, schema.Null, schema.Absent, schema.Absent, schema.First + 1, schema.First, schema.Absent}
	for row, code := range want {
		if got := v.Code(row); got != code {
			t.Errorf("row %d: code %d, want %d", row, got, code)
		}
		if set := code >= schema.First; v.Set(row) != set || (v.Value(row) != nil) != set {
			t.Errorf("row %d: Set = %t, Value = %q", row, v.Set(row), v.Value(row))
		}
	}
	if got := string(v.Value(5)); got != "second" {
		t.Errorf("row 5: %q", got)
	}
	if len(v.Codes) != 7 {
		t.Errorf("%d codes, want 7: a vector is no longer than its last set row", len(v.Codes))
	}
}

// The codes' order is part of the contract: Code-First numbers the values and
// whatever is below First is null.
func TestCodeOrder(t *testing.T) {
	t.Parallel()
	if schema.Absent != 0 || schema.Null <= schema.Absent || schema.First != schema.Null+1 {
		t.Errorf("Absent %d, Null %d, First %d", schema.Absent, schema.Null, schema.First)
	}
}

func TestVectorSetsLastRowAgain(t *testing.T) {
	t.Parallel()
	var v schema.Vector
	v.SetText(0, "guess")
	v.SetText(0, "better")
	v.SetCode(1, schema.Null)
	v.SetText(1, "value")
	v.SetText(1, "last")
	if got := string(v.Value(0)) + " " + string(v.Value(1)); got != "better last" {
		t.Errorf("got %s", got)
	}
	var n schema.Vector
	n.SetNum(0, 7)
	n.SetNum(0, -8)
	if got, ok := n.Num(0); got != -8 || !ok {
		t.Errorf("got %d, %t", got, ok)
	}
}

func TestVectorNums(t *testing.T) {
	t.Parallel()
	var v schema.Vector
	if n, ok := v.Num(0); n != 0 || ok {
		t.Error("a row of the zero vector has a number")
	}
	v.SetNum(1, 0)
	v.SetBool(2, true)
	v.SetBool(3, false)
	v.SetNum(5, -1<<63)
	want := []struct {
		n  int64
		ok bool
	}{{0, false}, {0, true}, {1, true}, {0, true}, {0, false}, {-1 << 63, true}, {0, false}}
	for row, w := range want {
		if n, ok := v.Num(row); n != w.n || ok != w.ok || v.Set(row) != w.ok {
			t.Errorf("row %d: %d, %t, set %t, want %d, %t", row, n, ok, v.Set(row), w.n, w.ok)
		}
	}
	if len(v.Nums) != 6 || len(v.Valid) != 6 {
		t.Errorf("%d numbers, %d flags, want 6", len(v.Nums), len(v.Valid))
	}
}

func TestVectorClear(t *testing.T) {
	t.Parallel()
	var text, num schema.Vector
	text.SetText(0, "a")
	text.SetCode(1, schema.Null)
	num.SetNum(0, 5)
	for row := range 3 {
		text.Clear(row)
		num.Clear(row)
	}
	for row := range 3 {
		if text.Code(row) != schema.Absent {
			t.Errorf("row %d: code %d after Clear", row, text.Code(row))
		}
		if n, ok := num.Num(row); n != 0 || ok {
			t.Errorf("row %d: %d, %t after Clear", row, n, ok)
		}
	}
	if num.Nums[0] != 0 {
		t.Error("the number stayed behind its flag")
	}
	if len(text.Codes) != 2 || len(num.Nums) != 1 {
		t.Error("Clear lengthened a vector")
	}
}

// sample returns a batch of five records: a full text column, a short one, a
// short number column, and all others without a value.
func sample() *schema.Batch {
	b := &schema.Batch{Source: &schema.Source{Path: "a.csv"}, Len: 5, Seen: 6}
	for row := range 5 {
		b.Columns[schema.ID].SetText(row, string(rune('a'+row)))
	}
	b.Columns[schema.UserID].SetText(1, "u")
	b.Columns[schema.ErrorCode].SetNum(2, 50126)
	b.Rejects = append(b.Rejects, schema.Reject{Record: 3, Code: "bad"})
	b.UnknownFields.Add("new", 2)
	b.Warnings.Add(schema.BadTime, 1)
	return b
}

func TestSeal(t *testing.T) {
	t.Parallel()
	b := sample()
	b.Seal()
	for id := range b.Columns {
		v, codes, nums := &b.Columns[id], 0, 0
		switch schema.ColumnID(id) {
		case schema.ID, schema.UserID:
			codes = 5
		case schema.ErrorCode:
			nums = 5
		}
		if len(v.Codes) != codes || len(v.Nums) != nums || len(v.Valid) != nums {
			t.Errorf("%s: %d codes, %d numbers, %d flags", schema.Columns[id].Name, len(v.Codes), len(v.Nums), len(v.Valid))
		}
	}
	if b.Columns[schema.UserID].Code(4) != schema.Absent || b.Columns[schema.ErrorCode].Set(4) {
		t.Error("Seal gave a row a value")
	}
	if n, _ := b.Columns[schema.ErrorCode].Num(2); n != 50126 {
		t.Error("Seal lost a value")
	}
}

func TestTruncate(t *testing.T) {
	t.Parallel()
	b := sample()
	b.Truncate(3)
	id, code := &b.Columns[schema.ID], &b.Columns[schema.ErrorCode]
	if b.Len != 3 || len(id.Codes) != 3 || len(b.Columns[schema.UserID].Codes) != 2 {
		t.Errorf("%d records, %d ids, %d users", b.Len, len(id.Codes), len(b.Columns[schema.UserID].Codes))
	}
	if id.Dict.Len() != 5 {
		t.Errorf("%d values, want 5: they stay", id.Dict.Len())
	}
	b.Truncate(2)
	if len(code.Nums) != 2 || len(code.Valid) != 2 || code.Set(2) {
		t.Errorf("%d numbers, %d flags", len(code.Nums), len(code.Valid))
	}
	// What is dropped must not come back from the memory kept.
	id.SetText(4, "new")
	code.SetNum(4, 1)
	for row := 2; row < 4; row++ {
		if id.Set(row) || code.Set(row) {
			t.Errorf("row %d has its old value again", row)
		}
	}
	if id.Code(4) != schema.First+5 {
		t.Errorf("code %d for a new value", id.Code(4))
	}
}

func TestTruncateToNothing(t *testing.T) {
	t.Parallel()
	b := sample()
	b.Truncate(0)
	b.Seal()
	for id := range b.Columns {
		if v := &b.Columns[id]; len(v.Codes)+len(v.Nums)+len(v.Valid) != 0 {
			t.Errorf("%s is not empty", schema.Columns[id].Name)
		}
	}
	if b.Seen != 6 || len(b.Rejects) != 1 {
		t.Error("Truncate changed what is known of the input")
	}
}

func TestReset(t *testing.T) {
	t.Parallel()
	b := sample()
	source := &schema.Source{Path: "b.csv"}
	b.Reset(source)
	if b.Source != source || b.Len != 0 || b.Seen != 0 || len(b.Rejects)+len(b.UnknownFields)+len(b.Warnings) != 0 {
		t.Errorf("left over: %+v %+v %+v", b.Rejects, b.UnknownFields, b.Warnings)
	}
	id, code := &b.Columns[schema.ID], &b.Columns[schema.ErrorCode]
	if id.Dict.Len() != 0 {
		t.Errorf("%d values after Reset", id.Dict.Len())
	}
	id.SetText(3, "c")
	code.SetNum(3, 1)
	for row := range 3 {
		if id.Set(row) || code.Set(row) {
			t.Errorf("row %d has its old value again", row)
		}
	}
	if id.Code(3) != schema.First || string(id.Value(3)) != "c" {
		t.Errorf("code %d for %q", id.Code(3), id.Value(3))
	}
}

func TestResetOfNewBatch(t *testing.T) {
	t.Parallel()
	var b schema.Batch
	b.Reset(nil)
	b.Seal()
	b.Warnings.Add(schema.BadTime, 1)
	if b.Len != 0 || b.Warnings[schema.BadTime] != 1 {
		t.Errorf("%d records, warnings %v", b.Len, b.Warnings)
	}
}

func TestTally(t *testing.T) {
	t.Parallel()
	var tally schema.Tally
	tally.Add("a", 2)
	tally.Add("b", 0)
	tally.Add("a", 3)
	if len(tally) != 2 || tally["a"] != 5 || tally["b"] != 0 {
		t.Errorf("got %v", tally)
	}
}

func TestVectorFill(t *testing.T) {
	t.Parallel()
	var v schema.Vector
	v.SetText(0, "before")
	v.Fill(3, "all")
	for row := range 3 {
		if got := string(v.Value(row)); got != "all" {
			t.Errorf("row %d is %q", row, got)
		}
	}
	if v.Set(3) {
		t.Error("row 3 is set")
	}
}

func TestSourceFile(t *testing.T) {
	t.Parallel()
	for path, want := range map[string]string{"logs/a.csv": "logs/a.csv", "logs/b!c.zip!in/a.csv": "logs/b!c.zip"} {
		t.Run(path, func(t *testing.T) {
			source := schema.Source{Path: path}
			if path != want {
				source.Member = "in/a.csv"
			}
			if got := source.File(); got != want {
				t.Errorf("%q, want %q", got, want)
			}
		})
	}
}
