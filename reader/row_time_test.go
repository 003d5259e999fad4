package reader

import (
	"testing"
	"time"

	"signins/schema"
)

// Instants are read from ISO forms only, to the microsecond, with the remainder in
// nanoseconds.
func TestTimeForms(t *testing.T) {
	t.Parallel()
	const day = "2026-01-02T03:04:05"
	for _, c := range []struct {
		text  string
		want  string // RFC 3339 with nanoseconds, "" for a refusal
		marks string // p precise, z zoneless, d default
	}{
		{day + "Z", "2026-01-02T03:04:05Z", ""},
		{day + "z", "2026-01-02T03:04:05Z", ""},
		{"2026-01-02t03:04:05Z", "2026-01-02T03:04:05Z", ""},
		{"2026-01-02 03:04:05Z", "2026-01-02T03:04:05Z", ""},
		{day, "2026-01-02T03:04:05Z", "z"},
		{"2023-07-26 23:00:20.889", "2023-07-26T23:00:20.889Z", "z"},
		{day + ".1Z", "2026-01-02T03:04:05.1Z", ""},
		{day + ".12Z", "2026-01-02T03:04:05.12Z", ""},
		{day + ".123Z", "2026-01-02T03:04:05.123Z", ""},
		{day + ".1234Z", "2026-01-02T03:04:05.1234Z", ""},
		{day + ".12345Z", "2026-01-02T03:04:05.12345Z", ""},
		{day + ".123456Z", "2026-01-02T03:04:05.123456Z", ""},
		{day + ".1234567Z", "2026-01-02T03:04:05.1234567Z", "p"},
		{day + ".12345678Z", "2026-01-02T03:04:05.12345678Z", "p"},
		{day + ".123456789Z", "2026-01-02T03:04:05.123456789Z", "p"},
		{day + ".1234560Z", "2026-01-02T03:04:05.123456Z", "p"},
		{day + ".000000000Z", "2026-01-02T03:04:05Z", "p"},
		{day + ".999999999Z", "2026-01-02T03:04:05.999999999Z", "p"},
		{day + ".332641+00:00", "2026-01-02T03:04:05.332641Z", ""},
		{day + "+00:00", "2026-01-02T03:04:05Z", ""},
		{day + "-00:00", "2026-01-02T03:04:05Z", ""},
		{day + "+0000", "2026-01-02T03:04:05Z", ""},
		{day + "+05:30", "2026-01-01T21:34:05Z", ""},
		{day + "-08:00", "2026-01-02T11:04:05Z", ""},
		{day + "-0330", "2026-01-02T06:34:05Z", ""},
		{day + "+14:00", "2026-01-01T13:04:05Z", ""},
		{day + ".5-12:00", "2026-01-02T15:04:05.5Z", ""},
		{"  " + day + "Z\t", "2026-01-02T03:04:05Z", ""},
		{"2024-02-29T23:59:59Z", "2024-02-29T23:59:59Z", ""},
		{"2000-02-29T00:00:00Z", "2000-02-29T00:00:00Z", ""},
		{"1969-12-31T23:59:59.5Z", "1969-12-31T23:59:59.5Z", ""},
		{"1969-12-31T23:59:59.1234567Z", "1969-12-31T23:59:59.1234567Z", "p"},
		{"1600-01-01T00:00:00Z", "1600-01-01T00:00:00Z", ""},
		{"9999-12-31T23:59:59.9999999Z", "9999-12-31T23:59:59.9999999Z", "p"},
		{"0001-01-01T00:00:00Z", "0001-01-01T00:00:00Z", "d"},
		{"0001-01-01T00:00:00", "0001-01-01T00:00:00Z", "zd"},
		{"0001-01-01T00:00:00.0000000+00:00", "0001-01-01T00:00:00Z", "pd"},

		{"", "", ""}, {"x", "", ""}, {"2026-01-02", "", ""}, {"2026-01-02T03:04Z", "", ""}, {"2026-01-02T03", "", ""}, {"20260102T030405Z", "", ""},
		{day + ".Z", "", ""}, {day + ".1234567890Z", "", ""}, {day + ",123Z", "", ""}, {day + ". 1Z", "", ""}, {day + ".1 Z", "", ""}, {day + " Z", "", ""},
		{day + "ZZ", "", ""}, {day + "+5:30", "", ""}, {day + "+05", "", ""}, {day + "+05:3", "", ""}, {day + "+05:60", "", ""}, {day + "+24:00", "", ""}, {day + "+99:99", "", ""}, {day + "+", "", ""},
		{day + " +00:00", "", ""}, {day + " UTC", "", ""}, {day + "[UTC]", "", ""}, {day + "+-1:00", "", ""},
		{"2026-01-02T24:00:00Z", "", ""}, {"2026-01-02T23:60:00Z", "", ""}, {"2026-01-02T23:59:60Z", "", ""}, {"2026-01-02T-1:00:00Z", "", ""},
		{"2026-02-29T00:00:00Z", "", ""}, {"1900-02-29T00:00:00Z", "", ""}, {"2026-04-31T00:00:00Z", "", ""}, {"2026-00-01T00:00:00Z", "", ""}, {"2026-13-01T00:00:00Z", "", ""}, {"2026-01-00T00:00:00Z", "", ""}, {"2026-01-32T00:00:00Z", "", ""},
		{"0000-01-01T00:00:00Z", "", ""}, {"-001-01-01T00:00:00Z", "", ""}, {"12026-01-02T03:04:05Z", "", ""},
		{"2026/01/02T03:04:05Z", "", ""}, {"2026-01-02_03:04:05Z", "", ""}, {"2026-01-02T03.04.05Z", "", ""}, {"2026-1-2T03:04:05Z00", "", ""},
		{"1/2/2026 3:04:05 AM", "", ""}, {"5/6/2024", "", ""}, {"15/11/2025 7:22:01", "", ""}, {"6/15/2026, 12:35:28.806 PM", "", ""}, {"8/22/2023 18:06", "", ""}, {"02.01.2026 03:04:05", "", ""},
		{`/Date(1598901896013)/`, "2020-08-31T19:24:56.013Z", ""}, {`/Date(1598901896013+0200)/`, "2020-08-31T19:24:56.013Z", ""}, {`/Date(-62135596800000)/`, "0001-01-01T00:00:00Z", "d"},
		{`/Date()/`, "", ""}, {`/Date(1)`, "", ""}, {`/Date(1e3)/`, "", ""}, {`/Date(1+2)/`, "", ""}, {`/Date(-)/`, "", ""}, {`/Date(253402300800000)/`, "", ""}, {`/Date(99999999999999999999)/`, "", ""},
		{`\/Date(1598901896013)\/`, "", ""}, {"1767323045", "", ""}, {"1767323045000", "", ""}, {"1.767323045e9", "", ""},
		{"Fri, 02 Jan 2026 03:04:05 GMT", "", ""}, {"2026-01-02T03:04:05\u00a0Z", "", ""}, {"２０２６-01-02T03:04:05Z", "", ""}, {"2026-01-02T03:04:05Z\x00", "", ""}, {"null", "", ""},
	} {
		t.Run(caseName(c.text), func(t *testing.T) {
			m, ok := parseTime([]byte(c.text))
			if ok != (c.want != "") {
				t.Errorf("%q: taken %t", c.text, ok)
				return
			}
			if got := instant(m); ok && (got != c.want || marksOf(m) != c.marks) {
				t.Errorf("%q: %s %q, want %s %q", c.text, got, marksOf(m), c.want, c.marks)
			}
		})
	}
}

