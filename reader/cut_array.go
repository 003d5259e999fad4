package reader

import (
	"bytes"

	"signins/schema"
	"signins/schema/jsontext"
)

// elements cuts JSON whose records are in an array, in the array of a page, or
// alone, whatever the line breaks; several such values may follow each other. It
// finds only where values end; the parser checks every byte of every value.
type elements struct {
	w        *window
	page     string            // name of the array that holds the records of a page
	fields   func() *fieldTree // of a record
	record   *object           // the members of a record, to distinguish it from a page; nil until needed
	warnings *schema.Tally

	leading int // bytes of lines before the first array or object, which become rejects

	values int // top-level values begun
	state  cutState
	inPage bool // the array is that of a page
	table  bool // the page is a table inside an array of tables

	columns []string // of the table

	guess   *guess // cuts the array from here on, nil for none
	noGuess bool   // the array is cut without guesses
}

// cutState is what may come next.
type cutState uint8

const (
	atTop    cutState = iota // a top-level value or the end
	atFirst                  // an element or the end of the array
	atNext                   // a comma or the end of the array
	atMember                 // after the array of a page: a comma or the page's end
)

func (e *elements) nextChunk() (*chunk, error) {
	if e.guess != nil {
		return e.guess.nextChunk(e.w)
	}
	if e.leading > 0 {
		return e.cutLeading()
	}
	for {
		c, err := e.skipSpace()
		if err != nil || len(e.w.buf) == 0 {
			return nil, err
		}
		if chunk, err := e.readNext(c); chunk != nil || err != nil {
			return chunk, err
		}
	}
}

// readNext reads the chunk that begins with c, or skips text between chunks.
func (e *elements) readNext(c byte) (*chunk, error) {
	switch {
	case e.state == atTop:
		chunk, err := e.cutSmallValues()
		if chunk == nil && err == nil {
			chunk, err = e.openValue(c)
		}
		return chunk, err
	case e.state == atMember:
		return nil, e.skipMember()
	case c == ']':
		e.w.drop(1)
		e.state = atTop
		if e.inPage {
			e.state = atMember
		}
		return nil, nil
	case e.state == atFirst:
		return e.cutFirst()
	case c != ',':
		return nil, e.w.errorAtStart("found %s, expected a comma or ']'", jsontext.QuoteChar(e.w.buf))
	}
	return e.cutAfterComma()
}

// cutAfterComma cuts elements behind a comma.
func (e *elements) cutAfterComma() (*chunk, error) {
	e.w.drop(1)
	c, err := e.skipSpace()
	switch {
	case err != nil:
		return nil, err
	case c == ']':
		return nil, e.w.errorAtStart("found ']' after a comma, expected a record")
	}
	return e.cutElements()
}

// cutFirst cuts the first elements of an array, by guesses if they are laid out
// for it.
func (e *elements) cutFirst() (*chunk, error) {
	if err := e.startGuess(); err != nil {
		return nil, err
	}
	if e.guess != nil {
		return e.guess.nextChunk(e.w)
	}
	return e.cutElements()
}

// skipSpace skips white space, and between values of files that were put
// together a byte order mark. It returns the byte after it, 0 at the end, which is an
// error inside an array or a page.
func (e *elements) skipSpace() (byte, error) {
	for {
		n := len(e.w.buf) - len(bytes.TrimLeft(e.w.buf, " \t\r\n"))
		e.w.drop(n)
		if e.state == atTop && bytes.HasPrefix(e.w.buf, []byte(byteOrderMark)) {
			e.w.drop(len(byteOrderMark))
			e.warnings.Add(schema.JoinedFiles, 1)
			continue
		}
		if len(e.w.buf) > 0 {
			return e.w.buf[0], nil
		}
		switch {
		case e.w.eof && e.w.damage == nil && e.state != atTop:
			return 0, e.truncatedError()
		case e.w.eof:
			return 0, e.w.damage
		}
		if err := e.w.fill(e.w.chunkSize); err != nil {
			return 0, err
		}
	}
}

// truncatedError is the error of an input that ends inside an array or a page.
func (e *elements) truncatedError() error {
	inside := "an array"
	if e.state == atMember {
		inside = "a page"
	}
	return e.w.fail(&syntaxError{What: "the text ends inside " + inside, Truncated: true})
}

const mergedHint = "a bracket is missing, as where a collector put pages together; --salvage keeps the records before"

// maxSmallValue is how long a top-level value may be to be cut as it is.
const maxSmallValue = 256 << 10

