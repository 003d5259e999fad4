package reader

import (
	"errors"
	"slices"
	"strings"
	"testing"
	"time"

	"signins/schema"
	"signins/testdata/fixture"
)

// Local dates are read in the order that is given, and in no other; without one, where
// only one fits.
func TestLocalDates(t *testing.T) {
	t.Parallel()
	for _, c := range []struct{ text, mdy, dmy, ymd string }{
		{"6/15/2026, 9:56:49.975 AM", "2026-06-15T09:56:49.975Z", "", ""},
		{"6/7/2026, 12:35:28.806 PM", "2026-06-07T12:35:28.806Z", "2026-07-06T12:35:28.806Z", ""},
		{"6/7/2026, 12:35:28.806 AM", "2026-06-07T00:35:28.806Z", "2026-07-06T00:35:28.806Z", ""},
		{"8/22/2023 18:06", "2023-08-22T18:06:00Z", "", ""}, {"22.08.2023 18:06:07", "", "2023-08-22T18:06:07Z", ""}, {"22-8-2023 8:06:07", "", "2023-08-22T08:06:07Z", ""},
		{"3/12/2025 7:22:01 AM", "2025-03-12T07:22:01Z", "2025-12-03T07:22:01Z", ""}, {"15/11/2025 19:22:01", "", "2025-11-15T19:22:01Z", ""},
		{"2026/06/15 9:56:49", "", "", "2026-06-15T09:56:49Z"}, {"2026-6-15 9:56", "", "", "2026-06-15T09:56:00Z"},
		{"6/15/2026 9:56:49\u202fPM", "2026-06-15T21:56:49Z", "", ""}, {"6/15/2026 9:56:49 pm", "2026-06-15T21:56:49Z", "", ""}, {" 6/15/2026  9:56:49PM ", "2026-06-15T21:56:49Z", "", ""},
		{"6/15/2026 13:56:49 PM", "", "", ""}, {"6/15/2026 0:56:49 AM", "", "", ""}, {"6/15/2026 24:00:00", "", "", ""}, {"6/15/2026 9:60", "", "", ""}, {"6/15/2026 9:59:60", "", "", ""},
		{"6/15/26 9:56", "", "", ""}, {"6/15/2026", "", "", ""}, {"6/15-2026 9:56", "", "", ""}, {"6/15/20266 9:56", "", "", ""}, {"2/29/2026 9:56", "", "", ""}, {"6/15/2026 9", "", "", ""}, {"6/15/2026 9:5", "", "", ""},
		{"6/15/2026 9:56:49.", "", "", ""}, {"6/15/2026 9:56:49 XM", "", "", ""}, {"13/13/2026 9:56", "", "", ""}, {"6//2026 9:56", "", "", ""}, {"", "", "", ""}, {"6/15/0000 9:56", "", "", ""},
	} {
		t.Run(caseName(c.text), func(t *testing.T) {
			for name, want := range map[string]string{"mdy": c.mdy, "dmy": c.dmy, "ymd": c.ymd, "": only(c.mdy, c.dmy, c.ymd)} {
				m, ok := parseLocal([]byte(c.text), dateOrder(slices.Index(DateOrders, name)+1))
				if ok != (want != "") || ok && instant(m) != want {
					t.Errorf("%q as %s: %t, %s; want %q", c.text, name, ok, instant(m), want)
				}
			}
		})
	}
}

// only returns the one text that is not empty, "" if there are several.
func only(texts ...string) (one string) {
	for _, text := range texts {
		if text != "" && one != "" {
			return ""
		}
		one += text
	}
	return one
}

