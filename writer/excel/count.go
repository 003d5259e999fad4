package excel

import (
	"slices"

	"signins/schema"
	"signins/writer/manifest"
)

// counts are the sums behind all sheets but those of records. They add up
// manifest.SignInCount: rows that repeat a sign-in are in none of them.
type counts struct {
	all   verdictSums
	types typeSums
	times timeCounts
	names nameCounts
	codes codeCounts

	hasAccessTypes bool // a record has an access type between tenants
}

func newCounts() *counts {
	return &counts{
		times: timeCounts{days: map[int64]*typeSums{}},
		codes: codeCounts{
			byCode: map[int64]*codeCount{}, users: pairSet{}, ips: pairSet{},
			none: codeCount{index: maxErrorCodes}, other: codeCount{index: maxErrorCodes + 1},
		},
	}
}

// verdictSums are sign-ins by verdict, in the order of verdictLooks.
type verdictSums [len(verdictLooks)]int64

func (v *verdictSums) addSums(o *verdictSums) {
	for i, n := range o {
		v[i] += n
	}
}

func (v *verdictSums) total() (sum int64) {
	for _, n := range v {
		sum += n
	}
	return sum
}

// cells returns a cell with the total and one for each verdict.
func (v *verdictSums) cells(style int) []cell {
	cells := []cell{countCell(style, v.total())}
	for _, n := range v {
		cells = append(cells, countCell(style, n))
	}
	return cells
}

// A countedRow is a row with what several counts need of it.
type countedRow struct {
	b        *schema.Batch
	row      int
	n        int64 // sign-ins
	signType int   // index in signInTypes
	verdict  int   // index in verdictLooks
	micros   int64
	timed    bool
	names    [numNameKinds]nameID
}

// text returns the text of a column in the row, "" for null.
func (r *countedRow) text(id schema.ColumnID) string { return string(r.b.Columns[id].Value(r.row)) }

// addBatch counts the records of a batch.
func (c *counts) addBatch(b *schema.Batch) {
	c.names.setBatch(b)
	types, verdicts := readIndexes(b, schema.SignInCategory, typeIndex), readIndexes(b, schema.AccessVerdict, verdictIndex)
	isSet := func(code schema.Code) bool { return code >= schema.First }
	c.hasAccessTypes = c.hasAccessTypes || slices.ContainsFunc(b.Columns[schema.CrossTenantAccessType].Codes, isSet)
	r := countedRow{b: b}
	for r.row = range b.Len {
		if r.n = manifest.SignInCount(b, r.row); r.n == 0 {
			continue
		}
		r.signType = types[dictIndex(&b.Columns[schema.SignInCategory], r.row)]
		r.verdict = verdicts[dictIndex(&b.Columns[schema.AccessVerdict], r.row)]
		r.micros, r.timed = b.Columns[schema.CreatedAt].Num(r.row)
		c.all[r.verdict] += r.n
		c.types[r.signType][r.verdict] += r.n
		c.names.addRow(&r)
		c.times.addRow(&r)
		c.codes.addRow(&r)
	}
}

// dictIndex returns 0 for null, and for a value 1 + its index in the dictionary.
func dictIndex(v *schema.Vector, row int) int {
	if c := v.Code(row); c >= schema.First {
		return int(c-schema.First) + 1
	}
	return 0
}

// readIndexes returns the index of every dictIndex of a column; that of null is the
// index of "".
func readIndexes(b *schema.Batch, id schema.ColumnID, index func(text string) int) []int {
	dict := b.Columns[id].Dict
	indexes := []int{index("")}
	for i := range dict.Len() {
		indexes = append(indexes, index(string(dict.Value(schema.First+schema.Code(i)))))
	}
	return indexes
}

// signInTypes are the sign-in types in the order of tables, with what these call
// them. Null is the last one.
var signInTypes = [...]struct{ category, label string }{
	labelled(schema.InteractiveUser), labelled(schema.NonInteractiveUser), labelled(schema.ServicePrincipal),
	labelled(schema.ManagedIdentity), labelled(schema.ADFS), labelled(schema.MicrosoftServicePrincipal), labelled(schema.Unknown),
}

func labelled(category string) struct{ category, label string } {
	return struct{ category, label string }{category, schema.CategoryLabels[category]}
}

// typeIndex returns the index of a category in signInTypes.
func typeIndex(category string) int {
	for i, t := range signInTypes {
		if t.category == category {
			return i
		}
	}
	return len(signInTypes) - 1
}

// typeSums are sign-ins by type, in the order of signInTypes.
type typeSums [len(signInTypes)]verdictSums

// indexes returns the indexes of the types that have sign-ins.
func (t *typeSums) indexes() (indexes []int) {
	for i := range t {
		if t[i].total() > 0 {
			indexes = append(indexes, i)
		}
	}
	return indexes
}

// sum returns the sign-ins of all types.
func (t *typeSums) sum() (sum verdictSums) {
	for i := range t {
		sum.addSums(&t[i])
	}
	return sum
}
