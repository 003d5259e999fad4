package schema

// Exit statuses of the program.
const (
	ExitUsage       = 1
	ExitRejects     = 2
	ExitInput       = 3
	ExitOutput      = 4
	ExitUnbalanced  = 5
	ExitInterrupted = 130
)

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
}

func (r *Refusal) Error() string { return r.What }

// Exit makes it a Failure.
func (r *Refusal) Exit() (status int, hint string) { return ExitUsage, r.Hint }
