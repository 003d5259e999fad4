package excel

import (
	"cmp"
	"slices"

	"signins/schema"
	"signins/writer/manifest"
)

// Bounds of what is counted.
const (
	// maxErrorCodes bounds the codes counted one by one. The code table has
	// some thousand; an input could hold any number.
	maxErrorCodes = 10000
	// maxStatuses bounds the statuses and bases listed beside a code.
	maxStatuses = 8
	// maxDays bounds the days counted one by one: 50 years.
	maxDays = 50 * 366
	// maxCrossings bounds the relations between tenants.
	maxCrossings = 5000
)

// signInCounts are the sums behind all sheets but those of records. They add up
// sign_in_count, where null stands for one sign-in.
type signInCounts struct {
	all        verdictSums
	categories []string      // in order of first occurrence
	byCategory []verdictSums // by index in categories
	untimed    int64         // sign-ins without a time, or on a day beyond maxDays
	days       map[int64][]verdictSums
	hours      [24]verdictSums
	span       timeSpan
	names      [numTallies]nameTally
	budget     nameBudget
	codes      map[int64]*codeCount
	other      *codeCount // codes beyond maxErrorCodes, all in one
	none       *codeCount // rows without a code
	users, ips pairSet    // seen with a code
	crossings  crossings

	last *codeCount // of the row before: the next one mostly has the same
}

// The names that are counted.
const (
	users = iota
	principals
	apps
	addresses
	countries
	logTenants
	numTallies
)

var tallied = [numTallies]schema.ColumnID{
	schema.UserPrincipalName, schema.ServicePrincipalName, schema.AppDisplayName, schema.IPAddress, schema.LocationCountry, schema.TenantID,
}

// A timeSpan is from the first to the last of some times, also of those that
// Excel has no dates for.
type timeSpan struct {
	first, last int64 // microseconds
	set         bool
}

func (s *timeSpan) add(micros int64) {
	if !s.set {
		s.first, s.last, s.set = micros, micros, true
	}
	s.first, s.last = min(s.first, micros), max(s.last, micros)
}

// A countedRow is what is counted of a row.
type countedRow struct {
	b        *schema.Batch
	row      int
	n        int64 // sign-ins
	category int   // in signInCounts.categories
	verdict  int   // in verdictLooks
	micros   int64
	timed    bool
	user, ip int32 // numbers in the tallies
}

// add counts the records of a batch.
func (t *signInCounts) add(b *schema.Batch) {
	if t.codes == nil {
		t.codes, t.days = map[int64]*codeCount{}, map[int64][]verdictSums{}
		t.users, t.ips = pairSet{}, pairSet{}
		for i, id := range tallied {
			t.names[i].id, t.names[i].budget = id, &t.budget
		}
	}
	for i := range t.names {
		t.names[i].begin(b)
	}
	categories, verdicts := t.numberCategories(b), numberVerdicts(b)
	r := countedRow{b: b}
	for r.row = range b.Len {
		r.n = manifest.SignInCount(b, r.row)
		r.category = categories[dictIndex(&b.Columns[schema.SignInCategory], r.row)]
		r.verdict = verdicts[dictIndex(&b.Columns[schema.AccessVerdict], r.row)]
		r.micros, r.timed = b.Columns[schema.CreatedAt].Num(r.row)
		t.addRow(&r)
	}
}

func (t *signInCounts) addRow(r *countedRow) {
	t.all[r.verdict] += r.n
	t.byCategory[r.category][r.verdict] += r.n
	for i := range t.names {
		number := t.names[i].add(r.b, r.row, r.verdict, r.n)
		switch i {
		case users:
			r.user = number
		case addresses:
			r.ip = number
		}
	}
	t.addTime(r)
	t.addCode(r)
	t.crossings.add(r)
}

// addTime counts the row on its day and in its hour, in UTC.
func (t *signInCounts) addTime(r *countedRow) {
	if r.timed {
		t.span.add(r.micros)
	}
	if !r.timed || !isDate(r.micros) {
		t.untimed += r.n
		return
	}
	const hour = 3600e6
	hours := floorDiv(r.micros, hour)
	day := floorDiv(hours, 24)
	t.hours[hours-day*24][r.verdict] += r.n
	sums, counted := t.days[day]
	if !counted && len(t.days) >= maxDays {
		t.untimed += r.n
		return
	}
	for len(sums) <= r.category {
		sums = append(sums, verdictSums{})
	}
	sums[r.category][r.verdict] += r.n
	t.days[day] = sums
}

// dictIndex returns 0 for null and else the number of the row's value in the
// dictionary, from 1.
func dictIndex(v *schema.Vector, row int) int {
	if c := v.Code(row); c >= schema.First {
		return int(c-schema.First) + 1
	}
	return 0
}

// dictText is the value of a dictIndex.
func dictText(v *schema.Vector, index int) string {
	if index == 0 {
		return ""
	}
	return string(v.Dict.Value(schema.First + schema.Code(index-1)))
}

// numberVerdicts returns the place in verdictLooks of every dictIndex of the
// batch's verdicts.
func numberVerdicts(b *schema.Batch) []int {
	v := &b.Columns[schema.AccessVerdict]
	numbers := make([]int, v.Dict.Len()+1)
	for i := range numbers {
		numbers[i] = verdictNumber(dictText(v, i))
	}
	return numbers
}

// numberCategories returns the number in t.categories of every dictIndex of
// the batch's categories, -1 for those that no row has.
func (t *signInCounts) numberCategories(b *schema.Batch) []int {
	v := &b.Columns[schema.SignInCategory]
	numbers := make([]int, v.Dict.Len()+1)
	for i := range numbers {
		numbers[i] = -1
	}
	for row := range b.Len {
		i := dictIndex(v, row)
		if numbers[i] < 0 {
			numbers[i] = t.numberCategory(dictText(v, i))
		}
	}
	return numbers
}

func (t *signInCounts) numberCategory(category string) int {
	if category == "" {
		category = schema.Unknown
	}
	i := slices.Index(t.categories, category)
	if i < 0 {
		i = len(t.categories)
		t.categories = append(t.categories, category)
		t.byCategory = append(t.byCategory, verdictSums{})
	}
	return i
}

// sortedCategories returns the indexes of the sign-in types that occur, in the
// order of tables.
func (t *signInCounts) sortedCategories() []int {
	order := make([]int, len(t.categories))
	for i := range order {
		order[i] = i
	}
	slices.SortFunc(order, func(a, b int) int { return compareCategories(t.categories[a], t.categories[b]) })
	return order
}

// categoryLabels are what tables call the sign-in types.
var categoryLabels = map[string]string{
	schema.InteractiveUser:           "Interactive user",
	schema.NonInteractiveUser:        "Non-interactive user",
	schema.ServicePrincipal:          "Service principal",
	schema.ManagedIdentity:           "Managed identity",
	schema.ADFS:                      "AD FS",
	schema.MicrosoftServicePrincipal: "Microsoft service principal",
	schema.Unknown:                   "Unknown type",
}

func categoryLabel(category string) string { return cmp.Or(categoryLabels[category], category) }

// compareCategories orders sign-in types; unknown words come last.
func compareCategories(a, b string) int {
	rank := func(category string) int {
		return (slices.Index(schema.Categories, category) + 100) % 100 // -1 becomes 99
	}
	return cmp.Or(cmp.Compare(rank(a), rank(b)), cmp.Compare(a, b))
}
