package rules

import (
	"fmt"

	"signins/schema"
)

// sprayed is the shape of failures of many users from one address to one application
// in a window, from an address with more failed users than granted ones. It matches
// the failures (a) of such windows, and what was granted (b) from the address since.
type sprayed struct {
	on
	users int64
	bin   int64 // microseconds
}

func (sprayed) needs() [][]schema.ColumnID { return [][]schema.ColumnID{aboutUser.needs()} }

func (s sprayed) columns(*dialect) []selected {
	return []selected{{sqlUser, "account"}, {"coalesce(app_display_name, '')", "app"}}
}

func (s sprayed) sql() string {
	return fmt.Sprintf(`, timed as (
  select *, us - us %% %[2]d as bin_from
  from once
  where (a or b) and subject is not null and us is not null
), people as (
  select subject
  from timed
  group by subject
  having count(distinct case when a then account end) > count(distinct case when b then account end)
), windows as (
  select subject, app, bin_from, min(bin_from) over (partition by subject) as since
  from (
    select subject, app, bin_from
    from timed
    where a and subject in (select subject from people)
    group by subject, app, bin_from
    having count(distinct account) >= %[1]d
  ) enough
)
select ID as rule, t.subject, t.source_file, t.source_record
from timed t join windows w on t.subject = w.subject and t.app = w.app and t.bin_from = w.bin_from
where t.a
union
select ID as rule, t.subject, t.source_file, t.source_record
from timed t join windows w on t.subject = w.subject and t.us >= w.since
where t.b`, s.users, s.bin)
}

// A window is an application and the beginning of a bin.
type window struct {
	app  uint32
	from int64
}

func (s sprayed) window(e *Evaluator, r *record) window {
	return window{e.client(r).app, r.created - r.created%s.bin}
}

func (s sprayed) run(e *Evaluator, in input, emit func(subject uint32, rows []uint32)) {
	for subject, rows := range e.groups(in, false) {
		failed, granted := map[uint32]bool{}, map[uint32]bool{}
		users := map[window]map[uint32]bool{}
		for _, n := range rows {
			r := e.at(n)
			if r.user == 0 {
				continue
			}
			if r.bits&in.b != 0 {
				granted[r.user] = true
			}
			if r.bits&in.a != 0 {
				failed[r.user] = true
				w := s.window(e, r)
				if users[w] == nil {
					users[w] = map[uint32]bool{}
				}
				users[w][r.user] = true
			}
		}
		if len(failed) <= len(granted) {
			continue
		}
		since := int64(noTime)
		for w, names := range users {
			if int64(len(names)) >= s.users {
				since = min(since, w.from)
			}
		}
		emit(subject, keep(rows, func(n uint32) bool {
			r := e.at(n)
			return r.bits&in.a != 0 && int64(len(users[s.window(e, r)])) >= s.users || r.bits&in.b != 0 && r.created >= since
		}))
	}
}

// bruteForce is the shape of failures (a) of one user on a day from some addresses, or
// more of them from any, without a later grant (b). It matches the failures.
type bruteForce struct {
	on
	addresses, some int64
	many            int64
	bin             int64 // microseconds
}

func (s bruteForce) columns(*dialect) []selected { return []selected{{"ip_address", "address"}} }

func (s bruteForce) sql() string {
	return fmt.Sprintf(`, timed as (
  select *, us - us %% %[4]d as bin_from, max(case when b then us end) over (partition by subject) as granted_us
  from once
  where (a or b) and subject is not null and us is not null
), windows as (
  select subject, bin_from
  from timed
  where a
  group by subject, bin_from
  having (count(distinct address) >= %[1]d and sum(sign_ins) >= %[2]d or sum(sign_ins) >= %[3]d)
    and (max(granted_us) is null or max(granted_us) <= max(us))
)
select ID as rule, t.subject, t.source_file, t.source_record
from timed t join windows w on t.subject = w.subject and t.bin_from = w.bin_from
where t.a`, s.addresses, s.some, s.many, s.bin)
}

func (s bruteForce) run(e *Evaluator, in input, emit func(subject uint32, rows []uint32)) {
	type failures struct {
		addresses map[uint32]bool
		sum, last int64
	}
	for subject, rows := range e.groups(in, false) {
		bins, granted := map[int64]*failures{}, int64(-noTime)
		for _, n := range rows {
			r := e.at(n)
			if r.bits&in.b != 0 {
				granted = r.created
			}
			if r.bits&in.a == 0 {
				continue
			}
			f := bins[r.created-r.created%s.bin]
			if f == nil {
				f = &failures{addresses: map[uint32]bool{}}
				bins[r.created-r.created%s.bin] = f
			}
			if address := e.origin(r).address; address != 0 {
				f.addresses[address] = true
			}
			f.sum, f.last = f.sum+e.count(r), r.created
		}
		emit(subject, keep(rows, func(n uint32) bool {
			r := e.at(n)
			f := bins[r.created-r.created%s.bin]
			return r.bits&in.a != 0 && granted <= f.last &&
				(int64(len(f.addresses)) >= s.addresses && f.sum >= s.some || f.sum >= s.many)
		}))
	}
}
