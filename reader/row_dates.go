package reader

import (
	"bytes"
	"slices"
)

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
