package reader

import (
	"strings"
	"testing"
)

// timePlaces are where the dialects write times: an input with the text in
// place of §, and the column that it goes to.
var timePlaces = map[string]struct{ input, column string }{
	"graph":             {`[{"createdDateTime":"§","clientAppUsed":"ab"}]`, "created_at"},
	"portal":            {"Date (UTC),Request ID,Username\n\"§\",1,u\n", "created_at"},
	"portal Date":       {"Date,Request ID,Username\n\"§\",1,u\n", "created_at"},
	"diagnostic":        {`[{"category":"SignInLogs","time":"","properties":{"id":"1","createdDateTime":"§"}}]`, "created_at"},
	"diagnostic time":   {`[{"category":"SignInLogs","time":"§","properties":{"id":"1","createdDateTime":"2026-01-02T03:04:05Z"}}]`, "ingested_at"},
	"table [UTC]":       {"TimeGenerated [UTC],CreatedDateTime [UTC],ResultType,UserPrincipalName\n,\"§\",0,u\n", "created_at"},
	"table":             {"TimeGenerated,CreatedDateTime,ResultType,UserPrincipalName\n,\"§\",0,u\n", "created_at"},
	"table ingested":    {"TimeGenerated [UTC],ResultType,UserPrincipalName\n\"§\",0,u\n", "ingested_at"},
	"table [Local]":     {"TimeGenerated [UTC],CreatedDateTime [Local Time],ResultType,UserPrincipalName\n,\"§\",0,u\n", "created_at"},
	"table JSON":        {`[{"TimeGenerated":"§","ResultType":"0","UserPrincipalName":"u"}]`, "ingested_at"},
	"PowerShell":        {`[{"CreatedDateTime":"§","ClientAppUsed":"ab","Status":{}}]`, "created_at"},
	"PowerShell CSV":    {"CreatedDateTime,Id,AppDisplayName,UserPrincipalName\n\"§\",1,a,u\n", "created_at"},
	"PowerShell number": {`[{"CreatedDateTime":§,"ClientAppUsed":"ab","Status":{}}]`, "created_at"},
	"Defender":          {"Timestamp,ErrorCode,AccountUpn\n\"§\",0,u\n", "created_at"},
	"Defender [UTC]":    {"Timestamp [UTC],ErrorCode,AccountUpn\n\"§\",0,u\n", "created_at"},
	"Defender JSON":     {`[{"Timestamp":"§","ErrorCode":0,"AccountUpn":"u"}]`, "created_at"},
}

