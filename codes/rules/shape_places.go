package rules

import (
	"fmt"
	"math"

	"signins/schema"
)

// A value is what the shape firstSeen looks at: its columns, of which one has to be there.
type value struct {
	columns []schema.ColumnID
	sql     func(d *dialect) string
	of      func(e *Evaluator, r *record) uint32
	where   bool // it is about the address: trusted ones are not reported
}

// firstSeen is the shape of the first record of a subject with a value, after a baseline:
// sign-ins of that subject in records before, the first of them days ago. Of
// values that are about the address, one from a trusted address does not match; it counts
// for the baseline, and its value is known.
type firstSeen struct {
	on
	value   value
	days    int64
	signIns int64
}

func (s firstSeen) columns(d *dialect) []selected { return []selected{{s.value.sql(d), "value"}} }
func (s firstSeen) needs() [][]schema.ColumnID    { return [][]schema.ColumnID{s.value.columns} }

func (s firstSeen) sql() string {
	return fmt.Sprintf(`select ID as rule, subject, source_file, source_record
from (
  select *,
    min(us) over (partition by subject) as since,
    sum(sign_ins) over (partition by subject order by us, remainder, source_file, source_record
      rows between unbounded preceding and 1 preceding) as earlier,
    row_number() over (partition by subject, value order by us, remainder, source_file, source_record) as place
  from once
  where a and subject is not null and us is not null
) numbered
where place = 1 and value is not null and us - since >= %d and earlier >= %d`, s.days*day, s.signIns)
}

func (s firstSeen) run(e *Evaluator, in input, emit func(subject uint32, rows []uint32)) {
	for subject, rows := range e.groups(in, false) {
		known, earlier := map[uint32]bool{0: true}, int64(0)
		since := e.at(rows[0]).created
		emit(subject, keep(rows, func(n uint32) bool {
			r := e.at(n)
			value := s.value.of(e, r)
			hit := !known[value] && r.created-since >= s.days*day && earlier >= s.signIns
			known[value], earlier = true, earlier+e.count(r)
			return hit && !(s.value.where && e.isTrusted(r))
		}))
	}
}

// afterSilence is the shape of the first record of a subject after days without one.
type afterSilence struct {
	on
	days int64
}

func (s afterSilence) sql() string {
	return fmt.Sprintf(`select ID as rule, subject, source_file, source_record
from (
  select *, us - lag(us) over (partition by subject order by us, remainder, source_file, source_record) as silence
  from once
  where a and subject is not null and us is not null
) gaps
where silence > %d`, s.days*day)
}

func (s afterSilence) run(e *Evaluator, in input, emit func(subject uint32, rows []uint32)) {
	for subject, rows := range e.groups(in, false) {
		last := e.at(rows[0]).created
		emit(subject, keep(rows, func(n uint32) bool {
			now := e.at(n).created
			hit := now-last > s.days*day
			last = now
			return hit
		}))
	}
}

// travelled is the shape of two records of a subject, one after the other, that are so
// far apart that nobody travels as fast. It matches both. Those from trusted addresses are
// left out.
type travelled struct {
	on
	km, kmph int64
}

func (travelled) needs() [][]schema.ColumnID {
	return [][]schema.ColumnID{{schema.LocationLatitude}, {schema.LocationLongitude}}
}

func (s travelled) columns(*dialect) []selected {
	return []selected{{"location_latitude", "latitude"}, {"location_longitude", "longitude"}}
}

// earth is the mean diameter in kilometres (IUGG).
const earth = 2 * 6371.0088

func (s travelled) sql() string {
	return fmt.Sprintf(`select ID as rule, subject, source_file, source_record
from (
  select *, coalesce(lead(hit) over (partition by subject order by us, remainder, source_file, source_record), false) as next_hit
  from (
    select *, coalesce(km > %[1]d and km * 3600000000 > %[2]d * cast(us - us_was as double), false) as hit
    from (
      select *, %[3]v * asin(least(1, sqrt(
          power(sin(radians(latitude - latitude_was) / 2), 2)
          + cos(radians(latitude_was)) * cos(radians(latitude)) * power(sin(radians(longitude - longitude_was) / 2), 2)))) as km
      from (
        select *,
          lag(us) over (partition by subject order by us, remainder, source_file, source_record) as us_was,
          lag(latitude) over (partition by subject order by us, remainder, source_file, source_record) as latitude_was,
          lag(longitude) over (partition by subject order by us, remainder, source_file, source_record) as longitude_was
        from once
        where a and subject is not null and us is not null and (latitude <> 0 or longitude <> 0)
          and latitude is not null and longitude is not null
      ) legs
    ) distances
  ) speeds
) pairs
where hit or next_hit`, s.km, s.kmph, earth)
}

func (s travelled) run(e *Evaluator, in input, emit func(subject uint32, rows []uint32)) {
	for subject, rows := range e.groups(in, false) {
		rows = keep(rows, func(n uint32) bool { return e.origin(e.at(n)).located && !e.isTrusted(e.at(n)) })
		hit := map[uint32]bool{}
		for i := 1; i < len(rows); i++ {
			if s.tooFast(e, e.at(rows[i-1]), e.at(rows[i])) {
				hit[rows[i-1]], hit[rows[i]] = true, true
			}
		}
		emit(subject, keep(rows, func(n uint32) bool { return hit[n] }))
	}
}

func (s travelled) tooFast(e *Evaluator, from, to *record) bool {
	km := distance(e.origin(from), e.origin(to))
	return km > float64(s.km) && km*3600e6 > float64(s.kmph)*float64(to.created-from.created)
}

// distance returns kilometres on a great circle, by the haversine formula.
func distance(from, to *origin) float64 {
	radians := func(bits uint64) float64 { return math.Float64frombits(bits) * math.Pi / 180 }
	lat, lon := radians(from.latitude), radians(from.longitude)
	north, east := radians(to.latitude), radians(to.longitude)
	h := math.Pow(math.Sin((north-lat)/2), 2) + math.Cos(lat)*math.Cos(north)*math.Pow(math.Sin((east-lon)/2), 2)
	return earth * math.Asin(min(1, math.Sqrt(h)))
}
