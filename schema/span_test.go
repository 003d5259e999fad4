package schema_test

import (
	"fmt"
	"testing"

	"signins/schema"
)

func TestParseTime(t *testing.T) {
	t.Parallel()
	const may = 1777593600000000
	for text, want := range map[string]int64{
		"2026-05-01":                   may,
		"2026-05-01T00:00":             may,
		"2026-05-01T00:00:00":          may,
		"2026-05-01T02:00+02:00":       may,
		"2026-05-01T00:00:00Z":         may,
		"2026-05-01T00:00:00.000001Z":  may + 1,
		"2026-05-01T00:00:00.0000010Z": may + 1,
		"1969-12-31T23:59:59.999999Z":  -1,
	} {
		t.Run(text, func(t *testing.T) {
			if got, err := schema.ParseTime(text); got != want || err != nil {
				t.Errorf("%s: %d, %v, want %d", text, got, err, want)
			}
		})
	}
	for _, text := range []string{"", "yesterday", "2026-13-01", "01.05.2026", "2026-05-01T00:00:00.0000001Z", "2026-05-01Z"} {
		t.Run(text, func(t *testing.T) {
			if got, err := schema.ParseTime(text); err == nil {
				t.Errorf("%q: %d", text, got)
			}
		})
	}
}

// A span includes its beginning and excludes its end; records without a time are kept.
func TestSpanFilter(t *testing.T) {
	t.Parallel()
	b := &schema.Batch{Source: &schema.Source{}, Seen: 6}
	for i, at := range []int64{10, 19, -1, 20, 9, 15} {
		b.Columns[schema.ID].SetText(i, fmt.Sprint("r", i))
		if at >= 0 {
			b.Columns[schema.CreatedAt].SetNum(i, at)
		}
		b.Len++
	}
	b.Columns[schema.UserID].SetText(5, "u")
	b.Seal()
	schema.Span{Since: 10, Until: 20}.Filter(b)
	var got []string
	for row := range b.Len {
		got = append(got, string(b.Columns[schema.ID].Value(row))+string(b.Columns[schema.UserID].Value(row)))
	}
	if fmt.Sprint(got) != "[r0 r1 r2 r5u]" || b.Filtered != 2 || b.Seen != 6 {
		t.Errorf("%v, %d filtered of %d", got, b.Filtered, b.Seen)
	}
	schema.Always.Filter(b)
	if b.Len != 4 || b.Filtered != 2 {
		t.Errorf("%d records, %d filtered", b.Len, b.Filtered)
	}
	b.Reset(b.Source)
	if b.Filtered != 0 {
		t.Errorf("%d filtered in an empty batch", b.Filtered)
	}
}