// instant writes a moment with its nanoseconds.
func instant(m moment) string {
	return time.UnixMicro(m.micros).Add(time.Duration(m.nanos)).UTC().Format(time.RFC3339Nano)
}

func marksOf(m moment) string {
	s := ""
	for _, mark := range []struct {
		set  bool
		name string
	}{{m.precise, "p"}, {m.zoneless, "z"}, {m.isDefault, "d"}} {
		if mark.set {
			s += mark.name
		}
	}
	return s
}

// Diagnostic envelopes write the month first, also in copies with a clock of 24 hours.
func TestEnvelopeTimeForms(t *testing.T) {
	t.Parallel()
	for _, c := range []struct{ text, want string }{
		{"11/14/2025 1:48:53 AM", "2025-11-14T01:48:53Z"}, {"1/2/2026 12:00:00 AM", "2026-01-02T00:00:00Z"}, {"1/2/2026 12:00:00 PM", "2026-01-02T12:00:00Z"},
		{"01/02/2026 01:04:05 pm", "2026-01-02T13:04:05Z"}, {" 12/31/2025 11:59:59 PM ", "2025-12-31T23:59:59Z"}, {"11/14/2025 1:48:53\u202fAM", "2025-11-14T01:48:53Z"},
		{"11/14/2025 1:48:53.1234567 AM", "2025-11-14T01:48:53.1234567Z"},
		{"14/11/2025 1:48:53 AM", ""}, {"2/30/2026 1:00:00 AM", ""}, {"11/14/2025 13:48:53 PM", ""}, {"11/14/2025 1:48:53", "2025-11-14T01:48:53Z"}, {"11/14/2025 23:48:53", "2025-11-14T23:48:53Z"}, {"11/14/2025 1:48 AM", "2025-11-14T01:48:00Z"},
		{"11/14/2025 1:48:53 AM +02:00", "2025-11-13T23:48:53Z"},
		{"11/14/2025", ""}, {"11/14/25 1:48:53 AM", ""}, {"11-14-2025 1:48:53 AM", "2025-11-14T01:48:53Z"}, {"11/14/2025 1:60:53 AM", ""}, {"11/14/2025 1:48:60 AM", ""}, {"11/14/2025, 1:48:53 AM", "2025-11-14T01:48:53Z"}, {"", ""},
	} {
		t.Run(caseName(c.text), func(t *testing.T) {
			m, ok := parseEnvelopeTime([]byte(c.text), noOrder)
			if ok != (c.want != "") || ok && instant(m) != c.want {
				t.Errorf("%q: %t, %s; want %s", c.text, ok, instant(m), c.want)
			}
		})
	}
	if r := graphRow(t, `"id":"1"`); r["created_at"] == "" {
		t.Errorf("%s", r)
	}
	r := diagnosticRow(t, `"time":"11/14/2025 1:48:53 AM"`, "")
	if r["ingested_at"] != "2025-11-14T01:48:53Z" || r["issues"] != "" {
		t.Errorf("envelope: %s", r)
	}
	if out := readText(t, `{"createdDateTime":"11/12/2025 1:48:53 AM","clientAppUsed":"ab"}`+"\n"); out.err == nil {
		t.Errorf("event time: %s", out.rows)
	}
}

