package duplicates

import (
	"fmt"
	"maps"
	"math"
	"slices"
	"strings"
	"testing"

	"signins/schema"
)

// A record is a row of a test: the columns by name.
type record map[schema.ColumnID]string

// with returns the record with another value in a column.
func (r record) with(id schema.ColumnID, value string) record {
	changed := maps.Clone(r)
	changed[id] = value
	return changed
}

// signIn is an interactive sign-in with an id.
func signIn(id string) record {
	return record{schema.ID: id, schema.SignInCategory: schema.InteractiveUser, schema.RowKind: schema.Event, schema.UserPrincipalName: "ana@contoso.example"}
}

// source returns an input.
func source(path string) *schema.Source { return &schema.Source{Path: path} }

// batch makes a batch of records whose numbers begin with first.
func batch(src *schema.Source, first int64, records ...record) *schema.Batch {
	b := &schema.Batch{Source: src, Len: len(records)}
	for row, r := range records {
		b.Columns[schema.SourceRecord].SetNum(row, first+int64(row))
		for id, text := range r {
			set(&b.Columns[id], schema.Columns[id].Kind, row, text)
		}
	}
	b.Seal()
	return b
}

// set sets a value of any kind: numbers have the length of the text.
func set(v *schema.Vector, kind schema.Kind, row int, text string) {
	switch kind {
	case schema.Text, schema.JSON, schema.TextList, schema.Bytes:
		v.SetBytes(row, []byte(text))
	default:
		v.SetNum(row, int64(len(text)))
	}
}

// mark looks at batches and returns duplicate_of and duplicate_kind of all rows.
func mark(t *testing.T, x *Index, batches ...*schema.Batch) (marks []string) {
	t.Helper()
	for _, b := range batches {
		x.Fingerprint(b)
		if err := x.Mark(b); err != nil {
			t.Fatal(err)
		}
		if n := len(b.Columns[schema.DuplicateOf].Codes); n != 0 && n != b.Len {
			t.Errorf("duplicate_of has %d rows of %d", n, b.Len)
		}
		for row := range b.Len {
			marks = append(marks, strings.TrimSpace(string(b.Columns[schema.DuplicateOf].Value(row))+" "+string(b.Columns[schema.DuplicateKind].Value(row))))
		}
	}
	return marks
}

func checkMarks(t *testing.T, got []string, want ...string) {
	t.Helper()
	if !slices.Equal(got, want) {
		t.Errorf("%q, want %q", got, want)
	}
}

func TestRepeatsNameTheFirstRecord(t *testing.T) {
	t.Parallel()
	a, b, one := source("a.csv"), source("logs.zip!b.json"), signIn("1")
	other := one.with(schema.UserPrincipalName, "bo@contoso.example")
	x := New(Keep, WarnAt, nil)
	got := mark(t, x, batch(a, 7, one, signIn("2"), one), batch(a, 10, other, signIn("3")), batch(b, 1, signIn("3"), one, signIn("4")))
	checkMarks(t, got, "", "", "a.csv#7 same", "a.csv#7 differs", "", "a.csv#11 same", "a.csv#7 same", "")
	x = New(Keep, WarnAt, nil)
	checkMarks(t, mark(t, x, batch(b, 1, signIn("4"), signIn("4"))), "", "logs.zip!b.json#1 same")
}

func TestRecordsNotLookedAt(t *testing.T) {
	t.Parallel()
	summary, nameless := signIn("1").with(schema.RowKind, schema.Summary), signIn("1")
	delete(nameless, schema.ID)
	x := New(Keep, WarnAt, nil)
	checkMarks(t, mark(t, x, batch(source("a"), 1, summary, summary, nameless, nameless, signIn("1"), summary, signIn("1"))),
		"", "", "", "", "", "", "a#5 same")
	if x.looked != 2 {
		t.Errorf("%d records were looked at", x.looked)
	}
}

func TestIDsOfSeveralCategories(t *testing.T) {
	t.Parallel()
	one := signIn("1")
	of := func(category string) record { return one.with(schema.SignInCategory, category) }
	var records []record
	var want []string
	for i, category := range append(schema.KnownCategories, "of another kind") {
		records = append(records, of(category), of(category))
		want = append(want, "", fmt.Sprintf("a#%d same", 2*i+1))
	}
	b := batch(source("a"), 1, records...)
	checkMarks(t, mark(t, New(Keep, WarnAt, nil), b), want...)
	if n := b.Warnings[schema.UnknownRepeats]; n != 0 {
		t.Errorf("%d warnings", n)
	}
}

