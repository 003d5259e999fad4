package verify

import (
	"archive/zip"
	"bufio"
	"encoding/xml"
	"errors"
	"fmt"
	"io"
	"path"
	"slices"
	"strconv"
	"strings"
	"time"

	"signins/schema"
	"signins/writer/excel"
	"signins/writer/manifest"
)

// cellText is how a workbook has the name of an input.
func cellText(name string) string { return excel.CellText(name) }

// A workbook is a workbook that is being read. Parts are read as streams: a sheet may be
// larger than memory.
type workbook struct {
	parts map[string]*zip.File
	texts map[int]string // shared strings that name inputs
	group *group
}

// maxPart bounds a part: no sheet is longer than 2 GiB.
const maxPart = 4 << 30

// readWorkbook reads all parts of a workbook and counts the rows of Sign-ins by source.
func readWorkbook(in io.ReaderAt, size int64, run *manifest.Run, g *group) (rows int64, differences []string) {
	defer recovered(&differences)
	archive, err := zip.NewReader(in, size)
	if err != nil {
		return 0, []string{"is no workbook: " + err.Error()}
	}
	b := &workbook{parts: map[string]*zip.File{}, texts: map[int]string{}, group: g}
	for _, part := range archive.File {
		if b.parts[part.Name] != nil {
			return 0, []string{part.Name + " is there twice"}
		}
		b.parts[part.Name] = part
	}
	sheets, err := b.sheets()
	if err == nil {
		err = b.readTexts()
	}
	for _, part := range archive.File {
		if err == nil && part.Name != textsPart {
			n, partErr := b.readPart(part, slices.Contains(sheets.signIns, part.Name))
			rows, err = rows+n, partErr
		}
	}
	if err != nil {
		return rows, []string{err.Error()}
	}
	g.uncounted = len(sheets.signIns) == 0
	return rows, sheets.compare(run)
}

// sheetList are the pages of a workbook.
type sheetList struct {
	pages   int
	signIns []string // the parts of the pages that have the rows
}

// compare compares the pages with the manifest.
func (s sheetList) compare(run *manifest.Run) (differences []string) {
	if run.Workbook == nil || s.pages != run.Workbook.Sheets {
		differences = append(differences, fmt.Sprintf("has %d sheets, which is not what the manifest says", s.pages))
	}
	if len(s.signIns) == 0 && wantsSignIns(run.Arguments) {
		differences = append(differences, "has no sheet "+excel.SignInSheet)
	}
	return differences
}

// wantsSignIns reports whether a command line asks for the sheet of sign-ins.
func wantsSignIns(arguments []string) bool {
	wants := true
	for i, argument := range arguments {
		list, found := strings.CutPrefix(argument, "--sheets=")
		if argument == "--sheets" && i+1 < len(arguments) {
			list, found = arguments[i+1], true
		}
		if sheets, err := excel.Sheets(list); found {
			wants = err != nil || slices.Contains(sheets, excel.SignInSheet)
		}
	}
	return wants
}

const (
	textsPart     = "xl/sharedStrings.xml"
	bookPart      = "xl/workbook.xml"
	relationsPart = "xl/_rels/workbook.xml.rels"
)

// sheets lists the pages of the workbook.
func (b *workbook) sheets() (list sheetList, err error) {
	targets := map[string]string{}
	err = b.each(relationsPart, func(e xml.StartElement, _ []string) error {
		if e.Name.Local == "Relationship" {
			target := attribute(e, "Target")
			if !strings.HasPrefix(target, "/") {
				target = path.Join("xl", target)
			}
			targets[attribute(e, "Id")] = strings.TrimPrefix(target, "/")
		}
		return nil
	}, nil)
	if err != nil {
		return list, err
	}
	err = b.each(bookPart, func(e xml.StartElement, _ []string) error {
		if e.Name.Local != "sheet" {
			return nil
		}
		list.pages++
		if name := attribute(e, "name"); name == excel.SignInSheet || strings.HasPrefix(name, excel.SignInSheet+" ") {
			list.signIns = append(list.signIns, targets[attribute(e, "id")])
		}
		return nil
	}, nil)
	return list, err
}

func attribute(e xml.StartElement, name string) string {
	for _, a := range e.Attr {
		if a.Name.Local == name {
			return a.Value
		}
	}
	return ""
}

// each reads a part and calls start at every element, with the names of those around it,
// and text at every text in one.
func (b *workbook) each(part string, start func(e xml.StartElement, inside []string) error, text func(text []byte, inside []string) error) error {
	file := b.parts[part]
	if file == nil {
		return errors.New("has no part " + part)
	}
	in, err := file.Open()
	if err != nil {
		return fmt.Errorf("%s: %w", part, err)
	}
	defer in.Close()
	if err := walkXML(io.LimitReader(in, maxPart), start, text); err != nil {
		return fmt.Errorf("%s: %w", part, err)
	}
	return nil
}

// maxDepth bounds how deep elements nest.
const maxDepth = 100

// walkXML reads XML of which elements end in their order. The decoder does not check
// that: doing so, it takes twice as long.
func walkXML(in io.Reader, start func(e xml.StartElement, inside []string) error, text func(text []byte, inside []string) error) error {
	var inside []string
	decoder := xml.NewDecoder(&shortText{Reader: bufio.NewReader(in)})
	for {
		token, err := decoder.RawToken()
		switch {
		case err == io.EOF && len(inside) == 0:
			return nil
		case err == io.EOF:
			return io.ErrUnexpectedEOF
		case err != nil:
			return err
		}
		switch token := token.(type) {
		case xml.StartElement:
			if err := start(token, inside); err != nil {
				return err
			}
			if inside = append(inside, token.Name.Local); len(inside) > maxDepth {
				return errors.New("elements nest too deep")
			}
		case xml.EndElement:
			last := len(inside) - 1
			if last < 0 || inside[last] != token.Name.Local {
				return fmt.Errorf("the element %s ends where it did not begin", token.Name.Local)
			}
			inside = inside[:last]
		case xml.CharData:
			if text != nil {
				if err := text(token, inside); err != nil {
					return err
				}
			}
		}
	}
}

