// Package duplicates finds records that repeat a sign-in: records with the category
// and id of one before them, whatever file, format or archive they are in.
//
//	reader --> Fingerprint --> annotation --> Mark --> outputs
//	batch      a number for    category,      duplicate_of,
//	           its values      verdict        duplicate_kind
//
// For example, a portal's export is given as CSV and as JSON. The records of the CSV
// come first and are new; record 7 of the JSON has the id of record 3 of the CSV, and
// both are interactive sign-ins: its duplicate_of is "signins.csv#3", and its
// duplicate_kind "differs", as JSON has values that CSV lacks.
package duplicates

import (
	"cmp"
	"hash/maphash"
	"iter"
	"slices"
	"strconv"

	"signins/schema"
)

// What may be done about duplicates.
const (
	Keep   = "keep"   // mark them, and count each sign-in once
	Drop   = "drop"   // keep the best version of each sign-in alone
	Ignore = "ignore" // do not look for them
)

// Modes are the values of --duplicates, the default first.
var Modes = []string{Keep, Drop, Ignore}

// Values of duplicate_kind.
const (
	Same    = "same"    // the fingerprints are equal
	Differs = "differs" // they are not
)

// WarnAt is how many records are looked at before the memory they take is worth a
// warning.
const WarnAt = 50_000_000

// An Index remembers the sign-ins of a run: at most 40 bytes for each record looked at.
// All but Fingerprint is used by one goroutine, with the batches in the order of delivery,
// so that the same inputs give the same result. A nil index looks at nothing.
type Index struct {
	// Sources are the inputs that had records to look at, by number.
	Sources []*schema.Source

	warnAt      int64
	warn        func()
	seeds       [2]maphash.Seed
	categories  map[string]key
	table       table
	firsts      places // of table.entries
	differing   schema.Segments[differing]
	repeats     places // of differing
	prints      fingerprinter
	unknowns    bool  // a sign-in of unknown category is in the table
	unknown     []key // the category unknown
	known       []key // the known categories that batches had
	looked      int64
	verdicts    int64 // sign-ins of which versions have different verdicts
	pairs       pairs
	duplicateOf []byte
}

// A differing record repeats an entry and differs from its first record.
type differing struct{ entry, record uint32 }

// New returns an index for a mode, nil for Ignore. It calls warn, which may be nil, once
// more than warnAt records were looked at.
func New(mode string, warnAt int64, warn func()) *Index {
	if mode == Ignore {
		return nil
	}
	x := &Index{prints: newFingerprinter(), warnAt: warnAt, warn: warn, categories: map[string]key{}, seeds: [2]maphash.Seed{maphash.MakeSeed(), maphash.MakeSeed()}}
	for _, category := range schema.Categories {
		x.categories[category] = x.hash([]byte(category))
	}
	x.unknown = []key{x.categories[schema.Unknown]}
	return x
}

func (x *Index) hash(text []byte) key {
	return key{maphash.Bytes(x.seeds[0], text), maphash.Bytes(x.seeds[1], text)}
}

// Fingerprint reads the values of a batch as the source has them, that is before
// annotation derives others. Several goroutines may call it at once.
func (x *Index) Fingerprint(b *schema.Batch) {
	if x != nil {
		x.prints.batch(b)
	}
}

// Mark fills duplicate_of and duplicate_kind of the batch that was given to
// Fingerprint and annotated since. It does not look at records without an id, nor at
// summaries. The error is *schema.Refusal if there are more sign-ins than an index
// can number.
func (x *Index) Mark(b *schema.Batch) error {
	if x == nil {
		return nil
	}
	if len(b.Prints) != b.Len {
		panic("duplicates: Mark of a batch without its Fingerprint")
	}
	marked := false
	x.beginInput(b)
	rows := newRows(x, b)
	for row := range b.Len {
		if !rows.lookedAt(row) {
			continue
		}
		repeats, err := x.mark(rows, row)
		if err != nil {
			return err
		}
		marked = marked || repeats
	}
	if marked {
		b.Seal()
	}
	return nil
}

// mark looks at a record and reports whether it repeats another.
func (x *Index) mark(rows *rows, row int) (repeats bool, err error) {
	place := rows.place(row)
	e, number, repeats, err := x.enter(rows, row)
	if err != nil {
		return false, err
	}
	if !repeats {
		e.fingerprint, e.record = rows.b.Prints[row], x.firsts.add(number, place)
		return false, nil
	}
	first := x.firsts.at(number, e.record)
	kind := Same
	if e.fingerprint != rows.b.Prints[row] {
		kind = Differs
		x.differing.Add(differing{uint32(number), x.repeats.add(x.differing.N, place)})
	}
	x.pairs.of(first.Input, place.Input).Add(kind, 1)
	x.duplicateOf = append(append(x.duplicateOf[:0], x.Sources[first.Input].Path...), '#')
	rows.b.Columns[schema.DuplicateOf].SetBytes(row, strconv.AppendInt(x.duplicateOf, first.Record, 10))
	rows.b.Columns[schema.DuplicateKind].SetText(row, kind)
	return true, nil
}

