package reader

import (
	"bytes"
	"crypto/sha256"
	"errors"
	"fmt"
	"strconv"
	"strings"
	"unicode/utf8"

	"signins/schema"
)

// Bounds of Options.MaxRecord. Top-level values below the minimum are not
// measured; the maximum keeps the values of a record within the limits of Parquet.
const (
	minMaxRecord     = 1 << 20
	defaultMaxRecord = 64 << 20
	maxMaxRecord     = 256 << 20
)

// ParseMaxRecord reads a value for Options.MaxRecord, such as 64MiB or 64M.
func ParseMaxRecord(text string) (int, error) {
	number, ok := strings.CutSuffix(strings.TrimSuffix(text, "iB"), "M")
	n, err := strconv.Atoi(number)
	if ok && err == nil && number[0] != '+' && n >= minMaxRecord>>20 && n <= maxMaxRecord>>20 {
		return n << 20, nil
	}
	return 0, errors.New("not a size from 1MiB to 256MiB")
}

const longHint = "--max-record allows longer records, up to 256MiB"

// longRow is the error of a CSV row that is longer than limit.
func longRow(limit int) string {
	return fmt.Sprintf("a row is longer than %s; a quote that is never closed may be the cause", mebibytes(limit))
}

// mebibytes writes a size for messages.
func mebibytes(size int) string { return fmt.Sprintf("%g MiB", float64(size)/(1<<20)) }

// A longRecord is one that is longer than MaxRecord. It is the only one in its
// chunk.
type longRecord struct {
	length int64 // bytes in the input
	begin  []byte
	sum    []byte // SHA-256
}

// reject notes the record.
func (l *longRecord) reject(c *chunk, b *schema.Batch) {
	b.Seen++
	b.Rejects = append(b.Rejects, schema.Reject{
		Record: b.Seen, Line: c.line, Offset: c.offset, Length: l.length, Code: "too_long",
		Message: fmt.Sprintf("the record is longer than %s, see --max-record; raw holds its beginning", mebibytes(c.maxRecord)), Raw: l.begin, Sum: l.sum,
	})
}

// cutLongRecord removes a long record that begins where the window does, and
// returns a chunk for it. skip returns how much of a text belongs to the record,
// and whether the record ends there. truncated: the input ends before it.
func (w *window) cutLongRecord(skip func(text []byte) (n int, whole bool)) (c *chunk, truncated bool, err error) {
	c = w.newChunk()
	c.data = w.buf[:1024]
	l := &longRecord{begin: bytes.Clone(c.bytes(0, 1024))}
	c.data, c.long = nil, l
	hash := sha256.New()
	for {
		n, whole := skip(w.buf)
		if !whole && !w.eof {
			n -= partialChar(w.buf[:n])
		}
		part := &chunk{data: w.buf[:n], place: w.place}
		hash.Write(part.bytes(0, n))
		l.length += w.width(w.buf[:n])
		w.drop(n)
		if whole || w.eof {
			l.sum = hash.Sum(nil)
			return c, !whole, nil
		}
		if err := w.fill(w.chunkSize); err != nil {
			return nil, false, err
		}
	}
}

// partialChar returns how many bytes at the end of text are the beginning of a
// character.
func partialChar(text []byte) int {
	for n := 1; n < utf8.UTFMax && n <= len(text); n++ {
		if last := text[len(text)-n:]; utf8.RuneStart(last[0]) && !utf8.FullRune(last) {
			return n
		}
	}
	return 0
}

// ParseJobs reads a value for Options.Jobs, a number from 1.
func ParseJobs(text string) (int, error) {
	n, err := strconv.Atoi(text)
	if err == nil && n < 1 {
		err = errors.New("not a number from 1")
	}
	return n, err
}