// Every form that exports write times in, in its dialect: the instant, or null
// with the reason; a file whose dates have no certain order is refused.
func TestTimesOfEveryDialect(t *testing.T) {
	t.Parallel()
	const zone, seconds, bad, epoch, local = "time_without_zone", "time_without_seconds", "bad_time", "epoch_time", "local_time"
	for _, c := range []struct{ place, text, order, want, issues string }{
		{"graph", "2026-01-02T03:04:05Z", "", "2026-01-02T03:04:05Z", ""},
		{"graph", "2026-01-02T03:04:05.1Z", "", "2026-01-02T03:04:05.1Z", ""},
		{"graph", "2026-01-02T03:04:05.332641+00:00", "", "2026-01-02T03:04:05.332641Z", ""},
		{"graph", "2026-01-02T03:04:05.1234567Z", "", "2026-01-02T03:04:05.123456Z", ""},
		{"graph", "2026-01-02T03:04:05.123456789Z", "", "2026-01-02T03:04:05.123456Z", ""},
		{"graph", "2026-01-02T23:30:00-05:30", "", "2026-01-03T05:00:00Z", ""},
		{"graph", "2026-01-02T03:04:05+0530", "", "2026-01-01T21:34:05Z", ""},
		{"graph", "2026-01-02t03:04:05z", "", "2026-01-02T03:04:05Z", ""},
		{"graph", "2026-01-02T03:04:05", "", "2026-01-02T03:04:05Z", zone},
		{"graph", "2026-01-02 03:04:05.889", "", "2026-01-02T03:04:05.889Z", zone},
		{"graph", "0001-01-01T00:00:00Z", "", "", "default_time"},
		{"graph", "2026-01-02T24:00:00Z", "", "", bad},
		{"graph", "2026-01-02T23:59:60Z", "", "", bad},
		{"graph", "2026-01-02", "", "", bad},
		{"graph", "11/14/2025 1:48:53 AM", "", "2025-11-14T01:48:53Z", zone},
		{"graph", "11/12/2025 1:48:53 AM", "", "refused", ""},
		{"graph", "11/14/2025 1:48:53 AM", "mdy", "2025-11-14T01:48:53Z", zone},
		{"graph", "14/11/2025 1:48:53", "mdy", "", bad},
		{"graph", "1767323045", "", "2026-01-02T03:04:05Z", epoch},
		{"graph", "1767323045.25", "", "2026-01-02T03:04:05.25Z", epoch},
		{"graph", "1767323045123", "", "2026-01-02T03:04:05.123Z", epoch},
		{"graph", "1767323045123.0", "", "2026-01-02T03:04:05.123Z", epoch},
		{"graph", "1.767323045123e+12", "", "2026-01-02T03:04:05.123Z", epoch},
		{"graph", "1767323045123456", "", "2026-01-02T03:04:05.123456Z", epoch},
		{"graph", "1767323045123456789", "", "2026-01-02T03:04:05.123456Z", epoch},
		{"graph", "176732304", "", "", bad},
		{"graph", "5/13/2026 8:00:00 AM +00:00", "", "2026-05-13T08:00:00Z", ""},
		{"graph", "13/5/2026 08:00:00 -05:30", "", "2026-05-13T13:30:00Z", ""},
		{"graph", "5/6/2026 8:00:00 AM +00:00", "", "refused", ""},
		{"graph", "5/6/2026 8:00:00 AM +00:00", "dmy", "2026-06-05T08:00:00Z", ""},
		{"graph", "5/13/2026 8:00:00 AM UTC", "", "2026-05-13T08:00:00Z", ""},
		{"graph", "5/13/2026 8:00:00 +25:00", "", "", bad},
		{"graph", "28-May-24 3:59:27 AM", "", "2024-05-28T03:59:27Z", zone},
		{"graph", "28-May-2024 15:59:27Z", "", "2024-05-28T15:59:27Z", ""},
		{"graph", "May 7, 2026 18:41:25.123", "", "2026-05-07T18:41:25.123Z", zone},
		{"graph", "Thu, 07 May 2026 18:41:25 GMT", "", "2026-05-07T18:41:25Z", ""},
		{"graph", "Thursday, May 7, 2026 6:41:25 PM", "", "2026-05-07T18:41:25Z", zone},
		{"graph", "2026-May-07 18:41:25", "", "2026-05-07T18:41:25Z", zone},
		{"graph", "May 32, 2026 18:41:25", "", "", bad},
		{"graph", "Mayday 7, 2026", "", "", bad},
		{"graph", "7 May 18:41:25", "", "", bad},

		{"portal", "2025-12-04T08:19:41Z", "", "2025-12-04T08:19:41Z", ""},
		{"portal", "2025-12-04T08:19:41", "", "2025-12-04T08:19:41Z", ""},
		{"portal", "2025-12-04 08:19:41", "", "2025-12-04T08:19:41Z", ""},
		{"portal", "12/13/2025, 8:19:41 AM", "", "2025-12-13T08:19:41Z", ""},
		{"portal", "13.12.2025 08:19:41", "", "2025-12-13T08:19:41Z", ""},
		{"portal", "12/11/2025, 8:19:41 AM", "", "refused", ""},
		{"portal", "12/11/2025, 8:19:41 AM", "dmy", "2025-11-12T08:19:41Z", ""},
		{"portal", "12/12/2025, 8:19:41 AM", "", "2025-12-12T08:19:41Z", ""},
		{"portal", "yesterday", "", "", bad},
		{"portal Date", "2025-12-04T08:19:41Z", "", "2025-12-04T08:19:41Z", ""},
		{"portal Date", "2025-12-04T08:19:41", "", "2025-12-04T08:19:41Z", zone},

		{"diagnostic", "2026-01-02T03:04:05.332641+00:00", "", "2026-01-02T03:04:05.332641Z", ""},
		{"diagnostic", "2026-01-02T03:04:05.3326417+00:00", "", "2026-01-02T03:04:05.332641Z", ""},
		{"diagnostic", "11/14/2025 1:48:53 AM", "", "2025-11-14T01:48:53Z", zone},
		{"diagnostic", "11/12/2025 1:48:53 AM", "", "", bad},
		{"diagnostic", "11/12/2025 1:48:53 AM", "dmy", "2025-12-11T01:48:53Z", zone},
		{"diagnostic", "28-May-24 3:59:27 AM", "", "2024-05-28T03:59:27Z", zone},
		{"diagnostic", "5/13/2026 8:00:00 AM +00:00", "", "2026-05-13T08:00:00Z", ""},
		{"diagnostic time", "11/12/2025 21:48:53", "", "2025-11-12T21:48:53Z", ""},
		{"diagnostic time", "11/12/2025 21:48:53", "dmy", "2025-12-11T21:48:53Z", ""},
		{"diagnostic time", "5/6/2026 8:00:00 AM +02:00", "", "2026-05-06T06:00:00Z", ""},
		{"diagnostic time", "1767323045123", "", "2026-01-02T03:04:05.123Z", epoch},
		{"diagnostic time", "2026-01-02T03:04:05.1234567Z", "", "2026-01-02T03:04:05.123456Z", ""},
		{"diagnostic time", "11/12/2025 1:48:53 AM", "", "2025-11-12T01:48:53Z", ""},
		{"diagnostic time", "11/12/2025 12:48:53 AM", "", "2025-11-12T00:48:53Z", ""},
		{"diagnostic time", "11/12/2025 12:48:53\u202fPM", "", "2025-11-12T12:48:53Z", ""},
		{"diagnostic time", "11/12/2025 1:48:53 AM", "dmy", "2025-11-12T01:48:53Z", ""},
		{"diagnostic time", "14/11/2025 1:48:53 AM", "", "", bad},
		{"diagnostic time", "14/11/2025 1:48:53 AM", "dmy", "", bad},
		{"diagnostic time", "2023-07-26 23:00:20.889", "", "2023-07-26T23:00:20.889Z", zone},

		{"table [UTC]", "6/15/2026, 9:56:49.975 AM", "", "2026-06-15T09:56:49.975Z", ""},
		{"table [UTC]", "6/15/2026, 12:35:28.806 PM", "", "2026-06-15T12:35:28.806Z", ""},
		{"table [UTC]", "6/15/2026, 12:35:28.806 AM", "", "2026-06-15T00:35:28.806Z", ""},
		{"table [UTC]", "15/6/2026, 21:56:49.975", "", "2026-06-15T21:56:49.975Z", ""},
		{"table [UTC]", "15.6.2026, 21:56:49,975", "", "", bad},
		{"table [UTC]", "2026/6/15 21:56:49", "", "2026-06-15T21:56:49Z", ""},
		{"table [UTC]", "6/7/2026, 9:56:49.975 AM", "", "refused", ""},
		{"table [UTC]", "6/7/2026, 9:56:49.975 AM", "mdy", "2026-06-07T09:56:49.975Z", ""},
		{"table [UTC]", "6/7/2026, 9:56:49.975 AM", "ymd", "", bad},
		{"table [UTC]", "2026-06-15T09:56:49.9753333Z", "", "2026-06-15T09:56:49.975333Z", ""},
		{"table [UTC]", "2026-06-15, 9:56:49.975 a.m.", "", "2026-06-15T09:56:49.975Z", ""},
		{"table [UTC]", "15/6/2026, 9:56:49\u00a0p.\u00a0m.", "", "2026-06-15T21:56:49Z", ""},
		{"table [UTC]", "15/6/2026, 9:56:49 p. m", "", "", bad},
		{"table", "8/22/2023 18:06", "", "2023-08-22T18:06:00Z", zone + "|" + seconds},
		{"table", "8/22/2023 25:06", "", "", bad},
		{"table ingested", "8/22/2023 18:06", "", "2023-08-22T18:06:00Z", seconds},
		{"table ingested", "6/15/2026, 9:56:49.975\u202fAM", "", "2026-06-15T09:56:49.975Z", ""},
		{"table [Local]", "6/15/2026, 9:56:49.975 AM", "", "", "local_time"},
		{"table [Local]", "2026-06-15T09:56:49", "", "", "local_time"},
		{"table [Local]", "2026-06-15T09:56:49+02:00", "", "2026-06-15T07:56:49Z", ""},
		{"table JSON", "2026-06-15T09:56:49.97Z", "", "2026-06-15T09:56:49.97Z", ""},
		{"table JSON", "6/15/2026 9:56:49 AM", "", "2026-06-15T09:56:49Z", zone},
		{"table JSON", "6/7/2026 9:56:49 AM", "", "refused", ""},
		{"table JSON", "6/15/2026 9:56:49 AM", "mdy", "2026-06-15T09:56:49Z", zone},

		{"PowerShell", `\/Date(1598901896013)\/`, "", "2020-08-31T19:24:56.013Z", ""},
		{"PowerShell", `/Date(1598901896013+0200)/`, "", "2020-08-31T19:24:56.013Z", ""},
		{"PowerShell", `\/Date(-62135596800000)\/`, "", "", "default_time"},
		{"PowerShell", `\/Date(x)\/`, "", "", bad},
		{"PowerShell", "2020-07-28T13:50:39.0039859Z", "", "2020-07-28T13:50:39.003985Z", ""},
		{"PowerShell", "3/12/2025 7:22:01 AM", "", "refused", ""},
		{"PowerShell", "3/12/2025 7:22:01 AM", "dmy", "", local},
		{"PowerShell", "2025-12-03T07:22:01", "", "", local},
		{"PowerShell number", "1598901896013", "", "2020-08-31T19:24:56.013Z", epoch},
		{"PowerShell number", `{"value":"\/Date(1598901896013)\/","DateTime":"Monday"}`, "", "", "bad_type"},
		{"PowerShell CSV", "15/11/2025 7:22:01", "", "", local},
		{"PowerShell CSV", "3/12/2025 7:22:01 AM", "", "refused", ""},
		{"PowerShell CSV", "15-11-2025 07:22:01", "", "", local},
		{"PowerShell CSV", "2025. 11. 15. 7:22:01", "", "", bad},

		{"Defender", "2026-01-02T03:04:05.1234567Z", "", "2026-01-02T03:04:05.123456Z", ""},
		{"Defender", "Jun 15, 2026 9:56:49 PM", "", "", local},
		{"Defender", "May 7, 2026 18:41:25.123", "", "", local},
		{"Defender", "6/15/2026 9:56:49 PM", "", "", local},
		{"Defender", "2026-01-02T03:04:05", "", "", local},
		{"Defender [UTC]", "May 7, 2026 18:41:25.123", "", "2026-05-07T18:41:25.123Z", ""},
		{"Defender [UTC]", "6/15/2026 9:56:49 PM", "", "2026-06-15T21:56:49Z", ""},
		{"Defender", "6/7/2026 9:56:49 PM", "", "refused", ""},
		{"Defender", "1767323045000", "", "2026-01-02T03:04:05Z", epoch},
		{"Defender JSON", "2026-01-02T03:04:05.1234567Z", "", "2026-01-02T03:04:05.123456Z", ""},
		{"Defender JSON", "6/15/2026 9:56:49 PM", "", "2026-06-15T21:56:49Z", zone},
		{"Defender JSON", "6/7/2026 9:56:49 PM", "", "refused", ""},
	} {
		t.Run(caseName(c.place), func(t *testing.T) {
			place := timePlaces[c.place]
			out := collect(t, Options{DateOrder: c.order, Stdin: strings.NewReader(strings.ReplaceAll(place.input, "§", c.text))}, "-")
			if c.want == "refused" {
				if out.err == nil || !strings.Contains(out.err.Error(), "is unknown") {
					t.Errorf("%s %q %s: %v, %v", c.place, c.text, c.order, out.rows, out.err)
				}
				return
			}
			if out.err != nil || len(out.rows) != 1 {
				t.Errorf("%s %q %s: %d rows, %v", c.place, c.text, c.order, len(out.rows), out.err)
				return
			}
			r := out.rows[0]
			if r[place.column] != c.want || r["issues"] != c.issues {
				t.Errorf("%s %q %s: %q %s, want %q %s", c.place, c.text, c.order, r[place.column], r["issues"], c.want, c.issues)
			}
			if kept := strings.Contains(r["extra"], c.text); kept != (c.want == "") {
				t.Errorf("%s %q %s: extra %s", c.place, c.text, c.order, r["extra"])
			}
		})
	}
}
