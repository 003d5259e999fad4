package manifest

import (
	"cmp"
	"maps"
	"slices"
	"time"

	"signins/schema"
)

const (
	maxUnknownFields = 1000 // distinct names counted an input; the rest are summed
	maxFieldName     = 1000 // bytes; longer names are summed, too
	furtherFields    = "(further fields)"
	maxTenants       = 16
)

// An Account gathers what a run saw of one input, batch by batch.
type Account struct {
	Input    *Input
	Verdicts map[string]int64 // sign-ins by access_verdict, "" for undetermined
	// InteractiveByDefault: nothing but its records shows whether the export has
	// other sign-ins than interactive ones, and its format has none by default.
	InteractiveByDefault bool

	first, last int64
	timed       bool
	tenants     map[string]bool
	warnings    schema.Tally
}

// NewAccount starts an account for an input whose identity is filled in.
func NewAccount(in *Input) *Account {
	in.Category, in.UnknownFields = map[string]int64{}, map[string]int64{}
	return &Account{Input: in, Verdicts: map[string]int64{}, tenants: map[string]bool{}}
}

// Add counts an annotated batch.
func (a *Account) Add(b *schema.Batch) {
	in := a.Input
	in.Records.Seen += b.Seen
	in.Records.Written += int64(b.Len)
	in.Records.Rejected += int64(len(b.Rejects))
	in.Records.Filtered += b.Filtered
	// In order, so that the same names are counted whenever there are too many.
	for _, name := range slices.Sorted(maps.Keys(b.UnknownFields)) {
		n := b.UnknownFields[name]
		full := in.UnknownFields[name] == 0 && len(in.UnknownFields) >= maxUnknownFields
		if full || len(name) > maxFieldName {
			name = furtherFields
		}
		in.UnknownFields[name] += n
	}
	a.Warn(b.Warnings)
	a.span(&b.Columns[schema.CreatedAt])
	countText(in.Category, b, schema.SignInCategory)
	countText(a.Verdicts, b, schema.AccessVerdict)
	a.seeTenants(&b.Columns[schema.TenantID])
}

// seeTenants notes the log tenants of records. The dictionary may hold those of
// rejected ones, too.
func (a *Account) seeTenants(v *schema.Vector) {
	var last schema.Code
	for _, c := range v.Codes {
		if c >= schema.First && c != last && len(a.tenants) < maxTenants {
			a.tenants[string(v.Dict.Value(c))] = true
		}
		last = c
	}
}

// Warn adds findings by code.
func (a *Account) Warn(t schema.Tally) {
	for code, n := range t {
		a.warnings.Add(code, n)
	}
}

func (a *Account) span(v *schema.Vector) {
	for row, valid := range v.Valid {
		if valid == 0 {
			continue
		}
		at := v.Nums[row]
		if !a.timed || at < a.first {
			a.first = at
		}
		if !a.timed || at > a.last {
			a.last = at
		}
		a.timed = true
	}
}

// SignInCount returns how many sign-ins a row stands for. What is no number of
// sign-ins counts as one.
func SignInCount(b *schema.Batch, row int) int64 {
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

// downloadLimits are numbers of records at which downloads are known to end.
var downloadLimits = []int64{1000, 5000, 10000, 100000, 250000}

// Close completes the input's part of the run record.
func (a *Account) Close() {
	in := a.Input
	if a.timed {
		in.FirstEvent = time.UnixMicro(a.first).UTC().Format(time.RFC3339Nano)
		in.LastEvent = time.UnixMicro(a.last).UTC().Format(time.RFC3339Nano)
	}
	for _, limit := range downloadLimits {
		if n := in.Records.Seen; n <= limit && n >= limit-limit/1000 {
			a.warnings.Add(schema.RoundCount, 1)
		}
	}
	if len(a.tenants) > 1 {
		a.warnings.Add(schema.SeveralTenants, int64(len(a.tenants)))
	}
	if a.InteractiveByDefault && len(in.Category) == 1 && in.Category[schema.InteractiveUser] > 0 {
		a.warnings.Add(schema.InteractiveRowsOnly, 1)
	}
	in.Warnings = []Warning{}
	for _, code := range slices.Sorted(maps.Keys(a.warnings)) {
		in.Warnings = append(in.Warnings, Warning{code, a.warnings[code], schema.Findings[code]})
	}
	slices.SortStableFunc(in.Warnings, func(x, y Warning) int { return cmp.Compare(x.Code, y.Code) })
}
