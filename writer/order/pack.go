// Package order keeps rows that are written later than they are read, in memory and in
// private files, and gives them back sorted: those of a workbook by time, of a dataset by
// day, of sorted Parquet files by their columns.
package order

import (
	"encoding/binary"

	"signins/schema"
)

const (
	// maxKnown bounds the memory of the values that packed rows name by number.
	maxKnown = 8 << 20
	// maxKnownValue is the length of such a value.
	maxKnownValue = 4 << 10
)

// The first byte of a packed field, if it is not the number of a value.
const (
	packedNull   = iota // null or, in a column of numbers, none
	packedNumber        // a varint follows
	packedValues        // from here on
)

// A packer writes rows of batches as bytes: which columns the row has, and a field for
// each of them. A value that repeats in its batch gets a number, as long as that takes
// no more memory than maxKnown, so that not every row has it:
//
//	created_at 2026-05-01T08:00Z, app Teams, id 7468    columns 0 2 3, number, value 0, "7468"
//	created_at 2026-05-02T09:00Z, app Teams, id a568    columns 0 2 3, number, value 0, "a568"
//
// Rows of 3.2 KB become 1.9 KB that way, and need not be hashed again.
type packer struct {
	known [schema.NumColumns]schema.Dict // by column: the values that have a number
	size  int                            // bytes of known

	batch   *schema.Batch
	columns []schema.ColumnID           // of the batch, that have any value
	fields  [schema.NumColumns][]uint64 // by code of the batch, none in a column that has its values in the rows
}

// begin makes the packer ready for rows of a batch.
func (p *packer) begin(b *schema.Batch) {
	p.batch, p.columns = b, p.columns[:0]
	for id := range schema.NumColumns {
		v := &b.Columns[id]
		if len(v.Codes) == 0 && len(v.Valid) == 0 {
			continue
		}
		p.columns = append(p.columns, id)
		p.fields[id] = p.fields[id][:0]
		if n := v.Dict.Len(); n > 0 && 4*n <= b.Len && v.Dict.Size() <= maxKnownValue*n {
			p.numberValues(id, v)
		}
	}
}

// numberValues sets the fields of a column's values.
func (p *packer) numberValues(id schema.ColumnID, v *schema.Vector) {
	known := &p.known[id]
	if p.size+v.Dict.Size() > maxKnown {
		return
	}
	p.fields[id] = append(p.fields[id], packedNull, packedNull)
	before := known.Size()
	for i := range v.Dict.Len() {
		number := known.Add(v.Dict.Value(schema.First+schema.Code(i))) - schema.First
		p.fields[id] = append(p.fields[id], packedValues+2*uint64(number))
	}
	p.size += known.Size() - before
}

const packedColumns = (int(schema.NumColumns) + 7) / 8

// appendRow appends a row of the batch.
func (p *packer) appendRow(to []byte, row int) []byte {
	start := len(to)
	to = append(to, make([]byte, packedColumns)...)
	for _, id := range p.columns {
		v := &p.batch.Columns[id]
		if row < len(v.Valid) {
			if v.Valid[row] == 1 {
				to = binary.AppendVarint(append(to, packedNumber), v.Nums[row])
				to[start+int(id)/8] |= 1 << (id % 8)
			}
			continue
		}
		code := v.Code(row)
		if code == schema.Absent {
			continue
		}
		to[start+int(id)/8] |= 1 << (id % 8)
		switch fields := p.fields[id]; {
		case code == schema.Null:
			to = append(to, packedNull)
		case len(fields) > 0:
			to = binary.AppendUvarint(to, fields[code])
		default:
			value := v.Dict.Value(code)
			to = append(binary.AppendUvarint(to, packedValues+2*uint64(len(value))+1), value...)
		}
	}
	return to
}

// An unpacker makes batches of packed rows.
type unpacker struct {
	known *[schema.NumColumns]schema.Dict
	batch schema.Batch
	size  int                              // bytes of the rows
	codes [schema.NumColumns][]schema.Code // in the batch, by number; 0 for none yet
}

// begin begins a batch.
func (u *unpacker) begin() {
	u.batch.Reset(nil)
	u.size = 0
	for id := range u.codes {
		clear(u.codes[id])
	}
}

// full reports whether the batch is as large as those of a reader, or has as many rows as
// a page.
func (u *unpacker) full() bool { return u.size >= 8<<20 || u.batch.Len == 20_480 }

// addRow adds the first of packed rows to the batch, and returns those after it.
func (u *unpacker) addRow(packed []byte) (rest []byte) {
	b, columns := &u.batch, packed[:packedColumns]
	rest = packed[packedColumns:]
	for i, bits := range columns {
		for id := schema.ColumnID(8 * i); bits != 0; id, bits = id+1, bits>>1 {
			if bits&1 == 1 {
				rest = u.addField(&b.Columns[id], id, rest)
			}
		}
	}
	b.Len++
	u.size += len(packed) - len(rest)
	return rest
}

// addField sets a field of the row after the last one of the batch.
func (u *unpacker) addField(v *schema.Vector, id schema.ColumnID, packed []byte) (rest []byte) {
	field, n := binary.Uvarint(packed)
	rest = packed[n:]
	switch {
	case field == packedNull:
		v.SetCode(u.batch.Len, schema.Null)
	case field == packedNumber:
		number, n := binary.Varint(rest)
		v.SetNum(u.batch.Len, number)
		rest = rest[n:]
	case (field-packedValues)%2 == 1:
		size := (field - packedValues) / 2
		v.SetBytes(u.batch.Len, rest[:size])
		rest = rest[size:]
	default:
		v.SetCode(u.batch.Len, u.codeOf(v, id, int((field-packedValues)/2)))
	}
	return rest
}

// codeOf returns the code in the batch of a known value.
func (u *unpacker) codeOf(v *schema.Vector, id schema.ColumnID, number int) schema.Code {
	codes := u.codes[id]
	if number >= len(codes) {
		codes = append(codes, make([]schema.Code, u.known[id].Len()-len(codes))...)
		u.codes[id] = codes
	}
	if codes[number] == 0 {
		codes[number] = v.Dict.Add(u.known[id].Value(schema.First + schema.Code(number)))
	}
	return codes[number]
}