func TestUnknownIsACategoryWithAWarning(t *testing.T) {
	t.Parallel()
	one, two := signIn("1"), signIn("2").with(schema.SignInCategory, schema.ManagedIdentity)
	unknown := one.with(schema.SignInCategory, schema.Unknown)
	null := signIn("3")
	delete(null, schema.SignInCategory)
	x := New(Keep, WarnAt, nil)
	first, second := batch(source("a"), 1, one, unknown, unknown, two, null, null), batch(source("b"), 1, signIn("2"), signIn("3"), two.with(schema.SignInCategory, schema.Unknown))
	checkMarks(t, mark(t, x, first, second), "", "", "a#2 same", "", "", "a#5 same", "", "", "")
	if n := first.Warnings[schema.UnknownRepeats]; n != 2 {
		t.Errorf("%d warnings in the first input, want one for each record of unknown category with the id 1", n)
	}
	if n := second.Warnings[schema.UnknownRepeats]; n != 2 {
		t.Errorf("%d warnings in the second input, want one for 3 and one for 2", n)
	}
}

// TestUnknownWarnsOfEveryCategory finds an id of unknown category that another input has
// in a known one, whichever of the two comes first, and whatever other categories there are.
func TestUnknownWarnsOfEveryCategory(t *testing.T) {
	t.Parallel()
	for _, category := range schema.KnownCategories {
		for _, order := range [][2]string{{category, schema.Unknown}, {schema.Unknown, category}} {
			var records [2]record
			for i := range order {
				records[i] = signIn("1").with(schema.SignInCategory, order[i])
			}
			others := batch(source("a"), 1, signIn("2"), signIn("3").with(schema.SignInCategory, schema.ADFS))
			first, second := batch(source("b"), 1, records[0]), batch(source("c"), 1, records[1])
			checkMarks(t, mark(t, New(Keep, WarnAt, nil), others, first, second), "", "", "", "")
			if n, m := first.Warnings[schema.UnknownRepeats], second.Warnings[schema.UnknownRepeats]; n != 0 || m != 1 {
				t.Errorf("%s: %d and %d warnings", order, n, m)
			}
		}
	}
}

// TestEveryColumn changes one column after the other: those of the source make records
// differ, and no others.
func TestEveryColumn(t *testing.T) {
	t.Parallel()
	same := []string{ // derived, of ingestion, about the record
		"sign_in_category", "access_verdict", "error_name", "error_meaning", "is_passthrough", "ingested_at", "row_kind", "category_basis",
		"status_basis", "error_category", "error_tags", "error_known", "is_cae_token", "passthrough_basis", "is_cross_tenant", "cross_tenant_direction",
		"source_format", "source_file", "source_record", "source_line", "source_offset", "source_length", "issues", "extra", "raw_record",
		"error_remediation", "duplicate_of", "duplicate_kind",
	}
	for id, column := range schema.Columns {
		id := schema.ColumnID(id)
		if id == schema.ID || id == schema.SignInCategory || id == schema.DuplicateOf || id == schema.DuplicateKind || id == schema.RowKind || id == schema.SourceRecord {
			continue // the key, the answer, and what is not looked at
		}
		t.Run(column.Name, func(t *testing.T) {
			t.Parallel()
			kind := Differs
			if slices.Contains(same, column.Name) {
				kind = Same
			}
			one := signIn("1")
			delete(one, schema.UserPrincipalName)
			got := mark(t, New(Keep, WarnAt, nil), batch(source("a"), 1, one.with(id, "x"), one.with(id, "yyy"), one.with(id, "x"), one))
			checkMarks(t, got, "", "a#1 "+kind, "a#1 same", "a#1 "+kind)
		})
	}
}

// Two values in each other's column are other values.
func TestColumnsAreNotMixedUp(t *testing.T) {
	t.Parallel()
	one := signIn("1").with(schema.AppID, "x").with(schema.ResourceID, "y").with(schema.DurationMS, "1").with(schema.ProcessingTimeMS, "22")
	got := mark(t, New(Keep, WarnAt, nil), batch(source("a"), 1, one, one.with(schema.AppID, "y").with(schema.ResourceID, "x"),
		one.with(schema.DurationMS, "22").with(schema.ProcessingTimeMS, "1"), one))
	checkMarks(t, got, "", "a#1 differs", "a#1 differs", "a#1 same")
}

// Null and absent are the same, and so is a batch with other dictionaries; 0 is not null.
func TestNullIsAbsent(t *testing.T) {
	t.Parallel()
	b := batch(source("a"), 1, signIn("1"), signIn("1"), signIn("1"), signIn("8").with(schema.AppID, "x"))
	b.Columns[schema.AppID].Codes[1] = schema.Null
	b.Columns[schema.DurationMS].SetNum(2, 0)
	b.Seal()
	other := batch(source("b"), 1, signIn("9").with(schema.AppID, "x"), signIn("1"))
	checkMarks(t, mark(t, New(Keep, WarnAt, nil), b, other), "", "a#1 same", "a#1 differs", "", "", "a#1 same")
}

