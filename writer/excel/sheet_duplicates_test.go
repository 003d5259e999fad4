package excel

import (
	"bytes"
	"fmt"
	"slices"
	"strings"
	"testing"

	"signins/schema"
	"signins/schema/versions"
)

// conflict returns a pair that has contradicting values in two columns, and a value in
// only one version in a third.
func conflict(id string, record int64) *versions.Pair {
	number := func(n int64) versions.Value { return versions.Value{Set: true, Num: n} }
	text := func(s string) versions.Value { return versions.Value{Set: true, Text: []byte(s)} }
	return &versions.Pair{
		ID: id, Category: schema.InteractiveUser, Kind: versions.Conflicting,
		Counted: versions.Place{Source: &schema.Source{Path: "logs.zip!a.csv", Member: "a.csv"}, Record: 1}, Repeat: versions.Place{Source: &schema.Source{Path: "b.json"}, Record: record},
		Differences: []versions.Difference{
			{Column: schema.ErrorCode, Counted: number(0), Repeat: number(50126)},
			{Column: schema.DeviceID, Repeat: text("d")},
			{Column: schema.IPAddress, Counted: text("=1+1"), Repeat: text("192.0.2.1")},
		},
	}
}

func writePairs(t *testing.T, pairs ...*versions.Pair) *readBook {
	t.Helper()
	var out bytes.Buffer
	x, _ := newTestExcel(t, &out, nil)
	for _, p := range pairs {
		if err := x.WritePair(p); err != nil {
			t.Fatal(err)
		}
	}
	if err := x.Close(); err != nil {
		t.Fatal(err)
	}
	if err := x.WritePair(conflict("late", 1)); err != errClosed {
		t.Errorf("error %v of a closed workbook", err)
	}
	return readExcel(t, out.Bytes())
}

// TestDuplicateSheet lists the values that contradict each other, side by side, and there
// is a sheet only where some do.
func TestDuplicateSheet(t *testing.T) {
	t.Parallel()
	compatible := conflict("2", 4)
	compatible.Kind, compatible.Differences = versions.Compatible, compatible.Differences[1:2]
	book := writePairs(t, conflict("1", 3), compatible, conflict("3", 5))
	sheet := book.sheets[duplicatesSheet]
	if sheet == nil || slices.Index(book.names, duplicatesSheet)+1 != slices.Index(book.names, sourcesSheet) {
		t.Fatalf("sheets %q", book.names)
	}
	sameRows(t, sheet.rowsOf("Request ID", "Sign-in type", "Column", "Value that is counted", "Value that contradicts it", "Counted: source file", "Repeat: source file"), [][]string{
		{"1", "Interactive user", "Sign-in error code", "0", "50126", "logs.zip!a.csv", "b.json"},
		{"1", "Interactive user", "IP address", "=1+1", "192.0.2.1", "logs.zip!a.csv", "b.json"},
		{"3", "Interactive user", "Sign-in error code", "0", "50126", "logs.zip!a.csv", "b.json"},
		{"3", "Interactive user", "IP address", "=1+1", "192.0.2.1", "logs.zip!a.csv", "b.json"},
	})
	if g, i := sheet.rows[1]["G"], sheet.rows[3]["I"]; g.String() != "1" || i.String() != "5" || i.isText {
		t.Errorf("records %v and %v", g, i)
	}
	if ref := book.tables(t)[duplicatesSheet].Ref; ref != "A1:I5" {
		t.Errorf("the table is %q", ref)
	}
	if book := writePairs(t, slices.Repeat([]*versions.Pair{compatible}, maxConflicts+1)...); book.sheets[duplicatesSheet] != nil {
		t.Error("a sheet without conflicts")
	}
}

// TestManyConflicts lists the first ones and says where the others are.
func TestManyConflicts(t *testing.T) {
	t.Parallel()
	var pairs []*versions.Pair
	for i := range maxConflicts + 1234 {
		pairs = append(pairs, conflict(fmt.Sprint(i), 1))
	}
	book := writePairs(t, pairs...)
	sheet := book.sheets[duplicatesSheet]
	last := sheet.rows[len(sheet.rows)-1]["B"].String()
	if len(sheet.rows) != 1+2*maxConflicts+1 || !strings.HasPrefix(last, "1,234 more records contradict others.") || !strings.Contains(last, ".duplicates.ndjson") {
		t.Errorf("%d rows, %q", len(sheet.rows), last)
	}
	if ref := book.tables(t)[duplicatesSheet].Ref; ref != fmt.Sprint("A1:I", 1+2*maxConflicts) {
		t.Errorf("the table is %q, with the note", ref)
	}
}
