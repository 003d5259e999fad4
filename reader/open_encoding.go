package reader

import (
	"bufio"
	"bytes"
	"encoding/binary"
	"errors"
	"io"
	"unicode/utf16"
	"unicode/utf8"

	"golang.org/x/text/encoding"
	"golang.org/x/text/encoding/htmlindex"
)

// An Encoding is how a source writes text that is not UTF-8, the form in which
// everything here reads it. Places in the source are found again from UTF-8.
type Encoding struct {
	Name   string
	decode func(r io.Reader) io.Reader
	// width is how many bytes a text takes in the source.
	width func(text []byte) int64
	// encode appends a text as the source writes it.
	encode func(to, text []byte) []byte
}

// String returns the name of the encoding.
func (e *Encoding) String() string {
	if e == nil {
		return utf8Name
	}
	return e.Name
}

// utf8Name is how UTF-8 is called in a manifest.
const utf8Name = "UTF-8"

// marks are the byte order marks that tell UTF-16.
var marks = []struct {
	mark string
	is   *Encoding
}{
	{"\xff\xfe", utf16Encoding("UTF-16LE", binary.LittleEndian)},
	{"\xfe\xff", utf16Encoding("UTF-16BE", binary.BigEndian)},
}

var errNoEncoding = errors.New("no encoding has that name")

// FindEncoding returns the encoding that the web calls by that name, nil for
// UTF-8.
func FindEncoding(name string) (*Encoding, error) {
	e, err := htmlindex.Get(name)
	if err != nil {
		return nil, errNoEncoding
	}
	canonical, err := htmlindex.Name(e)
	switch {
	case err != nil || canonical == "replacement":
		return nil, errNoEncoding
	case canonical == "utf-8":
		return nil, nil
	case canonical == "utf-16le":
		return marks[0].is, nil
	case canonical == "utf-16be":
		return marks[1].is, nil
	}
	encode := func(to, text []byte) []byte {
		b, err := encoding.ReplaceUnsupported(e.NewEncoder()).Bytes(text)
		if err != nil {
			return append(to, text...)
		}
		return append(to, b...)
	}
	return &Encoding{
		Name:   canonical,
		decode: func(r io.Reader) io.Reader { return e.NewDecoder().Reader(r) },
		width:  func(text []byte) int64 { return int64(len(encode(nil, text))) },
		encode: encode,
	}, nil
}

// byteOrder is one of encoding/binary.
type byteOrder interface {
	binary.ByteOrder
	binary.AppendByteOrder
}

func utf16Encoding(name string, order byteOrder) *Encoding {
	return &Encoding{
		Name:   name,
		decode: func(r io.Reader) io.Reader { return &utf16Reader{r: bufio.NewReaderSize(r, 64<<10), order: order} },
		width:  utf16Width,
		encode: func(to, text []byte) []byte {
			for len(text) > 0 {
				r, size := decodeWide(text)
				text = text[size:]
				if high, low := utf16.EncodeRune(r); high != utf8.RuneError {
					to = order.AppendUint16(to, uint16(high))
					r = low
				}
				to = order.AppendUint16(to, uint16(r))
			}
			return to
		},
	}
}

// utf16Width counts two bytes for every character, four beyond the first plane.
func utf16Width(text []byte) int64 {
	n := 0
	for _, c := range text {
		if c < 0x80 || c >= 0xC0 {
			n += 2
		}
		if c >= 0xF0 {
			n += 2
		}
	}
	return int64(n)
}

// A utf16Reader turns UTF-16 into UTF-8. Half a surrogate pair becomes the three
// bytes that UTF-8 would have for it and forbids: what reads on tells that the
// text is not valid, and nothing is lost.
type utf16Reader struct {
	r     *bufio.Reader
	order byteOrder
	left  []byte // decoded and not yet read
	space [64 << 10]byte
	err   error
}

func (u *utf16Reader) Read(p []byte) (int, error) {
	for len(u.left) == 0 && u.err == nil {
		u.fill()
	}
	n := copy(p, u.left)
	u.left = u.left[n:]
	if n == 0 {
		return 0, u.err
	}
	return n, nil
}

// fill decodes what is there, at least one character.
func (u *utf16Reader) fill() {
	to := u.space[:0]
	for len(to)+4 <= len(u.space) && (len(to) == 0 || u.r.Buffered() >= 4) {
		unit, ok := u.unit()
		if !ok {
			break
		}
		r := rune(unit)
		if r >= 0xD800 && r < 0xDC00 {
			if next, _ := u.r.Peek(2); len(next) == 2 {
				if pair := utf16.DecodeRune(r, rune(u.order.Uint16(next))); pair != utf8.RuneError {
					u.r.Discard(2)
					r = pair
				}
			}
		}
		to = appendWide(to, r)
	}
	u.left = to
}

// unit reads one unit of the text.
func (u *utf16Reader) unit() (uint16, bool) {
	b, err := u.r.Peek(2)
	switch {
	case len(b) == 2:
		unit := u.order.Uint16(b)
		u.r.Discard(2)
		return unit, true
	case err == io.EOF && len(b) == 1:
		err = &Error{What: "the UTF-16 text ends inside a character", Hint: cutHint, damaged: true}
	}
	u.err = err
	return 0, false
}

// appendWide appends a character as UTF-8, also half a surrogate pair.
func appendWide(to []byte, r rune) []byte {
	if utf16.IsSurrogate(r) {
		return append(to, 0xE0|byte(r>>12), 0x80|byte(r>>6)&0x3F, 0x80|byte(r)&0x3F)
	}
	return utf8.AppendRune(to, r)
}

// decodeWide is the reverse of appendWide.
func decodeWide(text []byte) (rune, int) {
	if len(text) > 2 && text[0] == 0xED && text[1] >= 0xA0 {
		return 0xD000 | rune(text[1]&0x3F)<<6 | rune(text[2]&0x3F), 3
	}
	return utf8.DecodeRune(text)
}

// encodingOf tells from how a source begins in which encoding it is and how
// long its mark is; nil is UTF-8, whose mark stays in the text.
func encodingOf(begin []byte, given *Encoding) (e *Encoding, mark int) {
	if bytes.HasPrefix(begin, []byte("\xff\xfe\x00\x00")) || bytes.HasPrefix(begin, []byte(byteOrderMark)) {
		return nil, 0 // UTF-32 is refused by name
	}
	for _, m := range marks {
		if bytes.HasPrefix(begin, []byte(m.mark)) {
			return m.is, len(m.mark)
		}
	}
	return given, 0
}
