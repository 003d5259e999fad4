package versions

import (
	"bytes"
	"slices"
	"strconv"

	"signins/schema/jsontext"
)

// maxDecoded bounds the copies that comparing makes. Values of sign-ins have some
// kilobytes.
const maxDecoded = 8 << 20

// equalJSON reports whether two JSON texts say the same: the order of members, white
// space, escapes in strings and the form of numbers do not count. Texts with very many
// members, and texts longer than maxDecoded, are compared as they are.
func equalJSON(a, b []byte) bool {
	if bytes.Equal(a, b) {
		return true
	}
	if len(a) > maxDecoded || len(b) > maxDecoded || jsontext.TooManyMembers(a) || jsontext.TooManyMembers(b) {
		return false
	}
	x, err := jsontext.Parse(a)
	if err != nil {
		return false
	}
	y, err := jsontext.Parse(b)
	return err == nil && bytes.Equal(canonical(x), canonical(y))
}

// canonical returns a JSON value in the one form that equal values have.
func canonical(v jsontext.Value) []byte {
	return appendCanonical(make([]byte, 0, len(v)+len(v)/8), v)
}

// appendCanonical appends a JSON value in the one form that equal values have.
func appendCanonical(to []byte, v jsontext.Value) []byte {
	switch v.Kind() {
	case jsontext.Number:
		return appendNumber(to, v)
	case jsontext.String:
		return appendString(to, v)
	case jsontext.Array:
		to = append(to, '[')
		for element := range v.Elements() {
			to = append(appendCanonical(to, element), ',')
		}
		return append(to, ']')
	case jsontext.Object:
		return appendObject(to, v)
	}
	return append(to, v...)
}

// appendString appends a text as it is quoted without needless escapes. One with half
// a surrogate, which is no text, stays as it is written.
func appendString(to []byte, v jsontext.Value) []byte {
	text, ok := v.Text()
	if !ok {
		return append(to, v...)
	}
	return jsontext.AppendQuoted(to, text)
}

// appendObject appends the members by name; those of one name stay in their order.
func appendObject(to []byte, v jsontext.Value) []byte {
	type member struct {
		name  []byte
		value jsontext.Value
	}
	var members []member
	for name, value := range v.Members() {
		members = append(members, member{name, value})
	}
	slices.SortStableFunc(members, func(a, b member) int { return bytes.Compare(a.name, b.name) })
	to = append(to, '{')
	for _, m := range members {
		to = append(jsontext.AppendQuoted(to, m.name), ':')
		to = append(appendCanonical(to, m.value), ',')
	}
	return append(to, '}')
}

// appendNumber appends a number as its digits and a power of ten: 1.50 and 15e-1 are
// 15e-1, every zero is 0. It computes with digits, as floating-point numbers would make
// long ones equal that are not. An exponent too long for that stays as it is written.
func appendNumber(to []byte, v jsontext.Value) []byte {
	mantissa, power, exponent := v, []byte(nil), 0
	if e := bytes.IndexAny(v, "eE"); e >= 0 {
		mantissa, power = v[:e], v[e+1:]
	}
	if len(power) > 0 {
		n, err := strconv.ParseInt(string(power), 10, 32)
		if err != nil {
			return append(to, v...)
		}
		exponent = int(n)
	}
	whole, fraction, _ := bytes.Cut(bytes.TrimPrefix(mantissa, []byte("-")), []byte("."))
	digits := bytes.TrimLeft(slices.Concat(whole, fraction), "0")
	exponent -= len(fraction)
	short := bytes.TrimRight(digits, "0")
	exponent += len(digits) - len(short)
	if len(short) == 0 {
		return append(to, '0')
	}
	if v[0] == '-' {
		to = append(to, '-')
	}
	return strconv.AppendInt(append(append(to, short...), 'e'), int64(exponent), 10)
}
