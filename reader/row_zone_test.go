package reader

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"signins/schema"
	"signins/testdata/fixture"
)

// berlin is a zone whose summer time begins at 2:00 on 2026-03-29 and ends at 3:00 on
// 2026-10-25.
func berlin(t *testing.T) Zone {
	t.Helper()
	location, err := time.LoadLocation("Europe/Berlin")
	if err != nil {
		t.Fatal(err)
	}
	return Zone{location}
}

// A zone reads clocks of formats that have none, and nothing else; hours that it skips
// or repeats are null.
func TestInputZone(t *testing.T) {
	t.Parallel()
	for _, c := range []struct{ place, text, want, issues string }{
		{"Defender", "6/15/2026, 3:40:13.988 PM", "2026-06-15T13:40:13.988Z", ""},
		{"Defender", "15/06/2026, 3:40:13.988 pm", "2026-06-15T13:40:13.988Z", ""},
		{"Defender", "May 7, 2026 18:41:25.123", "2026-05-07T16:41:25.123Z", ""},
		{"Defender", "2026-01-07T18:41:25", "2026-01-07T17:41:25Z", ""},
		{"Defender", "2026-01-07T18:41:25Z", "2026-01-07T18:41:25Z", ""},
		{"Defender", "2026-03-29T01:59:59", "2026-03-29T00:59:59Z", ""},
		{"Defender", "2026-03-29T02:30:00", "", "ambiguous_time"},
		{"Defender", "2026-03-29T03:00:00", "2026-03-29T01:00:00Z", ""},
		{"Defender", "2026-10-25T01:59:59", "2026-10-24T23:59:59Z", ""},
		{"Defender", "2026-10-25T02:30:00", "", "ambiguous_time"},
		{"Defender", "2026-10-25T03:00:00", "2026-10-25T02:00:00Z", ""},
		{"Defender", "2026-10-25T02:30:00+02:00", "2026-10-25T00:30:00Z", ""},
		{"Defender [UTC]", "2026-06-15T02:30:00", "2026-06-15T02:30:00Z", ""},
		{"table [Local]", "6/15/2026, 9:56:49.975 AM", "2026-06-15T07:56:49.975Z", ""},
		{"table [UTC]", "6/15/2026, 9:56:49.975 AM", "2026-06-15T09:56:49.975Z", ""},
		{"table", "6/15/2026, 9:56:49.975 AM", "2026-06-15T09:56:49.975Z", "time_without_zone"},
		{"PowerShell", "6/15/2026 9:56:49 AM", "2026-06-15T07:56:49Z", ""},
		{"PowerShell", "5/13/2026 8:00:00 AM +00:00", "2026-05-13T08:00:00Z", ""},
		{"portal", "2025-12-04 08:19:41", "2025-12-04T08:19:41Z", ""},
		{"graph", "2026-01-02T03:04:05", "2026-01-02T03:04:05Z", "time_without_zone"},
	} {
		t.Run(caseName(c.place+c.text), func(t *testing.T) {
			place := timePlaces[c.place]
			out := collect(t, Options{InputZone: berlin(t), Stdin: strings.NewReader(strings.ReplaceAll(place.input, "§", c.text))}, "-")
			if out.err != nil || len(out.rows) != 1 {
				t.Fatalf("%d rows, %v", len(out.rows), out.err)
			}
			if r := out.rows[0]; r[place.column] != c.want || r["issues"] != c.issues || strings.Contains(r["extra"], c.text) != (c.want == "") {
				t.Errorf("%q %s, extra %s; want %q %s", r[place.column], r["issues"], r["extra"], c.want, c.issues)
			}
		})
	}
}

// Rows that lose their event time are counted.
func TestLostTimesAreCounted(t *testing.T) {
	t.Parallel()
	out := readText(t, fmt.Sprintf("Timestamp,ErrorCode,AccountUpn\n%s,0,u\n%[1]s,0,u\n%s,0,u\n", "2026-01-02T03:04:05", "2026-01-02T03:04:05Z"))
	if out.warnings[schema.LostTimes] != 2 || out.warnings[schema.LocalTime] != 2 || out.rows[2]["created_at"] == "" {
		t.Errorf("%v", out.warnings)
	}
}

// The pages name every format once, with what the code does.
func TestPageOfClocks(t *testing.T) {
	t.Parallel()
	for page, header := range map[string]string{
		"FORMATS.md":   "| format | without a zone |\n",
		"../README.md": "| format | content | times without a zone |\n",
	} {
		text := fixture.Read(t, page)
		_, table, _ := strings.Cut(string(text), header)
		utc := map[string]bool{}
		for line := range strings.Lines(table) {
			cells := strings.Split(strings.TrimSpace(line), "|")
			if len(cells) != strings.Count(header, "|")+1 {
				break
			}
			zone := strings.Trim(cells[len(cells)-2], " -")
			for name := range strings.SplitSeq(cells[1], ",") {
				if name = strings.Trim(name, " `-"); name != "" && zone != "" {
					_, repeated := utc[name]
					utc[name] = strings.HasPrefix(zone, "UTC")
					if known := !strings.HasPrefix(zone, "not known"); repeated || known != utc[name] {
						t.Errorf("%s: %s: %s", page, name, line)
					}
				}
			}
		}
		for _, d := range dialects {
			if isUTC, named := utc[d.name]; named == d.isSteps || isUTC != (d.utcTimes && named) {
				t.Errorf("%s: %s: named: %t, as UTC: %t; want %t", page, d.name, named, isUTC, d.utcTimes)
			}
		}
		if len(utc) != len(dialects)-1 {
			t.Errorf("%s: %v", page, utc)
		}
	}
}
