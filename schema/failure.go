package schema

import (
	"errors"
	"io/fs"
	"runtime"
	"slices"
	"syscall"
)

// Exit statuses of the program.
const (
	ExitUsage       = 1
	ExitRejects     = 2
	ExitInput       = 3
	ExitOutput      = 4
	ExitUnbalanced  = 5
	ExitInterrupted = 130
)

// ExitHelp describes them.
const ExitHelp = `Exit status: 0 done; 1 usage or refusal; 2 done, but records were rejected, or a
file that looks like sign-ins was not read; 3 input unreadable, damaged or
changed meanwhile, nothing written; 4 output failed, or a file of the run could
not be removed and is named; 5 the numbers do not add up, nothing written, or
verify or rerun found a difference; 130 interrupted.
`

// A Failure is an error with the exit status of the program and a hint what to do
// about it, "" for none.
type Failure interface {
	error
	Exit() (status int, hint string)
}

// A Refusal is the error of a run that changed nothing: it was asked for something
// that is impossible or unsafe. The program exits with status 1.
type Refusal struct {
	What string
	Hint string // what to do instead, "" for nothing
	// Taken is true for an output that exists, which --overwrite would replace.
	Taken bool
}

func (r *Refusal) Error() string { return r.What }

// Exit makes it a Failure.
func (r *Refusal) Exit() (status int, hint string) { return ExitUsage, r.Hint }

// Unchanged ends a run that has nothing to write: all of it is there. The program says so
// and exits with 0.
type Unchanged struct{ What, Hint string }

func (u *Unchanged) Error() string { return u.What }

// Exit makes it a Failure.
func (u *Unchanged) Exit() (status int, hint string) { return 0, u.Hint }

// An OutputError is a failure to write. The program exits with the status of the
// Failure that it wraps, else with 4.
type OutputError struct{ error }

// OutputFailure returns an *OutputError that wraps err.
func OutputFailure(err error) error { return &OutputError{err} }

// Unwrap returns the error underneath.
func (e *OutputError) Unwrap() error { return e.error }

// Exit makes it a Failure.
func (e *OutputError) Exit() (status int, hint string) {
	if failure, ok := errors.AsType[Failure](e.error); ok {
		return failure.Exit()
	}
	is := func(target error) bool { return errors.Is(e.error, target) }
	switch {
	case slices.ContainsFunc(readOnly, is):
		hint = "name another folder, or let the account that runs this write there"
	case slices.ContainsFunc(noSpace, is):
		hint = "make space there, or name a folder on another disk"
	}
	return ExitOutput, hint
}

// Errors of a place that may not be written, and of one that is full.
var readOnly, noSpace = diskErrors(runtime.GOOS)

func diskErrors(system string) (readOnly, noSpace []error) {
	if system == "windows" { // ERROR_WRITE_PROTECT; ERROR_HANDLE_DISK_FULL, ERROR_DISK_FULL
		return []error{fs.ErrPermission, syscall.Errno(19)}, []error{syscall.Errno(39), syscall.Errno(112)}
	}
	return []error{fs.ErrPermission, syscall.EROFS}, []error{syscall.ENOSPC, syscall.EDQUOT}
}