// The order of dates is proven by the cells of the column, given, or refused.
func TestDateOrder(t *testing.T) {
	t.Parallel()
	for _, c := range []struct{ dates, order, want, warning, bad string }{
		{"6/15/2026 9:56:01 AM|3/4/2026 9:56:01 AM", "", "2026-06-15T09:56:01Z|2026-03-04T09:56:01Z", schema.MonthFirst, ""},
		{"3/4/2026 9:56:01 AM|15/6/2026 9:56:01 AM", "", "2026-04-03T09:56:01Z|2026-06-15T09:56:01Z", schema.DayFirst, ""},
		{"2026/6/15 9:56:01|2026/6/1 9:56:01", "", "2026-06-15T09:56:01Z|2026-06-01T09:56:01Z", schema.YearFirst, ""},
		{"3/4/2026 9:56:01 AM|5/6/2026 9:56:01 AM", "", "", "", "is unknown"},
		{"3/4/2026 9:56:01 AM|5/6/2026 9:56:01 AM", "mdy", "2026-03-04T09:56:01Z|2026-05-06T09:56:01Z", "", ""},
		{"3/4/2026 9:56:01 AM|5/6/2026 9:56:01 AM", "dmy", "2026-04-03T09:56:01Z|2026-06-05T09:56:01Z", "", ""},
		{"15/6/2026 9:56:01|6/15/2026 9:56:01", "", "", "", "disagree"},
		{"15/6/2026 9:56:01|6/15/2026 9:56:01", "dmy", "2026-06-15T09:56:01Z|", schema.BadTime, ""},
		{"15/6/2026 9:56:01|6/15/2026 9:56:01", "mdy", "|2026-06-15T09:56:01Z", schema.OtherDateOrder, ""},
		{"3/4/2026 9:56:01|6/15/2026 9:56:01", "dmy", "2026-04-03T09:56:01Z|", schema.OtherDateOrder, ""},
		{"3/4/2026 9:56:01|2026/6/15 9:56:01", "dmy", "2026-04-03T09:56:01Z|", schema.OtherDateOrder, ""},
		{"5/5/2026 9:56:01 AM|6/6/2026 9:56:01 AM", "", "2026-05-05T09:56:01Z|2026-06-06T09:56:01Z", "", ""},
		{"2026/5/5 9:56:01|2026/6/6 9:56:01", "", "2026-05-05T09:56:01Z|2026-06-06T09:56:01Z", "", ""},
		{"5/5/2026 9:56:01 AM|6/5/2026 9:56:01 AM", "", "", "", "is unknown"}, {"2026/5/6 9:56:01|2026/6/6 9:56:01", "", "", "", "is unknown"},
		{"5/5/2026 9:56:01|16/6/2026 9:56:01", "", "2026-05-05T09:56:01Z|2026-06-16T09:56:01Z", schema.DayFirst, ""},
		{"2026/5/15 9:56:01|16/6/2026 9:56:01", "", "", "", "disagree"}, {"15/6/2026 9:56:01|6/15/2026 9:56:01|6/6/2026 9:56:01", "", "", "", "disagree"},
		{"2026-06-15T09:56:01Z|2026-06-15T09:56:01Z", "", "2026-06-15T09:56:01Z|2026-06-15T09:56:01Z", "", ""},
	} {
		t.Run(caseName(c.dates), func(t *testing.T) {
			content := "TimeGenerated [UTC],CreatedDateTime [UTC],ResultType,UserPrincipalName\n"
			for date := range strings.SplitSeq(c.dates, "|") {
				content += `,"` + date + `",0,u` + "\n"
			}
			for _, from := range []string{fixture.Temp(t, "x.csv", content), "-"} {
				out := collect(t, Options{DateOrder: c.order, Stdin: strings.NewReader(content)}, from)
				if c.bad != "" {
					if e, ok := out.err.(*Error); !ok || !strings.Contains(e.What, c.bad) || !strings.Contains(e.Hint, "--date-order") {
						t.Errorf("%s: %v", c.dates, out.err)
					}
					continue
				}
				if told := out.warnings[schema.OtherDateOrder] > 0; told != (out.warnings[schema.BadTime] > 0) {
					t.Errorf("%s: warnings %v", c.dates, out.warnings)
				}
				if got := strings.Join(out.values("created_at"), "|"); got != c.want || c.warning != "" && out.warnings[c.warning] != 1 || out.err != nil {
					t.Errorf("%s: %s, want %s; warnings %v, %v", c.dates, got, c.want, out.warnings, out.err)
				}
			}
		})
	}
}

// The proof may be anywhere in a file.
func TestDateOrderIsProvenByTheLastRow(t *testing.T) {
	t.Parallel()
	content := "CreatedDateTime,ResultType,UserPrincipalName\n" + strings.Repeat("3/4/2026 5:06,0,u\n", 100_000)
	out := collect(t, Options{}, fixture.Temp(t, "x.csv", content+"13/4/2026 5:06,0,u\n"))
	if out.err != nil || len(out.rows) != 100_001 || out.rows[0]["created_at"] != "2026-04-03T05:06:00Z" || out.rows[0]["issues"] != "time_without_zone|time_without_seconds" {
		t.Errorf("%d rows, %v", len(out.rows), out.err)
	}
}

