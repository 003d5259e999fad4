package schema

import (
	"fmt"
	"math"
	"time"
)

// A Span is a half-open range of event times in microseconds since 1970.
type Span struct{ Since, Until int64 }

// Always is the span of all times.
var Always = Span{math.MinInt64, math.MaxInt64}

// ParseTime reads a time as people write it: a date, or a date and a time, UTC
// unless an offset follows. It returns microseconds since 1970.
func ParseTime(text string) (int64, error) {
	for _, layout := range []string{time.DateOnly, "2006-01-02T15:04Z07:00", time.RFC3339, "2006-01-02T15:04", "2006-01-02T15:04:05"} {
		at, err := time.Parse(layout, text)
		if err != nil {
			continue
		}
		if at.Nanosecond()%1000 != 0 {
			return 0, fmt.Errorf("%s: finer than a microsecond", text)
		}
		return at.UnixMicro(), nil
	}
	return 0, fmt.Errorf("%s: not a time such as 2026-05-01 or 2026-05-01T08:00:00Z", text)
}

// FormatTime writes a time for ParseTime, "" for an end of Always.
func FormatTime(micros int64) string {
	if micros == Always.Since || micros == Always.Until {
		return ""
	}
	return time.UnixMicro(micros).UTC().Format(time.RFC3339Nano)
}

// Filter drops the records of b whose event time is outside the span and counts
// them in Filtered. Records without an event time are kept. Values
// that only dropped records had remain in the dictionaries.
func (s Span) Filter(b *Batch) {
	at := &b.Columns[CreatedAt]
	b.filter(func(row int) bool {
		n, ok := at.Num(row)
		return !ok || s.Since <= n && n < s.Until
	})
}
