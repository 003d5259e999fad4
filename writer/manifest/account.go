package manifest

import (
	"crypto/sha256"
	"maps"
	"math"
	"slices"
	"time"

	"signins/schema"
	"signins/schema/duplicates"
)

const (
	maxUnknownFields = 1000 // distinct names by input; the others are counted together
	maxFieldName     = 1000 // bytes; longer names are counted together, too
	furtherFields    = "(further fields)"
)

// Accounts count what a run saw of its inputs, batch by batch.
type Accounts struct {
	// Verdicts are the sign-ins by access_verdict, "" for undetermined.
	Verdicts map[string]int64

	run      *Run
	survey   survey
	looked   *schema.Batch // that Look was given, until Add
	open     map[*schema.Source]*account
	contents map[content]bool // of the inputs that are closed
}

// A content is equal for inputs with the same bytes: half a digest of digest and member.
type content [sha256.Size / 2]byte

// An account counts what a run saw of one input.
type account struct {
	category, unknownFields map[string]int64
	otherKinds              bool // than interactive sign-ins, repeats included
	records                 Records
	duplicates              duplicates.Kinds
	first, last             int64 // created_at; none if first is after last
	tenants                 tenantCounts
	warnings                schema.Tally
}

// NewAccounts returns empty accounts that Close adds to a run.
func NewAccounts(run *Run) *Accounts {
	return &Accounts{Verdicts: map[string]int64{}, run: run, survey: newSurvey(), open: map[*schema.Source]*account{}, contents: map[content]bool{}}
}

// of returns the account of an input.
func (as *Accounts) of(src *schema.Source) *account {
	a := as.open[src]
	if a == nil {
		a = &account{
			category: map[string]int64{}, unknownFields: map[string]int64{},
			first: math.MaxInt64, last: math.MinInt64,
		}
		as.open[src] = a
	}
	return a
}

// Look looks at an annotated batch for what is missing from the inputs. Where records are
// dropped before Add, it is called before that: an input has what is dropped. Without it
// Add does the same.
func (as *Accounts) Look(b *schema.Batch) {
	as.looked = b
	a := as.of(b.Source)
	a.noteKinds(b)
	a.tenants.add(b)
	as.survey.look(b)
}

// Add counts an annotated batch.
func (as *Accounts) Add(b *schema.Batch) {
	if as.looked != b {
		as.Look(b)
	}
	as.looked = nil
	as.of(b.Source).add(b)
	countText(as.Verdicts, b, schema.AccessVerdict)
}

// Close adds an input that was read to its end to the run, as the one with index i of
// those that the run expects, and returns it. The caller has set Duplicates of the run if
// they are looked for. The error is *Unbalanced unless every record is accounted for, else
// that of a file that keeps the inputs.
func (as *Accounts) Close(i int, r schema.Reading) (*Input, error) {
	a := as.of(r.Source)
	delete(as.open, r.Source)
	in := Describe(r)
	digest := sha256.Sum256([]byte(in.SHA256 + "/" + in.Member))
	same := content(digest[:])
	if as.contents[same] {
		a.warnings.Add(schema.SameContent, 1)
	}
	as.contents[same] = true
	for code, n := range r.Findings {
		a.warnings.Add(code, n)
	}
	if as.run.Duplicates != nil {
		in.Duplicates = &a.duplicates
	}
	a.describe(in)
	as.survey.close(in, r.Source, a)
	a.addWarnings(in, r.Source)
	if !in.Records.Balanced() {
		return in, &Unbalanced{What: in.Path + ": not every record seen is accounted for"}
	}
	return in, as.run.set(i, in)
}

func (a *account) add(b *schema.Batch) {
	a.records.Add(Records{Seen: b.Seen, Written: int64(b.Len), Rejected: int64(len(b.Rejects)), DuplicatesDropped: b.Dropped, Filtered: b.Filtered})
	countFields(a.unknownFields, b.UnknownFields)
	for code, n := range b.Warnings {
		a.warnings.Add(code, n)
	}
	a.span(&b.Columns[schema.CreatedAt])
	countText(a.category, b, schema.SignInCategory)
	a.countRepeats(b)
}

