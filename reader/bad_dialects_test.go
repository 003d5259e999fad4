package reader

import (
	"fmt"
	"strings"
)

// recordOf is a record of a JSON dialect.
func recordOf(dialect, id string) string {
	if dialect == "diagnostic-json" {
		return kinds["records"](id)
	}
	return fmt.Sprintf(otherRecords[dialect], id)
}

// badDialects are faults of the JSON dialects other than Graph's.
func badDialects() []badCase {
	var list []badCase
	for _, dialect := range []string{"diagnostic-json", "log-analytics-json", "powershell-json", "defender-json"} {
		one, two, three := recordOf(dialect, "1"), recordOf(dialect, "2"), recordOf(dialect, "3")
		list = append(list,
			bad(dialect+": cut", "["+one+",\n"+two[:len(two)-1]+"‸", fails("the text ends inside an object; 1 whole record before", "cut")),
			bad(dialect+": cut line", one+"\n▸"+two[:len(two)-1]+"‸\n"+three+"\n", rejects("1 3", "bad_json: the text ends inside an object")),
			bad(dialect+": comma last", "["+one+",\n"+two+",\n‸]", fails("record 3: found ']', expected a record", "")),
			bad(dialect+": bad escape", "["+one+",\n"+strings.Replace(two, `"2"`, `"\‸x"`, 1)+"]", fails("record 2: found 'x' after a backslash", "")),
			bad(dialect+": scalar", "["+one+",▸7,"+three+"]", rejects("1 3", "not_an_object: a record must be an object, found '7'")),
			bad(dialect+": empty record", one+"\n▸{}\n"+three+"\n", rejects("1 3", "not_a_sign_in: ")),
			bad(dialect+": other record", one+"\n▸{\"activityDateTime\":\"2026-01-02T03:04:05Z\",\"id\":\"2\"}\n"+three+"\n", rejects("1 3", "not_a_sign_in: ")),
			bad(dialect+": last line without end", one+"\n"+two, reads("1 2")),
		)
	}
	diagnostic, table, shell, defender := recordOf("diagnostic-json", "1"), recordOf("log-analytics-json", "1"), recordOf("powershell-json", "1"), recordOf("defender-json", "1")
	const columns = `"columns":[{"name":"TimeGenerated"},{"name":"Id"},{"name":"ResultType"},{"name":"AppId"}]`
	row := func(id string) string { return `["2026-01-02T03:04:05Z","` + id + `","0","a"]` }
	answer := `{"tables":[{"name":"PrimaryResult",` + columns + `,"rows":[`
	return append(list,
		bad("diagnostic: cut page", "{\n\"records\":["+diagnostic+"‸", fails("the text ends inside an array; 1 whole record before", "cut")),
		bad("diagnostic: other category", diagnostic+"\n▸{\"category\":\"AuditLogs\",\"properties\":{}}\n", rejects("1", "not_a_sign_in: category AuditLogs is not one of sign-ins")),
		bad("diagnostic: other operation", diagnostic+"\n▸{\"operationName\":\"Add user\",\"properties\":{}}\n", rejects("1", "not_a_sign_in: operation Add user is not a sign-in")),
		bad("diagnostic: no properties", diagnostic+"\n▸{\"category\":\"SignInLogs\"}\n", rejects("1", "not_a_sign_in: the record has no object properties")),
		bad("diagnostic: properties of other type", diagnostic+"\n▸{\"category\":\"SignInLogs\",\"properties\":[1]}\n", rejects("1", "not_a_sign_in: the record has no object properties")),
		bad("diagnostic: properties as text", `{"time":"2026-01-02T03:05:00Z","category":"SignInLogs","properties":"{\"id\":\"1\",\"createdDateTime\":\"2026-01-02T03:04:05Z\"}"}`+"\n", reads("1").cell("created_at", "2026-01-02T03:04:05Z")),
		bad("diagnostic: properties as text that is cut", diagnostic+"\n▸{\"category\":\"SignInLogs\",\"properties\":\"{\\\"id\\\":\"}\n", rejects("1", "not_a_sign_in: the record has no object properties")),
		bad("diagnostic: code as text", strings.Replace(diagnostic, `"properties"`, `"resultType":"50126","properties"`, 1), reads("1").cell("error_code", "50126")),
		bad("diagnostic: code that is none", strings.Replace(diagnostic, `"properties"`, `"resultType":"none","properties"`, 1), reads("1", "bad_number").cell("error_code", "", "result_type_raw", "none")),
		bad("diagnostic: time of another form", strings.Replace(diagnostic, "2026-01-02T03:05:00Z", "14/11/2025 1:48:53 AM", 1), reads("1", "bad_time").cell("ingested_at", "", "extra", `{"time":"14/11/2025 1:48:53 AM"}`)),

		bad("table: cut in a row", answer+"\n"+row("1")+",\n[\"2026‸", fails("the text ends inside a string; 1 whole record before", "cut")),
		bad("table: cut behind a row", answer+"\n"+row("1")+"‸", fails("the text ends inside an array; 1 whole record before", "cut")),
		bad("table: cut behind the rows", answer+"\n"+row("1")+"]}‸", fails("the text ends inside", "cut")),
		bad("table: short and long rows", answer+row("1")+`,▸["x"],▸["x","2","0","a",1],[null,"3",null,null]]}]}`, rejects("1 3", "ragged_row: the row has 1 cells, the header has 4 columns", "ragged_row: the row has 5 cells")),
		bad("table: a row that is none", answer+row("1")+`,▸{"Id":"2"},▸7]}]}`, rejects("1", "not_an_object: a record must be an array of cells, found '{'", "not_an_object: ")),
		bad("table: columns of another table", `{"tables":[{"name":"PrimaryResult","columns":[{"name":"TimeGenerated"},{"name":"Computer"}],"rows":[["x","y"]]}]}`,
			fails("not an export of sign-ins (diagnostic-json: the records are in tables;", "how to export")),
		bad("table: other table in a union", strings.Replace(table, "{", `{"Type":"SigninLogs",`, 1)+"\n▸"+strings.Replace(table, "{", `{"Type":"AuditLogs",`, 1)+"\n", rejects("1", "not_a_sign_in: table AuditLogs is not one of sign-ins")),
		bad("table: nested text that is cut", strings.Replace(table, `{\"errorCode\":0}`, `{\"errorCode\":`, 1)+"\n", reads("1", "bad_type").cell("extra", `{"Status":"{\"errorCode\":"}`)),

		bad("PowerShell: type names", strings.Replace(shell, `{"ErrorCode":0,"AdditionalProperties":{}}`, `"Microsoft.Graph.PowerShell.Models.MicrosoftGraphSignInStatus"`, 1)+"\n", reads("1", "type_name").cell("error_code", "")),
		bad("PowerShell: lists by type", strings.Replace(shell, `"AppId"`, `"AppliedConditionalAccessPolicies":"System.Object[]","AppId"`, 1)+"\n", reads("1", "type_name").cell("conditional_access_policies", "")),
		bad("PowerShell: date that is none", strings.Replace(shell, `\/Date(1598901896013)\/`, `\/Date(x)\/`, 1)+"\n", reads("1", "bad_time").cell("created_at", "")),
		bad("PowerShell: date of a culture", strings.Replace(shell, `\/Date(1598901896013)\/`, `15/11/2025 7:22:01`, 1)+"\n", reads("1", "day_first").cell("created_at", "2025-11-15T07:22:01Z")),
		bad("PowerShell: date of either order", strings.Replace(shell, `\/Date(1598901896013)\/`, `3/4/2026 5:06:07`, 1)+"\n", fails("the order of day and month is unknown", "--date-order")),
		bad("PowerShell: arrays put together", "["+shell+"]\r\n["+recordOf("powershell-json", "2")+"]", reads("1 2", "concatenated_values")),

		bad("Defender: code that is none", strings.Replace(defender, `"ErrorCode":0`, `"ErrorCode":"x"`, 1)+"\n", reads("1", "bad_number").cell("error_code", "", "result_type_raw", "x")),
		bad("Defender: list that is none", strings.Replace(defender, `"[\"interactiveUser\"]"`, `{"a":1}`, 1)+"\n", reads("1", "bad_type").cell("sign_in_event_types", "")),
		bad("Defender: cut results", "{\"schema\":[],\n\"results\":["+defender+"‸", fails("the text ends inside an array; 1 whole record before", "cut")),
		bad("Defender: event stream", `{"time":"x","category":"AdvancedHunting-EntraIdSignInEvents","properties":{"Timestamp":"x"}}`, fails("this is a Defender XDR event stream", "")),
	)
}
