package reader

import (
	"bytes"
	"slices"
	"strconv"
	"time"
)

// A moment is an instant read from text.
type moment struct {
	micros    int64 // since 1970-01-01 UTC
	nanos     int32 // what micros drops, 0-999
	precise   bool  // the text had more than six fraction digits
	zoneless  bool  // the text had no zone: micros are those of its clock as UTC
	isDefault bool  // 0001-01-01, which .NET writes for no time
	minute    bool  // the text had no seconds
	isEpoch   bool  // the text was a number
}

// parseTime reads the forms that name one instant: ISO 8601 dates with a time,
// separated by T or a space, with up to nine fraction digits and Z, an offset or no
// zone; and /Date(ms)/. Hour 24 and second 60 are not read.
func parseTime(text []byte) (m moment, ok bool) {
	text = bytes.TrimSpace(text)
	if ms, ok := bytes.CutPrefix(text, []byte("/Date(")); ok {
		return sinceEpoch(ms)
	}
	if len(text) < 19 || text[4] != '-' || text[7] != '-' || text[10] != 'T' && text[10] != ' ' && text[10] != 't' {
		return m, false
	}
	second, rest, ok := clock(text[11:])
	if !ok || !m.setDate(number2(text[0:4]), number2(text[5:7]), number2(text[8:10])) {
		return m, false
	}
	digits := 0
	if len(rest) > 0 && rest[0] == '.' {
		if digits, rest, ok = fraction(rest[1:], &m); !ok {
			return m, false
		}
	}
	m.precise = digits > 6
	offset, ok := zone(rest, &m)
	if !ok {
		return m, false
	}
	m.micros += int64(second-offset) * 1e6
	return m, true
}

// sinceEpoch reads the rest of /Date(ms)/, as .NET writes instants: milliseconds since
// 1970 UTC. An offset after them changes nothing.
func sinceEpoch(text []byte) (m moment, ok bool) {
	number, ok := bytes.CutSuffix(text, []byte(")/"))
	if i := bytes.LastIndexAny(number, "+-"); i > 0 {
		_, ok = zone(number[i:], &m)
		number = number[:i]
	}
	ms, err := strconv.ParseInt(string(number), 10, 64)
	const none, end = -62135596800000, 253402300800000 // the years 1 and 10000
	m.micros, m.isDefault = ms*1000, ms == none
	return m, ok && err == nil && ms >= none && ms < end
}

// clock reads hh:mm:ss.
func clock(text []byte) (second int, rest []byte, ok bool) {
	if len(text) < 8 || text[2] != ':' || text[5] != ':' {
		return 0, nil, false
	}
	h, m, s := number2(text[0:2]), number2(text[3:5]), number2(text[6:8])
	if h < 0 || h > 23 || m < 0 || m > 59 || s < 0 || s > 59 {
		return 0, nil, false
	}
	return h*3600 + m*60 + s, text[8:], true
}

// fraction reads the digits after the decimal point into m.
func fraction(text []byte, m *moment) (digits int, rest []byte, ok bool) {
	n := int64(0)
	for digits < len(text) && text[digits] >= '0' && text[digits] <= '9' {
		if digits == 9 {
			return 0, nil, false
		}
		n = n*10 + int64(text[digits]-'0')
		digits++
	}
	if digits == 0 {
		return 0, nil, false
	}
	for range 9 - digits {
		n *= 10
	}
	m.micros, m.nanos = m.micros+n/1000, int32(n%1000)
	return digits, text[digits:], true
}

// zone reads Z, an offset or nothing, and returns the seconds east of UTC.
func zone(text []byte, m *moment) (offset int, ok bool) {
	switch {
	case len(text) == 0:
		m.zoneless = true
		return 0, true
	case len(text) == 1 && (text[0] == 'Z' || text[0] == 'z'):
		return 0, true
	case text[0] != '+' && text[0] != '-':
		return 0, false
	}
	h, minutes := -1, -1
	switch {
	case len(text) == 6 && text[3] == ':':
		h, minutes = number2(text[1:3]), number2(text[4:6])
	case len(text) == 5:
		h, minutes = number2(text[1:3]), number2(text[3:5])
	}
	if h < 0 || h > 14 || minutes < 0 || minutes > 59 {
		return 0, false
	}
	offset = h*3600 + minutes*60
	if text[0] == '-' {
		offset = -offset
	}
	return offset, true
}

// number2 reads digits, -1 where there is anything else.
func number2(text []byte) int {
	n := 0
	for _, c := range text {
		if c < '0' || c > '9' {
			return -1
		}
		n = n*10 + int(c-'0')
	}
	return n
}