// countFields adds counts of unknown fields. It takes them in order, so that every run
// counts the same names if there are too many.
func countFields(to, counts map[string]int64) {
	for _, name := range slices.Sorted(maps.Keys(counts)) {
		n := counts[name]
		full := to[name] == 0 && len(to) >= maxUnknownFields
		if full || len(name) > maxFieldName {
			name = furtherFields
		}
		to[name] += n
	}
}

func (a *account) span(v *schema.Vector) {
	for row, valid := range v.Valid {
		if valid == 1 {
			a.first, a.last = min(a.first, v.Nums[row]), max(a.last, v.Nums[row])
		}
	}
}

// countRepeats counts the rows that repeat others.
func (a *account) countRepeats(b *schema.Batch) {
	kinds := &b.Columns[schema.DuplicateKind]
	for row, c := range kinds.Codes {
		if c >= schema.First {
			a.duplicates.Add(string(kinds.Value(row)), 1)
		}
	}
}

// noteKinds notes the kinds of sign-in of all rows.
func (a *account) noteKinds(b *schema.Batch) {
	categories := &b.Columns[schema.SignInCategory]
	var interactive schema.Code
	for row, c := range categories.Codes {
		if c == interactive && c >= schema.First || a.otherKinds {
			continue
		}
		if string(categories.Value(row)) == schema.InteractiveUser {
			interactive = c
		} else {
			a.otherKinds = true
		}
	}
}

// SignInCount returns how many sign-ins a row adds to totals: 0 if it repeats a
// sign-in, so that totals count each once; else sign_in_count, or 1 where that is no
// positive number below 1<<31.
func SignInCount(b *schema.Batch, row int) int64 {
	if b.Columns[schema.DuplicateOf].Set(row) {
		return 0
	}
	if n, valid := b.Columns[schema.SignInCount].Num(row); valid && n > 0 && n < 1<<31 {
		return n
	}
	return 1
}

// countText sums sign_in_count by the text of a column, "" for null.
func countText(counts map[string]int64, b *schema.Batch, id schema.ColumnID) {
	v := &b.Columns[id]
	sums := make([]int64, v.Dict.Len()+int(schema.First))
	for row := range b.Len {
		sums[v.Code(row)] += SignInCount(b, row)
	}
	for i, n := range sums {
		if n == 0 {
			continue
		}
		text := ""
		if c := schema.Code(i); c >= schema.First {
			text = string(v.Dict.Value(c))
		}
		counts[text] += n
	}
}

// describe sets what the records of the input add up to.
func (a *account) describe(in *Input) {
	in.Category, in.UnknownFields, in.Records = a.category, a.unknownFields, a.records
	if a.first <= a.last {
		in.FirstEvent = time.UnixMicro(a.first).UTC().Format(time.RFC3339Nano)
		in.LastEvent = time.UnixMicro(a.last).UTC().Format(time.RFC3339Nano)
	}
}

// addWarnings sets the warnings of the input.
func (a *account) addWarnings(in *Input, src *schema.Source) {
	if src.InteractiveByDefault && src.CategoryFromName == "" && in.Records.Written+in.Records.DuplicatesDropped > 0 && !a.otherKinds {
		a.warnings.Add(schema.InteractiveRowsOnly, 1)
	}
	if a.warnings[schema.LostTimes]*2 <= in.Records.Written+in.Records.DuplicatesDropped+in.Records.Filtered {
		delete(a.warnings, schema.LostTimes)
	}
	in.Warnings = []Warning{}
	for _, code := range slices.Sorted(maps.Keys(a.warnings)) {
		in.warn(code, a.warnings[code])
	}
}
