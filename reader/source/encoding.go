package source

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

// An Encoding is one of text that is not UTF-8. A Stream turns it into UTF-8;
// Width and Encode find the bytes of the file again from there.
type Encoding struct {
	Name   string
	decode func(r io.Reader) io.Reader
	// Width returns how many bytes a text has in the file.
	Width func(text []byte) int64
	// Encode appends the bytes that a text has in the file.
	Encode func(to, text []byte) []byte
}

// String returns the name of the encoding.
func (e *Encoding) String() string {
	if e == nil {
		return utf8Name
	}
	return e.Name
}

// utf8Name is the name of UTF-8 in File.Encoding.
const utf8Name = "UTF-8"

// ByteOrderMark is how UTF-8 files of some programs begin, and what separates
// files that were put together. A Stream of UTF-8 keeps it.
const ByteOrderMark = "\xef\xbb\xbf"

// marks are the byte order marks of UTF-16.
var marks = []struct {
	mark     string
	encoding *Encoding
}{
	{"\xff\xfe", utf16Encoding("UTF-16LE", binary.LittleEndian)},
	{"\xfe\xff", utf16Encoding("UTF-16BE", binary.BigEndian)},
}

var errNoEncoding = errors.New("no encoding has that name")

// FindEncoding returns the encoding of that name, one of the WHATWG Encoding
// Standard; nil for UTF-8.
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
		return marks[0].encoding, nil
	case canonical == "utf-16be":
		return marks[1].encoding, nil
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
		Width:  func(text []byte) int64 { return int64(len(encode(nil, text))) },
		Encode: encode,
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
		Width:  utf16Width,
		Encode: func(to, text []byte) []byte {
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
// bytes that UTF-8 would have for it and forbids: the parser flags the text as
// invalid, and nothing is lost.
type utf16Reader struct {
	r       *bufio.Reader
	order   byteOrder
	pending []byte // decoded and not yet read
	space   [64 << 10]byte
	err     error
}

func (u *utf16Reader) Read(p []byte) (int, error) {
	for len(u.pending) == 0 && u.err == nil {
		u.decodeMore()
	}
	n := copy(p, u.pending)
	u.pending = u.pending[n:]
	if n == 0 {
		return 0, u.err
	}
	return n, nil
}

// decodeMore decodes buffered text, at least one character.
func (u *utf16Reader) decodeMore() {
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
	u.pending = to
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
		err = &Error{What: "the UTF-16 text ends inside a character", Hint: HintTruncated, Damaged: true}
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

// encodingOf returns the encoding of text, going by its first bytes, and the
// length of its byte order mark; nil for UTF-8, whose mark the text keeps.
func encodingOf(begin []byte, given *Encoding) (e *Encoding, mark int) {
	if bytes.HasPrefix(begin, []byte("\xff\xfe\x00\x00")) || bytes.HasPrefix(begin, []byte(ByteOrderMark)) {
		return nil, 0 // UTF-32 is refused by name
	}
	for _, m := range marks {
		if bytes.HasPrefix(begin, []byte(m.mark)) {
			return m.encoding, len(m.mark)
		}
	}
	return given, 0
}
