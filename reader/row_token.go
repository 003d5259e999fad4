package reader

import (
	"unicode/utf8"

	"signins/schema"
	"signins/schema/jsontext"
)

// A token is one value of a source: a JSON value or a CSV cell.
type token struct {
	path    string // of its field, as the source spells it
	raw     []byte // as written: JSON text, or the text of a cell
	text    []byte // of a string, number, word or cell; valid UTF-8
	compact []byte // of a JSON object or array: raw without white space
	kind    byte   // first byte of the JSON text, '"' for a cell
	cell    bool   // from CSV
	utc     bool   // a time without zone is known to be UTC
	local   bool   // a time without zone is in a zone that is not known
	damage  string // finding where text differs from the bytes, else ""
	buf     []byte // for text or compact
}

// empty reports null and "".
func (t *token) empty() bool {
	return t.kind == 'n' || t.kind == '"' && len(t.text) == 0
}

// nested reports an object or an array.
func (t *token) nested() bool { return t.kind == '{' || t.kind == '[' }

// read reads a JSON value inside the object at depth.
func (t *token) read(in *jsontext.Scanner, depth int) (err error) {
	start := in.Pos
	in.Marks = 0
	t.kind, t.cell, t.utc, t.local, t.damage = in.Peek(), false, false, false, ""
	if t.kind == '"' {
		body, err := in.ReadString()
		if err != nil {
			return err
		}
		t.raw = in.Data[start:in.Pos]
		t.setString(body, in.Marks)
		return nil
	}
	if t.compact, t.buf, err = in.ReadCompact(depth+1, t.buf); err != nil {
		return err
	}
	t.raw = in.Data[start:in.Pos]
	t.text = t.raw
	if in.Marks&jsontext.NonASCII != 0 && !utf8.Valid(t.raw) {
		t.damage = schema.InvalidUTF8
	} else if in.Marks&jsontext.LoneSurrogate != 0 {
		t.damage = schema.LoneSurrogate
	}
	return nil
}

// setString sets the text of a string from its body.
func (t *token) setString(body []byte, marks jsontext.Marks) {
	t.text = body
	if marks&jsontext.Escaped != 0 {
		t.buf = jsontext.AppendUnescaped(t.buf[:0], body)
		t.text = t.buf
	}
	switch {
	case marks&jsontext.NonASCII != 0 && !utf8.Valid(body):
		t.damage = schema.InvalidUTF8
		t.text = jsontext.AppendValidUTF8(nil, t.text)
	case marks&jsontext.LoneSurrogate != 0:
		t.damage = schema.LoneSurrogate
	}
}
