package excel

import (
	"bytes"
	"cmp"
	"encoding/xml"
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
		file: excelize.NewFile(), spill: spill, texts: sharedTexts{xml: spill.newPart()}, limits: pageLimits{maxPageRows, maxPageXML},
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
	if n := b.countPages(sheet); n > 0 {
		name = fmt.Sprintf("%s %d", sheet, n+1)
	}
	p := &page{sheet: sheet, name: name, look: look, marks: &b.marks, xml: b.spill.newPart()}
	b.pages = append(b.pages, p)
	return p
}

// countPages returns how many pages a sheet has.
func (b *workbook) countPages(sheet string) (n int) {
	for _, p := range b.pages {
		if p.sheet == sheet {
			n++
		}
	}
	return n
}

// sortPages sorts the pages by the order of their sheets.
func (b *workbook) sortPages(order func(sheet string) int) {
	slices.SortStableFunc(b.pages, func(p, q *page) int { return cmp.Compare(order(p.sheet), order(q.sheet)) })
}

// save writes the workbook. excelize makes all but the rows: styles, frames of the
// pages, charts, properties.
func (b *workbook) save(w io.Writer) error {
	for _, p := range b.pages {
		p.xml.finish()
	}
	b.texts.xml.finish()
	if err := b.spill.end(); err != nil {
		return err
	}
	for i, p := range b.pages {
		if err := (&pageFrame{b.file, p}).make(i); err != nil {
			return fmt.Errorf("sheet %s: %w", p.name, err)
		}
	}
	// Without any text excelize would not mention the shared strings.
	if err := b.file.SetCellStr(b.pages[0].name, "A1", "x"); err != nil {
		return err
	}
	made, err := captureParts(b.file)
	if err != nil {
		return err
	}
	parts := zipParts{}
	for name, content := range made {
		parts[name] = &zipPart{head: content}
	}
	parts["xl/sharedStrings.xml"] = b.texts.zipPart()
	for i, p := range b.pages {
		name := fmt.Sprintf("xl/worksheets/sheet%d.xml", i+1)
		if parts[name], err = p.zipPart(made[name]); err != nil {
			return fmt.Errorf("sheet %s: %w", p.name, err)
		}
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

// capturedParts is an excelize.ZipWriter that keeps the parts. excelize drops the
// errors of most writes: none can happen here.
type capturedParts map[string]*bytes.Buffer

func (c capturedParts) Create(name string) (io.Writer, error) {
	c[name] = new(bytes.Buffer)
	return c[name], nil
}

// AddFS is part of excelize.ZipWriter; nothing calls it.
func (c capturedParts) AddFS(fs.FS) error { return errors.ErrUnsupported }

func (c capturedParts) Close() error { return nil }

// captureParts returns the parts that excelize writes.
func captureParts(f *excelize.File) (parts map[string][]byte, err error) {
	captured := capturedParts{}
	f.SetZipWriter(func(io.Writer) excelize.ZipWriter { return captured })
	if err := f.Write(io.Discard); err != nil {
		return nil, err
	}
	parts = map[string][]byte{}
	for name, buffer := range captured {
		parts[name] = chartAnchors.ReplaceAll(buffer.Bytes(), []byte(`<xdr:oneCellAnchor>$1<xdr:ext cx="$2" cy="$3"/>$4</xdr:oneCellAnchor>`))
	}
	parts[contentTypes], err = sortContentTypes(parts[contentTypes])
	return parts, err
}

// chartAnchors are the anchors that excelize makes for charts of a fixed size. It
// puts both corners in one cell, the second one far outside of it, where readers may
// cut it off. The offset of that corner is the size of the chart.
var chartAnchors = regexp.MustCompile(`<xdr:twoCellAnchor editAs="oneCell">(.*?)` +
	`<xdr:to><xdr:col>\d+</xdr:col><xdr:colOff>(\d+)</xdr:colOff><xdr:row>\d+</xdr:row><xdr:rowOff>(\d+)</xdr:rowOff></xdr:to>(.*?)</xdr:twoCellAnchor>`)

const contentTypes = "[Content_Types].xml"

// sortContentTypes returns the content types part with its entries sorted:
// excelize adds those of drawings in random order.
func sortContentTypes(part []byte) ([]byte, error) {
	type entry struct {
		Extension   string `xml:",attr,omitempty"`
		PartName    string `xml:",attr,omitempty"`
		ContentType string `xml:",attr"`
	}
	var types struct {
		XMLName  xml.Name `xml:"http://schemas.openxmlformats.org/package/2006/content-types Types"`
		Default  []entry
		Override []entry
	}
	if err := xml.Unmarshal(part, &types); err != nil {
		return nil, fmt.Errorf("sorting %s: %w", contentTypes, err)
	}
	order := func(a, b entry) int {
		return cmp.Or(cmp.Compare(a.Extension, b.Extension), cmp.Compare(a.PartName, b.PartName))
	}
	slices.SortFunc(types.Default, order)
	slices.SortFunc(types.Override, order)
	sorted, err := xml.Marshal(types)
	return append([]byte(xml.Header), sorted...), err
}
