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
	labels   []*labelEncoder
	counts   [numSheetColumns]columnCount
	rows     int64 // in all batches
}

// A columnCount counts cells of a column of Sign-ins.
type columnCount struct {
	filled int64
	marks  cellMarks
}

func newRowEncoder(book *workbook, zone *time.Location, labels []schema.LabelColumn) *rowEncoder {
	e := &rowEncoder{styles: &book.styles, zone: zone}
	for id := range schema.NumColumns {
		e.columns[id] = newColumnEncoder(book, schema.Columns[id].Kind, id, &e.counts[id])
	}
	e.policies = newListEncoder(book, &policyLists, &e.counts[policyColumn])
	e.steps = newListEncoder(book, &stepLists, &e.counts[stepColumn])
	for i := range labels {
		e.labels = append(e.labels, newLabelEncoder(book, &labels[i], &e.counts[int(firstLabelColumn)+i]))
	}
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
	for _, l := range e.labels {
		l.readBatch(b)
	}
	e.rows += int64(b.Len)
}

// mayHaveCells reports whether a column of Sign-ins may have cells in the batch.
func (e *rowEncoder) mayHaveCells(id schema.ColumnID) bool {
	return id >= schema.NumColumns || e.columns[id].cells > 0
}

// packCell appends the packed cell of Sign-ins in a row of the batch, nothing for null.
func (e *rowEncoder) packCell(dst []byte, id schema.ColumnID, column, row int) []byte {
	if id >= firstLabelColumn {
		return e.labels[id-firstLabelColumn].packCell(dst, column, row)
	}
	switch id {
	case isoColumn, ingestedColumn, localColumn, localISOColumn:
		return e.packTime(dst, id, column, row)
	case policyColumn:
		return e.policies.packShort(dst, column, row)
	case stepColumn:
		return e.steps.packShort(dst, column, row)
	case findingColumn:
		return appendPacked(append(dst, byte(column)), e.styles.text, inlineCell, cellMark{}, nil)
	}
	return e.columns[id].packCell(dst, column, row, &e.counts[id].marks)
}

// packTime appends the packed cell of a column that has a time of the row once more: as
// text in full precision, or in another zone.
func (e *rowEncoder) packTime(dst []byte, id schema.ColumnID, column, row int) []byte {
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
	dst = append(dst, byte(column))
	var value [64]byte
	if id == isoColumn || id == ingestedColumn {
		return appendPacked(dst, e.styles.text, inlineCell, cellMark{}, event.AppendFormat(value[:0], time.RFC3339Nano))
	}
	local := event.In(e.zone)
	_, offset := local.Zone()
	wall := micros + int64(offset)*1e6
	if id == localISOColumn || !isDate(wall) {
		return appendPacked(dst, e.styles.text, inlineCell, cellMark{}, local.AppendFormat(value[:0], time.RFC3339Nano))
	}
	return appendPacked(dst, e.styles.date, numberCell, cellMark{}, appendDate(value[:0], wall))
}
