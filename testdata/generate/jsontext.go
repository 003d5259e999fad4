package main

import (
	"bytes"
	"encoding/json"
	"fmt"
	"strconv"
	"unicode/utf16"
	"unicode/utf8"
)

// A small JSON writer: members keep their order and numbers their text.
type (
	object []member
	member struct {
		name  string
		value any
	}
	list   []any
	number string // JSON text taken as it is
)

// appendJSON appends v without spaces. It takes nil, bool, int, string and
// the types above.
func appendJSON(b []byte, v any) []byte {
	switch v := v.(type) {
	case nil:
		return append(b, "null"...)
	case bool:
		return strconv.AppendBool(b, v)
	case int:
		return strconv.AppendInt(b, int64(v), 10)
	case number:
		return append(b, v...)
	case string:
		return appendText(b, v)
	case list:
		return appendList(b, v)
	case object:
		return appendObject(b, v)
	default:
		panic(fmt.Sprintf("no JSON for %T", v))
	}
}

func appendObject(b []byte, o object) []byte {
	b = append(b, '{')
	for i, m := range o {
		if i > 0 {
			b = append(b, ',')
		}
		b = append(appendText(b, m.name), ':')
		b = appendJSON(b, m.value)
	}
	return append(b, '}')
}

func appendList(b []byte, l list) []byte {
	b = append(b, '[')
	for i, v := range l {
		if i > 0 {
			b = append(b, ',')
		}
		b = appendJSON(b, v)
	}
	return append(b, ']')
}

func appendText(b []byte, s string) []byte {
	var text bytes.Buffer
	enc := json.NewEncoder(&text)
	enc.SetEscapeHTML(false)
	if err := enc.Encode(s); err != nil {
		panic(err)
	}
	return append(b, bytes.TrimRight(text.Bytes(), "\n")...)
}

// escaped returns JSON text with all but ASCII written as \u escapes, the way
// many tools do by default.
func escaped(text []byte) []byte {
	var b []byte
	for _, r := range string(text) {
		switch {
		case r < utf8.RuneSelf:
			b = append(b, byte(r))
		case r > 0xffff:
			high, low := utf16.EncodeRune(r)
			b = fmt.Appendf(b, `\u%04x\u%04x`, high, low)
		default:
			b = fmt.Appendf(b, `\u%04x`, r)
		}
	}
	return b
}

// texts is a list of strings, [] if there are none.
func texts(all []string) list {
	l := list{}
	for _, s := range all {
		l = append(l, s)
	}
	return l
}

// textOr is s, or instead if s is empty.
func textOr(s string, instead any) any {
	if s == "" {
		return instead
	}
	return s
}
