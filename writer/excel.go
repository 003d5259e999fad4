package writer

import (
	"errors"
	"fmt"
	"io"
	"strings"

	"signins/schema"

	"github.com/xuri/excelize/v2"
)

// Excel writes an Excel workbook: the sheets Summary, Sign-ins (and Sign-ins 2,
// 3, ... where one sheet does not hold all rows), Error codes and Sources.
//
// Text is always a string cell: the workbook has no formula, no hyperlink and
// no relation to anything outside it. What a cell cannot hold is escaped or
// cut visibly and counted, see Cut and Escaped. Times are Excel dates in UTC,
// cut to milliseconds; the sheet's last column holds the event time as text in
// full precision. The same batches, run and options give the same bytes.
//
// Memory does not grow with the number of rows: excelize spills the XML of the
// sheets, and Close the compressed parts, to Options.TempDir, which needs room
// for some kilobytes a row. (Left to itself, excelize builds the whole file in
// memory.) It does grow with the distinct error codes, up to maxErrorCodes, and
// with the inputs of the run.
//
// An Excel is used by one goroutine at a time.
type Excel struct {
	out     io.Writer
	options Options
	file    *excelize.File
	styles  sheetStyles
	counts  signInCounts
	marks   cellMarks

	signIns  *sheetPage   // the sheet that takes the next row
	columns  []*rowColumn // one a column of the sheet
	row      []any        // cells of the row at work, the ISO time last
	rows     int64        // in all sheets
	sheets   int          // sheets of sign-ins begun
	rowLimit int64        // data rows of a sheet
	xmlLimit int64        // bytes of a sheet's XML, about

	err    error // the first failure; nothing is written after it
	closed bool
}

// Limits of a sheet: Excel's 1,048,576 rows less the header, and half of the
// 4 GiB from which a zip entry needs extensions that not all readers know. Very
// wide rows reach the second one first.
const (
	sheetRows = 1<<20 - 1
	sheetXML  = 2 << 30
)

var errWorkbookClosed = errors.New("the workbook is closed")

// NewExcel returns a writer whose Close writes the workbook to w. Nothing
// reaches w before.
func NewExcel(w io.Writer, o Options) (Writer, error) {
	x := &Excel{
		out:      w,
		options:  o,
		file:     excelize.NewFile(excelize.Options{TmpDir: o.TempDir}),
		rowLimit: sheetRows,
		xmlLimit: sheetXML,
	}
	if x.options.Run == nil {
		x.options.Run = &Run{}
	}
	if err := x.begin(); err != nil {
		x.Abort()
		return nil, fmt.Errorf("beginning the workbook: %w", err)
	}
	return x, nil
}

// begin makes what stands before the first row: properties, styles, the name
// of the first sheet, which is filled last, and the head of the second.
func (x *Excel) begin() error {
	if err := x.describe(); err != nil {
		return err
	}
	if err := x.styles.make(x.file); err != nil {
		return err
	}
	if err := x.file.SetSheetName(x.file.GetSheetName(0), summarySheet); err != nil {
		return err
	}
	x.columns = newRowColumns(x)
	x.row = make([]any, schema.NumColumns+1)
	return x.openSignIns()
}

// describe sets the document properties. Their times are fixed: they would
// otherwise differ between runs.
func (x *Excel) describe() error {
	const epoch = "2000-01-01T00:00:00Z"
	about := []string{strings.TrimSpace("signins " + x.options.Tool.Version)}
	if date := x.options.CodesTableDate; date != "" {
		about = append(about, "error code table of "+date)
	}
	err := x.file.SetDocProps(&excelize.DocProperties{
		Creator: "signins", LastModifiedBy: "signins", Title: "Microsoft Entra sign-ins",
		Description: strings.Join(about, ", "), Created: epoch, Modified: epoch,
	})
	return errors.Join(err, x.file.SetAppProps(&excelize.AppProperties{Application: "signins"}))
}

// Write adds the records of b to the sign-in sheets and to the counts.
func (x *Excel) Write(b *schema.Batch) error {
	if x.closed {
		return errWorkbookClosed
	}
	if x.err != nil {
		return x.err
	}
	x.counts.add(b)
	if err := x.writeRows(b); err != nil {
		x.err = fmt.Errorf("writing sign-in rows to the workbook: %w", err)
	}
	return x.err
}

// Close writes the other sheets from the counts and from Options.Run, writes
// the workbook and removes the spill files. After a failed Write it only
// releases what the writer holds and returns that failure.
func (x *Excel) Close() error {
	if x.closed {
		return errWorkbookClosed
	}
	if x.err == nil {
		if err := x.complete(); err != nil {
			x.err = fmt.Errorf("writing the workbook: %w", err)
		}
	}
	return errors.Join(x.err, x.release())
}

// complete ends the sheets and writes the workbook. Summary is written last,
// as it tells what was cut or escaped anywhere.
func (x *Excel) complete() error {
	if err := x.closeSignIns(); err != nil {
		return err
	}
	for _, write := range []func() error{x.writeErrorCodes, x.writeSources, x.writeSummary} {
		if err := write(); err != nil {
			return err
		}
	}
	return saveWorkbook(x.file, x.options.TempDir, x.out)
}

// Abort removes the spill files. It may be called at any time and repeatedly.
func (x *Excel) Abort() { _ = x.release() }

// release removes the spill files and lets go of what the rows needed.
func (x *Excel) release() error {
	if x.closed {
		return nil
	}
	x.closed = true
	x.signIns, x.columns, x.row = nil, nil, nil
	if err := x.file.Close(); err != nil {
		return fmt.Errorf("removing spill files of the workbook: %w", err)
	}
	return nil
}

// Rows returns the number of sign-in rows written so far, in all sheets.
func (x *Excel) Rows() int64 { return x.rows }

// Cut returns how many cells do not hold their whole text, as it is longer
// than a cell can be. Such a cell ends in a mark that tells how many characters
// of the source value are missing.
func (x *Excel) Cut() int64 { return x.marks.cut }

// Escaped returns how many cells hold text with characters that a workbook
// cannot hold, written as \u0000 for a character and \xNN for a byte that is no
// UTF-8.
func (x *Excel) Escaped() int64 { return x.marks.escaped }
