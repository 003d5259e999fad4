package excel

import (
	"cmp"
	"slices"
	"strings"

	"signins/writer/manifest"
)

// An entityView is an entity as the columns of its sheet see it.
type entityView struct {
	reader   *facetReader
	findings *findingRows
	styles   *cellStyles
	key      tuple // the values of the kind's key
	facets   []facet
	counts   [numFacets]facetCount
	span     timeSpan
	cut      bool // a list of this or an earlier entity has more values than it names
}

// An entityColumn is a column of a sheet of entities: its look and the cell of an entity.
type entityColumn struct {
	columnLook
	cell func(v *entityView) cell
	kept bool // also where no line has a value; the others are folded then
}

// value returns the value of a facet of the entity's key.
func (v *entityView) value(f facet) uint32 {
	if i := slices.Index(v.facets, f); i >= 0 {
		return v.key[i]
	}
	return 0
}

// keyText returns the text of a facet of the key if it is of that column, else "".
func (v *entityView) keyText(f facet, column int) string {
	if of, text := v.reader.readers[f].table.key(v.value(f)); of == column {
		return text
	}
	return ""
}

// name returns the name of a facet of the key.
func (v *entityView) name(f facet) string {
	if v.value(f) == 0 {
		return ""
	}
	return v.reader.name(f, v.value(f))
}

// label returns a label of a facet of the key.
func (v *entityView) label(f facet, column int) string {
	return v.reader.readers[f].table.label(column, v.value(f))
}

// textColumn returns a column of texts.
func textColumn(title string, width float64, text func(v *entityView) string) entityColumn {
	return entityColumn{columnLook: columnLook{title: title, width: width}, cell: func(v *entityView) cell {
		return cell{style: v.styles.entry, text: text(v)}
	}}
}

// keyColumn returns a column of the text of a facet of the key.
func keyColumn(title string, width float64, f facet) entityColumn {
	return textColumn(title, width, func(v *entityView) string { return v.keyText(f, 0) })
}

// nameColumn returns a column of the name of a facet of the key.
func nameColumn(title string, width float64, f facet) entityColumn {
	return textColumn(title, width, func(v *entityView) string { return v.name(f) })
}

// latestNameColumn returns a column of the latest name of a facet of the key, "" if only
// its id is known.
func latestNameColumn(title string, width float64, f facet) entityColumn {
	return textColumn(title, width, func(v *entityView) string { return cmp.Or(v.label(f, 0), v.keyText(f, 1)) })
}

// numberColumn returns a column of numbers.
func numberColumn(title string, width float64, number func(v *entityView) cell) entityColumn {
	return entityColumn{columnLook: columnLook{title: title, width: width, header: numberHeader}, cell: number}
}

// distinctColumn returns a column of how many values of a facet there are.
func distinctColumn(title string, f facet) entityColumn {
	return numberColumn(title, 13, func(v *entityView) cell { return v.counts[f].number().cell(v.styles.entryCount) })
}

// signInsColumn returns a column of the sign-ins with one value of a facet.
func signInsColumn(title string, f facet, is func(name string) bool) entityColumn {
	return numberColumn(title, 14, func(v *entityView) cell {
		n := int64(0)
		for _, c := range v.counts[f].values {
			if is(v.reader.name(f, c.value)) {
				n += c.n
			}
		}
		return countCell(v.styles.entryCount, n)
	})
}

// A cell lists at most maxListed names, and no more than fit listedLines unless the first
// one needs more: lines of people and others are compared, and printed, one below the other.
const (
	maxListed   = 10
	listedLines = 3
)

// namesColumn returns a column of the most frequent values of a facet.
func namesColumn(title string, width float64, f facet) entityColumn {
	return textColumn(title, width, func(v *entityView) string {
		return v.list(f, width, func(c valueCount) string { return v.reader.name(f, c.value) })
	})
}

