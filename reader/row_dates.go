package reader

import (
	"bytes"
	"fmt"
	"sync"
	"time"

	"signins/schema"
)

// A dateOrder tells in which order a local date names day, month and year.
type dateOrder uint8

const (
	noOrder dateOrder = iota // not known: local dates are not read
	monthFirst
	dayFirst
	yearFirst
)

// dateOrders are the orders by the names that the command line has for them.
var dateOrders = map[string]dateOrder{"": noOrder, "mdy": monthFirst, "dmy": dayFirst, "ymd": yearFirst}

// DateOrders are the values of Options.DateOrder.
var DateOrders = []string{"mdy", "dmy", "ymd"}

// A localDate is a date as people's settings write it: three numbers, and a
// time of day with or without seconds and AM or PM.
type localDate struct {
	parts [3]int
	first bool // the year comes first
	clock moment
}

// readLocal reads a local date without a decision on the order of its numbers.
func readLocal(text []byte) (d localDate, ok bool) {
	text = bytes.TrimSpace(text)
	if len(text) > 64 {
		return d, false
	}
	var sep byte
	for i := range d.parts {
		n := digits(text)
		if n == 0 || n == 3 || n > 4 {
			return d, false
		}
		if n == 4 && i == 1 || n < 3 && i == 2 && !d.first || n == 4 && i == 2 && d.first {
			return d, false
		}
		d.first = d.first || i == 0 && n == 4
		d.parts[i] = number2(text[:n])
		text = text[n:]
		if i == 2 {
			break
		}
		if len(text) == 0 || text[0] != '/' && text[0] != '.' && text[0] != '-' || sep != 0 && text[0] != sep {
			return d, false
		}
		sep, text = text[0], text[1:]
	}
	text = bytes.TrimPrefix(text, []byte{','})
	d.clock, ok = localClock(bytes.TrimSpace(text))
	return d, ok
}

func digits(text []byte) int {
	n := 0
	for n < len(text) && text[n] >= '0' && text[n] <= '9' {
		n++
	}
	return n
}

// halves are how AM and PM are written.
var halves = [...][]string{{"AM", "A.M.", "A. M."}, {"PM", "P.M.", "P. M."}}

// cutHalf cuts AM or PM off a time: 1 and 2, or 0 where there is none.
func cutHalf(text []byte) (rest []byte, half int) {
	for i, spellings := range halves {
		for _, name := range spellings {
			if rest, found := bytes.CutSuffix(text, []byte(name)); found {
				return bytes.TrimSpace(rest), i + 1
			}
		}
	}
	return text, 0
}

// localClock reads h:mm, h:mm:ss or h:mm:ss.fraction, with AM or PM or without.
func localClock(text []byte) (m moment, ok bool) {
	text = bytes.ToUpper(bytes.ReplaceAll(text, []byte("\u202f"), []byte(" ")))
	text = bytes.ReplaceAll(text, []byte("\u00a0"), []byte(" "))
	text, half := cutHalf(text)
	n := digits(text)
	if n < 1 || n > 2 || len(text) < n+3 || text[n] != ':' {
		return m, false
	}
	h, minute, second := number2(text[:n]), number2(text[n+1:n+3]), 0
	rest := text[n+3:]
	switch {
	case len(rest) == 0:
		m.minute = true
	case len(rest) < 3 || rest[0] != ':':
		return m, false
	default:
		second, rest = number2(rest[1:3]), rest[3:]
	}
	if len(rest) > 0 && rest[0] == '.' {
		count := 0
		if count, rest, ok = fraction(rest[1:], &m); !ok {
			return m, false
		}
		m.precise = count > 6
	}
	switch {
	case len(rest) > 0, minute < 0, minute > 59, second < 0, second > 59, half == 0 && h > 23, half > 0 && (h < 1 || h > 12):
		return m, false
	case half == 1 && h == 12:
		h = 0
	case half == 2 && h < 12:
		h += 12
	}
	m.micros += int64(h*3600+minute*60+second) * 1e6
	m.zoneless = true
	return m, true
}

// parseLocal reads a local date whose order is known.
func parseLocal(text []byte, order dateOrder) (m moment, ok bool) {
	if order == noOrder {
		return m, false
	}
	d, ok := readLocal(text)
	if !ok {
		return m, false
	}
	year, month, day := d.parts[2], d.parts[0], d.parts[1]
	switch {
	case d.first != (order == yearFirst):
		return m, false
	case order == yearFirst:
		year, month, day = d.parts[0], d.parts[1], d.parts[2]
	case order == dayFirst:
		month, day = day, month
	}
	if year < 1 || !validDate(year, month, day) {
		return m, false
	}
	m = d.clock
	m.micros += time.Date(year, time.Month(month), day, 0, 0, 0, 0, time.UTC).Unix() * 1e6
	m.isDefault = year == 1 && month == 1 && day == 1
	return m, true
}

