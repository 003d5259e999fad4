package excel

import "signins/schema"

// A labelEncoder makes the cells of a column of labels, batch after batch. It asks for
// the label of each distinct value of a batch once.
type labelEncoder struct {
	book   *workbook // fails where a label cannot be had
	column *schema.LabelColumn
	of     []*columnEncoder
	count  *columnCount
}

func newLabelEncoder(book *workbook, column *schema.LabelColumn, count *columnCount) *labelEncoder {
	e := &labelEncoder{book: book, column: column, count: count}
	for _, id := range column.Of {
		e.of = append(e.of, newColumnEncoder(book, schema.Text, id, count))
	}
	return e
}

// readBatch makes the cells of the labels of a batch.
func (e *labelEncoder) readBatch(b *schema.Batch) {
	for _, c := range e.of {
		c.setBatch(b)
		for i := range c.vector.Dict.Len() {
			label, err := e.column.Label(c.vector.Dict.Value(schema.First + schema.Code(i)))
			if err != nil && e.book.failure == nil {
				e.book.failure = err
			}
			if label == "" {
				c.endText(cellMark{})
				continue
			}
			c.texts.cells++
			c.addText([]byte(label))
		}
	}
}

// packCell appends the packed cell of a row, nothing where no value has a label.
func (e *labelEncoder) packCell(dst []byte, column, row int) []byte {
	for _, c := range e.of {
		if cell := c.packCell(dst, column, row, &e.count.marks); len(cell) > len(dst) {
			e.count.filled++
			return cell
		}
	}
	return dst
}
