package reader

import (
	"bytes"
	"context"
	"errors"
	"io"
	"runtime"
	"slices"
	"sync"

	"signins/schema/jsontext"
)

// readHead sets the shape of the input and returns the beginning of its text
// that shows it, up to the end of the first record. It ends with the cause of ctx.
func (in *Input) readHead(ctx context.Context, o Options) (head []byte, err error) {
	text, err := in.Preview(o.forSource(ctx))
	if err != nil {
		return nil, err
	}
	defer text.Close()
	if kept, ok := headPool.Get().(*[]byte); ok {
		head = *kept
	}
	for size := headSize; ; size = min(size*4, o.MaxRecord+headSize) {
		if size > headSize {
			o.alone.begin()
		}
		if ctx.Err() != nil {
			return nil, context.Cause(ctx)
		}
		before := len(head)
		head, err = readUpTo(text, head, size, text.TextSize())
		if o.Salvage && len(head) > before && isDamage(err) {
			err = io.EOF
		}
		whole := len(head) < size
		shape, interrupted := shapeUnless(ctx, head, whole)
		if interrupted != nil {
			return nil, interrupted
		}
		in.shape = shape
		switch {
		case err != nil && err != io.EOF:
			return nil, err
		case whole:
			in.textSize = int64(len(head))
		}
		if !in.shape.incomplete {
			in.tryLinesBehind(head, whole)
			return head, nil
		}
		if size > o.MaxRecord {
			in.shape.bad = &syntaxError{What: "the first record is longer than " + mebibytes(o.MaxRecord), Hint: longHint}
			return head, nil
		}
	}
}

// headPool holds short heads, to be used again.
var headPool sync.Pool

func releaseHead(head []byte) {
	if cap(head) > 0 && cap(head) <= headSize/16 {
		head = head[:0]
		headPool.Put(&head)
	}
}

// alone is for a detection that has long text in memory: one at a time begins it, others
// wait. A nil one does not wait. Before the next text that of the one before is collected: for
// four heads of 64 MiB memory peaks at 240 MiB so, and else at 430.
type alone struct{ begun bool }

var longText sync.Mutex

func (a *alone) begin() {
	if a != nil && !a.begun {
		longText.Lock()
		a.begun = true
		runtime.GC()
	}
}

func (a *alone) end() {
	if a.begun {
		longText.Unlock()
	}
}

// shapeUnless returns the shape of a head, or the cause of ctx as soon as that is done: the
// shape of one record of 200 MB takes a second, which another goroutine spends for nothing
// then.
func shapeUnless(ctx context.Context, head []byte, whole bool) (*shape, error) {
	if len(head) <= 4*headSize {
		return shapeOf(head, whole), nil
	}
	found := make(chan *shape, 1)
	go func() { found <- shapeOf(head, whole) }()
	select {
	case s := <-found:
		return s, nil
	case <-ctx.Done():
		return nil, context.Cause(ctx)
	}
}

// readUpTo appends text from r to buf until it is size bytes long. hint is the
// length of the whole text, -1 if it is unknown: then memory grows with the text.
func readUpTo(r io.Reader, buf []byte, size int, hint int64) ([]byte, error) {
	to := bytes.NewBuffer(buf)
	if wanted := int(min(hint, int64(size))) - len(buf); wanted > 0 {
		to.Grow(wanted + bytes.MinRead) // the last read finds the end
	}
	_, err := io.CopyN(to, r, int64(size-len(buf)))
	return to.Bytes(), err
}

// tryLinesBehind sets the shape of the text behind the first lines, if it has records of
// a dialect and those lines have none: they become rejects then.
func (in *Input) tryLinesBehind(head []byte, whole bool) {
	s := in.shape
	opening := slices.ContainsFunc(openings, func(o struct{ begin, what, hint string }) bool { return o.what == s.kind })
	if opening || s.otherLog() != "" || s.isExport() || len(s.keys) > 0 && s.bad == nil {
		return
	}
	text := bytes.TrimPrefix(head, []byte(byteOrderMark))
	for n, lines := 0, 0; lines < maxSamples; lines++ {
		end := bytes.IndexByte(text[n:], '\n')
		if end < 0 {
			return
		}
		before := text[n:]
		n += end + 1
		line, _ := toLineEnd(text[n:])
		rest := bytes.TrimSpace(text[n : n+line])
		oneLine := len(rest) > 0 && rest[0] == '{' && jsontext.ValueEnd(rest, 0) == len(rest)
		if !oneLine && (s.keys != nil || lines > maxLeadingLines || len(rest) == 0 || rest[0] != '{' && rest[0] != '[') {
			continue
		}
		if beginsValue(before) {
			return
		}
		in.useShapeBehind(text[:n], text[n:], whole)
		return
	}
}

// maxLeadingLines bounds the lines before an array, a page, or an object of several
// lines.
const maxLeadingLines = 16

// useShapeBehind sets the shape of text that leading lines come before, if it is one of
// sign-ins. Of other JSON, which may wrap them, it notes where that begins.
func (in *Input) useShapeBehind(leading, text []byte, whole bool) {
	s := shapeOf(text, whole)
	if !s.lines {
		rest := text[max(0, jsontext.ValueEnd(text, bytes.IndexAny(text, "[{"))):]
		if rest = bytes.TrimLeft(rest, " \t\r\n"); len(rest) > 0 && bytes.IndexByte([]byte("[{]},"), rest[0]) < 0 {
			return // a text with JSON in it
		}
		s.leading, in.shape.leading = len(leading), len(leading)
	}
	if !s.isProved() {
		return
	}
	if s.bom = in.shape.bom; s.bom {
		s.begin = len(byteOrderMark)
	}
	in.shape = s
}

// isDamage reports whether an error is one of the bytes, which any reading of
// them ends in.
func isDamage(err error) bool {
	e, _ := errors.AsType[*Error](err)
	_, bad := errors.AsType[*syntaxError](err)
	return bad || e != nil && e.Damaged
}
