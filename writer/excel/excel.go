// Package excel writes the workbook: sign-ins, what they count up to, and where
// they come from.
package excel

import (
	"cmp"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"
	"time"

	"github.com/xuri/excelize/v2"

	"signins/schema"
	"signins/writer/manifest"
)

// A Writer writes an Excel workbook: Summary, the sign-ins (on as many sheets as
// they need) with their policies and authentication steps, error codes,
// cross-tenant sign-ins, rejected records, sources, and what the columns mean.
//
// Text is always a string cell: the workbook has no formula, no hyperlink and
// no relation to anything outside it. What a cell cannot hold is escaped or
// cut visibly and counted, see Cut and Escaped. Times are Excel dates in UTC,
// cut to milliseconds; another column holds the event time as text in full
// precision. The same batches, run and options give the same bytes.
//
// Rows are encoded here and compressed into a spill file in Options.TempDir
// while they come; excelize makes all the rest once their numbers are known.
// Memory does not grow with the number of rows. What is counted by name is
// bounded (see the max... constants); where a bound was reached, the sheet says
// so.
//
// A Writer is used by one goroutine at a time.
type Writer struct {
	out     io.Writer
	options Options
	file    *excelize.File
	spill   *spill
	shared  sharedStrings
	styles  sheetStyles
	letters []string // of columns
	counts  signInCounts
	marks   cellMarks

	columnOf    [schema.NumColumns]*rowColumn
	filled      [numSheetColumns]int64 // values by column
	signIns     *signInSheets
	policySheet *detailSheet
	stepSheet   *detailSheet
	rejects     *sheetSeries
	rows        int64
	rowLimit    int64 // data rows of a sheet
	xmlLimit    int64 // bytes of a sheet's XML

	err    error // the first failure; nothing is written after it
	closed bool
}

// Limits of a sheet: Excel's 1,048,576 rows less the header, and the 2 GiB that
// readers may count in 31 bits, less room for one more row and what stands around
// the rows. Very wide rows reach the second one first.
const (
	sheetRows = 1<<20 - 1
	sheetXML  = 2<<30 - 32<<20
)

// The sheets, in their order in the workbook.
const (
	summarySheet    = "Summary"
	signInSheet     = "Sign-ins"
	policySheet     = "Conditional access"
	stepSheet       = "Authentication steps"
	errorCodesSheet = "Error codes"
	tenantsSheet    = "Cross-tenant"
	rejectedSheet   = "Rejected"
	sourcesSheet    = "Sources"
	columnsSheet    = "Columns"
)

var sheetOrder = []string{
	summarySheet, signInSheet, policySheet, stepSheet, errorCodesSheet, tenantsSheet, rejectedSheet, sourcesSheet, columnsSheet,
}

// SheetNames returns the names of all sheets as command lines write them.
func SheetNames() []string {
	var names []string
	for _, sheet := range sheetOrder {
		names = append(names, strings.ReplaceAll(strings.ToLower(sheet), " ", "-"))
	}
	return names
}

// Sheets returns the sheets that a comma-separated list names, in any case and
// with hyphens for spaces, or an error for what is no sheet.
func Sheets(list string) ([]string, error) {
	var sheets []string
	plain := func(name string) string {
		return strings.ReplaceAll(strings.ToLower(strings.TrimSpace(name)), " ", "-")
	}
	for name := range strings.SplitSeq(list, ",") {
		at := slices.IndexFunc(sheetOrder, func(sheet string) bool { return plain(sheet) == plain(name) })
		if at < 0 {
			return nil, fmt.Errorf("%q is no sheet of the workbook", strings.TrimSpace(name))
		}
		sheets = append(sheets, sheetOrder[at])
	}
	return sheets, nil
}

// wants reports whether a sheet is to be written.
func (x *Writer) wants(sheet string) bool {
	return len(x.options.Sheets) == 0 || slices.Contains(x.options.Sheets, sheet)
}

// Options are the options of a workbook.
type Options struct {
	// Run is the record of the run, nil for none. Tool and CodesTableDate are
	// there from the beginning, all else by the time Close is called, which adds
	// Workbook.
	Run *manifest.Run
	// TempDir is a private directory for spill files, on the output's volume.
	TempDir string
	// Sheets are the sheets to write, as Sheets names them; none for all.
	Sheets []string
	// Zone is the time zone of the column of local time, nil for none.
	Zone *time.Location
}

var errWorkbookClosed = errors.New("the workbook is closed")

