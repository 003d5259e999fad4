package excel

import (
	"fmt"
	"strings"
	"time"

	"signins/schema"
	"signins/writer/manifest"
)

// How many lines the lists of Summary have.
const (
	topCodes  = 10
	topNames  = 10
	maxInputs = 15
)

// codePart lists the most frequent error codes, success apart.
func (p *sheetPage) codePart() chartData {
	s, counts := &p.x.styles, &p.x.counts
	p.heading("Most frequent error codes")
	var codes []*codeCount
	for _, c := range counts.sortedCodes() {
		if c.code != 0 {
			codes = append(codes, c)
		}
	}
	if len(codes) == 0 {
		p.paragraph("No record has an error code other than 0.")
		return chartData{}
	}
	p.verdictHead("Error code and meaning")
	data := p.beginData()
	for _, c := range codes[:min(len(codes), topCodes)] {
		p.verdictLine(s.line, s.count, strings.TrimSpace(fmt.Sprintf("%d %s", c.code, c.name)), c.shownMeaning(), c.sums)
		data.add(&c.sums)
	}
	if len(codes) > topCodes && p.x.wants(errorCodesSheet) {
		p.paragraph(fmt.Sprintf("All %s codes are on the sheet %s.", manifest.Number(int64(len(codes))), errorCodesSheet))
	}
	return data
}

// namePart lists the most frequent names of a kind.
func (p *sheetPage) namePart(kind int, title string) chartData {
	s, tally := &p.x.styles, &p.x.counts.names[kind]
	top := tally.top(topNames)
	if kind == logTenants || len(top) == 0 {
		return chartData{}
	}
	p.heading(title)
	p.verdictHead(schema.Columns[tallied[kind]].Title)
	data := p.beginData()
	for _, n := range top {
		p.verdictLine(s.line, s.count, shortened(n.name), "", n.sums)
		data.add(&n.sums)
	}
	if n := tally.beyond.total(); n > 0 {
		p.paragraph(fmt.Sprintf("Counted are the first %s distinct names; %s sign-ins of later ones are not in this list, so it may miss some.",
			manifest.Number(int64(len(tally.names))), manifest.Number(n)))
	} else if more := len(tally.names) - len(top); more > 0 {
		p.paragraph(fmt.Sprintf("%s more are not listed.", manifest.Number(int64(more))))
	}
	return data
}

// shortened returns a name that fits a line or two of Summary.
func shortened(name string) string {
	const most = 150
	runes := []rune(name)
	if len(runes) <= most {
		return name
	}
	return string(runes[:most]) + "…"
}

// inputPart lists what was read; Sources has more of it.
func (p *sheetPage) inputPart() {
	s, inputs := &p.x.styles, p.x.options.Run.Inputs
	p.heading("Inputs")
	p.putInputLine(s.head, s.headRight, [3]string{"Input", "Format", "Sign-in types"}, cell{text: "Records"}, [2]string{"First event (UTC)", "Last event (UTC)"}, 18)
	for _, in := range inputs[:min(len(inputs), maxInputs)] {
		types := strings.ReplaceAll(categoryList(in.Category), "\n", ", ")
		name := in.Name()
		height := max(17, linesHigh(name, labelWidth), linesHigh(in.Dialect, countWidth), linesHigh(types, 2*countWidth))
		p.putInputLine(s.line, s.count, [3]string{name, in.Dialect, types}, countCell(s.count, in.Records.Seen), [2]string{shortTime(in.FirstEvent), shortTime(in.LastEvent)}, height)
	}
	if more := len(inputs) - maxInputs; more > 0 {
		p.paragraph(fmt.Sprintf("%s more are not listed here.", manifest.Number(int64(more))))
	}
}

// putInputLine writes a line of inputs: name, format, types over two columns,
// records, and two times over two columns each.
func (p *sheetPage) putInputLine(style, right int, names [3]string, records cell, times [2]string, height float64) {
	records.style = right
	cells := append([]cell{{}}, texts(style, names[0], names[1], names[2], "")...)
	cells = append(append(cells, records), texts(style, times[0], "", times[1], "")...)
	p.put(height, cells...)
	for _, first := range []int{firstColumn + 2, firstColumn + 5, firstColumn + 7} {
		p.merge(first, first+1)
	}
}

// shortTime is a time of the run record to the second.
func shortTime(rfc string) string {
	t, err := time.Parse(time.RFC3339Nano, rfc)
	if err != nil {
		return rfc
	}
	return t.UTC().Format(time.DateTime)
}
