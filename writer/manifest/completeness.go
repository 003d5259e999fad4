package manifest

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"signins/schema"
)

// A survey sees what all inputs of a run have in common, to warn of what is missing
// from them.
type survey struct {
	calendar calendar
	pages    pageSet
	tenants  map[string]bool  // of the logs
	mostLogs int              // of one input, which has a warning of its own
	signIns  map[string]int64 // by category
	exported map[string]bool  // categories with an export, also one without sign-ins to count
}

func newSurvey() survey {
	return survey{
		calendar: calendar{days: map[string]*dayCounts{}}, tenants: map[string]bool{}, signIns: map[string]int64{}, exported: map[string]bool{},
	}
}

// look looks at the records of an annotated batch, repeats included.
func (s *survey) look(b *schema.Batch) {
	s.calendar.add(b)
	category := &b.Columns[schema.SignInCategory]
	seen := make([]bool, category.Dict.Len()+int(schema.First))
	for row, code := range category.Codes {
		if !seen[code] {
			seen[code], s.exported[string(category.Value(row))] = true, true
		}
	}
}

// close looks at an input whose account is described by in.
func (s *survey) close(in *Input, src *schema.Source, a *account) {
	pages, links := removePages(&a.warnings)
	s.pages.add(in, pages, links)
	logs := a.tenants.warn(&a.warnings)
	s.mostLogs = max(s.mostLogs, len(logs))
	for _, tenant := range logs {
		if len(s.tenants) < maxTenants {
			s.tenants[strings.ToLower(tenant)] = true
		}
	}
	for category, n := range in.Category {
		s.signIns[category] += n
	}
	if in.Records.Written == 0 && in.Joined == nil {
		s.exported[src.CategoryFromName], s.exported[src.CategoryFromColumns] = true, true
	}
	if n := conflicting(in, src); n > 0 {
		a.warnings.Add(schema.NameConflict, n)
	}
	// A page has as many records as its request names, which is often a round number.
	if n := in.Records.Seen; links == 0 && isRound(n) || in.Joined != nil && isRound(in.Joined.Rows) {
		a.warnings.Add(schema.RoundCount, 1)
	}
}

// downloadLimits are the numbers of records at which known downloads end.
var downloadLimits = []int64{1000, 5000, 10000, 100000, 250000}

// isRound reports whether a number of records is a limit or up to a thousandth below.
func isRound(n int64) bool {
	return slices.ContainsFunc(downloadLimits, func(limit int64) bool { return n <= limit && n >= limit-limit/1000 })
}

// conflicting counts the sign-ins of another category than that of the file name.
func conflicting(in *Input, src *schema.Source) (n int64) {
	for category, count := range in.Category {
		if src.CategoryFromName != "" && category != src.CategoryFromName && category != schema.Unknown {
			n += count
		}
	}
	return n
}

// Finish adds to the run the warnings that need all of its inputs, which are closed.
func (as *Accounts) Finish() {
	as.run.warnOfEmptySpan()
	for _, w := range as.survey.warnings() {
		if len(w.details) > 0 || w.count > 0 {
			as.run.Sums.warn(w.warning(), 0)
		}
	}
}

// A runWarning is a warning of a run: what its message adds to that of the code, and a
// count, the number of details where that is 0.
type runWarning struct {
	code    string
	count   int64
	details []string
}

const maxDetails = 10 // that a message lists

func (w *runWarning) warning() Warning {
	message, listed := schema.Warnings[w.code], w.details
	if more := len(listed) - maxDetails; more > 0 {
		listed = append(slices.Clone(listed[:maxDetails]), fmt.Sprintf("and %s more", Number(more)))
	}
	if len(listed) > 0 {
		message += ": " + strings.Join(listed, "; ")
	}
	if w.count == 0 {
		w.count = int64(len(w.details))
	}
	return Warning{w.code, w.count, message}
}

// warnings returns what to warn of, in the order of codes; what is not the case has no
// count and no details.
func (s *survey) warnings() []runWarning {
	far, spans, gaps := s.timeWarnings()
	all := []runWarning{
		far, spans, gaps,
		{code: schema.MissingCategories, details: s.missingCategories()},
		{code: schema.PagesMissing, details: s.pages.missing()},
	}
	if len(s.tenants) > max(1, s.mostLogs) {
		all = append(all, runWarning{code: schema.TenantsDiffer, details: slices.Sorted(maps.Keys(s.tenants))})
	}
	slices.SortFunc(all, func(a, b runWarning) int { return strings.Compare(a.code, b.code) })
	return all
}

// missingCategories returns the kinds of sign-in that the portal exports and no input
// has, if any input has a known kind.
func (s *survey) missingCategories() (missing []string) {
	unknown, known := s.signIns[schema.Unknown], false
	for _, category := range schema.KnownCategories {
		known = known || s.signIns[category] > 0
	}
	if !known {
		return nil
	}
	for _, category := range schema.KnownCategories[:4] {
		if s.signIns[category] == 0 && !s.exported[category] {
			missing = append(missing, schema.CategoryLabels[category])
		}
	}
	if missing != nil && unknown > 0 {
		missing[len(missing)-1] += fmt.Sprintf(" (unless they are among %s of an unknown kind)", Counted(unknown, "sign-in"))
	}
	return missing
}

// timeWarnings compares the days of the categories with each other and with what is
// usual.
func (s *survey) timeWarnings() (far, spans, gaps runWarning) {
	far, spans, gaps = runWarning{code: schema.FarDates}, runWarning{code: schema.SpanDiffers}, runWarning{code: schema.TimeGaps}
	sum := s.calendar.sum()
	first, last, n, ok := s.calendar.near(sum)
	far.count = n
	if !ok {
		return far, spans, gaps
	}
	all := span{first, last}
	whole, _ := newPattern(sum, all)
	common := whole.gaps()
	gaps.addGaps("All kinds", common)
	for _, category := range schema.Categories {
		days := s.calendar.days[category]
		if days == nil {
			continue
		}
		p, found := newPattern(*days, all)
		if !found {
			continue
		}
		label := schema.CategoryLabels[category]
		if missing := p.shorter(all); missing != nil {
			spans.details = append(spans.details, fmt.Sprintf("%s only %s of %s", label, p.covered, all))
			for _, m := range missing {
				spans.count += int64(m.len())
			}
		}
		gaps.addGaps(label, slices.DeleteFunc(p.gaps(), func(g span) bool {
			return slices.ContainsFunc(common, func(c span) bool { return c.first <= g.first && c.last >= g.last })
		}))
	}
	return far, spans, gaps
}

// addGaps adds the gaps of one kind of sign-in.
func (w *runWarning) addGaps(label string, gaps []span) {
	for _, g := range gaps {
		w.details = append(w.details, fmt.Sprintf("%s, %s", label, g))
		w.count += int64(g.len())
	}
}