// NewWriter returns a writer whose Close writes the workbook to w. Nothing
// reaches w before.
func NewWriter(w io.Writer, o Options) (*Writer, error) {
	x := &Writer{
		out: w, options: o, file: excelize.NewFile(), letters: columnLetters(), rowLimit: sheetRows, xmlLimit: sheetXML,
	}
	if x.options.Run == nil {
		x.options.Run = &manifest.Run{}
	}
	var err error
	if x.spill, err = newSpill(o.TempDir); err != nil {
		return nil, err
	}
	if err = errors.Join(x.describe(), x.styles.make(x.file)); err != nil {
		x.Abort()
		return nil, fmt.Errorf("beginning the workbook: %w", err)
	}
	x.shared.part = x.spill.part()
	for id := range x.columnOf {
		x.columnOf[id] = newRowColumn(x, schema.ColumnID(id))
	}
	x.signIns = x.newSignInSheets()
	x.policySheet = x.newDetailSheet(policySheet, schema.ConditionalAccessPolicies, policyColumn, policyColumns, x.policies)
	x.stepSheet = x.newDetailSheet(stepSheet, schema.AuthenticationDetails, stepColumn, stepColumns, x.steps)
	x.rejects = x.newRejects()
	return x, nil
}

// describe sets the document properties. Their times are fixed: they would
// otherwise differ between runs.
func (x *Writer) describe() error {
	const epoch = "2000-01-01T00:00:00Z"
	about := []string{strings.TrimSpace("signins " + x.options.Run.Tool.Version)}
	if date := x.options.Run.CodesTableDate; date != "" {
		about = append(about, "error code table of "+date)
	}
	err := x.file.SetDocProps(&excelize.DocProperties{
		Creator: "signins", LastModifiedBy: "signins", Title: "Microsoft Entra sign-ins",
		Description: strings.Join(about, ", "), Created: epoch, Modified: epoch,
	})
	return errors.Join(err, x.file.SetAppProps(&excelize.AppProperties{Application: "signins"}))
}

// Write adds the records of b to the sheets and to the counts.
func (x *Writer) Write(b *schema.Batch) error {
	if x.closed {
		return errWorkbookClosed
	}
	if x.err != nil {
		return x.err
	}
	x.counts.add(b)
	x.writeRejects(b)
	if err := x.writeRows(b); err != nil {
		x.err = fmt.Errorf("writing the workbook: %w", err)
	}
	return x.err
}

// Close writes the other sheets from the counts and from Options.Run, writes
// the workbook, tells Options.Run about its cells, and removes the spill file.
// After a failed Write it only releases what the writer holds and returns that
// failure.
func (x *Writer) Close() error {
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

// complete makes the sheets that tell what all rows come to, and writes the
// workbook. Summary is made last, as it tells what was cut or escaped anywhere.
func (x *Writer) complete() error {
	makers := map[string]func() []*sheetPage{
		summarySheet: one(x.summary),
		signInSheet:  x.signIns.finish,
		policySheet: func() []*sheetPage {
			return x.policySheet.finish(policyColumns, "No record lists Conditional Access policies.")
		},
		stepSheet:       func() []*sheetPage { return x.stepSheet.finish(stepColumns, "No record lists authentication steps.") },
		errorCodesSheet: one(x.errorCodes),
		tenantsSheet:    one(x.tenants),
		rejectedSheet:   x.finishRejects,
		sourcesSheet:    one(x.sources),
		columnsSheet:    one(x.columnList),
	}
	var all []*sheetPage
	for _, sheet := range slices.Backward(sheetOrder) {
		if x.wants(sheet) {
			all = append(makers[sheet](), all...)
		}
	}
	x.options.Run.Workbook = &manifest.Workbook{Sheets: len(all), Cut: x.marks.cut, Escaped: x.marks.escaped}
	return cmp.Or(x.err, x.save(all))
}

// one makes a list of the one sheet that a function makes.
func one(sheet func() *sheetPage) func() []*sheetPage {
	return func() []*sheetPage { return []*sheetPage{sheet()} }
}

// Abort removes the spill file. It may be called at any time and repeatedly.
func (x *Writer) Abort() { _ = x.release() }

// release removes the spill file and lets go of what the rows needed.
func (x *Writer) release() error {
	if x.closed {
		return nil
	}
	x.closed = true
	x.signIns, x.policySheet, x.stepSheet, x.rejects = nil, nil, nil, nil
	clear(x.columnOf[:])
	if err := errors.Join(x.spill.remove(), x.file.Close()); err != nil {
		return fmt.Errorf("removing spill files of the workbook: %w", err)
	}
	return nil
}

// Rows returns the number of sign-ins taken so far.
func (x *Writer) Rows() int64 { return x.rows }

// Cut returns how many cells do not hold their whole text, as it is longer
// than a cell can be. Such a cell ends in a mark that tells how many characters
// of the source value are missing.
func (x *Writer) Cut() int64 { return x.marks.cut }

// Escaped returns how many cells hold text with characters that a workbook
// cannot hold, written as \u0000 for a character and \xNN for a byte that is no
// UTF-8.
func (x *Writer) Escaped() int64 { return x.marks.escaped }
