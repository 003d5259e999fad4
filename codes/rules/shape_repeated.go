package rules

import "fmt"

// repeated is the shape of many records of a subject in a window, followed by another:
// least sign-ins of a in a window of bin microseconds, and one of b within after
// microseconds behind one of a, by which there had been that many. It matches those of
// b, and those of a in the window.
type repeated struct {
	on
	least      int64
	bin, after int64
}

func (s repeated) sql() string {
	return fmt.Sprintf(`select ID as rule, subject, source_file, source_record
from (
  select *, max(case when reached and later > 0 then 1 else 0 end) over (partition by subject, bin_from) as hit
  from (
    select *,
      count(case when b then 1 end) over (partition by subject order by us range between 1 following and %[3]d following) as later,
      count(case when reached then 1 end) over (partition by subject order by us range between %[3]d preceding and 1 preceding) as earlier
    from (
      select *, us - us %% %[2]d as bin_from,
        a and sum(case when a then sign_ins else 0 end) over (partition by subject, us - us %% %[2]d
          order by us, remainder, source_file, source_record rows between unbounded preceding and current row) >= %[1]d as reached
      from once
      where (a or b) and subject is not null and us is not null
    ) counted
  ) near
) windows
where a and hit = 1 or b and earlier > 0`, s.least, s.bin, s.after)
}

func (s repeated) run(e *Evaluator, in input, emit func(subject uint32, rows []uint32)) {
	for subject, rows := range e.groups(in, false) {
		reached := s.reached(e, in.a, rows)
		hit := map[int64]bool{}
		matched := followed(e, rows, s.after, func(n uint32) bool { return reached[n] }, e.has(in.b))
		later := map[uint32]bool{}
		for _, n := range matched {
			if r := e.at(n); reached[n] {
				hit[r.created-r.created%s.bin] = true
			}
			later[n] = e.at(n).bits&in.b != 0
		}
		emit(subject, keep(rows, func(n uint32) bool {
			r := e.at(n)
			return r.bits&in.a != 0 && hit[r.created-r.created%s.bin] || later[n]
		}))
	}
}

// reached returns the records of a by which a window has enough sign-ins.
func (s repeated) reached(e *Evaluator, a uint64, rows []uint32) map[uint32]bool {
	reached := map[uint32]bool{}
	bin, sum := int64(0), int64(0)
	for _, n := range rows {
		r := e.at(n)
		if from := r.created - r.created%s.bin; from != bin {
			bin, sum = from, 0
		}
		if r.bits&a != 0 {
			if sum += e.count(r); sum >= s.least {
				reached[n] = true
			}
		}
	}
	return reached
}

// keep returns the rows for which a function is true.
func keep(rows []uint32, wanted func(n uint32) bool) (kept []uint32) {
	for _, n := range rows {
		if wanted(n) {
			kept = append(kept, n)
		}
	}
	return kept
}

// has returns the function that reports whether a record has a bit.
func (e *Evaluator) has(bit uint64) func(n uint32) bool {
	return func(n uint32) bool { return e.at(n).bits&bit != 0 }
}

// followed returns the rows of a that one of b follows within a time, and those of b.
// Rows are in order of time; one at the same microsecond does not follow.
func followed(e *Evaluator, rows []uint32, within int64, a, b func(n uint32) bool) (matched []uint32) {
	for i, n := range rows {
		if a(n) && near(e, rows, i, 1, within, b) || b(n) && near(e, rows, i, -1, within, a) {
			matched = append(matched, n)
		}
	}
	return matched
}

// near reports whether there is a wanted row within a time after row i, or with step -1
// before it.
func near(e *Evaluator, rows []uint32, i, step int, within int64, wanted func(n uint32) bool) bool {
	from := e.at(rows[i]).created
	for j := i + step; j >= 0 && j < len(rows); j += step {
		apart := (e.at(rows[j]).created - from) * int64(step)
		if apart > within {
			return false
		}
		if apart > 0 && wanted(rows[j]) {
			return true
		}
	}
	return false
}

// following is the shape of a record that another one follows within a time, or with
// not, that none follows. It matches both, or the first.
type following struct {
	on
	after int64 // microseconds
	not   bool
}

func (s following) sql() string {
	where := "a and later > 0 or b and earlier > 0"
	if s.not {
		where = "a and later = 0"
	}
	return fmt.Sprintf(`select ID as rule, subject, source_file, source_record
from (
  select *,
    count(case when b then 1 end) over (partition by subject order by us range between 1 following and %[1]d following) as later,
    count(case when a then 1 end) over (partition by subject order by us range between %[1]d preceding and 1 preceding) as earlier
  from once
  where (a or b) and subject is not null and us is not null
) near
where %[2]s`, s.after, where)
}

func (s following) run(e *Evaluator, in input, emit func(subject uint32, rows []uint32)) {
	a, b := e.has(in.a), e.has(in.b)
	for subject, rows := range e.groups(in, false) {
		if !s.not {
			emit(subject, followed(e, rows, s.after, a, b))
			continue
		}
		var alone []uint32
		for i, n := range rows {
			if a(n) && !near(e, rows, i, 1, s.after, b) {
				alone = append(alone, n)
			}
		}
		emit(subject, alone)
	}
}