// maxText bounds the bytes between two elements. A cell has 32,767 characters.
const maxText = 1 << 20

// A shortText is XML without long texts, which the decoder would keep in memory.
type shortText struct {
	*bufio.Reader
	run int // bytes since the last element began
}

// ReadByte is what the decoder reads with.
func (s *shortText) ReadByte() (byte, error) {
	c, err := s.Reader.ReadByte()
	if s.run++; c == '<' {
		s.run = 0
	}
	if s.run > maxText {
		return 0, errors.New("has a longer text than any cell")
	}
	return c, err
}

// readTexts reads the shared strings and keeps those that name inputs.
func (b *workbook) readTexts() error {
	if b.parts[textsPart] == nil {
		return nil
	}
	n, text := -1, ""
	keep := func() {
		if name := decodeCell(text); b.group.tally.sources[name] != nil {
			b.texts[n] = name
		}
	}
	err := b.each(textsPart, func(e xml.StartElement, inside []string) error {
		if e.Name.Local == "si" {
			keep()
			n, text = n+1, ""
		}
		return nil
	}, func(more []byte, inside []string) error {
		if len(inside) > 0 && inside[len(inside)-1] == "t" {
			text += string(more)
		}
		return nil
	})
	keep()
	return err
}

// decodeCell returns the text of a cell of which underscores are escaped.
func decodeCell(text string) string { return strings.ReplaceAll(text, "_x005F_", "_") }

// readPart reads a part to its end. Of a page of sign-ins it counts the rows.
func (b *workbook) readPart(part *zip.File, signIns bool) (rows int64, err error) {
	switch path.Ext(part.Name) {
	case ".xml", ".rels":
	default:
		return 0, errors.New("has the part " + part.Name + ", which no workbook of this program has")
	}
	p := &pageReader{book: b}
	start := refuseActive(part.Name)
	if !signIns {
		return 0, b.each(part.Name, start, nil)
	}
	err = b.each(part.Name, func(e xml.StartElement, inside []string) error {
		if err := start(e, inside); err != nil {
			return err
		}
		return p.start(e)
	}, p.addText)
	if err == nil {
		err = p.endRow()
	}
	return p.rows, err
}

// refuseActive returns a check that elements of a part neither compute nor lead out of
// the workbook.
func refuseActive(part string) func(e xml.StartElement, inside []string) error {
	return func(e xml.StartElement, _ []string) error {
		switch e.Name.Local {
		case "f":
			if strings.HasPrefix(part, "xl/worksheets/") {
				return errors.New("has a formula")
			}
		case "Relationship":
			if attribute(e, "TargetMode") != "" {
				return errors.New("has a relation to " + attribute(e, "Target"))
			}
		}
		return nil
	}
}

// A pageReader counts the rows of a page of sign-ins.
type pageReader struct {
	book   *workbook
	rows   int64
	row    int // as in the XML
	cell   string
	shared bool
	text   []byte
	source string // column of the source
	time   string // and of the time as text
	name   string // of the source of the row
	at     string // its time
	empty  bool   // the row is the note in place of rows
}

// start begins an element.
func (p *pageReader) start(e xml.StartElement) error {
	switch e.Name.Local {
	case "row":
		if err := p.endRow(); err != nil {
			return err
		}
		n, err := strconv.Atoi(attribute(e, "r"))
		if err != nil || n != p.row+1 {
			return fmt.Errorf("row %d is followed by row %s", p.row, attribute(e, "r"))
		}
		p.row, p.name, p.at, p.empty = n, "", "", false
	case "c":
		p.endCell()
		p.cell, p.shared = strings.TrimRight(attribute(e, "r"), "0123456789"), attribute(e, "t") == "s"
	}
	return nil
}

// addText adds to the text of a cell that is needed.
func (p *pageReader) addText(text []byte, inside []string) error {
	if last := len(inside) - 1; last < 0 || p.cell == "" || inside[last] != "t" && inside[last] != "v" {
		return nil
	}
	if p.row <= 2 || p.cell == p.source || p.cell == p.time {
		p.text = append(p.text, text...)
	}
	return nil
}

// endCell ends a cell, if there is one.
func (p *pageReader) endCell() {
	cell := p.cell
	p.cell = ""
	if cell == "" || len(p.text) == 0 {
		return
	}
	text := decodeCell(string(p.text))
	p.text = p.text[:0]
	if p.shared {
		n, err := strconv.Atoi(text)
		if text = p.book.texts[n]; err != nil {
			text = ""
		}
	}
	switch {
	case p.row == 1 && text == schema.Columns[schema.SourceFile].Title:
		p.source = cell
	case p.row == 1 && text == excel.TimeTitle:
		p.time = cell
	case cell == p.source:
		p.name = text
	case cell == p.time:
		p.at = text
	case p.row == 2 && text == excel.EmptyNote:
		p.empty = true
	}
}

// endRow ends a row, if there is one, and counts it.
func (p *pageReader) endRow() error {
	p.endCell()
	switch {
	case p.row == 0:
		return nil
	case p.row == 1 && (p.source == "" || p.time == ""):
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