// Digits that microseconds drop are kept for the event time and counted for
// others.
func TestTimeRemainder(t *testing.T) {
	t.Parallel()
	for _, c := range []struct{ text, want, remainder string }{
		{"2026-01-02T03:04:05.1234567Z", "2026-01-02T03:04:05.123456Z", "700"}, {"2026-01-02T03:04:05.1234560Z", "2026-01-02T03:04:05.123456Z", "0"},
		{"2026-01-02T03:04:05.123456Z", "2026-01-02T03:04:05.123456Z", ""}, {"2026-01-02T03:04:05.123456789Z", "2026-01-02T03:04:05.123456Z", "789"}, {"1969-12-31T23:59:59.9999999Z", "1969-12-31T23:59:59.999999Z", "900"},
	} {
		t.Run(caseName(c.text), func(t *testing.T) {
			out := readText(t, `{"createdDateTime":"`+c.text+`","clientAppUsed":"ab"}`+"\n")
			if r := out.rows[0]; r["created_at"] != c.want || r["created_at_remainder_ns"] != c.remainder || out.warnings[schema.SubMicrosecond] > 0 {
				t.Errorf("%s: %s, warnings %v", c.text, r, out.warnings)
			}
		})
	}
	out := readText(t, `{"time":"2026-01-02T03:04:05.1234567Z","category":"SignInLogs","properties":{"id":"1","createdDateTime":"2026-01-02T03:04:05Z"}}`+"\n")
	if r := out.rows[0]; r["ingested_at"] != "2026-01-02T03:04:05.123456Z" || r["created_at_remainder_ns"] != "" || out.warnings[schema.SubMicrosecond] != 1 {
		t.Errorf("ingested: %s, warnings %v", r, out.warnings)
	}
}

// A time that means none or cannot be read is null and goes to extra verbatim.
func TestTimesThatAreNone(t *testing.T) {
	t.Parallel()
	for _, c := range []struct{ value, issue, extra string }{
		{`"0001-01-01T00:00:00Z"`, "default_time", `{"createdDateTime":"0001-01-01T00:00:00Z"}`}, {`"yesterday"`, "bad_time", `{"createdDateTime":"yesterday"}`},
		{`17673230451`, "bad_time", `{"createdDateTime":17673230451}`}, {`1767323045123.5`, "bad_time", `{"createdDateTime":1767323045123.5}`},
		{`{"a":1}`, "bad_type", `{"createdDateTime":{"a":1}}`}, {`null`, "", ""}, {`""`, "", ""}, {`"2026-01-02T24:00:00Z"`, "bad_time", `{"createdDateTime":"2026-01-02T24:00:00Z"}`},
	} {
		t.Run(caseName(c.value), func(t *testing.T) {
			out := readText(t, `{"createdDateTime":`+c.value+`,"clientAppUsed":"ab"}`+"\n")
			if r := out.rows[0]; r["created_at"] != "" || r["issues"] != c.issue || r["extra"] != c.extra {
				t.Errorf("%s: %s", c.value, r)
			}
		})
	}
}