// inOtherOrder reports whether a local date that cannot be read in an order can
// be in another.
func inOtherOrder(text []byte, order dateOrder) bool {
	for _, other := range []dateOrder{monthFirst, dayFirst, yearFirst} {
		if _, ok := parseLocal(text, other); ok && order != noOrder {
			return true
		}
	}
	return false
}

// A proof gathers what local dates tell about the order of their numbers. It
// may be shown dates by several at once.
type proof struct {
	sync.Mutex
	local  bool      // there are local dates
	told   [4]bool   // orders that a date has shown
	doubt  bool      // a date reads otherwise in another order
	either dateOrder // an order for dates that read alike in both
	sample string    // the first one
}

// see takes a cell into account.
func (p *proof) see(text []byte) {
	if _, iso := parseTime(text); iso {
		return
	}
	d, ok := readLocal(text)
	if !ok {
		return
	}
	p.Lock()
	defer p.Unlock()
	if !p.local {
		p.local, p.sample = true, string(text)
	}
	first, second, one, other := d.parts[0], d.parts[1], monthFirst, dayFirst
	if d.first {
		first, second, one, other = d.parts[1], d.parts[2], yearFirst, noOrder
	}
	switch {
	case second > 12 && first <= 12:
		p.told[one] = true
	case first > 12 && second <= 12 && other != noOrder:
		p.told[other] = true
	case first > 12:
	case first == second:
		p.either = one
	default:
		p.doubt = true
	}
}

// order is what the dates prove, noOrder where they prove none or contradict
// each other.
func (p *proof) order() dateOrder {
	found := noOrder
	for order, told := range p.told {
		switch {
		case !told:
		case found != noOrder:
			return noOrder
		default:
			found = dateOrder(order)
		}
	}
	if found == noOrder && !p.doubt {
		return p.either
	}
	return found
}

// orderDates decides the order of day, month and year in the dates of an
// input: the user says it, or all local dates together prove it.
func (in *Input) orderDates(head []byte, o Options) error {
	in.order = dateOrders[o.DateOrder]
	if in.order != noOrder {
		return nil
	}
	p, err := in.dates(head, o)
	switch {
	case isDamage(err) && o.Salvage: // what is taken decides
	case isDamage(err):
		return nil // what is wrong is told when it is read for good
	case err != nil:
		return in.error(err)
	}
	if !p.local {
		return nil
	}
	if in.order = p.order(); in.order == noOrder {
		what := "the order of day and month cannot be told"
		if p.told != [4]bool{} {
			what = "dates of this file disagree about the order of day and month"
		}
		return &Error{Path: in.Source.Path, What: fmt.Sprintf("%s: a date reads %q", what, p.sample), Hint: "say it with --date-order mdy, dmy or ymd"}
	}
	if !p.told[in.order] {
		return nil // 5/5/2026 is one day in any order
	}
	in.Warnings.Add([...]string{monthFirst: schema.MonthFirst, dayFirst: schema.DayFirst, yearFirst: schema.YearFirst}[in.order], 1)
	return nil
}

// dates looks at the local dates of a CSV. A file that has some among its
// first rows is read to its end; of standard input only the head is known.
func (in *Input) dates(head []byte, o Options) (*proof, error) {
	if in.dialect.columns == nil {
		return in.jsonDates(head, o)
	}
	var cells []int
	_, targets := in.dialect.columns(in.shape.header, new(schema.Tally))
	for i := range targets {
		if id, feeds := targets[i].feeds(); feeds && schema.Columns[id].Kind == schema.Time {
			cells = append(cells, i)
		}
	}
	p := new(proof)
	skip := in.shape.headerEnd
	if in.shape.bom {
		skip += len(byteOrderMark)
	}
	_ = p.rows(in.shape.rows(head[skip:]), cells) // it may end anywhere
	if !p.local || in.found.path == "-" {
		// What comes behind the head may not read alike in any order.
		p.doubt = p.doubt || len(head) >= headSize
		return p, nil
	}
	if err := in.open(Options{Encoding: o.Encoding}); err != nil {
		return nil, err
	}
	defer in.close(false)
	cutter := in.rows(new(schema.Tally))
	for {
		c, err := cutter.next()
		if c == nil || err != nil {
			return p, err
		}
		err = p.rows(in.shape.rows(c.data), cells)
		if c.release(); err != nil {
			return p, err
		}
	}
}

// rows takes the date cells of whole rows into account. The error is a quote
// that is never closed.
func (p *proof) rows(rows rowScanner, cells []int) error {
	var text []byte
	for pos := 0; pos < len(rows.data); {
		_, next, err := rows.scan(pos)
		if bad, ok := err.(*syntaxError); ok && bad.Truncated {
			return bad
		}
		if pos = next; err != nil {
			continue
		}
		for _, i := range cells {
			if i < len(rows.cells) {
				text, _ = rows.text(rows.cells[i], nil)
				p.see(text)
			}
		}
	}
	return nil
}
