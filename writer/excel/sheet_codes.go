package excel

import (
	"slices"
	"strconv"
	"strings"

	"signins/writer/manifest"
)

const errorCodesSheet = "Error codes"

// newErrorCodeSheet has a row for each error code, the most frequent first. Its
// counts add up to all sign-ins: rows without a code have a line of their own.
func newErrorCodeSheet(p parts) sheet {
	return sumSheet(func() {
		(&errorCodeTable{styles: &p.book.styles, counts: p.counts, types: p.counts.types.sorted()}).write(p.book)
	})
}

type errorCodeTable struct {
	page   *page
	styles *cellStyles
	counts *counts
	types  []int // indexes in typeCounts, in the order of their columns
}

func (t *errorCodeTable) write(book *workbook) {
	s, codes := t.styles, &t.counts.codes
	look := pageLook{tab: "C55A11", columns: shownColumns(11, 38, 58, 58, 20, 20, 28, 12), fixed: 1, across: 2}
	header := append(textCells(s.header, "Error code", "Error name", "Meaning", "What to do", "Subject", "Status", "Status basis"),
		cell{style: s.headerRight, text: "Sign-ins"})
	for _, i := range t.types {
		look.columns = append(look.columns, columnLook{width: 14})
		header = append(header, cell{style: s.headerRight, text: t.counts.types.label(i)})
	}
	look.columns = append(look.columns, shownColumns(12, 12, 23, 23)...)
	header = append(header, textCells(s.headerRight, "Usernames affected", "IP addresses affected")...)
	t.page = book.addPage(errorCodesSheet, look)
	t.page.addCells(30, append(header, textCells(s.header, "First seen (UTC)", "Last seen (UTC)")...)...)
	for _, c := range codes.sorted() {
		t.addCode(strconv.FormatInt(c.code, 10), c.shownMeaning(), c)
	}
	if codes.other != nil {
		t.addCode("(other)", "Codes beyond the first "+manifest.Number(maxErrorCodes)+".", codes.other)
	}
	if codes.none != nil {
		t.addCode("(none)", "No error code recorded.", codes.none)
	}
	if t.page.tableRows = t.page.row; t.page.row == 1 {
		t.page.addCells(0, cell{style: s.note, text: noSignIns})
	}
}

func (t *errorCodeTable) addCode(code, meaning string, c *codeCount) {
	s := t.styles
	slices.Sort(c.statuses)
	slices.Sort(c.bases)
	cells := textCells(s.entry, code, c.name, meaning, c.remediation, c.category, strings.Join(c.statuses, "; "), strings.Join(c.bases, "; "))
	if len(c.statuses) == 1 {
		cells[5].style = s.statusEntry(c.statuses[0])
	}
	cells = append(cells, countCell(s.entryCount, c.sums.total()))
	for _, i := range t.types {
		n := int64(0)
		if i < len(c.byType) {
			n = c.byType[i]
		}
		cells = append(cells, countCell(s.entryCount, n))
	}
	cells = append(cells, c.users.cell(s.entryCount), c.ips.cell(s.entryCount))
	t.page.addWrapped(append(cells, spanCells(s.entryDate, c.span)...)...)
}
