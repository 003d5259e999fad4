package excel

import (
	"bytes"

	"signins/schema/jsontext"
)

const (
	// maxElementBytes bounds the texts of an elementCache.
	maxElementBytes = 2 << 20
	// maxElementText is the longest element that it keeps.
	maxElementText = 16 << 10
	// elementOverhead is what it keeps of an element beside its text and cells, roughly.
	elementOverhead = 250
)

// A listElement is an element of a list, read.
type listElement struct {
	name  string // of a policy, or the method of a step; "" for none
	word  string // of the list in a line: a policy's result, a step in some words
	cells []cell // by column, but for the number in the list; nil once packed
	dated bool   // the date is the list's, as elements with other dates share this one

	packed []byte // cells, but for number and date
	number int    // where in packed these belong
	texts  uint32 // bits of the columns that are texts
	state  int    // of the encoder when it was packed, 0 for one that was not
}

// An elementCache has elements of the lists of one column by their text. Most sign-ins
// have the same policies with the same results, and steps that differ in their dates alone:
//
//	{"authenticationStepDateTime":"2026-05-01T08:00:00Z","authenticationMethod":"Password"}
//	{"authenticationStepDateTime":"2026-05-01T09:30:00Z","authenticationMethod":"Password"}
//
// are one element. Of 78,000 elements in 20,000 sign-ins 700 differ.
type elementCache struct {
	kind     *listKind
	elements map[string]*listElement
	size     int // of what elements has, in bytes
	limit    int // of size
}

// cutDate returns the date that an element begins with and the text behind it. dated is
// false for an element that begins with anything else.
func (k *listKind) cutDate(text jsontext.Value) (date, rest []byte, dated bool) {
	if k.date == "" || !bytes.HasPrefix(text, []byte(k.date)) {
		return nil, text, false
	}
	date, rest, _ = bytes.Cut(text[len(k.date):], []byte{'"'})
	if bytes.IndexByte(date, '\\') >= 0 {
		return nil, text, false
	}
	return date, rest, true
}

// read returns an element, nil for one that has a name that is no text.
func (c *elementCache) read(text jsontext.Value, s *cellStyles) *listElement {
	_, key, dated := c.kind.cutDate(text)
	if e := c.elements[string(key)]; e != nil {
		return e
	}
	o, ok := newJSONObject(text)
	if !ok {
		return nil
	}
	e := c.kind.read(o, s)
	e.dated = dated
	c.add(key, e)
	return e
}

// add keeps an element, and no other one where the cache is full.
func (c *elementCache) add(key []byte, e *listElement) {
	size := 2*len(key) + elementOverhead
	if len(key) > maxElementText || size > c.limit {
		return
	}
	if c.size += size; c.size > c.limit || c.elements == nil {
		c.elements, c.size = map[string]*listElement{}, size
	}
	c.elements[string(key)] = e
}
