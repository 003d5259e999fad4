package excel

// A series is the pages of a sheet that goes on on further pages where one does not
// hold all rows. All have the same look.
type series struct {
	book      *workbook
	sheet     string
	look      pageLook
	emptyNote string // of a sheet without rows; "" for none, and no such sheet
	pages     []*page
}

// page returns the page that has room for another row.
func (s *series) page() *page {
	if n := len(s.pages); n > 0 {
		p := s.pages[n-1]
		if p.row <= s.book.limits.rows && p.xml.fullSize() < s.book.limits.xml {
			return p
		}
		p.xml.finish()
	}
	p := s.book.addPage(s.sheet, s.look)
	p.addHeader()
	s.pages = append(s.pages, p)
	return p
}

// finishTables makes tables of all pages, now that the look of their columns is
// known.
func (s *series) finishTables(columns []columnLook) {
	empty := len(s.pages) == 0 && s.emptyNote != ""
	if empty {
		s.page()
	}
	for _, p := range s.pages {
		p.look.columns, p.tableRows = columns, p.row
	}
	if empty {
		s.page().addText(0, s.book.styles.note, s.emptyNote)
	}
}
