// Package versions compares records of one sign-in, column by column.
//
// A log may have a record twice, and the two may differ: an export as CSV has fewer
// columns than one as JSON, and a later record may have steps that an earlier one
// lacks. For example, these two of one id
//
//	a.csv   record 7:  created_at 2026-05-01T08:00:00Z      error_code 0  device_id null
//	b.json  record 3:  created_at 2026-05-01T08:00:00.125Z  error_code 0  device_id "d1"
//
// are Compatible: a.csv has seconds, so that the times are equal, and only b.json has a
// device. With another error code they would be Conflicting.
package versions

import (
	"encoding/binary"

	"signins/schema"
)

// columns are those whose values a source gives, in ascending order: two versions are
// compared by them. The nanoseconds of created_at are part of its value.
var columns = func() (list []schema.ColumnID) {
	for id := range schema.NumColumns {
		if !schema.Columns[id].NotCompared && id != schema.CreatedAtRemainderNS {
			list = append(list, id)
		}
	}
	return list
}()

// A record is the values of a row that a source gives, as bytes: for each column with a
// value its number as a varint, and the value: 8 bytes, those of a time with its
// nanoseconds behind microseconds, or for coded kinds a length as a varint and as many
// bytes. Equal records have equal bytes.
type record []byte

// appendRecord appends the record of a row. status are the values of sign_in_status
// before they were derived, the only ones of a source that annotation replaces.
func appendRecord(to record, b *schema.Batch, row int, status *schema.Vector) record {
	for _, id := range columns {
		v := &b.Columns[id]
		if id == schema.SignInStatus {
			v = status
		}
		if !v.Set(row) {
			continue
		}
		to = binary.AppendUvarint(to, uint64(id))
		switch kind := schema.Columns[id].Kind; {
		case kind.Coded():
			text := v.Value(row)
			to = append(binary.AppendUvarint(to, uint64(len(text))), text...)
		case kind == schema.Time:
			at := momentOf(b, id, row)
			to = binary.AppendUvarint(binary.LittleEndian.AppendUint64(to, uint64(at.micros)), uint64(at.nanos))
		default:
			n, _ := v.Num(row)
			to = binary.LittleEndian.AppendUint64(to, uint64(n))
		}
	}
	return to
}

// A Value is what a record has in a column, null unless it is set.
type Value struct {
	Set   bool
	Text  []byte // of coded kinds
	Num   int64  // of all others
	Nanos int64  // of a time, behind its microseconds
}

// next returns the first column of a record with its value, and the rest of the
// record. Behind the last column the column is schema.NumColumns.
func (r record) next() (id schema.ColumnID, v Value, rest record) {
	if len(r) == 0 {
		return schema.NumColumns, Value{}, nil
	}
	n, size := binary.Uvarint(r)
	id, rest, v.Set = schema.ColumnID(n), r[size:], true
	kind := schema.Columns[id].Kind
	if !kind.Coded() {
		v.Num, rest = int64(binary.LittleEndian.Uint64(rest)), rest[8:]
	}
	if !kind.Coded() && kind != schema.Time {
		return id, v, rest
	}
	n, size = binary.Uvarint(rest)
	if rest = rest[size:]; kind == schema.Time {
		v.Nanos = int64(n)
		return id, v, rest
	}
	v.Text = rest[:n:n]
	return id, v, rest[n:]
}
