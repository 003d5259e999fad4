package rules

// matching is the shape of what one record shows alone. Records without a subject
// match, too.
type matching struct{ on }

// matches returns the shape of a condition.
func matches(c condition) shape { return matching{on{a: c}} }

func (m matching) sql() string {
	return `select ID as rule, subject, source_file, source_record
from once
where a`
}

func (m matching) run(e *Evaluator, in input, emit func(subject uint32, rows []uint32)) {
	for subject, rows := range e.groups(in, true) {
		emit(subject, rows)
	}
}
