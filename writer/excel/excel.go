package excel

import (
	"cmp"
	"errors"
	"fmt"
	"io"
	"iter"
	"slices"
	"time"

	"signins/schema"
	"signins/schema/versions"
	"signins/writer/manifest"
)

// A Writer writes an Excel workbook with the sheets of sheetKinds: Summary, the users,
// addresses, applications and sessions, the sign-ins on as many pages as they need, their policies and authentication steps,
// error codes, cross-tenant sign-ins, rejected records, sources, and the meaning of
// the columns.
//
// Text is always a string cell: the workbook has no formula and no relation to
// anything outside it. Its links lead to cells of its own. Characters that a cell cannot hold are
// escaped, and texts that are too long are cut, visibly and counted: see Cut and
// Escaped. Times are Excel dates in UTC, cut to milliseconds; another column has the
// event time as text in full precision. The same batches, run and options give the
// same bytes.
//
// Sign-ins, and the policies and steps of them, are in order of created_at and
// created_at_remainder_ns, ties in the order of Write, rows without time last. Until Close
// they are kept, sorted and compressed, in spill files in Options.TempDir. excelize makes
// everything but rows. Memory does not grow with the number of rows. Counts by
// name are bounded (see the max... constants); a sheet reports a bound that was
// reached.
//
// A Writer is used by one goroutine at a time.
type Writer struct {
	out    io.Writer
	parts  parts
	sheets []sheet
	store  *rowStore
	err    error // the first failure; nothing is written after it
	closed bool
}

// Options are the options of a workbook.
type Options struct {
	// Run is the record of the run, nil for none. NewWriter reads Tool and
	// CodesTableDate, Close all else but times and arguments; Close sets Workbook.
	Run *manifest.Run
	// TempDir is a private directory for spill files, on the output's volume.
	TempDir string
	// Sheets are the sheets to write, as Sheets returns them; none for all.
	Sheets []string
	// Zone is the time zone of the columns of local time, nil for no such columns.
	Zone *time.Location
	// Labels are columns of Sign-ins, at most 4.
	Labels []schema.LabelColumn
}

var errClosed = errors.New("the workbook is closed")

// NewWriter returns a writer whose Close writes the workbook to w. Nothing
// reaches w before.
func NewWriter(w io.Writer, o Options) (*Writer, error) {
	run := o.Run
	if run == nil {
		run = &manifest.Run{}
	}
	book, err := newWorkbook(o.TempDir)
	if err != nil {
		return nil, err
	}
	if err := errors.Join(book.setProperties(run), book.styles.addTo(book.file)); err != nil {
		return nil, errors.Join(fmt.Errorf("beginning the workbook: %w", err), book.close())
	}
	x := &Writer{out: w, parts: parts{
		book: book, rows: newRowEncoder(book, o.Zone, o.Labels), counts: newCounts(), entities: newEntities(), findings: &findingRows{},
		run: run, asked: o.Sheets, labels: o.Labels, kinds: sheetKinds,
	}}
	for _, kind := range sheetKinds {
		if x.parts.has(kind.name) {
			x.sheets = append(x.sheets, kind.make(x.parts))
		}
	}
	x.store = newRowStore(o.TempDir, x.sheets)
	return x, nil
}

// Write adds the records of b to the sheets and to the counts.
func (x *Writer) Write(b *schema.Batch) error {
	if err := x.check(); err != nil {
		return err
	}
	first := x.Rows()
	x.parts.counts.addBatch(b)
	x.parts.rows.readBatch(b)
	x.parts.entities.addBatch(b, x.parts.rows.steps)
	for _, s := range x.sheets {
		s.addBatch(b)
	}
	return x.fail(cmp.Or(x.parts.book.failure, x.store.addBatch(b, first), x.parts.book.spill.err()))
}

// WritePair lists two versions of a sign-in that conflict on the sheet of duplicates.
func (x *Writer) WritePair(p *versions.Pair) error {
	if err := x.check(); err != nil {
		return err
	}
	for _, s := range x.sheets {
		if t, ok := s.(*duplicateTable); ok && p.Kind == versions.Conflicting {
			t.addPair(p)
		}
	}
	return x.fail(x.parts.book.spill.err())
}

// WriteFinding adds a finding and the places of its rows, whose numbers count all rows
// written. It follows the last Write. Findings have the numbers F0001, F0002 and so on in
// the order of the calls.
func (x *Writer) WriteFinding(f *schema.Finding, rows iter.Seq[schema.RowPlace]) error {
	if err := x.check(); err != nil {
		return err
	}
	return x.fail(x.parts.findings.add(f, rows, x.Rows()))
}

// check returns why nothing can be written any more, nil if it can.
func (x *Writer) check() error {
	if x.closed {
		return errClosed
	}
	return x.err
}

// fail keeps an error as the first failure and returns it.
func (x *Writer) fail(err error) error {
	if err != nil {
		x.err = fmt.Errorf("writing the workbook: %w", err)
	}
	return x.err
}

// Close writes the sheets of sums from the counts and from Options.Run, writes the
// workbook, sets Options.Run.Workbook and removes the spill files. After a failed
// Write it only releases the resources of the writer and returns that failure.
func (x *Writer) Close() error {
	if x.closed {
		return errClosed
	}
	if x.err == nil {
		_ = x.fail(x.finish())
	}
	return errors.Join(x.err, x.release())
}

func (x *Writer) finish() error {
	// The output of a run that is interrupted refuses every write, also of no bytes.
	check := func() error {
		_, err := x.out.Write(nil)
		return errors.Join(err, x.parts.book.spill.err())
	}
	if err := x.store.finish(x.parts.findings, check); err != nil {
		return err
	}
	for _, s := range slices.Backward(x.sheets) {
		s.finish()
	}
	book := x.parts.book
	if book.failure != nil {
		return book.failure
	}
	x.parts.run.Workbook = &manifest.Workbook{Sheets: len(book.pages), Cut: x.Cut(), Escaped: x.Escaped()}
	return book.save(x.out)
}

// Abort removes the spill files. It may be called at any time and repeatedly.
func (x *Writer) Abort() { _ = x.release() }

// release removes the spill files and the memory of the sheets.
func (x *Writer) release() error {
	if x.closed {
		return nil
	}
	x.closed, x.sheets = true, nil
	x.parts.entities = nil
	x.parts.rows = &rowEncoder{rows: x.parts.rows.rows}
	return errors.Join(x.store.remove(), x.parts.book.close())
}

// Kept returns how many bytes the counts of users, addresses and others take, roughly.
func (x *Writer) Kept() int64 {
	if x.closed {
		return 0
	}
	return x.parts.entities.size()
}

// Rows returns the number of sign-ins written so far.
func (x *Writer) Rows() int64 { return x.parts.rows.rows }

// Cut returns, after Close, how many cells end in a mark with the number of characters that
// are missing, as the text is longer than a cell can be.
func (x *Writer) Cut() int64 { return x.parts.book.marks.cut }

// Escaped returns, after Close, how many cells have a character that a workbook cannot hold,
// written as \u0000, or a byte that is no UTF-8, written as \xNN.
func (x *Writer) Escaped() int64 { return x.parts.book.marks.escaped }
