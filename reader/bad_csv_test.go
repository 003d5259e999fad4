package reader

import (
	"fmt"
	"strings"
)

// rowsOf is a portal's CSV whose second row is one of several.
func rowsOf(second string) string {
	return portalHead + "2026-01-02T03:04:05Z,1,u,v,w\n" + second + "\n2026-01-02T03:04:05Z,3,u,v,w\n"
}

// badCSV is what goes wrong with CSV, in the portal's: a bad row is a reject.
func badCSV() []badCase {
	row := func(name, second, message string) badCase {
		return bad("row: "+name, rowsOf("▸"+second), rejects("1 3", message))
	}
	const date = "2026-01-02T03:04:05Z,"
	return []badCase{
		row("a quote in a cell", date+"2,u‸\"v,v,w", "bad_csv: found a quote inside a cell that is not quoted"),
		row("a quote at the end of a cell", date+"2,u‸\",v,w", "bad_csv: found a quote inside a cell that is not quoted"),
		row("a quote behind a space", date+"2, ‸\"u\",v,w", "bad_csv: found a quote inside a cell that is not quoted"),
		row("text behind a quote", date+"2,\"u\"‸v,v,w", "bad_csv: found 'v' after a closing quote"),
		row("a space behind a quote", date+"2,\"u\"‸ ,v,w", "bad_csv: found ' ' after a closing quote"),
		row("quotes escaped by a backslash", date+"2,\"u\\\"‸v\",v,w", "bad_csv: found 'v' after a closing quote"),
		row("a carriage return behind a quote", date+"2,\"u\"‸\r,v,w", "bad_csv: found '\\r' after a closing quote"),
		row("one cell too few", date+"2,u,v", "ragged_row: the row has 4 cells, the header has 5 columns"),
		row("one cell too many", date+"2,u,v,w,x", "ragged_row: the row has 6 cells, the header has 5 columns"),
		row("a comma at the end", date+"2,u,v,w,", "ragged_row: the row has 6 cells"),
		row("a comma in a name without quotes", date+"2,u,Doe, Jane,w", "ragged_row: the row has 6 cells"),
		row("one word", "end", "ragged_row: the row has 1 cells"),
		row("a line of dashes", "---------", "ragged_row: the row has 1 cells"),
		row("semicolons", strings.ReplaceAll(date+"2,u,v,w", ",", ";"), "ragged_row: the row has 1 cells"),
		bad("row: short over two lines", rowsOf("▸"+date+"2,\"u\nu\",v"), rejects("1 3", "ragged_row: the row has 4 cells")),
		bad("row: bad behind one of several lines", portalHead+date+"1,\"a\n\n\"\"b\"\"\n\",v,w\n▸"+date+"2\n", rejects("1", "ragged_row: the row has 2 cells")),
		bad("row: several are bad", rowsOf("▸a,b\n▸"+date+"2,u‸\"v,v,w\n▸c"), rejects("1 3", "ragged_row: ", "bad_csv: ", "ragged_row: ")),
		bad("row: the first is bad", portalHead+"▸x\n"+date+"2,u,v,w\n", rejects("2", "ragged_row: ")),
		bad("row: all are bad", portalHead+"▸x\n▸y\n", rejects("", "ragged_row: ", "ragged_row: ")),

		bad("a quote that never closes", portalHead+date+"1,u,v,w\n"+date+"2,‸\"u,v,w\n"+date+"3,u,v,w\n", fails("the quote that opens here is never closed; 1 whole record before", "cut")),
		bad("a quote that never closes in the first row", portalHead+"‸\"2026", fails("the quote that opens here is never closed; 0 whole records before", "cut")),
		bad("a quote that never closes in the header", "\"Date (UTC)\",\"Request ID\",\"User", fails("neither JSON nor CSV", "")),
		bad("a quote that never closes, salvaged", portalHead+date+"1,u,v,w\n"+date+"2,▸\"u,v,w\n"+date+"3,u,v,w\n", rejects("1", "damaged: the quote that opens here is never closed").warns("salvaged"), withSalvage),
		bad("a row that is too long", portalHead+date+"1,u,v,w\n‸"+date+"2,u,\""+strings.Repeat("x", minMaxRecord)+"\",w\n"+date+"3,u,v,w\n",
			fails("record 2: a row is longer than 1 MiB; a quote that is never closed", "--max-record"), withMaxRecord(minMaxRecord)),
		bad("a row that is too long, salvaged", portalHead+date+"1,u,v,w\n▸"+date+"2,u,\""+strings.Repeat("x", minMaxRecord)+"\",w\n"+date+"3,u,v,w\n",
			rejects("1", "damaged: a row is longer than 1 MiB").warns("salvaged"), withMaxRecord(minMaxRecord), withSalvage),
		bad("cut in the last cell", portalHead+date+"1,u,v,w\n"+date+"2,u,v,cu", reads("1 2", "no_final_newline")),
		bad("cut between cells", portalHead+date+"1,u,v,w\n▸"+date+"2,u", rejects("1", "ragged_row: the row has 3 cells").warns("no_final_newline")),
		bad("cut in the header", "Date (UTC),Request ID,Userna", fails("not an export of sign-ins (", "how to export")),
		bad("cut behind the header", strings.TrimSuffix(portalHead, "\n"), reads("", "no_final_newline")),

		bad("CR LF", strings.ReplaceAll(rowsOf("2026-01-02T03:04:05Z,2,\"a\nb\",v,w"), "\n", "\r\n"), reads("1 2 3")),
		bad("CR alone", strings.ReplaceAll(rowsOf("2026-01-02T03:04:05Z,2,\"a\nb\",v,w"), "\n", "\r"), reads("1 2 3")),
		bad("lines that end in both ways", strings.Replace(rowsOf(date+"2,u,v,w"), "\n", "\r\n", 2), reads("1 2 3")),
		bad("blank lines", "\n\n"+rowsOf("\n\n")+"\n", reads("1 3", "blank_lines")),
		bad("rows of commas alone", rowsOf(",,,,\n\"\",,,,"), reads("1 3", "blank_lines")),
		bad("a comma at the end of all lines", strings.ReplaceAll(rowsOf(date+"2,u,v,w"), "\n", ",\n"), reads("1 2 3")),
		bad("semicolons", strings.ReplaceAll(rowsOf(date+"2,\"u;v\",v,w"), ",", ";"), reads("1 2 3", "other_separator")),
		bad("tabs", strings.ReplaceAll(rowsOf(date+"2,u,v,w"), ",", "\t"), reads("1 2 3", "other_separator")),
		bad("a line sep=", "sep=;\r\n"+strings.ReplaceAll(rowsOf(date+"2,u,v,w"), ",", ";"), reads("1 2 3", "other_separator")),
		bad("a line #TYPE", "#TYPE Selected.System.Management.Automation.PSCustomObject\n"+rowsOf(date+"2,u,v,w"), reads("1 2 3", "type_line")),
		bad("a title twice", strings.Replace(rowsOf(date+"2,u,v,w"), "Application", "Username", 1), reads("1 2 3", "repeated_header").cell("user_principal_name", "u", "extra", `{"Username":"w"}`)),
		bad("a title that is empty", strings.Replace(rowsOf(date+"2,u,v,w"), "Application", "", 1), reads("1 2 3", "unknown_fields").cell("extra", `{"":"w"}`)),
		bad("titles without the key ones", "Date (UTC),Username,Application\n", fails("not an export of sign-ins (", "how to export")),
		bad("unknown titles", "Datum,Anfrage,Benutzer\n2026-01-02T03:04:05Z,1,u\n", fails("not an export of sign-ins (", "how to export")),
		bad("a new title", strings.Replace(rowsOf(date+"2,u,v,w"), "Application", "New", 1), reads("1 2 3", "unknown_fields").cell("extra", `{"New":"w"}`)),
		bad("the header again", rowsOf(strings.TrimSpace(portalHead)), reads("1 3", "joined_files")),
		bad("another header", portalHead+date+"1,u,v,w\n‸Request ID,Date (UTC),Username,User\n", fails("record 2: here begins another table with other columns", "split the file")),
		bad("a mark before the header again", rowsOf(byteOrderMark+strings.TrimSpace(portalHead)), reads("1 3", "joined_files")),
		bad("AuthDetails alone", detailsHead+"1,2026-01-02T03:04:05Z,Password,,true,,\n", fails("this is a portal AuthDetails export", "name the CSV of sign-ins")),
		bad("invalid UTF-8 in the header", "\"Date (UTC)\",\"Request ID\",\"Usernam\xe9\"\n", fails("text in an encoding that is not UTF-8", "--encoding")),
		bad("not the dialect that is named", portalHead, fails("not graph-json: it is not JSON", ""), withDialect("graph-json")),
		bad("JSON that is named as CSV", "["+g1+"]", fails("not portal-csv: it is not CSV", ""), withDialect("portal-csv")),
	}
}

