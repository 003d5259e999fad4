package verify

import (
	"errors"
	"fmt"
	"strconv"
	"time"

	"signins/schema"
	"signins/writer/excel"
)

// A pageReader counts the rows of a page of sign-ins.
type pageReader struct {
	book   *workbook
	rows   int64
	row    int    // as in the XML
	source int    // column of the source
	time   int    // and of the time as text
	name   string // of the source of the row
	at     string // its time
	empty  bool   // the row is the note in place of rows
}

// startRow begins a row.
func (p *pageReader) startRow(number int) error {
	if err := p.endRow(); err != nil {
		return err
	}
	if number != p.row+1 {
		return fmt.Errorf("row %d is followed by row %d", p.row, number)
	}
	p.row, p.name, p.at, p.empty = number, "", "", false
	return nil
}

// readCell reads a cell, if it is needed.
func (p *pageReader) readCell(c *cell) error {
	if p.row > 2 && c.column != p.source && c.column != p.time {
		return nil
	}
	text := c.text()
	if c.kind == sharedCell {
		n, err := strconv.Atoi(text)
		if text = p.book.texts[n]; err != nil {
			return err
		}
	}
	switch {
	case p.row == 1 && text == schema.Columns[schema.SourceFile].Title:
		p.source = c.column
	case p.row == 1 && text == excel.TimeTitle:
		p.time = c.column
	case c.column == p.source:
		p.name = text
	case c.column == p.time:
		p.at = text
	case p.row == 2 && text == excel.EmptyNote:
		p.empty = true
	}
	return nil
}

// endRow ends a row, if there is one, and counts it.
func (p *pageReader) endRow() error {
	switch {
	case p.row == 0:
		return nil
	case p.row == 1 && (p.source == 0 || p.time == 0):
		return errors.New("has no columns of source and time")
	case p.row == 1 || p.empty && p.name == "" && p.at == "":
		return nil
	}
	p.rows++
	n := p.book.group.tally.of([]byte(p.name))
	if p.at == "" {
		n.add(0, false)
		return nil
	}
	at, err := time.Parse(time.RFC3339Nano, p.at)
	if err != nil {
		return fmt.Errorf("row %d: %q is no time", p.row, p.at)
	}
	n.add(at.UnixMicro(), true)
	return nil
}
