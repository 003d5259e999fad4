package excel

import (
	"archive/zip"
	"bytes"
	"cmp"
	"encoding/xml"
	"errors"
	"fmt"
	"hash/crc32"
	"io"
	"io/fs"
	"maps"
	"math"
	"slices"
	"strconv"
	"strings"

	"github.com/klauspost/compress/flate"
	"github.com/xuri/excelize/v2"
)

const (
	contentTypes = "[Content_Types].xml"
	sharedPart   = "xl/sharedStrings.xml"
	// dosEpoch is 1980-01-01, the first date of the zip format.
	dosEpoch = 1<<5 | 1
)

// A bookPart is a part of the workbook: what excelize made of it, around rows
// that it never saw.
type bookPart struct {
	head, tail []byte
	rows       *spillPart // nil for none
}

// save has excelize make all that is not rows - styles, the frames of the
// sheets, charts, properties - and writes the workbook.
func (x *Writer) save(pages []*sheetPage) error {
	for _, p := range pages {
		x.err = cmp.Or(x.err, p.part.flush())
	}
	x.err = cmp.Or(x.err, x.shared.part.flush(), x.spill.end())
	if x.err == nil && x.spill.size.Load() > x.spill.limit {
		x.err = errBookSize
	}
	if x.err != nil {
		return x.err
	}
	for i, p := range pages {
		if err := p.frame(i); err != nil {
			return fmt.Errorf("sheet %s: %w", p.name, err)
		}
	}
	// A text of its own has excelize announce the shared strings.
	if err := x.file.SetCellStr(pages[0].name, "A1", "x"); err != nil {
		return err
	}
	captured, err := capture(x.file)
	if err != nil {
		return err
	}
	parts := map[string]*bookPart{}
	for name, content := range captured {
		parts[name] = &bookPart{head: content}
	}
	parts[sharedPart] = x.shared.bookPart()
	for i, p := range pages {
		name := fmt.Sprintf("xl/worksheets/sheet%d.xml", i+1)
		if parts[name], err = p.bookPart(captured[name]); err != nil {
			return fmt.Errorf("sheet %s: %w", p.name, err)
		}
	}
	return writeParts(x.out, parts)
}

// captured is an excelize.ZipWriter that keeps the parts. excelize drops the
// errors of most writes: none can happen here.
type captured map[string]*bytes.Buffer

func (c captured) Create(name string) (io.Writer, error) {
	c[name] = new(bytes.Buffer)
	return c[name], nil
}

// AddFS is part of excelize.ZipWriter; nothing calls it.
func (c captured) AddFS(fs.FS) error { return errors.ErrUnsupported }

func (c captured) Close() error { return nil }

// capture returns the parts that excelize writes.
func capture(f *excelize.File) (parts map[string][]byte, err error) {
	buffers := captured{}
	f.SetZipWriter(func(io.Writer) excelize.ZipWriter { return buffers })
	if err := f.Write(io.Discard); err != nil {
		return nil, err
	}
	parts = map[string][]byte{}
	for name, buffer := range buffers {
		parts[name] = buffer.Bytes()
	}
	parts[contentTypes], err = sortContentTypes(parts[contentTypes])
	return parts, err
}

// bookPart puts the rows of the sheet, and its columns, into the frame that
// excelize made.
func (p *sheetPage) bookPart(frame []byte) (*bookPart, error) {
	head, rest, found := bytes.Cut(frame, []byte("<sheetData"))
	_, tail, ended := bytes.Cut(rest, []byte("</sheetData>"))
	if !found || !ended {
		return nil, errors.New("excelize made no room for rows")
	}
	head = bytes.Replace(head, []byte(` filterMode="true"`), nil, 1)
	if levels := p.look.levels(); levels > 0 {
		head = bytes.Replace(head, []byte("<sheetFormatPr "), fmt.Appendf(nil, `<sheetFormatPr outlineLevelCol="%d" `, levels), 1)
	}
	return &bookPart{
		head: append(p.look.appendColumns(slices.Clone(head)), "<sheetData>"...),
		rows: p.part,
		tail: append([]byte("</sheetData>"), tail...),
	}, nil
}

