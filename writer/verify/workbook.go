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
	"strings"

	"signins/writer/excel"
	"signins/writer/manifest"
)

// A workbook is a workbook that is being read. Parts are read as streams: a sheet may be
// larger than memory.
type workbook struct {
	parts  map[string]*zip.File
	shared int            // shared strings
	texts  map[int]string // those that name inputs
	group  *group
}

// maxPart bounds a part: no sheet is longer than 2 GiB.
const maxPart = 4 << 30

// readWorkbook reads all parts of a workbook and counts the rows of Sign-ins by source.
func readWorkbook(in io.ReaderAt, size int64, run *manifest.Run, g *group) (rows int64, differences []string) {
	defer recovered(func(why error) { differences = append(differences, why.Error()) })
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
	err = b.each(relationsPart, func(e xml.StartElement) error {
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
	err = b.each(bookPart, func(e xml.StartElement) error {
		if e.Name.Local != "sheet" {
			return nil
		}
		list.pages++
		if target := targets[attribute(e, "id")]; !isSheet(target) || b.parts[target] == nil {
			return fmt.Errorf("sheet %s: has no part for it in %s", attribute(e, "name"), sheetFolder)
		}
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

// each reads a part and calls start at every element; data is that of walkXML.
func (b *workbook) each(part string, start func(e xml.StartElement) error, data func(name string, in *bufio.Reader) error) error {
	file := b.parts[part]
	if file == nil {
		return errors.New("has no part " + part)
	}
	in, err := file.Open()
	if err != nil {
		return fmt.Errorf("%s: %w", part, err)
	}
	defer in.Close()
	if err := walkXML(bufio.NewReaderSize(io.LimitReader(in, maxPart), maxElement), start, data); err != nil {
		return fmt.Errorf("%s: %w", part, err)
	}
	return nil
}

// maxDepth bounds how deep elements nest.
const maxDepth = 100

// walkXML reads XML of which elements end in their order. The decoder does not check
// that: doing so, it takes twice as long. data, if not nil, may read what is in an element
// that has begun.
func walkXML(in *bufio.Reader, start func(e xml.StartElement) error, data func(name string, in *bufio.Reader) error) error {
	var inside []string
	decoder := xml.NewDecoder(&shortText{Reader: in})
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
			if err := start(token); err != nil {
				return err
			}
			if inside = append(inside, token.Name.Local); len(inside) > maxDepth {
				return errors.New("elements nest too deep")
			}
			if data != nil {
				if err := data(token.Name.Local, in); err != nil {
					return err
				}
			}
		case xml.EndElement:
			last := len(inside) - 1
			if last < 0 || inside[last] != token.Name.Local {
				return fmt.Errorf("the element %s ends where it did not begin", token.Name.Local)
			}
			inside = inside[:last]
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
	return b.each(textsPart, refuseActive(textsPart), func(name string, in *bufio.Reader) error {
		if name != "sst" {
			return nil
		}
		return scanTexts(in, func(text []byte) {
			if name := decodeCell(text); b.group.tally.sources[name] != nil {
				b.texts[b.shared] = name
			}
			b.shared++
		})
	})
}

const sheetFolder = "xl/worksheets/"

// isSheet reports whether a part is read as a sheet.
func isSheet(part string) bool {
	return strings.HasPrefix(part, sheetFolder) && path.Ext(part) == ".xml"
}

// readPart reads a part to its end. Of a page of sign-ins it counts the rows.
func (b *workbook) readPart(part *zip.File, signIns bool) (rows int64, err error) {
	switch path.Ext(part.Name) {
	case ".xml", ".rels":
	default:
		return 0, errors.New("has the part " + part.Name + ", which no workbook of this program has")
	}
	if !isSheet(part.Name) {
		return 0, b.each(part.Name, refuseActive(part.Name), nil)
	}
	p := &pageReader{book: b}
	var reader rowReader = noRows{}
	if signIns {
		reader = p
	}
	lists := 0
	err = b.each(part.Name, refuseActive(part.Name), func(name string, in *bufio.Reader) error {
		if name != "sheetData" {
			return nil
		}
		if lists++; lists > 1 {
			return errors.New("has rows twice")
		}
		scanner := rowScanner{elementScanner: elementScanner{in: in}, texts: b.shared, rows: reader}
		return scanner.scan()
	})
	if err == nil {
		err = p.endRow()
	}
	return p.rows, err
}

// noRows reads the rows of a page that are not counted.
type noRows struct{}

func (noRows) startRow(int) error   { return nil }
func (noRows) readCell(*cell) error { return nil }

// refuseActive returns a check that elements of a part neither compute nor lead out of
// the workbook.
func refuseActive(part string) func(e xml.StartElement) error {
	return func(e xml.StartElement) error {
		switch e.Name.Local {
		case "f":
			if strings.HasPrefix(part, sheetFolder) {
				return errors.New("has a formula")
			}
		case "hyperlink":
			if attribute(e, "id") != "" || attribute(e, "location") == "" {
				return errors.New("has a link that leads out of the workbook")
			}
		case "Relationship":
			if attribute(e, "TargetMode") != "" {
				return errors.New("has a relation to " + attribute(e, "Target"))
			}
		}
		return nil
	}
}
