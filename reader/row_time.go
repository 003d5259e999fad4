package reader

import (
	"bytes"
	"strconv"
	"time"
)

// A moment is an instant read from text.
type moment struct {
	micros    int64 // since 1970-01-01 UTC
	nanos     int32 // what micros drops, 0-999
	precise   bool  // the text had more than six fraction digits
	zoneless  bool  // the text had no zone and was taken as UTC
	isDefault bool  // 0001-01-01, which .NET writes for none
	minute    bool  // the text had no seconds
}

// parseTime reads the forms that name an instant without doubt: ISO 8601 dates
// with a time, separated by T or a space, with up to nine fraction digits and
// Z, an offset or no zone. Twenty-four hours and leap seconds are refused.
func parseTime(text []byte) (m moment, ok bool) {
	text = bytes.TrimSpace(text)
	if ms, ok := bytes.CutPrefix(text, []byte("/Date(")); ok {
		return sinceEpoch(ms)
	}
	if len(text) < 19 || text[4] != '-' || text[7] != '-' || text[10] != 'T' && text[10] != ' ' && text[10] != 't' {
		return m, false
	}
	year, month, day := number2(text[0:4]), number2(text[5:7]), number2(text[8:10])
	second, rest, ok := clock(text[11:])
	if !ok || year < 1 || !validDate(year, month, day) {
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
	days := time.Date(year, time.Month(month), day, 0, 0, 0, 0, time.UTC).Unix()
	m.micros += (days + int64(second) - int64(offset)) * 1e6
	m.isDefault = year == 1 && month == 1 && day == 1
	return m, true
}

// sinceEpoch reads what follows /Date( in the way .NET writes instants:
// milliseconds since 1970, UTC whatever the offset behind them.
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

// parseUSTime reads month/day/year with a twelve-hour clock, the form that
// diagnostic envelopes use since late 2025, always month first and UTC.
func parseUSTime(text []byte) (m moment, ok bool) {
	text = bytes.ReplaceAll(bytes.TrimSpace(text), []byte("\u202f"), []byte(" "))
	t, err := time.Parse("1/2/2006 3:04:05 PM", string(bytes.ToUpper(text)))
	return moment{micros: t.UnixMicro(), nanos: int32(t.Nanosecond() % 1000)}, err == nil
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
	m.micros, m.nanos = n/1000, int32(n%1000)
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

func validDate(year, month, day int) bool {
	if month < 1 || month > 12 || day < 1 {
		return false
	}
	last := [...]int{31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31}[month-1]
	if month == 2 && year%4 == 0 && (year%100 != 0 || year%400 == 0) {
		last = 29
	}
	return day <= last
}

// parseNamedMonth reads a date with the name of its month, as Defender's
// portal writes it: Jun 15, 2026 9:56:49 AM.
func parseNamedMonth(text []byte) (m moment, ok bool) {
	text = bytes.ReplaceAll(bytes.TrimSpace(text), []byte("\u202f"), []byte(" "))
	t, err := time.Parse("Jan 2, 2006 3:04:05 PM", string(text))
	return moment{micros: t.UnixMicro(), nanos: int32(t.Nanosecond() % 1000), zoneless: true}, err == nil
}
