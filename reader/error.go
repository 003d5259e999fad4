package reader

import (
	"errors"
	"fmt"
	"strings"

	"signins/schema"
)

// An Error tells where an input cannot be read and what to do about it. Its
// text is FILE:LINE: byte N: record N: what was found, with what applies.
type Error struct {
	Path    string
	Line    int64 // from 1; 0: not known
	Byte    int64 // offset from 0
	HasByte bool
	Record  int64 // from 1; 0: not known
	What    string
	Hint    string // what to do next, "" for nothing
	Cause   error
	damaged bool // the bytes are wrong, so what stands before can be saved
}

func (e *Error) Error() string {
	var s strings.Builder
	s.WriteString(e.Path)
	if e.Line > 0 {
		fmt.Fprintf(&s, ":%d", e.Line)
	}
	s.WriteString(": ")
	if e.HasByte {
		fmt.Fprintf(&s, "byte %d: ", e.Byte)
	}
	if e.Record > 0 {
		fmt.Fprintf(&s, "record %d: ", e.Record)
	}
	s.WriteString(e.What)
	return s.String()
}

// Exit makes it a schema.Failure.
func (e *Error) Exit() (status int, hint string) { return schema.ExitInput, e.Hint }

// Unwrap returns the error underneath.
func (e *Error) Unwrap() error { return e.Cause }

// isDamage reports whether an error is one of the bytes, which comes again.
func isDamage(err error) bool {
	var e *Error
	var bad *syntaxError
	return errors.As(err, &bad) || errors.As(err, &e) && e.damaged
}
