package main

import (
	"bytes"
	"fmt"
	"strconv"
	"strings"
	"time"
)

// capitals writes the names of an object as PowerShell does, nested ones too,
// with the AdditionalProperties that every object has there.
func capitals(v any) any {
	switch v := v.(type) {
	case object:
		var o object
		for _, m := range v {
			o = append(o, member{strings.ToUpper(m.name[:1]) + m.name[1:], capitals(m.value)})
		}
		return append(o, member{"AdditionalProperties", object{}})
	case list:
		l := list{}
		for _, element := range v {
			l = append(l, capitals(element))
		}
		return l
	}
	return v
}

// powershellArrays is Get-MgBetaAuditLogSignIn | ConvertTo-Json of Windows
// PowerShell, one array for each page, one behind the other.
func powershellArrays(events []event) []byte {
	const page = 40
	var b []byte
	for start := 0; start < len(events); start += page {
		pages := list{}
		for _, e := range events[start:min(start+page, len(events))] {
			o := capitals(record(e)).(object)
			for i := range o {
				if o[i].name == "CreatedDateTime" {
					o[i].value = fmt.Sprintf("/Date(%d)/", e.at.UnixMilli())
				}
			}
			pages = append(pages, o)
		}
		text := bytes.ReplaceAll(appendJSON(nil, pages), []byte(`"/Date(`), []byte(`"\/Date(`))
		b = append(append(b, bytes.ReplaceAll(text, []byte(`)/"`), []byte(`)\/"`))...), "\r\n"...)
	}
	return b
}

// powershellColumns are those of a script that flattens nested values.
var powershellColumns = []column{
	{"CreatedDateTime", func(e event) string { return e.at.Format(time.RFC3339) }},
	{"Id", func(e event) string { return e.id }},
	{"UserPrincipalName", func(e event) string { return e.user.upn }},
	{"UserDisplayName", func(e event) string { return e.user.name }},
	{"UserId", func(e event) string { return e.user.id }},
	{"AppId", func(e event) string { return e.client.id }},
	{"AppDisplayName", func(e event) string { return e.client.name }},
	{"IPAddress", func(e event) string { return e.address }},
	{"IsInteractive", func(e event) string { return title(strconv.FormatBool(e.interactive())) }},
	{"Status.ErrorCode", func(e event) string { return strconv.Itoa(e.code.number) }},
	{"Status.FailureReason", func(e event) string { return e.code.reason }},
	{"Location.City", func(e event) string { return e.place.city }},
	{"Location.CountryOrRegion", func(e event) string { return e.place.country }},
	{"DeviceDetail.OperatingSystem", func(e event) string { return e.device.system }},
	{"ConditionalAccessStatus", event.conditionalAccess},
	{"AppliedConditionalAccessPolicies", func(event) string { return "System.Object[]" }},
}
