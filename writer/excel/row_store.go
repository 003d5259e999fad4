package excel

import (
	"cmp"
	"encoding/binary"
	"errors"
	"fmt"
	"math"
	"slices"

	"signins/schema"
)

const (
	// storeMemory bounds what a rowStore keeps in memory until it spills a run.
	storeMemory = 16 << 20
	// maxMerged is how many runs are read at once, each in two blocks of runBlock.
	maxMerged = 192
)

// A rowSheet is a sheet that has something of each sign-in, in the order of Sign-ins.
type rowSheet interface {
	sheet
	// packRow appends what addRow needs of a row of the last batch, also nothing. addBatch
	// was called with the batch.
	packRow(dst []byte, row int) []byte
	// addRow is called for each row when all batches are read, in order of time, with what
	// packRow appended. Both arguments are valid until it returns.
	addRow(r *sortedRow, packed []byte)
}

// A sortedRow is a sign-in in order of time.
type sortedRow struct {
	findings []int // numbers of the findings that it belongs to, ascending, from 1
	// page and row are its place on Sign-ins, nil and 0 for none. Sheets get rows from the
	// last to the first, so that those before Sign-ins know it.
	page *page
	row  int
}

// A rowStore keeps what sheets show of sign-ins until all are read, and then adds them to
// the sheets in order of time: rows of one time in the order of their input, rows without
// time last. It sorts what fits in storeMemory, spills it as a run, and merges the runs.
// For rows at 9:00, 8:00, 10:00, none and 8:30, with memory for two:
//
//	run 1   8:00 #1, 9:00 #0
//	run 2   10:00 #2, none #3
//	memory  8:30 #4
//	merged  8:00 #1, 8:30 #4, 9:00 #0, 10:00 #2, none #3
//
// Where all rows fit there is no run. The order does not depend on where runs end. SPEED.md
// of package writer has what it costs.
type rowStore struct {
	sheets []rowSheet // from the last to the first
	dir    string     // of runs
	limit  int        // bytes in memory
	merged int        // runs at once

	buffer []byte    // of rows in memory: what each sheet packed behind its size
	rows   []heldRow // in buffer
	runs   runWriter
	files  []string // of runs
}

// A heldRow is a row in memory.
type heldRow struct {
	rowKey
	start, end int // in buffer
}

const heldRowSize = 40

// sectionHead is the size of the size of what a sheet packed.
const sectionHead = 4

// A rowKey is the place of a row in the order of time.
type rowKey struct {
	micros int64 // since 1970, noTime for none
	nanos  int32 // behind them
	number int64 // of the row, in the order of the input, from 0
}

const noTime = math.MaxInt64

func (k rowKey) compare(o rowKey) int {
	if c := cmp.Compare(k.micros, o.micros); c != 0 {
		return c
	}
	return cmp.Or(cmp.Compare(k.nanos, o.nanos), cmp.Compare(k.number, o.number))
}

func newRowStore(dir string, sheets []sheet) *rowStore {
	s := &rowStore{dir: dir, limit: storeMemory, merged: maxMerged}
	for _, sheet := range slices.Backward(sheets) {
		if sheet, ok := sheet.(rowSheet); ok {
			s.sheets = append(s.sheets, sheet)
		}
	}
	return s
}

// addBatch packs the rows of a batch, of which the first has a number.
func (s *rowStore) addBatch(b *schema.Batch, first int64) error {
	if len(s.sheets) == 0 {
		return nil
	}
	created, remainder := &b.Columns[schema.CreatedAt], &b.Columns[schema.CreatedAtRemainderNS]
	for row := range b.Len {
		s.reserve()
		h := heldRow{rowKey: rowKey{micros: noTime, number: first + int64(row)}, start: len(s.buffer)}
		if micros, timed := created.Num(row); timed {
			nanos, _ := remainder.Num(row)
			h.micros, h.nanos = micros, int32(nanos)
		}
		for _, sheet := range s.sheets {
			s.buffer = append(s.buffer, make([]byte, sectionHead)...)
			start := len(s.buffer)
			s.buffer = sheet.packRow(s.buffer, row)
			binary.LittleEndian.PutUint32(s.buffer[start-sectionHead:], uint32(len(s.buffer)-start))
		}
		h.end = len(s.buffer)
		s.rows = append(s.rows, h)
		if len(s.buffer)+heldRowSize*len(s.rows) >= s.limit {
			if err := s.spill(); err != nil {
				return err
			}
		}
	}
	return nil
}

// reserve makes room for a row of ordinary length: twice as much as there is, up to the
// limit, where append would copy all rows for each fourth more.
func (s *rowStore) reserve() {
	const ordinary = 64 << 10
	if n := len(s.buffer); cap(s.buffer)-n < ordinary {
		s.buffer = slices.Grow(s.buffer, max(ordinary, min(n, s.limit-n)))
	}
}

// each calls yield with the rows in memory, in order of time.
func (s *rowStore) each(yield func(key rowKey, packed []byte) error) error {
	slices.SortFunc(s.rows, func(a, b heldRow) int { return a.compare(b.rowKey) })
	for _, h := range s.rows {
		if err := yield(h.rowKey, s.buffer[h.start:h.end]); err != nil {
			return err
		}
	}
	return nil
}

// spill moves the rows in memory into a run. No run is empty.
func (s *rowStore) spill() error {
	if len(s.rows) == 0 {
		return nil
	}
	if err := s.addRun(s.each); err != nil {
		return err
	}
	s.buffer, s.rows = s.buffer[:0], s.rows[:0]
	return nil
}

// addRun writes the rows that each yields as a run.
func (s *rowStore) addRun(each func(yield func(key rowKey, packed []byte) error) error) error {
	name, err := s.runs.create(s.dir)
	if err != nil {
		return fmt.Errorf("making a spill file: %w", err)
	}
	s.files = append(s.files, name)
	return errors.Join(each(s.runs.add), s.runs.close())
}

// finish adds all rows to the sheets, with their findings. It calls check before the first
// one and now and then, and ends with its error.
func (s *rowStore) finish(findings *findingRows, check func() error) error {
	const checkEvery = 10000
	var r sortedRow
	rows := 0
	add := func(key rowKey, packed []byte) error {
		if rows++; rows%checkEvery == 1 {
			if err := check(); err != nil {
				return err
			}
		}
		r = sortedRow{findings: findings.appendOf(r.findings[:0], key.number)}
		for _, sheet := range s.sheets {
			end := sectionHead + binary.LittleEndian.Uint32(packed)
			sheet.addRow(&r, packed[sectionHead:end])
			packed = packed[end:]
		}
		return nil
	}
	if len(s.files) == 0 {
		return s.each(add)
	}
	if err := s.spill(); err != nil {
		return err
	}
	s.buffer, s.rows = nil, nil
	if err := s.mergeToFew(); err != nil {
		return err
	}
	return mergeRuns(s.files, add)
}

// mergeToFew merges runs until there are so few that all are read at once.
func (s *rowStore) mergeToFew() error {
	for len(s.files) > s.merged {
		// Of four runs where three are read at once, two are merged.
		some := s.files[:min(s.merged, len(s.files)-s.merged+1)]
		err := s.addRun(func(yield func(rowKey, []byte) error) error { return mergeRuns(some, yield) })
		if err != nil {
			return err
		}
		s.files = s.files[len(some):]
		if err := removeRuns(some); err != nil {
			return err
		}
	}
	return nil
}

// remove removes the runs.
func (s *rowStore) remove() error {
	files := s.files
	s.files, s.buffer, s.rows, s.sheets = nil, nil, nil, nil
	return removeRuns(files)
}
