package excel

import (
	"time"

	"signins/schema"
)

// A rowEncoder makes the cells of sign-ins, for all sheets that have rows of them.
type rowEncoder struct {
	styles   *cellStyles
	zone     *time.Location // of local times, nil for none
	batch    *schema.Batch
	columns  [schema.NumColumns]*columnEncoder
	policies *listEncoder
	steps    *listEncoder
	counts   [numSheetColumns]columnCount
	rows     int64 // in all batches
}

// A columnCount counts cells of a column of Sign-ins.
type columnCount struct {
	filled int64
	marks  cellMarks
}

func newRowEncoder(book *workbook, zone *time.Location) *rowEncoder {
	e := &rowEncoder{styles: &book.styles, zone: zone}
	for id := range schema.NumColumns {
		e.columns[id] = newColumnEncoder(book, schema.Columns[id].Kind, id, &e.counts[id])
	}
	e.policies = newListEncoder(book, &policyLists, &e.counts[policyColumn])
	e.steps = newListEncoder(book, &stepLists, &e.counts[stepColumn])
	return e
}

// readBatch makes the cells of the distinct texts of a batch.
func (e *rowEncoder) readBatch(b *schema.Batch) {
	e.batch = b
	for _, c := range e.columns {
		c.readBatch(b)
	}
	e.policies.readBatch(b)
	e.steps.readBatch(b)
	e.rows += int64(b.Len)
}

// appendCell appends the cell of Sign-ins in a row of the batch, nothing for null.
func (e *rowEncoder) appendCell(dst []byte, id schema.ColumnID, column int, end rowEnd, row int) []byte {
	switch id {
	case isoColumn, ingestedColumn, localColumn, localISOColumn:
		return e.appendTime(dst, id, column, end, row)
	case policyColumn:
		return e.policies.appendShort(dst, column, end, row)
	case stepColumn:
		return e.steps.appendShort(dst, column, end, row)
	}
	return e.columns[id].appendCell(dst, column, end, row, &e.counts[id].marks)
}

// appendTime appends the cell of a column that has a time of the row once more: as
// text in full precision, or in another zone.
func (e *rowEncoder) appendTime(dst []byte, id schema.ColumnID, column int, end rowEnd, row int) []byte {
	source := schema.CreatedAt
	if id == ingestedColumn {
		source = schema.IngestedAt
	}
	micros, valid := e.batch.Columns[source].Num(row)
	if !valid {
		return dst
	}
	e.counts[id].filled++
	var nanos int64
	if source == schema.CreatedAt {
		nanos, _ = e.batch.Columns[schema.CreatedAtRemainderNS].Num(row)
	}
	event := time.UnixMicro(micros).Add(time.Duration(nanos)).UTC()
	dst = appendPlace(dst, column, end)
	if id == isoColumn || id == ingestedColumn {
		return appendInline(dst, e.styles.text, event.AppendFormat(nil, time.RFC3339Nano))
	}
	local := event.In(e.zone)
	_, offset := local.Zone()
	wall := micros + int64(offset)*1e6
	if id == localISOColumn || !isDate(wall) {
		return appendInline(dst, e.styles.text, local.AppendFormat(nil, time.RFC3339Nano))
	}
	return appendValue(dst, e.styles.date, func(dst []byte) []byte { return appendDate(dst, wall) })
}