// Of standard input the first rows decide. Where they prove nothing it is
// refused; a date that contradicts them later is null, kept, and reported.
func TestDateOrderOfALongStandardInput(t *testing.T) {
	t.Parallel()
	const head, many = "CreatedDateTime,ResultType,UserPrincipalName\n", 100_000
	read := func(order string, rows ...string) outcome {
		return collect(t, Options{DateOrder: order, Stdin: strings.NewReader(head + strings.Join(rows, ""))}, "-")
	}
	alike := strings.Repeat("5/5/2026 5:06,0,u\n", many)
	if out := read("", alike, "3/4/2026 5:06,0,u\n"); out.err == nil || !strings.Contains(out.err.Error(), "is unknown") {
		t.Errorf("alike: %v", out.err)
	}
	out := read("", alike[:len(alike)/100], "5/15/2026 5:06,0,u\n", alike, "15/4/2026 5:06,0,u\n")
	last := out.rows[len(out.rows)-1]
	if out.err != nil || last["created_at"] != "" || last["extra"] != `{"CreatedDateTime":"15/4/2026 5:06"}` || out.warnings[schema.BadTime] != 1 || out.warnings[schema.MonthFirst] != 1 {
		t.Errorf("contradicted: %s, warnings %v, %v", last, out.warnings, out.err)
	}
	if out := read("dmy", alike, "3/4/2026 5:06,0,u\n"); out.err != nil || out.rows[many]["created_at"] != "2026-04-03T05:06:00Z" {
		t.Errorf("given: %v", out.err)
	}
}

func TestLocalTimeIsNotUTC(t *testing.T) {
	t.Parallel()
	out := readText(t, "TimeGenerated [Local Time],CreatedDateTime [UTC+02:00],ResultType,UserPrincipalName\n\"6/15/2026, 9:56:49.975 AM\",2026-06-15T09:56:49Z,0,u\n")
	if r := out.rows[0]; r["ingested_at"] != "" || r["created_at"] != "2026-06-15T09:56:49Z" || r["issues"] != "local_time" || r["extra"] != `{"TimeGenerated [Local Time]":"6/15/2026, 9:56:49.975 AM"}` {
		t.Errorf("%s", r)
	}
}

// Only diagnostic settings write the month first whatever the settings; in
// other JSON a local date is read in the order that is given.
func TestLocalDatesInJSON(t *testing.T) {
	t.Parallel()
	const date = `"11/12/2025 1:48:53 AM"`
	diagnostic := `{"time":` + date + `,"category":"SignInLogs","properties":` + signIn("1") + "}\n"
	table := `{"TimeGenerated":` + date + `,"ResultType":"0","UserPrincipalName":"u"}` + "\n"
	for _, c := range []struct{ content, order, want string }{
		{diagnostic, "", "2025-11-12T01:48:53Z"}, {diagnostic, "dmy", "2025-11-12T01:48:53Z"},
		{table, "dmy", "2025-12-11T01:48:53Z"}, {table, "mdy", "2025-11-12T01:48:53Z"},
	} {
		t.Run(caseName(c.content), func(t *testing.T) {
			out := collect(t, Options{DateOrder: c.order, Stdin: strings.NewReader(c.content)}, "-")
			if len(out.rows) != 1 || out.rows[0]["ingested_at"] != c.want {
				t.Errorf("%s %s: %v, %v", c.content, c.order, out.rows, out.err)
			}
		})
	}
}

