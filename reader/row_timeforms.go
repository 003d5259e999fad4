package reader

// Times that are neither ISO 8601 nor three numbers in the order of a region.

import (
	"bytes"
	"strconv"
	"strings"
)

// parseEnvelopeTime reads month/day/year with a twelve-hour clock, the form that
// diagnostic envelopes use since late 2025, always month first and UTC. Copies with a
// clock of 24 hours may have another order, if the user names it.
func parseEnvelopeTime(text []byte, order dateOrder) (m moment, ok bool) {
	d, ok := readLocal(text)
	if !ok || d.first {
		return m, false
	}
	if d.twelve || order != dayFirst {
		order = monthFirst
	}
	m, ok = d.moment(order)
	m.zoneless = false
	return m, ok
}

// parseEpoch reads seconds, milliseconds, microseconds or nanoseconds since 1970 UTC, as
// data frames write dates. From 2001 to 2286 the number of digits shows the unit. Seconds
// may have a fraction.
func parseEpoch(text []byte) (m moment, ok bool) {
	text = bytes.TrimSpace(text)
	if bytes.ContainsAny(text, "eE") {
		f, err := strconv.ParseFloat(string(text), 64)
		if err != nil || f < 1e9 || f >= 1e19 {
			return m, false
		}
		text = strconv.AppendFloat(nil, f, 'f', -1, 64)
	}
	whole, rest, hasFraction := bytes.Cut(text, []byte{'.'})
	scale, known := map[int]int64{10: 1e9, 13: 1e6, 16: 1e3, 19: 1}[len(whole)]
	if !known || digits(whole) != len(whole) || whole[0] == '0' {
		return m, false
	}
	n, err := strconv.ParseInt(string(whole), 10, 64)
	if err != nil {
		return m, false
	}
	count := 0
	if hasFraction {
		if count, rest, ok = fraction(rest, &m); !ok || len(rest) > 0 || len(whole) > 10 && m != (moment{}) {
			return m, false
		}
	}
	per := int64(1e9) / scale // of the unit in a second
	nanos := n % per * scale
	m.micros += n/per*1e6 + nanos/1000
	m.nanos += int32(nanos % 1000)
	m.precise = scale == 1 || count > 6
	m.isEpoch = true
	return m, true
}

// months are the beginnings of the names of months, in lower case.
const months = "janfebmaraprmayjunjulaugsepoctnovdec"

// monthOf returns the month that a name begins like, 0 for none.
func monthOf(name []byte) int {
	if len(name) < 3 {
		return 0
	}
	if i := strings.Index(months, string(bytes.ToLower(name[:3]))); i >= 0 && i%3 == 0 {
		return i/3 + 1
	}
	return 0
}

// parseNamedMonth reads a date with the English name of its month, which needs no order:
// Jun 15, 2026 9:56:49 AM as Defender's portal writes it, 28-May-24 3:59:27 AM, or
// Thu, 07 May 2026 18:41:25 GMT.
func parseNamedMonth(text []byte) (m moment, ok bool) {
	var parts [3][]byte
	rest := bytes.TrimSpace(text)
	if word := letters(rest); word > 2 && monthOf(rest[:word]) == 0 { // a weekday
		rest = bytes.TrimLeft(rest[word:], ", ")
	}
	for i := range parts {
		n := max(digits(rest), letters(rest))
		if n == 0 || len(text) > 64 {
			return m, false
		}
		parts[i], rest = rest[:n], rest[n:]
		if i < 2 {
			rest = bytes.TrimLeft(rest, " ,-./")
		}
	}
	month, day, year := parts[0], parts[1], parts[2]
	switch {
	case digits(parts[0]) == 4:
		year, month, day = parts[0], parts[1], parts[2]
	case digits(parts[0]) > 0:
		day, month = parts[0], parts[1]
	}
	y := number2(year)
	if len(year) == 2 {
		y += 2000
	} else if len(year) != 4 {
		return m, false
	}
	m, _, ok = localClock(bytes.TrimLeft(rest, ", T"))
	return m, ok && digits(day) == len(day) && m.setDate(y, monthOf(month), number2(day))
}

func letters(text []byte) int {
	n := 0
	for n < len(text) && text[n]|0x20 >= 'a' && text[n]|0x20 <= 'z' {
		n++
	}
	return n
}
