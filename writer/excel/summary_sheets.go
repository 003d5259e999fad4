package excel

import "unicode/utf8"

// A sheetNavigation is a row of links at the top of Summary. Where they lead is known
// when the list of sheets is written.
type sheetNavigation struct{ row int }

// navigationText is that of the link to the list of sheets.
const navigationText = "Go to: all sheets"

// addNavigation adds a row of links: to the list of sheets, over the column of labels,
// and to the first sheets whose names fit a column of numbers.
func (s *summary) addNavigation() (n sheetNavigation) {
	cells := []cell{{style: s.styles.navigation, text: navigationText}}
	pages := s.navigated()
	for _, p := range pages {
		cells = append(cells, cell{style: s.styles.navigation, text: p.name})
	}
	s.grid.addRow(18, cells...)
	n.row = s.grid.page.row
	for i, p := range pages {
		s.grid.page.addLink(place(firstColumn+1+i, n.row), p, "A1")
	}
	return n
}

// navigated returns the first pages of the sheets at the top of Summary.
func (s *summary) navigated() (pages []*page) {
	for _, kind := range s.parts.kinds {
		p := s.parts.book.firstPage(kind.name)
		if p != nil && p != s.grid.page && utf8.RuneCountInString(p.name) < countWidth && len(pages) < lastColumn-firstColumn {
			pages = append(pages, p)
		}
	}
	return pages
}

// addSheets adds the list of all other pages of the workbook: name, what it has, and
// its rows.
func (s *summary) addSheets(n sheetNavigation) {
	s.grid.addHeading("Sheets")
	s.grid.page.addLink(place(firstColumn, n.row), s.grid.page, place(firstColumn, s.grid.page.row))
	s.addSheet(s.styles.head, cell{style: s.styles.head, text: "Sheet"}, "What it has", cell{style: s.styles.headRight, text: "Rows"}, 18)
	for _, kind := range s.parts.kinds {
		pages := s.parts.book.sheetPages(kind.name)
		for i, p := range pages {
			if p == s.grid.page {
				continue
			}
			text, rows := kind.text, cell{style: s.styles.count}
			if i > 0 {
				text = "Continues " + pages[i-1].name
			}
			if p.tableRows > 0 {
				rows = countCell(s.styles.count, int64(p.tableRows-1))
			}
			s.addSheet(s.styles.line, cell{style: s.styles.entryLink, text: p.name}, text, rows, max(17, wrappedHeight(text, 7*countWidth)))
			s.grid.page.addLink(place(firstColumn, s.grid.page.row), p, "A1")
		}
	}
}

// addSheet adds a row of the list of sheets.
func (s *summary) addSheet(style int, name cell, text string, rows cell, height float64) {
	s.grid.addRow(height, name, cell{style: style, text: text, columns: 7}, rows)
}