// enter counts a record and returns the entry of its sign-in with its number; a new one,
// with the verdict of the record, unless the record repeats another.
func (x *Index) enter(rows *rows, row int) (e *entry, number int, repeats bool, err error) {
	if x.looked++; x.looked == x.warnAt+1 {
		rows.b.Warnings.Add(schema.ManyRecords, 1)
		if x.warn != nil {
			x.warn()
		}
	}
	id, category, verdict := x.hash(rows.ids.Value(row)), rows.category(row), rows.verdict(row)
	x.warnOfUnknown(rows.b, id, category)
	k := id.xor(category.key)
	if e, number = x.table.find(k); e != nil {
		x.compareVerdicts(e, verdict)
		return e, number, true, nil
	}
	if x.table.full() {
		return nil, 0, false, &schema.Refusal{What: "more sign-ins than a search for duplicates can hold", Hint: "--duplicates ignore does not look for them"}
	}
	e, number = x.table.add(k)
	e.rest |= verdict
	return e, number, false, nil
}

// Bits of entry.rest.
const (
	verdictBits       = 0x07
	differentVerdicts = 0x08
)

// compareVerdicts counts a sign-in once if a version has another verdict.
func (x *Index) compareVerdicts(e *entry, verdict uint32) {
	if e.rest&verdictBits != verdict && e.rest&differentVerdicts == 0 {
		e.rest |= differentVerdicts
		x.verdicts++
	}
}

// warnOfUnknown counts a record of unknown category whose id was seen in another one,
// and the other way round. It looks for an id in the categories of the run alone, as each
// costs up to 0.3 µs.
func (x *Index) warnOfUnknown(b *schema.Batch, id key, category category) {
	others := x.known
	switch {
	case category.unknown:
		x.unknowns = true
	case x.unknowns:
		others = x.unknown
	default:
		return
	}
	for _, other := range others {
		if e, _ := x.table.find(id.xor(other)); e != nil {
			b.Warnings.Add(schema.UnknownRepeats, 1)
			return
		}
	}
}

// Size returns the memory that the index takes, in bytes.
func (x *Index) Size() int64 {
	if x == nil {
		return 0
	}
	return x.table.size() + x.differing.Size()
}

// differingPairs yields the records marked as Differs in the order of delivery: the first
// record of the sign-in, and the one that differs.
func (x *Index) differingPairs() iter.Seq2[Place, Place] {
	return func(yield func(first, repeat Place) bool) {
		for i := range x.differing.N {
			d := x.differing.At(i)
			if !yield(x.firsts.at(int(d.entry), x.table.entries.At(int(d.entry)).record), x.repeats.at(i, d.record)) {
				return
			}
		}
	}
}

// rows are the records of a batch with what the search needs of them.
type rows struct {
	b          *schema.Batch
	input      int
	ids        *schema.Vector
	summary    schema.Code
	categories []category // by code
	verdicts   []uint32   // by code
}

// A category is a category of a batch.
type category struct {
	key     key
	unknown bool
}

// beginInput makes the source of a batch the last one of Sources.
func (x *Index) beginInput(b *schema.Batch) {
	if n := len(x.Sources); b.Len > 0 && (n == 0 || x.Sources[n-1] != b.Source) {
		x.pairs.endInput()
		x.Sources = append(x.Sources, b.Source)
	}
}

// newRows reads the dictionaries of a batch.
func newRows(x *Index, b *schema.Batch) *rows {
	r := &rows{b: b, input: len(x.Sources) - 1, ids: &b.Columns[schema.ID]}
	for c, text := range codes(&b.Columns[schema.SignInCategory]) {
		text = cmp.Or(text, schema.Unknown)
		k, known := x.categories[text]
		switch {
		case !known:
			k = x.hash([]byte(text))
		case text != schema.Unknown && !slices.Contains(x.known, k):
			x.known = append(x.known, k)
		}
		r.categories = append(r.categories[:c], category{k, text == schema.Unknown})
	}
	for c, text := range codes(&b.Columns[schema.AccessVerdict]) {
		r.verdicts = append(r.verdicts[:c], uint32(slices.Index(schema.Verdicts, text)+1))
	}
	for c, text := range codes(&b.Columns[schema.RowKind]) {
		if text == schema.Summary {
			r.summary = c
		}
	}
	return r
}

// codes yields all codes of a column with their texts, "" for the two that are null.
func codes(v *schema.Vector) iter.Seq2[schema.Code, string] {
	return func(yield func(schema.Code, string) bool) {
		for c := range schema.First + schema.Code(v.Dict.Len()) {
			text := ""
			if c >= schema.First {
				text = string(v.Dict.Value(c))
			}
			if !yield(c, text) {
				return
			}
		}
	}
}

// lookedAt reports whether a record has an id and is an event.
func (r *rows) lookedAt(row int) bool {
	kind := r.b.Columns[schema.RowKind].Code(row)
	return r.ids.Set(row) && (kind < schema.First || kind != r.summary)
}

func (r *rows) category(row int) category {
	return r.categories[r.b.Columns[schema.SignInCategory].Code(row)]
}

func (r *rows) verdict(row int) uint32 {
	return r.verdicts[r.b.Columns[schema.AccessVerdict].Code(row)]
}

func (r *rows) place(row int) Place {
	record, _ := r.b.Columns[schema.SourceRecord].Num(row)
	return Place{r.input, record}
}
