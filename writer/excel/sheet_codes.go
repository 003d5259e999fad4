package excel

import (
	"slices"
	"strconv"
	"strings"

	"signins/writer/manifest"
)

const errorCodesSheet = "Error codes"

// writeErrorCodes writes a row for each error code, the most frequent first. The
// counts add up to all sign-ins: rows without a code have a line of their own.
func writeErrorCodes(p parts) {
	types, codes := p.counts.types.indexes(), &p.counts.codes
	columns := []columnLook{
		{title: "Error code", width: 11}, {title: "Error name", width: 38}, {title: "Meaning", width: 58},
		{title: "What to do", width: 58}, {title: "Subject", width: 20}, {title: "Status", width: 20}, {title: "Status basis", width: 28}, {title: "Sign-ins", width: 12, header: numberHeader},
	}
	for _, i := range types {
		columns = append(columns, columnLook{title: signInTypes[i].label, width: 16, header: numberHeader})
	}
	t := p.book.addTable(errorCodesSheet, pageLook{tab: "C55A11", fixed: 1, columns: append(columns,
		columnLook{title: "Usernames affected", width: 13, header: numberHeader}, columnLook{title: "IP addresses affected", width: 13, header: numberHeader},
		columnLook{title: "First seen (UTC)", width: 23}, columnLook{title: "Last seen (UTC)", width: 23})})
	for _, c := range codes.sorted() {
		t.addCode(types, strconv.FormatInt(c.code, 10), c.shownMeaning(), c)
	}
	if codes.other.sums.total() > 0 {
		t.addCode(types, "(other)", "Codes beyond the first "+manifest.Number(maxErrorCodes)+".", &codes.other)
	}
	if codes.none.sums.total() > 0 {
		t.addCode(types, "(none)", "No error code recorded.", &codes.none)
	}
	if t.tableRows = t.row; t.row == 1 {
		t.addText(0, p.book.styles.note, EmptyNote)
	}
	if text := duplicatesText(p.run); text != "" {
		t.skipRows(1)
		t.addBelow(0, p.book.styles.note, text)
	}
}

// addCode adds the row of a code; types are indexes in signInTypes, in the order of
// their columns.
func (p *page) addCode(types []int, code, meaning string, c *codeCount) {
	s := &p.book.styles
	slices.Sort(c.statuses)
	slices.Sort(c.bases)
	cells := textCells(s.entry, code, c.name, meaning, c.remediation, c.category, strings.Join(c.statuses, "; "), strings.Join(c.bases, "; "))
	if len(c.statuses) == 1 {
		cells[5].style = resultStyle(c.statuses[0], &s.entries, s.entry)
	}
	cells = append(cells, countCell(s.entryCount, c.sums.total()))
	for _, i := range types {
		cells = append(cells, countCell(s.entryCount, c.byType[i]))
	}
	cells = append(cells, c.users.cell(s.entryCount), c.ips.cell(s.entryCount))
	p.addWrapped(append(cells, spanCells(s.entryDate, c.span)...)...)
}
