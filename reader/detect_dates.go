package reader

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"slices"
	"strings"

	"signins/schema"
	"signins/schema/jsontext"
)

// A dateProof collects what local dates show about the order of day, month and
// year: 5/25/2026 proves that the month is first; 5/5/2026 proves nothing, and
// means the same in both orders.
type dateProof struct {
	local     bool      // there are local dates
	proven    [4]bool   // orders that a date proves
	ambiguous bool      // a date has another meaning in another order
	harmless  dateOrder // reads the dates that mean the same in both orders
	sample    string    // the first local date
	cells     []int     // of times in a CSV
}

// addDate adds a date, if a time is one without a zone in some local form.
func (p *dateProof) addDate(text []byte) {
	if _, iso := parseTime(text); iso {
		return
	}
	d, ok := readLocal(text)
	if !ok {
		return
	}
	if !p.local {
		p.local, p.sample = true, string(text)
	}
	first, second, one, other := d.parts[0], d.parts[1], monthFirst, dayFirst
	if d.first {
		first, second, one, other = d.parts[1], d.parts[2], yearFirst, noOrder
	}
	switch {
	case second > 12 && first <= 12:
		p.proven[one] = true
	case first > 12 && second <= 12 && other != noOrder:
		p.proven[other] = true
	case first > 12:
	case first == second:
		p.harmless = one
	default:
		p.ambiguous = true
	}
}

// addRows adds the date cells of whole rows. The error is a quote that is never
// closed.
func (p *dateProof) addRows(rows rowScanner) error {
	var text []byte
	for pos := 0; pos < len(rows.data); {
		_, next, err := rows.scan(pos)
		if bad, ok := err.(*syntaxError); ok && bad.Truncated {
			return bad
		}
		if pos = next; err != nil {
			continue
		}
		for _, i := range p.cells {
			if i < len(rows.cells) {
				text, _ = rows.text(rows.cells[i], nil)
				p.addDate(text)
			}
		}
	}
	return nil
}

// order returns the order that the dates prove, noOrder if they prove none or
// contradict each other.
func (p *dateProof) order() dateOrder {
	found := noOrder
	for order, proven := range p.proven {
		switch {
		case !proven:
		case found != noOrder:
			return noOrder
		default:
			found = dateOrder(order)
		}
	}
	if found == noOrder && !p.ambiguous {
		return p.harmless
	}
	return found
}

// detectDates sets the order of day, month and year in the dates of an input:
// the one that the user named, or the one that all its local dates prove.
func (in *Input) detectDates(ctx context.Context, head []byte, o Options) error {
	in.order = dateOrder(slices.Index(DateOrders, o.DateOrder) + 1)
	if in.order != noOrder {
		return nil
	}
	p, err := in.proveOrder(ctx, head, o)
	switch {
	case isDamage(err) && o.Salvage: // the intact dates decide
	case isDamage(err):
		return nil // Read reports it
	case err != nil:
		return err
	}
	if !p.local {
		return nil
	}
	if in.order = p.order(); in.order == noOrder {
		what := "the order of day and month is unknown"
		if p.proven != [4]bool{} {
			what = "dates of this file disagree about the order of day and month"
		}
		return &Error{Path: in.Name, What: fmt.Sprintf("%s: a date reads %q", what, p.sample), Hint: "name it with --date-order mdy, dmy or ymd"}
	}
	if p.proven[in.order] {
		in.Warnings.Add([...]string{monthFirst: schema.MonthFirst, dayFirst: schema.DayFirst, yearFirst: schema.YearFirst}[in.order], 1)
	}
	return nil
}

// proveOrder collects the local dates of an input. If its head has one, the
// input is scanned to its end; of standard input only the head is known.
func (in *Input) proveOrder(ctx context.Context, head []byte, o Options) (*dateProof, error) {
	p := new(dateProof)
	switch {
	case in.dialect.columns != nil:
		p.cells = in.timeCells()
		_ = p.addRows(in.shape.rows(head[in.shape.begin:])) // the head may end anywhere
	case !in.dialect.knowsDateOrder:
		p.addDate([]byte(in.shape.local))
	}
	if !p.local {
		return p, nil
	}
	if in.IsStdin() {
		_ = in.scan(ctx, bytes.NewReader(head), o, p) // a head may end anywhere
		// The dates behind the head may have another order.
		p.ambiguous = p.ambiguous || len(head) >= headSize
		return p, nil
	}
	text, err := in.Again(o.forSource(ctx))
	if err != nil {
		return nil, err
	}
	defer text.Close()
	return p, in.scan(ctx, text, o, p)
}

// scan adds the dates of the text of the input, which it leaves as it is: no records,
// no warnings.
func (in *Input) scan(ctx context.Context, text io.Reader, o Options, p *dateProof) error {
	ahead := &Input{Source: in.Source, File: in.File, detection: in.detection, textSize: in.textSize}
	w := ahead.window(text, -1, o)
	w.alone = func(int) error { o.alone.begin(); return nil }
	cutter, newParser := in.dialect.open(ahead, w, o)
	if e, ok := cutter.(*elements); ok {
		e.noGuess = true // here is no fallback
	}
	reading := newParser()
	switch r := reading.(type) {
	case *jsonParser:
		r.record.row.proof = p
	case *unwrapParser:
		r.records.record.row.proof = p
	}
	for {
		if ctx.Err() != nil {
			return context.Cause(ctx)
		}
		c, err := cutter.nextChunk()
		if c == nil || err != nil {
			return err
		}
		switch {
		case in.dialect.columns != nil:
			err = p.addRows(in.shape.rows(c.data))
		case c.long == nil:
			b := in.newBatch()
			err = reading.parse(c, b)
			b.Release()
			batchPool.Put(b)
		}
		if c.release(); err != nil {
			return err
		}
	}
}

// timeCells returns the cells of times in the rows of a CSV.
func (in *Input) timeCells() (cells []int) {
	_, targets := in.dialect.columns(in.shape.header, new(schema.Tally))
	for i := range targets {
		if id := targets[i].column; id != noColumn && schema.Columns[id].Kind == schema.Time {
			cells = append(cells, i)
		}
	}
	return cells
}

// localTime returns the local date in the member name of a record, "" if it has
// none.
func localTime(name string, raw []byte) string {
	if raw[0] != '"' {
		return ""
	}
	folded := foldTitle(name)
	if strings.HasSuffix(name, "]") { // foldTitle drops the end of Date [local time]
		folded = strings.ToLower(name)
	}
	if !strings.Contains(folded, "time") {
		return ""
	}
	text := jsontext.AppendUnescaped(nil, raw[1:len(raw)-1])
	if _, ok := readLocal(text); !ok {
		return ""
	}
	return string(text)
}
