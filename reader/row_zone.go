package reader

import (
	"time"

	"signins/schema"
)

// A Zone is the time zone of clocks without one. The zero Zone is unknown.
type Zone struct{ location *time.Location }

// String returns the name of the zone, "" for an unknown one.
func (z Zone) String() string {
	if z.location == nil {
		return ""
	}
	return z.location.String()
}

// instant returns the instant of a clock in the zone, or the finding for a clock of an
// unknown zone, and for one that the change of summer time skips or shows twice.
func (z Zone) instant(m moment) (moment, string) {
	if z.location == nil {
		return m, schema.LocalTime
	}
	wall, seconds := m.micros, m.micros/1e6
	found := 0
	for _, day := range []int64{-1, 1} {
		_, offset := time.Unix(seconds+day*86400, 0).In(z.location).Zone()
		at := seconds - int64(offset)
		if _, there := time.Unix(at, 0).In(z.location).Zone(); there != offset {
			continue
		}
		if one := wall - int64(offset)*1e6; found == 0 || one != m.micros {
			m.micros = one
			found++
		}
	}
	if found != 1 {
		return m, schema.AmbiguousTime
	}
	m.zoneless = false
	return m, ""
}
