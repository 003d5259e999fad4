package source

import (
	"errors"
	"fmt"
	"io/fs"
	"strings"

	"signins/schema"
)

// An Error says where an input cannot be read and what to do about it. Its
// text is FILE:LINE: byte N: record N: what was found, with what applies.
type Error struct {
	Path    string
	Line    int64 // from 1; 0: not known
	Byte    int64 // offset from 0
	HasByte bool
	Record  int64 // from 1; 0: not known
	What    string
	Hint    string // what to do next, "" for hintDamaged, hintSystem or hintForeign
	Cause   error
	Damaged bool // the bytes are wrong; those before can be salvaged
	// FirstMember is the path of the first member of an archive that cannot be listed, "" if
	// that is not known.
	FirstMember string
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
func (e *Error) Exit() (status int, hint string) {
	switch {
	case e.Hint != "":
		return schema.ExitInput, e.Hint
	case e.Damaged:
		return schema.ExitInput, hintDamaged
	case e.Cause != nil: // of the system: the file may be an export
		return schema.ExitInput, hintSystem
	}
	return schema.ExitInput, hintForeign
}

// Unwrap returns the error underneath.
func (e *Error) Unwrap() error { return e.Cause }

// Hints that several errors share.
const (
	HintTruncated = "the file was probably cut, as an interrupted download is: export it again"
	HintUnpack    = "unpack it and name the files"
	hintAgain     = "export or copy it again"
	hintDamaged   = "export it again; if it was edited, restore the original"
	hintForeign   = "leave it out if it is no export of sign-ins; else export it again, as JSON or CSV"
	hintSystem    = "check its path and its disk, or read a copy"
	hintWait      = "wait until nothing writes to it, or copy it first"
)

// withPath completes an error with the path of its file; nil for nil.
func withPath(path string, err error) error {
	if err == nil {
		return nil
	}
	if e, ok := errors.AsType[*Error](err); ok {
		e.Path = path
		return e
	}
	e := &Error{What: reason(err), Cause: err}
	switch {
	case errors.Is(err, fs.ErrNotExist):
		e = missing(err)
	case errors.Is(err, fs.ErrPermission):
		e.Hint = "let the account that runs this read it, or leave it out"
	}
	e.Path = path
	return e
}

// missing returns the error of a file that is not there, without its path.
func missing(err error) *Error {
	return &Error{What: "no such file or folder", Hint: "check the name and the folder", Cause: err}
}

// reason returns the text of a file error without its path.
func reason(err error) string {
	if pathError, ok := err.(*fs.PathError); ok {
		err = pathError.Err
	}
	return err.Error()
}
