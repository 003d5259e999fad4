package excel

import (
	"cmp"
	"slices"

	"signins/schema"
	"signins/writer/manifest"
)

// counts are the sums behind all sheets but those of records. They add up the column
// sign_in_count, in which null counts as one sign-in.
type counts struct {
	all       verdictSums
	types     typeCounts
	times     timeCounts
	names     nameCounts
	codes     codeCounts
	crossings crossings
}

func newCounts() *counts {
	c := &counts{
		times:     timeCounts{days: map[int64][]verdictSums{}},
		codes:     codeCounts{byCode: map[int64]*codeCount{}, users: pairSet{}, ips: pairSet{}},
		crossings: crossings{},
	}
	c.names.init()
	return c
}

// verdictSums are sign-ins by verdict, in the order of verdictLooks.
type verdictSums [5]int64

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

// A countedRow is a row with what several counts need of it.
type countedRow struct {
	b        *schema.Batch
	row      int
	n        int64 // sign-ins
	signType int   // index in typeCounts
	verdict  int   // index in verdictLooks
	micros   int64
	timed    bool
	user, ip nameID
}

// addBatch counts the records of a batch.
func (c *counts) addBatch(b *schema.Batch) {
	c.names.setBatch(b)
	types, verdicts := c.types.readBatch(b), readVerdicts(b)
	r := countedRow{b: b}
	for r.row = range b.Len {
		r.n = manifest.SignInCount(b, r.row)
		r.signType = types[dictIndex(&b.Columns[schema.SignInCategory], r.row)]
		r.verdict = verdicts[dictIndex(&b.Columns[schema.AccessVerdict], r.row)]
		r.micros, r.timed = b.Columns[schema.CreatedAt].Num(r.row)
		c.all[r.verdict] += r.n
		c.types.sums[r.signType][r.verdict] += r.n
		c.names.addRow(&r)
		c.times.addRow(&r)
		c.codes.addRow(&r)
		c.crossings.addRow(&r)
	}
}

// dictIndex returns 0 for null, and for a value 1 + its index in the dictionary.
func dictIndex(v *schema.Vector, row int) int {
	if c := v.Code(row); c >= schema.First {
		return int(c-schema.First) + 1
	}
	return 0
}

// dictText returns the text of a dictIndex, "" for null.
func dictText(v *schema.Vector, index int) string {
	if index == 0 {
		return ""
	}
	return string(v.Dict.Value(schema.First + schema.Code(index-1)))
}

// readVerdicts returns the verdictIndex of every dictIndex of the verdicts.
func readVerdicts(b *schema.Batch) []int {
	v := &b.Columns[schema.AccessVerdict]
	verdicts := make([]int, v.Dict.Len()+1)
	for i := range verdicts {
		verdicts[i] = verdictIndex(dictText(v, i))
	}
	return verdicts
}

// typeCounts are the sign-ins by type, in order of the first of each.
type typeCounts struct {
	names []string // schema.Categories and others
	sums  []verdictSums
}

// readBatch returns the index of every dictIndex of the types, -1 for those that
// no row has.
func (t *typeCounts) readBatch(b *schema.Batch) []int {
	v := &b.Columns[schema.SignInCategory]
	types := make([]int, v.Dict.Len()+1)
	for i := range types {
		types[i] = -1
	}
	for row := range b.Len {
		i := dictIndex(v, row)
		if types[i] < 0 {
			types[i] = t.index(dictText(v, i))
		}
	}
	return types
}

// index returns the index of a type, of a new one after adding it.
func (t *typeCounts) index(name string) int {
	if name == "" {
		name = schema.Unknown
	}
	i := slices.Index(t.names, name)
	if i < 0 {
		i = len(t.names)
		t.names, t.sums = append(t.names, name), append(t.sums, verdictSums{})
	}
	return i
}

// label returns what tables call a type.
func (t *typeCounts) label(index int) string { return typeLabel(t.names[index]) }

// sorted returns the indexes of the types in the order of tables.
func (t *typeCounts) sorted() []int {
	order := indexes(len(t.names))
	slices.SortFunc(order, func(a, b int) int { return compareTypes(t.names[a], t.names[b]) })
	return order
}

func indexes(n int) []int {
	list := make([]int, n)
	for i := range list {
		list[i] = i
	}
	return list
}

var typeLabels = map[string]string{
	schema.InteractiveUser:           "Interactive user",
	schema.NonInteractiveUser:        "Non-interactive user",
	schema.ServicePrincipal:          "Service principal",
	schema.ManagedIdentity:           "Managed identity",
	schema.ADFS:                      "AD FS",
	schema.MicrosoftServicePrincipal: "Microsoft service principal",
	schema.Unknown:                   "Unknown type",
}

func typeLabel(name string) string { return cmp.Or(typeLabels[name], name) }

// compareTypes orders sign-in types; those that the schema does not have come last.
func compareTypes(a, b string) int {
	rank := func(name string) int {
		if i := slices.Index(schema.Categories, name); i >= 0 {
			return i
		}
		return len(schema.Categories)
	}
	return cmp.Or(cmp.Compare(rank(a), rank(b)), cmp.Compare(a, b))
}
