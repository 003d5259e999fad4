package excel

import (
	"archive/zip"
	"bytes"
	"cmp"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"regexp"
	"slices"
	"strings"

	"github.com/xuri/excelize/v2"

	"signins/writer/manifest"
)

// A workbook is the pages of a workbook and what their cells share. Its rows go
// into the spill; excelize sees the pages without rows.
type workbook struct {
	file   *excelize.File
	spill  *spill
	texts  sharedTexts
	styles cellStyles
	marks  cellMarks
	limits pageLimits
	pages  []*page

	chartValues chartValues
	failure     error // of reading what the sheets show
}

// pageLimits bound a page: Excel's 1,048,576 rows less the header, and the 2 GiB
// that readers count in 31 bits, less room for one more row and the XML around the
// rows. Very wide rows reach the second one first.
type pageLimits struct {
	rows int   // data rows
	xml  int64 // bytes
}

const (
	maxPageRows = 1<<20 - 1
	maxPageXML  = 2<<30 - 32<<20
)

// newWorkbook returns a workbook with a spill file in a directory.
func newWorkbook(tempDir string) (*workbook, error) {
	spill, err := newSpill(tempDir)
	if err != nil {
		return nil, err
	}
	return &workbook{
		file: excelize.NewFile(), chartValues: chartValues{}, spill: spill, texts: sharedTexts{xml: spill.newPart(nil)}, limits: pageLimits{maxPageRows, maxPageXML},
	}, nil
}

// setProperties sets the document properties. Their times are fixed: they would
// otherwise differ between runs.
func (b *workbook) setProperties(run *manifest.Run) error {
	const epoch = "2000-01-01T00:00:00Z"
	about := []string{strings.TrimSpace("signins " + run.Tool.Version)}
	if date := run.CodesTableDate; date != "" {
		about = append(about, "error code table of "+date)
	}
	err := b.file.SetDocProps(&excelize.DocProperties{
		Creator: "signins", LastModifiedBy: "signins", Title: "Microsoft Entra sign-ins",
		Description: strings.Join(about, ", "), Created: epoch, Modified: epoch,
	})
	return errors.Join(err, b.file.SetAppProps(&excelize.AppProperties{Application: "signins"}))
}

// addPage adds a page of a sheet. All but the first have a number in their name,
// such as "Sign-ins 2".
func (b *workbook) addPage(sheet string, look pageLook) *page {
	name := sheet
	if n := len(b.sheetPages(sheet)); n > 0 {
		name = fmt.Sprintf("%s %d", sheet, n+1)
	}
	p := &page{sheet: sheet, name: name, look: look, book: b, xml: b.spill.newPart(nil)}
	b.pages = append(b.pages, p)
	return p
}

// addTable adds a page that begins with the titles of its columns.
func (b *workbook) addTable(sheet string, look pageLook) *page {
	p := b.addPage(sheet, look)
	p.addHeader()
	return p
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

// firstPage returns the first page of a sheet, nil if it has none so far.
func (b *workbook) firstPage(sheet string) *page {
	if pages := b.sheetPages(sheet); pages != nil {
		return pages[0]
	}
	return nil
}

// save writes the workbook. excelize makes all but the rows: styles, frames of the
// pages, charts, properties.
func (b *workbook) save(w io.Writer) error {
	order := func(p *page) int {
		return slices.IndexFunc(sheetKinds, func(k sheetKind) bool { return k.name == p.sheet })
	}
	slices.SortStableFunc(b.pages, func(p, q *page) int { return cmp.Compare(order(p), order(q)) })
	for i, p := range b.pages {
		if err := p.makeFrame(b.file, i); err != nil {
			return fmt.Errorf("sheet %s: %w", p.name, err)
		}
	}
	// Without any text excelize would not mention the shared strings.
	if err := b.file.SetCellStr(b.pages[0].name, "A1", "x"); err != nil {
		return err
	}
	made, err := makeParts(b.file, b.chartValues)
	if err != nil {
		return err
	}
	parts := zipParts{}
	for name, content := range made {
		parts[name] = []*spillPart{b.spill.newPart(content)}
	}
	parts["xl/sharedStrings.xml"] = b.texts.pieces()
	for i, p := range b.pages {
		name := fmt.Sprintf("xl/worksheets/sheet%d.xml", i+1)
		if parts[name], err = p.pieces(made[name]); err != nil {
			return fmt.Errorf("sheet %s: %w", p.name, err)
		}
	}
	for _, pieces := range parts {
		for _, piece := range pieces {
			piece.finish()
		}
	}
	if err := b.spill.end(); err != nil {
		return err
	}
	return parts.write(w)
}

// close removes the spill file.
func (b *workbook) close() error {
	if err := errors.Join(b.spill.remove(), b.file.Close()); err != nil {
		return fmt.Errorf("removing spill files of the workbook: %w", err)
	}
	return nil
}

// makeParts returns the parts that excelize writes, with these values of cells in
// charts.
func makeParts(f *excelize.File, values chartValues) (map[string][]byte, error) {
	buffer, err := f.WriteToBuffer()
	if err != nil {
		return nil, err
	}
	archive, err := zip.NewReader(bytes.NewReader(buffer.Bytes()), int64(buffer.Len()))
	if err != nil {
		return nil, err
	}
	parts := map[string][]byte{}
	for _, file := range archive.File {
		part, err := fs.ReadFile(archive, file.Name)
		if err != nil {
			return nil, err
		}
		if parts[file.Name], err = finishChart(file.Name, part, values); err != nil {
			return nil, err
		}
	}
	parts[contentTypes] = sortContentTypes(parts[contentTypes])
	parts[coreProperties] = prefixProperties(parts[coreProperties])
	return parts, nil
}

const contentTypes = "[Content_Types].xml"

var contentType = regexp.MustCompile(`<(Default|Override) .*?</(Default|Override)>`)

// sortContentTypes returns the content types part with its entries sorted:
// excelize adds those of drawings in random order.
func sortContentTypes(part []byte) []byte {
	entries := contentType.FindAllString(string(part), -1)
	slices.Sort(entries)
	next := 0
	return contentType.ReplaceAllFunc(part, func([]byte) []byte {
		next++
		return []byte(entries[next-1])
	})
}

const coreProperties = "docProps/core.xml"

// prefixProperties returns the part of core properties with the prefix cp, which Excel
// writes and some readers look for, in place of a namespace without one.
func prefixProperties(part []byte) []byte {
	return []byte(strings.NewReplacer(
		"<coreProperties xmlns=", "<cp:coreProperties xmlns:cp=", "</coreProperties>", "</cp:coreProperties>",
		"<lastModifiedBy>", "<cp:lastModifiedBy>", "</lastModifiedBy>", "</cp:lastModifiedBy>",
	).Replace(string(part)))
}
