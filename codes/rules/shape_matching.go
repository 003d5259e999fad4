package rules

import "signins/schema"

// matching is the shape of what one record shows alone. Records without a subject
// match, too.
type matching struct{ condition }

func (m matching) conditions() []condition     { return []condition{m.condition} }
func (matching) needs() [][]schema.ColumnID    { return nil }
func (m matching) columns(*dialect) []selected { return nil }

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
