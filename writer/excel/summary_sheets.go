package excel

import "unicode/utf8"

// sheetTexts say in a line what each sheet has.
var sheetTexts = map[string]string{
	summarySheet:    "The outcome at a glance: verdicts, charts, notes on the inputs, the most frequent names",
	"Findings":      "What rules saw in many sign-ins together, most severe first, with links to the rows; rules that saw nothing or could not run",
	signInSheet:     "A row for each sign-in record",
	"Users":         "A row for each user: verdicts, first and last seen, countries, networks, applications, clients, devices, codes",
	"Addresses":     "A row for each IP address: verdicts, first and last seen, who signed in from it and to what",
	"Applications":  "A row for each application, service principal and managed identity, with credentials",
	"Sessions":      "Sessions with more than one address, country, device or sign-in type",
	policySheet:     "A row for each Conditional Access policy of a sign-in, with its result",
	stepSheet:       "A row for each authentication step of a sign-in: method, result, requirement",
	errorCodesSheet: "A row for each error code: meaning, what to do, counts, first and last seen",
	tenantsSheet:    "Sign-ins between tenants; passthrough apart, as it is no access",
	rejectedSheet:   "Records that could not be read, with place and reason",
	duplicatesSheet: "Records of one sign-in that contradict each other, both values side by side",
	sourcesSheet:    "Inputs with their digests and the account of their records; files that were not read",
	columnsSheet:    "The meaning of each column",
}

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
	for _, name := range s.parts.order {
		p := s.parts.book.firstPage(name)
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
	for _, name := range s.parts.order {
		pages := s.parts.book.sheetPages(name)
		for i, p := range pages {
			if p == s.grid.page {
				continue
			}
			text, rows := sheetTexts[name], cell{style: s.styles.count}
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

// sheetPages returns the pages of a sheet in order.
func (b *workbook) sheetPages(sheet string) (pages []*page) {
	for _, p := range b.pages {
		if p.sheet == sheet {
			pages = append(pages, p)
		}
	}
	return pages
}