// In JSON, too, an order is proven by the dates of the file, or refused.
func TestDateOrderInJSON(t *testing.T) {
	t.Parallel()
	const record = `{"CreatedDateTime":"%s","AppId":"a","UserPrincipalName":"11/12/2025 1:48","Status":{"ErrorCode":0}}`
	for _, c := range []struct{ dates, want, warning, bad string }{
		{"11/12/2025 1:48:53\u202fAM|11/13/2025 1:48:53 AM", "2025-11-12T01:48:53Z|2025-11-13T01:48:53Z", schema.MonthFirst, ""},
		{"11/12/2025 1:48:53|13/11/2025 1:48:53", "2025-12-11T01:48:53Z|2025-11-13T01:48:53Z", schema.DayFirst, ""},
		{"5/5/2025 1:48:53|6/6/2025 1:48:53", "2025-05-05T01:48:53Z|2025-06-06T01:48:53Z", "", ""},
		{"2025-11-12 01:48:53|2025-11-12T01:48:53Z", "2025-11-12T01:48:53Z|2025-11-12T01:48:53Z", "", ""},
		{"11/12/2025 1:48:53|1/12/2025 1:48:53", "", "", "is unknown"}, {"11/12/2025 1:48:53|11/13/2025 1:48:53|13/11/2025 1:48:53", "", "", "disagree"},
	} {
		t.Run(caseName(c.dates), func(t *testing.T) {
			records := strings.Split(each(strings.Split(c.dates, "|"), record, "\n"), "\n")
			for _, content := range []string{join(records, "\n") + "\n", "[" + join(records, ",\n") + "]", "[" + records[0] + "]\n[" + join(records[1:], ",") + "]"} {
				for _, from := range []string{fixture.Temp(t, "x.json", content), "-"} {
					out := collect(t, Options{Stdin: strings.NewReader(content), InputZone: Zone{time.UTC}}, from)
					said, _ := out.err.(*Error)
					if c.bad != "" && (said == nil || !strings.Contains(said.What, c.bad) || !strings.Contains(said.Hint, "--date-order")) {
						t.Errorf("%s: %v", content, out.err)
					}
					if c.bad == "" && (out.err != nil || strings.Join(out.values("created_at"), "|") != c.want || c.warning != "" && out.warnings[c.warning] != 1) {
						t.Errorf("%s: %v, %v, %v", content, out.values("created_at"), out.warnings, out.err)
					}
				}
			}
		})
	}
}

// A fault of the file is reported before the order of its dates, unless it is
// salvaged.
func TestDateOrderOfDamagedFiles(t *testing.T) {
	t.Parallel()
	table := "CreatedDateTime,ResultType,UserPrincipalName\n" + strings.Repeat("3/4/2026 5:06,0,u\n", 1000)
	records := "[" + strings.Repeat(`{"CreatedDateTime":"3/4/2026 5:06","ClientAppUsed":"ab","Status":{}},`, 1000)
	for name, content := range map[string]string{
		"array": records, "row": table + "3/4/2026 5:06,\"", "packed array": badSum(fixture.Gzip(records + "{}]")), "packed table": badSum(fixture.Gzip(table + strings.Repeat(" ", headSize))),
	} {
		t.Run(caseName(name), func(t *testing.T) {
			path := fixture.Temp(t, "x", content)
			for _, c := range []struct {
				o    Options
				want string
			}{{Options{}, "damaged"}, {Options{DateOrder: "mdy"}, "damaged"}, {Options{Salvage: true}, "is unknown"}} {
				out := collect(t, c.o, path)
				var e *Error
				if !errors.As(out.err, &e) || e.Damaged != (c.want == "damaged") || !e.Damaged && !strings.Contains(e.What, c.want) {
					t.Errorf("%s, %+v: %v", name, c.o, out.err)
				}
			}
			if out := collect(t, Options{Salvage: true, DateOrder: "mdy"}, path); out.err != nil || len(out.rows) < 1000 {
				t.Errorf("%s: %d rows, %v", name, len(out.rows), out.err)
			}
		})
	}
}

// A dialect that is named is read without a look at names; the wrong kind of
// text is refused.
func TestFrom(t *testing.T) {
	t.Parallel()
	for _, c := range []struct{ from, content, bad string }{
		{"log-analytics-csv", "Id,Computer\n1,x\n", ""}, {"portal-csv", "Request ID,Computer\n1,x\n", ""}, {"graph-json", `[{"id":"1","createdDateTime":"2026-01-02T03:04:05Z"}]`, ""},
		{"graph-json", "Id,Computer\n1,x\n", "it is not JSON"}, {"portal-csv", "[]", "it is not CSV"}, {"portal-csv", "PK\x03\x04", "ZIP"},
	} {
		t.Run(caseName(c.from), func(t *testing.T) {
			out := collect(t, Options{From: c.from, Stdin: strings.NewReader(c.content)}, "-")
			if c.bad != "" && (out.err == nil || !strings.Contains(out.err.Error(), c.bad)) || c.bad == "" && (out.err != nil || strings.Join(out.values("id"), "") != "1") {
				t.Errorf("%+v: %v, %v", c, out.rows, out.err)
			}
		})
	}
}