// tableOf is a table of another CSV dialect, a row for each text.
func tableOf(dialect string, rows ...string) string {
	content := otherTables[dialect]
	for _, r := range rows {
		content += r + "\n"
	}
	return content
}

// badTables is what goes wrong in the other CSV dialects.
func badTables() []badCase {
	var list []badCase
	row := func(date, id, code string) string {
		return fmt.Sprintf("%s,%s,%s,u,\"{\"\"a\"\":[1]}\",x", date, id, code)
	}
	const date = "2026-01-02T03:04:05Z"
	for dialect := range otherTables {
		one, three := row(date, "1", "0"), row(date, "3", "0")
		list = append(list,
			bad(dialect+": ragged row", tableOf(dialect, one, "▸"+date+",2", three), rejects("1 3", "ragged_row: the row has 2 cells, the header has 6 columns")),
			bad(dialect+": quote in a cell", tableOf(dialect, one, "▸"+date+",\"2\"‸x,0,u,,x", three), rejects("1 3", "bad_csv: found 'x' after a closing quote")),
			bad(dialect+": quote that never closes", tableOf(dialect, one, date+",2,0,u,‸\"{\"\"a\"\"", date+",3,0,u,,x"), fails("the quote that opens here is never closed; 1 whole record before", "cut")),
			bad(dialect+": code that is none", tableOf(dialect, row(date, "1", "x")), reads("1", "bad_number").cell("error_code", "", "result_type_raw", "x")),
			bad(dialect+": no date", tableOf(dialect, row("yesterday", "1", "0")), reads("1", "bad_time").cell("created_at", "")),
			bad(dialect+": dates of unknown order", tableOf(dialect, row("3/4/2026 5:06:07", "1", "0"), row("5/6/2026 5:06:07", "2", "0")), fails("the order of day and month is unknown: a date reads \"3/4/2026 5:06:07\"", "--date-order")),
			bad(dialect+": dates that disagree", tableOf(dialect, row("13/4/2026 5:06:07", "1", "0"), row("5/16/2026 5:06:07", "2", "0")), fails("dates of this file disagree about the order of day and month", "--date-order")),
			bad(dialect+": dates of a given order", tableOf(dialect, row("3/4/2026 5:06:07", "1", "0")), reads("1").cell("created_at", "2026-04-03T05:06:07Z"), withDateOrder("dmy")),
			bad(dialect+": a date not of the given order", tableOf(dialect, row("3/14/2026 5:06:07", "1", "0")), reads("1", "bad_time").cell("created_at", ""), withDateOrder("dmy")),
			bad(dialect+": dates of a proven order", tableOf(dialect, row("3/4/2026 5:06:07", "1", "0"), row("5/16/2026 5:06:07", "2", "0")), reads("1 2", "month_first").cell("created_at", "2026-03-04T05:06:07Z")),
			bad(dialect+": nested text that is cut", tableOf(dialect, strings.Replace(one, "]}", "", 1)), reads("1")),
		)
	}
	return append(list,
		bad("table: local time", "TimeGenerated [Local Time],CreatedDateTime [UTC],Id,ResultType,UserPrincipalName\n\"6/15/2026, 9:56:49.975 AM\",2026-01-02T03:04:05Z,1,0,u\n", reads("1").cell("ingested_at", "2026-06-15T09:56:49.975Z")),
		bad("table: after Excel", "TimeGenerated,CreatedDateTime,Id,ResultType,UserPrincipalName,IsInteractive\n8/22/2023 18:06,8/22/2023 18:06,1,0,u,TRUE\n", reads("1", "time_without_seconds", "month_first").cell("created_at", "2023-08-22T18:06:00Z", "is_interactive", "true")),
		bad("table: no columns of sign-ins", "TimeGenerated [UTC],Computer,EventID\n", fails("this is Windows security events", "")),
		bad("PowerShell: lost letters", "CreatedDateTime,Id,AppDisplayName,UserPrincipalName,UserDisplayName\n2026-01-02T03:04:05Z,1,a,u,Zo?\n", reads("1", "lost_letters").cell("user_display_name", "Zo?")),
		bad("PowerShell: objects by type", "CreatedDateTime,Id,AppId,UserPrincipalName,Status\n2026-01-02T03:04:05Z,1,a,u,Microsoft.Graph.PowerShell.Models.MicrosoftGraphSignInStatus\n", reads("1", "type_name").cell("error_code", "")),
		bad("PowerShell: blobs", "CreatedDateTime,Id,AppId,UserPrincipalName,Status\n2026-01-02T03:04:05Z,1,a,u,\"class SignInStatus {\n ErrorCode: 0\n}\"\n", reads("1").cell("error_code", "")),
		bad("portal: status in another language", "Date (UTC),Request ID,Username,Status,Sign-in error code\n2026-01-02T03:04:05Z,1,u,Erfolg,0\n", reads("1", "unknown_enum").cell("sign_in_status", "", "extra", `{"Status":"Erfolg"}`)),
		bad("portal: yes in another language", "Date (UTC),Request ID,Username,Compliant\n2026-01-02T03:04:05Z,1,u,Ja\n", reads("1").cell("device_is_compliant", "true", "extra", "")),
		bad("portal: yes and more", "Date (UTC),Request ID,Username,Compliant\n2026-01-02T03:04:05Z,1,u,Ja!\n", reads("1", "bad_bool").cell("device_is_compliant", "", "extra", `{"Compliant":"Ja!"}`)),
		bad("portal: latency that is none", "Date (UTC),Request ID,Username,Latency\n2026-01-02T03:04:05Z,1,u,fast\n", reads("1", "bad_number").cell("processing_time_ms", "", "extra", `{"Latency":"fast"}`)),
		bad("portal: code that is none", "Date (UTC),Request ID,Username,Status,Sign-in error code\n2026-01-02T03:04:05Z,1,u,Failure,x\n", reads("1", "bad_number").cell("error_code", "", "result_type_raw", "x")),
		bad("portal: in another language without proof", quoted(foreignTitles(userTitles)), fails("not an export of sign-ins (", "how to export")),
	)
}