// countedColumn returns a column of the most frequent values of a facet with their
// sign-ins.
func countedColumn(title string, width float64, f facet) entityColumn {
	return textColumn(title, width, func(v *entityView) string {
		return v.list(f, width, func(c valueCount) string { return v.reader.name(f, c.value) + " (" + manifest.Number(c.n) + ")" })
	})
}

// list lists the most frequent values of a facet, as many as a column of that width shows.
func (v *entityView) list(f facet, width float64, text func(valueCount) string) string {
	var names []string
	for _, c := range v.counts[f].values[:min(len(v.counts[f].values), maxListed)] {
		names = append(names, text(c))
	}
	for n := len(names); ; n-- {
		if list := v.listed(f, names[:n]); n <= 1 || wrappedHeight(list, width) <= listedLines*lineHeight+2 {
			return list
		}
	}
}

// listed returns the names of the first values of a facet, and how many more there are.
func (v *entityView) listed(f facet, names []string) string {
	list, bound := strings.Join(names, "; "), v.counts[f].bound
	switch more := len(v.counts[f].values) - len(names); {
	case bound && more > 0:
		list += "; at least " + manifest.Number(more) + " more"
	case bound && list != "":
		list += "; others"
	case bound:
		list = "others"
	case more > 0:
		list += "; " + manifest.Number(more) + " more"
	default:
		return list
	}
	v.cut = true
	return list
}

// verdictColumns are the columns of all sign-ins and of those of each verdict.
func verdictColumns() []entityColumn {
	all := numberColumn("Sign-ins", 11, func(v *entityView) cell { return countCell(v.styles.entryCount, v.total()) })
	all.kept = true
	columns := []entityColumn{all}
	for i, look := range verdictLooks {
		c := numberColumn(look.label, 15, func(v *entityView) cell { return countCell(v.styles.entryCount, v.verdict(i)) })
		c.kept = true
		columns = append(columns, c)
	}
	return columns
}

// verdict returns the sign-ins of a verdict.
func (v *entityView) verdict(i int) int64 {
	for _, c := range v.counts[verdictFacet].values {
		if c.value == uint32(i)+1 {
			return c.n
		}
	}
	return 0
}

// total returns the sign-ins of all verdicts.
func (v *entityView) total() (sum int64) {
	for _, c := range v.counts[verdictFacet].values {
		sum += c.n
	}
	return sum
}

// spanColumns are the columns of the first and the last time.
func spanColumns() []entityColumn {
	column := func(title string, micros func(s *timeSpan) int64) entityColumn {
		return entityColumn{columnLook: columnLook{title: title, width: 23}, kept: true, cell: func(v *entityView) cell {
			if !v.span.set {
				return cell{style: v.styles.entryDate}
			}
			return timeCell(v.styles.entryDate, micros(&v.span))
		}}
	}
	return []entityColumn{
		column("First seen (UTC)", func(s *timeSpan) int64 { return s.first }), column("Last seen (UTC)", func(s *timeSpan) int64 { return s.last }),
	}
}

// riskColumns are the columns of the highest level of risk and the states of risk.
func riskColumns() []entityColumn {
	return []entityColumn{
		textColumn("Highest risk", 12, func(v *entityView) string {
			highest := uint32(0)
			for _, c := range v.counts[riskFacet].values {
				highest = max(highest, c.value)
			}
			if highest == 0 {
				return ""
			}
			return risks[highest-1]
		}),
		countedColumn("Risk states", 26, riskStateFacet),
	}
}

// findingsColumn is the column that names the findings that have a row of the entity.
func findingsColumn() entityColumn {
	return textColumn("Findings", 33, func(v *entityView) string {
		var numbers []int
		for _, c := range v.counts[findingFacet].values {
			numbers = append(numbers, int(c.value))
		}
		slices.Sort(numbers)
		names := v.findings.names(numbers[:min(len(numbers), maxFindingNames)])
		if more := len(numbers) - maxFindingNames; more > 0 {
			names += " and " + manifest.Number(more) + " more"
			v.cut = true
		}
		return names
	})
}

// maxFindingNames is how many findings a line names, the most severe ones.
const maxFindingNames = 15