// setDate adds the beginning of a day, if there is one of that date.
func (m *moment) setDate(year, month, day int) bool {
	if year < 1 || month < 1 || month > 12 || day < 1 {
		return false
	}
	last := [...]int{31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31}[month-1]
	if month == 2 && year%4 == 0 && (year%100 != 0 || year%400 == 0) {
		last = 29
	}
	m.micros += time.Date(year, time.Month(month), day, 0, 0, 0, 0, time.UTC).Unix() * 1e6
	m.isDefault = year == 1 && month == 1 && day == 1
	return day <= last
}

// A dateOrder is the order of day, month and year in a local date.
type dateOrder uint8

const (
	noOrder dateOrder = iota // unknown: local dates are not read
	monthFirst
	dayFirst
	yearFirst
)

// DateOrders are the values of Options.DateOrder, from monthFirst on.
var DateOrders = []string{"mdy", "dmy", "ymd"}

// A localDate is a date in the form of a regional setting: three numbers, and a time
// of day with or without seconds and AM or PM.
type localDate struct {
	parts  [3]int
	first  bool // the year comes first
	twelve bool // the clock has AM or PM
	clock  moment
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
	d.clock, d.twelve, ok = localClock(bytes.TrimSpace(text))
	return d, ok
}

// digits returns how many digits a text begins with.
func digits(text []byte) int { return len(text) - len(bytes.TrimLeft(text, "0123456789")) }

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

// localClock reads h:mm, h:mm:ss or h:mm:ss.fraction, with AM or PM or without, and
// with an offset, Z, UTC or GMT or without.
func localClock(text []byte) (m moment, twelve, ok bool) {
	text = bytes.ToUpper(bytes.ReplaceAll(text, []byte("\u202f"), []byte(" ")))
	text = bytes.ReplaceAll(text, []byte("\u00a0"), []byte(" "))
	text, offset, zoned := cutZone(text)
	text, half := cutHalf(text)
	n := digits(text)
	if n < 1 || n > 2 || len(text) < n+3 || text[n] != ':' {
		return m, false, false
	}
	h, minute, second := number2(text[:n]), number2(text[n+1:n+3]), 0
	rest := text[n+3:]
	switch {
	case len(rest) == 0:
		m.minute = true
	case len(rest) < 3 || rest[0] != ':':
		return m, false, false
	default:
		second, rest = number2(rest[1:3]), rest[3:]
	}
	if len(rest) > 0 && rest[0] == '.' {
		count := 0
		if count, rest, ok = fraction(rest[1:], &m); !ok {
			return m, false, false
		}
		m.precise = count > 6
	}
	switch {
	case len(rest) > 0, minute < 0, minute > 59, second < 0, second > 59, half == 0 && h > 23, half > 0 && (h < 1 || h > 12):
		return m, false, false
	case half == 1 && h == 12:
		h = 0
	case half == 2 && h < 12:
		h += 12
	}
	m.micros += int64(h*3600+minute*60+second-offset) * 1e6
	m.zoneless = !zoned
	return m, half > 0, true
}

// cutZone cuts an offset such as +02:00, or Z, UTC or GMT, off a time of day in upper
// case, and returns the seconds east of UTC.
func cutZone(text []byte) (rest []byte, offset int, zoned bool) {
	for _, name := range []string{"Z", "UTC", "GMT", "(UTC)"} {
		if rest, found := bytes.CutSuffix(text, []byte(name)); found {
			return bytes.TrimSpace(rest), 0, true
		}
	}
	if i := bytes.LastIndexAny(text, "+-"); i > 0 {
		if offset, ok := zone(text[i:], &moment{}); ok {
			return bytes.TrimSpace(text[:i]), offset, true
		}
	}
	return text, 0, false
}

// parseLocal reads a local date whose order is known, or that only one order fits.
func parseLocal(text []byte, order dateOrder) (m moment, ok bool) {
	d, ok := readLocal(text)
	if !ok || order != noOrder {
		m, valid := d.moment(order)
		return m, ok && valid
	}
	for _, order := range []dateOrder{monthFirst, dayFirst, yearFirst} {
		one, valid := d.moment(order)
		switch {
		case !valid:
		case ok && m != (moment{}) && one != m:
			return moment{}, false
		default:
			m = one
		}
	}
	return m, m != moment{}
}

// moment returns a date read in an order.
func (d localDate) moment(order dateOrder) (m moment, ok bool) {
	year, month, day := d.parts[2], d.parts[0], d.parts[1]
	switch {
	case d.first != (order == yearFirst):
		return m, false
	case order == yearFirst:
		year, month, day = d.parts[0], d.parts[1], d.parts[2]
	case order == dayFirst:
		month, day = day, month
	}
	m = d.clock
	return m, m.setDate(year, month, day)
}

// inOtherOrder reports whether a local date that cannot be read in an order can
// be in another.
func inOtherOrder(text []byte, order dateOrder) bool {
	return order != noOrder && slices.ContainsFunc([]dateOrder{monthFirst, dayFirst, yearFirst}, func(other dateOrder) bool {
		_, ok := parseLocal(text, other)
		return ok
	})
}