// TestDifferentVerdicts counts a sign-in once however many of its records have another
// verdict than the first.
func TestDifferentVerdicts(t *testing.T) {
	t.Parallel()
	var records []record
	for id, verdicts := range []string{"ggg", "gdd", "g-", "-g", "--", "gid", "dd"} {
		for _, letter := range verdicts {
			r := signIn(fmt.Sprint(id))
			for _, verdict := range schema.Verdicts {
				if strings.HasPrefix(verdict, string(letter)) {
					r = r.with(schema.AccessVerdict, verdict)
				}
			}
			records = append(records, r)
		}
	}
	x := New(Keep, WarnAt, nil)
	mark(t, x, batch(source("a"), 1, records...))
	if n := x.Report().DifferentVerdicts; n != 4 {
		t.Errorf("%d sign-ins, want 4", n)
	}
}

// TestDiffering has the places of the records that differ, with record numbers that
// need more than 32 bits and inputs between them.
func TestDiffering(t *testing.T) {
	t.Parallel()
	const far = math.MaxUint32 + 10
	a, b := source("a"), source("b")
	changed := func(id string) record { return signIn(id).with(schema.AppID, "x") }
	x := New(Keep, WarnAt, nil)
	got := mark(t, x, batch(a, 1, signIn("1"), signIn("2")), batch(a, far, signIn("3"), changed("1")), batch(a, 2*far, signIn("4")),
		batch(b, 5, signIn("3"), changed("3"), signIn("5"), changed("4")), batch(b, 2*far, changed("5")))
	checkMarks(t, got, "", "", "", "a#1 differs", "", fmt.Sprintf("a#%d same", int64(far)), fmt.Sprintf("a#%d differs", int64(far)), "",
		fmt.Sprintf("a#%d differs", int64(2*far)), "b#7 differs")
	want := [][2]Place{
		{{0, 1}, {0, far + 1}}, {{0, far}, {1, 6}}, {{0, 2 * far}, {1, 8}}, {{1, 7}, {1, 2 * far}},
	}
	var pairs [][2]Place
	for first, repeat := range x.differingPairs() {
		pairs = append(pairs, [2]Place{first, repeat})
	}
	if !slices.Equal(pairs, want) {
		t.Errorf("%v, want %v", pairs, want)
	}
	if len(x.Sources) != 2 || x.Sources[0] != a || x.Sources[1] != b {
		t.Errorf("%v", x.Sources)
	}
}

// TestWarning warns once, with the first record beyond the limit.
func TestWarning(t *testing.T) {
	t.Parallel()
	warned := 0
	x := New(Keep, 3, func() { warned++ })
	first, second := batch(source("a"), 1, signIn("1"), signIn("1"), signIn("2")), batch(source("a"), 4, signIn("2"), signIn("3"))
	mark(t, x, first)
	if warned != 0 || first.Warnings[schema.ManyRecords] != 0 {
		t.Error("a warning at the limit")
	}
	mark(t, x, second)
	if warned != 1 || second.Warnings[schema.ManyRecords] != 1 {
		t.Errorf("%d warnings, %d in the batch", warned, second.Warnings[schema.ManyRecords])
	}
	mark(t, New(Keep, 0, nil), first) // nobody to call
}

func TestIgnore(t *testing.T) {
	t.Parallel()
	x := New(Ignore, 0, nil)
	checkMarks(t, mark(t, x, batch(source("a"), 1, signIn("1"), signIn("1"))), "", "")
	if x.Size() != 0 || x.Report() != nil {
		t.Error("an index that looks at nothing has something to report")
	}
}

func TestMarkNeedsItsFingerprint(t *testing.T) {
	t.Parallel()
	x, a, b := New(Keep, WarnAt, nil), batch(source("a"), 1, signIn("1")), batch(source("a"), 2, signIn("2"))
	mark(t, x, a)
	x.Fingerprint(a)
	for _, wrong := range []*schema.Batch{b, a} {
		func() {
			defer func() {
				if recover() == nil {
					t.Error("no panic")
				}
			}()
			if wrong == a {
				a.Truncate(0)
			}
			x.Mark(wrong)
		}()
	}
}

func TestFullIndex(t *testing.T) {
	t.Parallel()
	x := New(Keep, WarnAt, nil)
	mark(t, x, batch(source("a"), 1, signIn("1")))
	x.table.entries.N = math.MaxUint32
	b := batch(source("a"), 2, signIn("1"), signIn("2"))
	x.Fingerprint(b)
	err := x.Mark(b)
	if failure, ok := err.(schema.Failure); !ok || string(b.Columns[schema.DuplicateOf].Value(0)) != "a#1" {
		t.Errorf("%v, and the repeat before it is of %q", err, b.Columns[schema.DuplicateOf].Value(0))
	} else if _, hint := failure.Exit(); !strings.Contains(hint, "--duplicates ignore") {
		t.Errorf("hint %q", hint)
	}
}