// cutSmallValues cuts the short top-level values at the beginning of the window
// as they are, arrays and pages too; nil if the next value is long.
func (e *elements) cutSmallValues() (*chunk, error) {
	if err := e.w.refill(); err != nil {
		return nil, err
	}
	end, n, text := 0, 0, e.w.buf
	for n < chunkRecords && end < e.w.chunkSize {
		start := len(text) - len(bytes.TrimLeft(text[end:], " \t\r\n"))
		if start == len(text) || text[start] != '{' && text[start] != '[' {
			break
		}
		stop := jsontext.ValueEnd(text[:min(len(text), start+maxSmallValue)], start)
		if stop < 0 {
			break
		}
		end = stop
		n++
	}
	if n == 0 {
		return nil, nil
	}
	e.countValues(n)
	return e.w.cutChunk(end), nil
}

// cutLeading cuts the lines before the first array or object.
func (e *elements) cutLeading() (*chunk, error) {
	if err := e.w.fill(e.leading); err != nil {
		return nil, err
	}
	c := e.w.cutChunk(e.leading)
	c.lines, e.leading = true, 0
	return c, nil
}

// countValues counts top-level values.
func (e *elements) countValues(n int) {
	if e.values <= 1 && e.values+n > 1 {
		e.warnings.Add(schema.ConcatenatedValues, 1)
	}
	e.values += n
}

// openValue begins a long top-level value: an array, a page or a single record.
func (e *elements) openValue(c byte) (*chunk, error) {
	e.countValues(1)
	switch c {
	case '[':
		e.w.drop(1)
		e.state = atFirst
		return nil, nil
	case '{':
		return e.openPage()
	}
	err := e.w.errorAtStart("found %s, expected an array or an object", jsontext.QuoteChar(e.w.buf))
	if e.values > 1 && (c == ',' || c == ']') {
		err.Hint = mergedHint
	}
	return nil, err
}

// cutElements cuts as many whole elements as make a chunk, or one long record.
// An element that the input ends in becomes a chunk as it is: the parser reports
// the missing bracket, quote or value.
func (e *elements) cutElements() (*chunk, error) {
	commas := e.state != atTop
	end, tooLong, err := e.elementsEnd(commas)
	if err != nil {
		return nil, err
	}
	if commas {
		e.state = atNext
	}
	if tooLong {
		var s jsontext.ValueSkipper
		c, truncated, err := e.w.cutLongRecord(s.Skip)
		if truncated {
			e.state = atNext
			return nil, e.truncatedError()
		}
		return c, err
	}
	c := e.w.cutChunk(end)
	c.commas, c.rows, c.columns = commas, e.table, e.columns
	return c, nil
}

// elementsEnd returns where the elements of a chunk end; without commas there is
// one. tooLong: the first one is too long.
func (e *elements) elementsEnd(commas bool) (end int, tooLong bool, err error) {
	start := 0
	for n := 0; n < chunkRecords && end < e.w.chunkSize; n++ {
		stop, tooLong, err := e.valueEnd(start, end > 0)
		switch {
		case err != nil || tooLong && end == 0:
			return 0, tooLong, err
		case tooLong || stop < 0 && end > 0 && !e.w.eof:
			return end, false, nil
		case stop < 0:
			return len(e.w.buf), false, nil
		}
		end = stop
		next := -1
		if commas {
			next = nextElement(e.w.buf[end:])
		}
		if next < 0 {
			break
		}
		start = end + next
	}
	return end, false, nil
}

// nextElement returns how far after an element the next one begins, -1 if none
// does or the text ends first.
func nextElement(text []byte) int {
	rest := bytes.TrimLeft(text, " \t\r\n")
	if len(rest) == 0 || rest[0] != ',' {
		return -1
	}
	rest = bytes.TrimLeft(rest[1:], " \t\r\n")
	if len(rest) == 0 || rest[0] == ']' {
		return -1
	}
	return len(text) - len(rest)
}

// valueEnd returns where the value that begins at start ends, -1 if the input
// ends before it does or it is too long. If the chunk has an element already, it
// searches no further than the window is filled.
func (e *elements) valueEnd(start int, hasElement bool) (end int, tooLong bool, err error) {
	w := e.w
	for err := w.refill(); ; err = w.fill(w.longer()) {
		if err != nil {
			return 0, false, err
		}
		if end := jsontext.ValueEnd(w.buf, start); end >= 0 {
			return end, end-start > w.maxRecord, nil
		}
		if w.eof || hasElement && len(w.buf) >= w.chunkSize/2 {
			return -1, false, nil
		}
		if len(w.buf)-start >= w.maxRecord {
			return -1, true, nil
		}
	}
}
