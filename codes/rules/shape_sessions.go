package rules

import (
	"iter"
	"slices"
	"strings"

	"signins/schema"
)

// moved is the shape of sessions that differ from their root, which is their first
// record of a. It matches those of b since then in which one of the aspects is another
// one than the root's, both being known.
type moved struct {
	on
	aspects []aspect
}

// An aspect is what may differ from a session's root.
type aspect struct {
	selected
	column schema.ColumnID
	of     func(e *Evaluator, r *record) uint32
}

var (
	byAddress = aspect{selected{"ip_address", "address"}, schema.IPAddress, func(e *Evaluator, r *record) uint32 { return e.origin(r).address }}
	byCountry = aspect{selected{"location_country", "country"}, schema.LocationCountry, func(e *Evaluator, r *record) uint32 { return e.origin(r).country }}
	byAgent   = aspect{selected{"user_agent", "agent"}, schema.UserAgent, func(e *Evaluator, r *record) uint32 { return e.device(r).agent }}
	byDevice  = aspect{selected{"device_id", "device"}, schema.DeviceID, func(e *Evaluator, r *record) uint32 { return e.device(r).id }}
)

// needs is one of the aspects.
func (s moved) needs() [][]schema.ColumnID {
	var columns []schema.ColumnID
	for _, a := range s.aspects {
		columns = append(columns, a.column)
	}
	return [][]schema.ColumnID{columns}
}

func (s moved) columns(*dialect) (list []selected) {
	for _, a := range s.aspects {
		list = append(list, a.selected)
	}
	return list
}

func (s moved) sql() string {
	return rootsSQL + `
select ID as rule, o.subject, o.source_file, o.source_record
from once o join roots r on o.subject = r.subject
where o.b and o.us >= r.us and (` + differing(s.aspects) + `)`
}

// rootsSQL is the table of the first records of a by subject.
const rootsSQL = `, roots as (
  select *
  from (
    select *, row_number() over (partition by subject order by us, remainder, source_file, source_record) as place
    from once
    where a and subject is not null and us is not null
  ) numbered
  where place = 1
)`

func (s moved) run(e *Evaluator, in input, emit func(subject uint32, rows []uint32)) {
	for subject, session := range e.rooted(in) {
		emit(subject, keep(session.rows, func(n uint32) bool { return differs(e, s.aspects, e.at(n), session.root) }))
	}
}

// A rooted is the root of a session, and its records of b since.
type rooted struct {
	root *record
	rows []uint32
}

// rooted yields the sessions that have a root.
func (e *Evaluator) rooted(in input) iter.Seq2[uint32, rooted] {
	return func(yield func(uint32, rooted) bool) {
		for subject, rows := range e.groups(in, false) {
			root := e.at(keep(rows, e.has(in.a))[0]) // groups have one
			since := keep(rows, func(n uint32) bool {
				r := e.at(n)
				return r.bits&in.b != 0 && r.created >= root.created
			})
			if !yield(subject, rooted{root, since}) {
				return
			}
		}
	}
}

// outlived is the shape of sessions that outlive a change of the password: records of b
// at or after it, of a session whose root is before it.
type outlived struct{ on }

func (outlived) needs() [][]schema.ColumnID {
	return [][]schema.ColumnID{{schema.LastPasswordChangeAt}}
}

func (s outlived) columns(d *dialect) []selected {
	return []selected{{d.us("last_password_change_at"), "changed"}}
}

func (s outlived) sql() string {
	return rootsSQL + `
select ID as rule, o.subject, o.source_file, o.source_record
from once o join roots r on o.subject = r.subject
where o.b and o.us >= o.changed and r.us < o.changed`
}

func (s outlived) run(e *Evaluator, in input, emit func(subject uint32, rows []uint32)) {
	for subject, session := range e.rooted(in) {
		emit(subject, keep(session.rows, func(n uint32) bool {
			r := e.at(n)
			changed := e.device(r).changed
			return changed != noTime && r.created >= changed && session.root.created < changed
		}))
	}
}

// reused is the shape of tokens that are used again: records of a with the same subject and
// token as an earlier one, of which an aspect is another one than the first's, both being
// known.
type reused struct {
	on
	aspects []aspect
}

func (s reused) needs() [][]schema.ColumnID {
	return append(moved{aspects: s.aspects}.needs(), []schema.ColumnID{schema.UniqueTokenIdentifier})
}

func (s reused) columns(d *dialect) []selected {
	return append(moved{aspects: s.aspects}.columns(d), selected{sqlToken, "token"})
}

func (s reused) sql() string {
	return `, uses as (
  select *
  from once
  where a and subject is not null and token is not null and us is not null
), first_uses as (
  select *
  from (
    select *, row_number() over (partition by subject, token order by us, remainder, source_file, source_record) as place
    from uses
  ) numbered
  where place = 1
)
select ID as rule, o.subject, o.source_file, o.source_record
from uses o join first_uses r on o.subject = r.subject and o.token = r.token
where ` + differing(s.aspects)
}

func (s reused) run(e *Evaluator, in input, emit func(subject uint32, rows []uint32)) {
	for subject, rows := range e.groups(in, false) {
		firsts := map[token]*record{}
		emit(subject, keep(rows, func(n uint32) bool {
			r, t := e.at(n), e.token(n)
			if t == (token{}) {
				return false
			}
			if firsts[t] == nil {
				firsts[t] = r
			}
			return differs(e, s.aspects, r, firsts[t])
		}))
	}
}

// differing is a condition of SQL: an aspect of o is another one than that of r.
func differing(aspects []aspect) string {
	var list []string
	for _, a := range aspects {
		list = append(list, "o."+a.name+" <> r."+a.name)
	}
	return strings.Join(list, " or ")
}

// differs reports whether an aspect of a record is another one than that of the first.
func differs(e *Evaluator, aspects []aspect, r, first *record) bool {
	return slices.ContainsFunc(aspects, func(a aspect) bool {
		of, was := a.of(e, r), a.of(e, first)
		return of != 0 && was != 0 && of != was
	})
}
