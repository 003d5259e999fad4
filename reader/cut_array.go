package reader

import (
	"bytes"

	"signins/schema"
	"signins/schema/jsontext"
)

// elements cuts JSON whose records stand in an array, in the array of a page,
// or alone, whatever the line breaks; several such values may follow each
// other. It looks only for where values end; that they are right is for the
// parser to say, which gets to see every byte of every value.
type elements struct {
	w        *window
	page     string  // name of the array that holds the records of a page
	record   *object // what a record looks like, to tell it from a page
	warnings *schema.Tally

	values int // top-level values begun
	state  cutState
	inPage bool // the array is that of a page
	table  bool // the page is a table inside an array of tables

	columns []string // of the table

	border []byte    // between elements, nil: not to be guessed
	long   bool      // the first element is: there are few in a chunk
	exact  *elements // what takes over where guesses end
	loose  bool      // they have ended
	sure   bool      // nothing is to be guessed
}

// cutState is what may come next.
type cutState uint8

const (
	atTop    cutState = iota // a top-level value or the end
	atFirst                  // an element or the end of the array
	atNext                   // a comma or the end of the array
	atMember                 // after the array of a page: a comma or the page's end
)

func (e *elements) next() (*chunk, error) {
	if e.border != nil {
		return e.guess()
	}
	for {
		c, err := e.skipSpace()
		if err != nil {
			return nil, err
		}
		switch {
		case c == 0 && len(e.w.buf) == 0 && e.state == atTop:
			return nil, nil
		case c == 0 && len(e.w.buf) == 0:
			return nil, e.cut()
		case e.state == atTop:
			chunk, err := e.small()
			if chunk == nil && err == nil {
				chunk, err = e.top(c)
			}
			if chunk != nil || err != nil {
				return chunk, err
			}
		case e.state == atMember:
			if err := e.afterPage(); err != nil {
				return nil, err
			}
		case c == ']':
			e.endArray()
		case e.state == atNext && c != ',':
			return nil, e.w.fail(0, "found %s where a comma or ']' should stand", jsontext.QuoteChar(e.w.buf))
		case e.state == atNext:
			e.w.drop(1)
			c, err := e.skipSpace()
			if err != nil {
				return nil, err
			}
			if c == 0 && len(e.w.buf) == 0 {
				return nil, e.cut()
			}
			if c == ']' {
				return nil, e.w.fail(0, "found ']' after a comma, where a record should stand")
			}
			return e.run()
		case e.state == atFirst && !e.sure:
			return e.begin()
		default:
			return e.run()
		}
	}
}

// begin takes the first elements of an array, by guesses if they are laid out
// for it.
func (e *elements) begin() (*chunk, error) {
	border, err := e.findBorder()
	if err != nil {
		return nil, err
	}
	if border == nil {
		return e.run()
	}
	exact := *e
	exact.sure = true
	e.border, e.exact = border, &exact
	return e.guess()
}

// skipSpace passes white space, and between values of files that were put
// together a byte order mark. It returns the byte after it, 0 at the end.
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
		if e.w.eof {
			return 0, e.w.late
		}
		if err := e.w.fill(chunkSize); err != nil {
			return 0, err
		}
	}
}

func (e *elements) cut() error {
	inside := "an array"
	if e.state == atMember {
		inside = "a page"
	}
	err := e.w.fail(0, "the text ends inside %s", inside).(*Error)
	err.Hint = cutHint
	return err
}

const cutHint = "the file was probably cut, as an interrupted download is: export it again"

const mergedHint = "a bracket is missing, as where a collector put pages together; --salvage takes what stands before"

// smallValue is how long a top-level value may be to be left whole.
const smallValue = 256 << 10

// small takes the top-level values that end soon as they are, arrays and pages
// too; nil where the next one is long.
func (e *elements) small() (*chunk, error) {
	if err := e.w.fill(chunkSize); err != nil {
		return nil, err
	}
	end, n, text := 0, 0, e.w.buf
	for n < chunkRecords && end < chunkSize {
		start := len(text) - len(bytes.TrimLeft(text[end:], " \t\r\n"))
		if start == len(text) || text[start] != '{' && text[start] != '[' {
			break
		}
		stop := jsontext.ValueEnd(text[:min(len(text), start+smallValue)], start)
		if stop < 0 {
			break
		}
		end = stop
		n++
	}
	if n == 0 {
		return nil, nil
	}
	e.count(n)
	return e.w.take(end), nil
}

// count counts top-level values.
func (e *elements) count(n int) {
	if e.values <= 1 && e.values+n > 1 {
		e.warnings.Add(schema.ConcatenatedValues, 1)
	}
	e.values += n
}

// top begins a long top-level value: an array, a page or a single record.
func (e *elements) top(c byte) (*chunk, error) {
	e.count(1)
	switch c {
	case '[':
		e.w.drop(1)
		e.state = atFirst
		return nil, nil
	case '{':
		return e.openPage()
	}
	err := e.w.fail(0, "found %s where an array or an object should begin", jsontext.QuoteChar(e.w.buf)).(*Error)
	if e.values > 1 && (c == ',' || c == ']') {
		err.Hint = mergedHint
	}
	return nil, err
}

// run takes as many whole elements as make a chunk, or one long record. What
// ends the input too early goes to the parser as it is, which says what is
// missing.
func (e *elements) run() (*chunk, error) {
	end, seek, commas := 0, 0, e.state != atTop
	for n := 0; n < chunkRecords && end < chunkSize; n++ {
		stop, tooLong, err := e.valueEnd(seek, end > 0)
		if err != nil {
			return nil, err
		}
		if tooLong && end == 0 {
			return e.passLong(commas)
		}
		if tooLong || stop < 0 && end > 0 && !e.w.eof {
			break
		}
		if stop < 0 {
			// The parser reports what is missing of the record.
			end = len(e.w.buf)
			break
		}
		end = stop
		next := -1
		if commas {
			next = nextElement(e.w.buf[end:])
		}
		if next < 0 {
			break
		}
		seek = end + next
	}
	if commas {
		e.state = atNext
	}
	c := e.w.take(end)
	c.commas, c.rows, c.columns = commas, e.table, e.columns
	return c, nil
}

// nextElement returns how far after an element the next one begins, -1 where
// none does or the text ends first.
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

// valueEnd returns where the value that begins at start ends, -1 where the
// input ends before it does or it is too long. With some records at hand it
// looks no further than a full window.
func (e *elements) valueEnd(start int, some bool) (end int, tooLong bool, err error) {
	for size := chunkSize; ; size *= 2 {
		if err := e.w.fill(size); err != nil {
			return 0, false, err
		}
		if end := jsontext.ValueEnd(e.w.buf, start); end >= 0 {
			return end, end-start > e.w.longest, nil
		}
		if e.w.eof || some && len(e.w.buf) >= chunkSize {
			return -1, false, nil
		}
		if len(e.w.buf)-start >= e.w.longest {
			return -1, true, nil
		}
	}
}

// passLong passes a record that is too long.
func (e *elements) passLong(commas bool) (*chunk, error) {
	if commas {
		e.state = atNext
	}
	var s jsontext.ValueSkipper
	c, cut, err := e.w.passLong(s.Skip)
	if cut {
		e.state = atNext
		return nil, e.cut()
	}
	return c, err
}
