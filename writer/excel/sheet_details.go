package excel

import (
	"strconv"

	"signins/schema"
	"signins/schema/jsontext"
)

// A detailSheet is a sheet with a row for each element of the lists in one JSON
// column: the sign-in's policies, or its authentication steps.
type detailSheet struct {
	sheetSeries
	id     schema.ColumnID
	parse  func(value []byte) details
	short  *rowColumn // the same in a line, for the sign-in sheets
	before []*rowColumn
	texts  []*textColumn

	vector *schema.Vector
	made   []byte // what follows the places of cells, one after the other
	cells  []madeCell
	lines  []int // of cells, ends
	values []int // of lines, ends
	filled []int64
}

// details are the elements of one list, and the list in a line.
type details struct {
	short string
	lines [][]cell // the cells of each element
}

// A madeCell is a cell that wants only its place.
type madeCell struct {
	column, end  int // of made
	cut, escaped bool
}

// A detailColumn is a column of a detail sheet.
type detailColumn struct {
	title  string
	width  float64
	folded bool
}

// detailBefore are the columns of the sign-in that stand before those of its
// details.
var detailBefore = []schema.ColumnID{
	schema.CreatedAt, schema.ID, schema.UserPrincipalName, schema.ServicePrincipalName, schema.AppDisplayName, schema.AccessVerdict,
	schema.SourceRecord,
}

func (x *Writer) newDetailSheet(name string, id, short schema.ColumnID, columns []detailColumn, parse func([]byte) details) *detailSheet {
	d := &detailSheet{sheetSeries: sheetSeries{x: x, name: name}, id: id, parse: parse, short: newRowColumn(x, short)}
	for _, id := range detailBefore {
		d.before = append(d.before, x.columnOf[id])
		d.addColumn(x.columnTitle(id), columnWidth(id))
	}
	for _, c := range columns {
		d.texts = append(d.texts, &textColumn{x: x})
		d.addColumn(c.title, c.width)
	}
	d.filled = make([]int64, len(d.look.columns))
	d.look.tab, d.look.fixed, d.look.across = "548235", 1, 2
	return d
}

func (d *detailSheet) addColumn(title string, width float64) {
	d.header = append(d.header, cell{style: d.x.styles.header, text: title})
	d.look.columns = append(d.look.columns, columnLook{width: width})
}

// begin turns to the next batch. Each distinct list is read once.
func (d *detailSheet) begin(b *schema.Batch) {
	d.vector = &b.Columns[d.id]
	d.made, d.cells, d.lines, d.values = d.made[:0], d.cells[:0], d.lines[:0], d.values[:0]
	d.short.turn(b, d.id)
	if len(d.vector.Codes) == 0 {
		return
	}
	for i := range d.vector.Dict.Len() {
		all := d.read(d.vector.Dict.Value(schema.First + schema.Code(i)))
		if d.short.texts.cells++; all.short == "" {
			d.short.leaveOut()
		} else {
			d.short.add([]byte(all.short))
		}
		if d.x.wants(d.name) {
			for _, line := range all.lines {
				d.make(line)
			}
		}
		d.values = append(d.values, len(d.lines))
	}
}

// read reads a list. One that is much too long is shown as far as a cell goes.
func (d *detailSheet) read(value []byte) details {
	if jsontext.TooManyMembers(value) {
		return unreadable(len(d.texts), value, d.x.styles.text)
	}
	return d.parse(value)
}

// make makes the cells of a line.
func (d *detailSheet) make(line []cell) {
	for i, c := range line {
		if c.text == "" && c.number == "" {
			continue
		}
		m := madeCell{column: len(d.before) + i}
		if c.number != "" {
			d.made = appendValue(d.made, c.style, func(dst []byte) []byte { return append(dst, c.number...) })
		} else {
			t := newCellText([]byte(c.text))
			m.cut, m.escaped = t.cut, t.escaped
			d.texts[i].style = c.style
			d.texts[i].cells++
			d.made = d.texts[i].append(d.made, t.text)
		}
		m.end = len(d.made)
		d.cells = append(d.cells, m)
	}
	d.lines = append(d.lines, len(d.cells))
}

// write writes the rows of a sign-in.
func (d *detailSheet) write(row int) {
	code := int(d.vector.Code(row)) - int(schema.First)
	if code < 0 {
		return
	}
	first := 0
	if code > 0 {
		first = d.values[code-1]
	}
	for line := first; line < d.values[code]; line++ {
		p := d.page()
		p.addRow(0, func(dst []byte) []byte { return d.appendLine(dst, p.at, row, line) })
	}
}

func (d *detailSheet) appendLine(dst []byte, at rowName, row, line int) []byte {
	letters := d.x.letters
	for i, c := range d.before {
		dst = c.appendTo(dst, letters[i], at, row, true)
	}
	first := 0
	if line > 0 {
		first = d.lines[line-1]
	}
	for i := first; i < d.lines[line]; i++ {
		m, start := d.cells[i], 0
		if i > 0 {
			start = d.cells[i-1].end
		}
		d.filled[m.column]++
		d.x.marks.add(cellText{cut: m.cut, escaped: m.escaped})
		dst = append(appendPlace(dst, letters[m.column], at), d.made[start:m.end]...)
	}
	return dst
}

// finish folds the columns that are marked so or empty, and returns the sheets;
// where nothing is listed the one there is says so.
func (d *detailSheet) finish(columns []detailColumn, nothing string) []*sheetPage {
	first := d.page()
	if first.row == 1 {
		first.put(0, cell{style: d.x.styles.note, text: nothing})
	}
	looks := d.look.columns
	for i := range looks {
		switch {
		case d.x.rows == 0 || i == 0: // where it is said that nothing is listed
		case i < len(d.before):
			looks[i].fold = emptyFold(d.x.filled[detailBefore[i]], detailFold(detailBefore[i]))
		default:
			looks[i].fold = emptyFold(d.filled[i], columns[i-len(d.before)].fold())
		}
	}
	for _, p := range d.pages {
		p.look.columns, p.table = looks, p.row
	}
	return d.pages
}

// detailFold folds the number of the record in its source, which tells sign-ins
// without a request ID apart.
func detailFold(id schema.ColumnID) int {
	if id == schema.SourceRecord {
		return 1
	}
	return 0
}

func (c detailColumn) fold() int {
	if c.folded {
		return 1
	}
	return 0
}

// emptyFold folds a column without values deeper than others.
func emptyFold(filled int64, fold int) int {
	if filled == 0 {
		return 2
	}
	return fold
}

// number is a cell with a small number.
func number(style, n int) cell { return cell{style: style, number: strconv.Itoa(n)} }
