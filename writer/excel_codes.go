package writer

import (
	"cmp"
	"maps"
	"slices"
	"strconv"
	"strings"

	"github.com/xuri/excelize/v2"
)

const unknownCategory = "unknown"

// categoryLabels are the sign-in types in their order in tables.
var categoryLabels = []struct{ category, label string }{
	{"interactive_user", "Interactive user"},
	{"non_interactive_user", "Non-interactive user"},
	{"service_principal", "Service principal"},
	{"managed_identity", "Managed identity"},
	{"adfs", "AD FS"},
	{"microsoft_service_principal", "Microsoft service principal"},
	{unknownCategory, "Unknown type"},
}

// categoryLabel is what tables call a sign-in type.
func categoryLabel(category string) string {
	for _, l := range categoryLabels {
		if l.category == category {
			return l.label
		}
	}
	return category
}

// categoryRank orders sign-in types; those without a label come last.
func categoryRank(category string) int {
	for i, l := range categoryLabels {
		if l.category == category {
			return i
		}
	}
	return len(categoryLabels)
}

func compareCategories(a, b string) int {
	return cmp.Or(cmp.Compare(categoryRank(a), categoryRank(b)), cmp.Compare(a, b))
}

// sortedCategories returns the sign-in types that occur in the order of tables,
// and the index in t.categories of each.
func (t *signInCounts) sortedCategories() (names []string, indexes []int) {
	names = slices.Clone(t.categories)
	slices.SortFunc(names, compareCategories)
	for _, name := range names {
		indexes = append(indexes, slices.Index(t.categories, name))
	}
	return names, indexes
}

// sortedCodes returns the codes, the most frequent first.
func (t *signInCounts) sortedCodes() []*codeCount {
	codes := slices.Collect(maps.Values(t.codes))
	slices.SortFunc(codes, func(a, b *codeCount) int {
		return cmp.Or(cmp.Compare(b.total, a.total), cmp.Compare(a.code, b.code))
	})
	return codes
}

// shownMeaning is the meaning as sheets show it.
func (c *codeCount) shownMeaning() string {
	if c.unknown {
		return "unknown code"
	}
	return c.meaning
}

// writeErrorCodes writes the sheet of error codes. Its counts add up to the
// counts of all sign-ins: rows without a code have a line of their own.
func (x *Excel) writeErrorCodes() error {
	names, indexes := x.counts.sortedCategories()
	p, err := x.openSheet(errorCodesSheet, errorCodesLook(len(names)))
	if err != nil {
		return err
	}
	header := p.texts(0, "Error code", "Error name", "Subject", "Meaning", "Status")
	header = append(header, p.text(x.styles.headerRight, "Sign-ins"))
	for _, name := range names {
		header = append(header, p.text(x.styles.headerRight, categoryLabel(name)))
	}
	p.put(30, x.styles.header, append(header, p.texts(0, "First seen (UTC)", "Last seen (UTC)")...)...)
	for _, c := range x.counts.sortedCodes() {
		p.putCode(strconv.FormatInt(c.code, 10), c.shownMeaning(), c, indexes)
	}
	if c := x.counts.other; c != nil {
		p.putCode("(other)", "codes beyond the first "+strconv.Itoa(maxErrorCodes), c, indexes)
	}
	if c := x.counts.none; c != nil {
		p.putCode("(none)", "no error code recorded", c, indexes)
	}
	return p.close(p.row)
}

func errorCodesLook(categories int) sheetLook {
	columns := []columnLook{{width: 12}, {width: 42}, {width: 20}, {width: 60}, {width: 18}, {width: 12}}
	for range categories {
		columns = append(columns, columnLook{width: 15})
	}
	columns = append(columns, columnLook{width: 23}, columnLook{width: 23})
	return sheetLook{tab: "C55A11", columns: columns, table: true, fixed: 1}
}

// putCode writes the line of an error code; indexes are those of its categories
// in the order of the sheet.
func (p *sheetPage) putCode(code, meaning string, c *codeCount, indexes []int) {
	styles := &p.x.styles
	slices.Sort(c.statuses)
	cells := p.texts(styles.entry, code, c.name, c.category, meaning, strings.Join(c.statuses, "; "))
	cells = append(cells, p.count(styles.entryCount, c.total))
	for _, i := range indexes {
		n := int64(0)
		if i < len(c.byCategory) {
			n = c.byCategory[i]
		}
		cells = append(cells, p.count(styles.entryCount, n))
	}
	if c.span.set {
		cells = append(cells,
			excelize.Cell{StyleID: styles.entryDate, Value: cellTime(c.span.first)},
			excelize.Cell{StyleID: styles.entryDate, Value: cellTime(c.span.last)})
	}
	p.putFitted(cells...)
}
