package excel

import (
	"encoding/binary"
	"math"
	"slices"

	"signins/schema"
	"signins/writer/order"
)

// storeMemory bounds what a rowStore keeps in memory until it writes a run.
const storeMemory = 16 << 20

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
// time last. SPEED.md of package writer has what it costs.
type rowStore struct {
	sheets []rowSheet // from the last to the first
	sorter order.Sorter

	key    []byte
	packed []byte // what each sheet packed behind its size
}

// sectionHead is the size of the size of what a sheet packed.
const sectionHead = 4

const noTime = math.MaxInt64

func newRowStore(dir string, sheets []sheet) *rowStore {
	s := &rowStore{sorter: order.Sorter{Memory: storeMemory, Dir: dir}}
	for _, sheet := range slices.Backward(sheets) {
		if sheet, ok := sheet.(rowSheet); ok {
			s.sheets = append(s.sheets, sheet)
		}
	}
	return s
}

// appendRowKey appends the place of a row in the order of time: microseconds since 1970,
// noTime for none, nanoseconds behind them, and the number of the row in the order of the
// input.
func appendRowKey(to []byte, micros, nanos, number int64) []byte {
	to = binary.BigEndian.AppendUint64(to, uint64(micros)^1<<63)
	to = binary.BigEndian.AppendUint32(to, uint32(nanos))
	return binary.BigEndian.AppendUint64(to, uint64(number))
}

// numberOf returns the number of the row of a key.
func numberOf(key []byte) int64 { return int64(binary.BigEndian.Uint64(key[8+4:])) }

// addBatch packs the rows of a batch, of which the first has a number.
func (s *rowStore) addBatch(b *schema.Batch, first int64) error {
	if len(s.sheets) == 0 {
		return nil
	}
	created, remainder := &b.Columns[schema.CreatedAt], &b.Columns[schema.CreatedAtRemainderNS]
	for row := range b.Len {
		micros, timed := created.Num(row)
		nanos, _ := remainder.Num(row)
		if !timed {
			micros, nanos = noTime, 0
		}
		s.key, s.packed = appendRowKey(s.key[:0], micros, nanos, first+int64(row)), s.packed[:0]
		for _, sheet := range s.sheets {
			s.packed = append(s.packed, make([]byte, sectionHead)...)
			start := len(s.packed)
			s.packed = sheet.packRow(s.packed, row)
			binary.LittleEndian.PutUint32(s.packed[start-sectionHead:], uint32(len(s.packed)-start))
		}
		if err := s.sorter.Add(s.key, s.packed); err != nil {
			return err
		}
	}
	return nil
}

// finish adds all rows to the sheets, with their findings. It calls check before the first
// one and now and then, and ends with its error.
func (s *rowStore) finish(findings *findingRows, check func() error) error {
	var r sortedRow
	s.sorter.Check, s.key, s.packed = check, nil, nil
	return s.sorter.Each(func(key, packed []byte) error {
		r = sortedRow{findings: findings.appendOf(r.findings[:0], numberOf(key))}
		for _, sheet := range s.sheets {
			end := sectionHead + binary.LittleEndian.Uint32(packed)
			sheet.addRow(&r, packed[sectionHead:end])
			packed = packed[end:]
		}
		return nil
	})
}

// remove removes the runs.
func (s *rowStore) remove() error {
	s.sheets = nil
	return s.sorter.Remove()
}