// levels returns how deep columns are folded.
func (l sheetLook) levels() (deepest int) {
	for _, c := range l.columns {
		deepest = max(deepest, c.fold)
	}
	return deepest
}

// appendColumns appends the element of the columns. The button that unfolds a
// group stands at the column before it.
func (l sheetLook) appendColumns(dst []byte) []byte {
	dst = append(dst, "<cols>"...)
	for i, c := range l.columns {
		dst = fmt.Appendf(dst, `<col min="%d" max="%d" width="%s" customWidth="1"`, i+1, i+1, strconv.FormatFloat(c.width, 'f', -1, 64))
		if c.fold > 0 {
			dst = fmt.Appendf(dst, ` hidden="1" outlineLevel="%d"`, c.fold)
		}
		if i+1 < len(l.columns) && l.columns[i+1].fold > c.fold {
			dst = append(dst, ` collapsed="1"`...)
		}
		dst = append(dst, "/>"...)
	}
	return append(dst, "</cols>"...)
}

// writeParts writes a zip file of the parts, with those that say what the
// others are before them.
func writeParts(w io.Writer, parts map[string]*bookPart) error {
	archive := zip.NewWriter(w)
	names := slices.SortedFunc(maps.Keys(parts), func(a, b string) int {
		return cmp.Or(cmp.Compare(partRank(a), partRank(b)), cmp.Compare(a, b))
	})
	for _, name := range names {
		if err := parts[name].write(archive, name); err != nil {
			return err
		}
	}
	return archive.Close()
}

func partRank(name string) int {
	switch {
	case name == contentTypes:
		return 0
	case strings.HasPrefix(name, "_rels/"):
		return 1
	default:
		return 2
	}
}

func (b *bookPart) write(archive *zip.Writer, name string) error {
	rows := b.rows
	if rows == nil {
		rows = &spillPart{}
	}
	head, err := deflate(b.head, (*flate.Writer).Flush)
	if err != nil {
		return err
	}
	tail, err := deflate(b.tail, (*flate.Writer).Close)
	if err != nil {
		return err
	}
	crc := joinCRC(crc32.ChecksumIEEE(b.head), rows.crc, rows.raw)
	h := zip.FileHeader{
		Name: name, Method: zip.Deflate, ReaderVersion: 20, CreatorVersion: 20,
		CRC32:              joinCRC(crc, crc32.ChecksumIEEE(b.tail), int64(len(b.tail))),
		CompressedSize64:   uint64(len(head)) + uint64(rows.packed) + uint64(len(tail)),
		UncompressedSize64: uint64(len(b.head)) + uint64(rows.raw) + uint64(len(b.tail)),
	}
	h.ModifiedDate = dosEpoch //lint:ignore SA1019 CreateRaw takes the date from here alone
	if max(h.CompressedSize64, h.UncompressedSize64) >= math.MaxUint32 {
		return fmt.Errorf("%s would be larger than 4 GiB", name)
	}
	entry, err := archive.CreateRaw(&h)
	if err != nil {
		return err
	}
	if _, err := entry.Write(head); err != nil {
		return err
	}
	if err := rows.copyTo(entry); err != nil {
		return err
	}
	_, err = entry.Write(tail)
	return err
}

// deflate compresses text and ends it one way or the other.
func deflate(text []byte, end func(*flate.Writer) error) ([]byte, error) {
	var packed bytes.Buffer
	w, err := flate.NewWriter(&packed, partLevel)
	if err != nil {
		return nil, err
	}
	if _, err := w.Write(text); err != nil {
		return nil, err
	}
	err = end(w)
	return packed.Bytes(), err
}

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
