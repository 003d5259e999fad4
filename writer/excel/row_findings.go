package excel

import (
	"fmt"
	"iter"
	"math"
	"slices"
	"strings"

	"signins/schema"
)

// findingRows are the findings of a run, with the numbers of their rows.
type findingRows struct {
	list   []*sheetFinding
	pairs  []uint64 // number of a row and of a finding of it, 32 bits each
	sorted bool

	ofRule   map[string]int           // findings
	unlisted map[string]*sheetFinding // by rule: what list has for those beyond maxFindingLines

	inventories, notRun int // rows on Findings at which these blocks begin
}

// A sheetFinding is a finding, and the place of its first row on Sign-ins. Those of a rule
// that Findings does not list share one, without texts, as there may be one for each user
// of a run.
type sheetFinding struct {
	schema.Finding
	number int   // from 1, 0 for one that is not listed
	page   *page // nil where Sign-ins has no row of it
	row    int
	line   int // its row on Findings, 0 for none
}

func (f *sheetFinding) listed() bool { return f.number > 0 }

// add adds a finding with its rows, of which rows are written.
func (f *findingRows) add(finding *schema.Finding, places iter.Seq[schema.RowPlace], rows int64) error {
	f.list = append(f.list, f.listing(finding))
	f.pairs = slices.Grow(f.pairs, int(min(finding.Rows, rows)))
	for p := range places {
		if p.Row < 0 || p.Row >= min(rows, math.MaxUint32) {
			return fmt.Errorf("a finding of the rule %s names row %d of %d", finding.Rule, p.Row, rows)
		}
		f.pairs = append(f.pairs, uint64(p.Row)<<32|uint64(len(f.list)))
	}
	return nil
}

// listing returns what list has for the next finding.
func (f *findingRows) listing(finding *schema.Finding) *sheetFinding {
	if f.ofRule == nil {
		f.ofRule, f.unlisted = map[string]int{}, map[string]*sheetFinding{}
	}
	if f.ofRule[finding.Rule]++; f.ofRule[finding.Rule] <= maxFindingLines {
		return &sheetFinding{Finding: *finding, number: len(f.list) + 1}
	}
	if f.unlisted[finding.Rule] == nil {
		f.unlisted[finding.Rule] = &sheetFinding{Finding: schema.Finding{Rule: finding.Rule, Kind: finding.Kind, Severity: finding.Severity}}
	}
	return f.unlisted[finding.Rule]
}

// appendOf appends the numbers of the findings of a row.
func (f *findingRows) appendOf(dst []int, row int64) []int {
	if !f.sorted {
		slices.Sort(f.pairs)
		f.sorted = true
	}
	first, _ := slices.BinarySearch(f.pairs, uint64(row)<<32)
	for _, pair := range f.pairs[first:] {
		if int64(pair>>32) != row {
			break
		}
		dst = append(dst, int(uint32(pair)))
	}
	return slices.Compact(dst)
}

// name returns how cells name a finding: F0001, with more digits where there are more
// than 9,999 findings, as no name may begin another one.
func (f *findingRows) name(number int) string {
	return fmt.Sprintf("F%0*d", max(4, len(fmt.Sprint(len(f.list)))), number)
}

// names returns the names of findings, with spaces.
func (f *findingRows) names(numbers []int) string {
	var names []string
	for _, n := range numbers {
		names = append(names, f.name(n))
	}
	return strings.Join(names, " ")
}

// place notes the place of a row on Sign-ins, for those findings whose first one it is.
func (f *findingRows) place(r *sortedRow) {
	for _, n := range r.findings {
		if finding := f.list[n-1]; finding.page == nil {
			finding.page, finding.row = r.page, r.row
		}
	}
}
