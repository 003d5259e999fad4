package reader

import (
	"fmt"
	"strings"
)

// badValues are values that are not what their field should hold: the record
// stays, what cannot be taken is null, said, and kept.
func badValues() []badCase {
	value := func(name, member, value string, want ...string) badCase {
		code, column, holds, extra := want[0], want[1], want[2], ""
		if len(want) > 3 {
			extra = want[3]
		}
		e := reads("1").cell(column, holds, "extra", extra, "issues", code)
		if code != "" {
			e.warnings = []string{code}
		}
		return bad("value: "+name, fmt.Sprintf(`[{"createdDateTime":"2026-01-02T03:04:05Z","id":"1","clientAppUsed":"ab",%q:%s}]`, member, value), e)
	}
	return []badCase{
		value("text as number", "processingTimeInMilliseconds", `"12"`, "", "processing_time_ms", "12"),
		value("text as fraction", "processingTimeInMilliseconds", `"-0.000000"`, "", "processing_time_ms", "0"),
		value("text that is no number", "processingTimeInMilliseconds", `"12ms"`, "bad_number", "processing_time_ms", "", `{"processingTimeInMilliseconds":"12ms"}`),
		value("a fraction as whole number", "processingTimeInMilliseconds", "1.5", "bad_number", "processing_time_ms", "", `{"processingTimeInMilliseconds":1.5}`),
		value("an exponent as whole number", "processingTimeInMilliseconds", "1e3", "bad_number", "processing_time_ms", "", `{"processingTimeInMilliseconds":1e3}`),
		value("a number too large", "autonomousSystemNumber", "12345678901234567890", "bad_number", "autonomous_system_number", "", `{"autonomousSystemNumber":12345678901234567890}`),
		value("a number beyond floats", "x", "1e400", "", "id", "1", `{"x":1e400}`),
		value("a number beyond 53 bits", "x", "9007199254740993", "", "id", "1", `{"x":9007199254740993}`),
		value("a minus before zero", "x", "-0", "", "id", "1", `{"x":-0}`),
		value("a number with zeros behind", "x", "1.10", "", "id", "1", `{"x":1.10}`),
		value("an object as number", "processingTimeInMilliseconds", `{"a":1}`, "bad_type", "processing_time_ms", "", `{"processingTimeInMilliseconds":{"a":1}}`),
		value("an empty text as number", "processingTimeInMilliseconds", `""`, "", "processing_time_ms", ""),
		value("a truth value as number", "processingTimeInMilliseconds", "true", "bad_number", "processing_time_ms", "", `{"processingTimeInMilliseconds":true}`),
		value("text as truth value", "isInteractive", `"Yes"`, "", "is_interactive", "true"),
		value("a number as truth value", "isInteractive", "0", "", "is_interactive", "false"),
		value("text that is no truth value", "isInteractive", `"maybe"`, "bad_bool", "is_interactive", "", `{"isInteractive":"maybe"}`),
		value("another number as truth value", "isInteractive", "2", "bad_bool", "is_interactive", "", `{"isInteractive":2}`),
		value("a list as truth value", "isInteractive", "[true]", "bad_type", "is_interactive", "", `{"isInteractive":[true]}`),
		value("null as truth value", "isInteractive", "null", "", "is_interactive", ""),
		value("a number as text", "userDisplayName", "12.50", "", "user_display_name", "12.50"),
		value("a truth value as text", "userDisplayName", "false", "", "user_display_name", "false"),
		value("an object as text", "userDisplayName", `{ "a" : 1 }`, "bad_type", "user_display_name", "", `{"userDisplayName":{"a":1}}`),
		value("an unknown word", "userType", `"robot"`, "unknown_enum", "user_type", "robot"),
		value("a word in other letters", "userType", `"GUEST"`, "", "user_type", "guest"),
		value("a list that is none", "signInEventTypes", `{"a":1}`, "bad_type", "sign_in_event_types", "", `{"signInEventTypes":{"a":1}}`),
		value("a list of numbers", "signInEventTypes", "[1]", "bad_type", "sign_in_event_types", "", `{"signInEventTypes":[1]}`),
		value("a status that is none", "status", "5", "bad_type", "error_code", "", `{"status":5}`),
		value("a code as text", "status", `{"errorCode":"50126"}`, "", "error_code", "50126"),
		value("a code with its letters", "status", `{"errorCode":"AADSTS50126"}`, "", "error_code", "50126"),
		value("a code that is none", "status", `{"errorCode":"many"}`, "bad_number", "error_code", ""),
		value("a code that is empty", "status", `{"errorCode":""}`, "", "error_code", ""),
		value("no code", "status", "{}", "", "error_code", ""),
		value("coordinates as text", "location", `{"geoCoordinates":{"latitude":"50.9"}}`, "", "location_latitude", "50.9"),
		value("coordinates that are none", "location", `{"geoCoordinates":{"latitude":"north"}}`, "bad_number", "location_latitude", "", `{"location.geoCoordinates.latitude":"north"}`),
		value("coordinates of nowhere", "location", `{"geoCoordinates":{"latitude":0.0,"longitude":0.0}}`, "", "location_latitude", "", `{"location.geoCoordinates.latitude":0.0,"location.geoCoordinates.longitude":0.0}`),
		value("a field in other letters", "UserDisplayName", `"U"`, "", "user_display_name", "U", ""),
		value("a field again", "id", `"2"`, "duplicate_key", "id", "1", `{"id":"2"}`),
		value("a field again with nothing", "id", "null", "duplicate_key", "id", "1", `{"id":null}`),
		value("a field twice in an object", "status", `{"errorCode":0,"errorCode":50126}`, "duplicate_key", "error_code", "0", `{"status.errorCode":50126}`),
		value("invalid UTF-8", "userDisplayName", "\"Zo\xeb\"", "invalid_utf8", "user_display_name", "Zo\ufffd", `{"userDisplayName":"Zo\\xEB"}`),
		value("an overlong form", "userDisplayName", "\"a\xc0\xafb\"", "invalid_utf8", "user_display_name", "a\ufffd\ufffdb", `{"userDisplayName":"a\\xC0\\xAFb"}`),
		value("a surrogate in UTF-8", "userDisplayName", "\"a\xed\xa0\x80b\"", "invalid_utf8", "user_display_name", "a\ufffd\ufffd\ufffdb", `{"userDisplayName":"a\\xED\\xA0\\x80b"}`),
		value("the escape of a lone surrogate", "userDisplayName", `"a\ud800b"`, "lone_surrogate", "user_display_name", "a\ufffdb", `{"userDisplayName":"a\ud800b"}`),
		value("the escape of a pair", "userDisplayName", `"\ud83d\ude00"`, "", "user_display_name", "😀"),
		value("the escape of a zero byte", "userDisplayName", `"a\u0000b"`, "", "user_display_name", "a\x00b"),
		value("a formula", "userDisplayName", `"=HYPERLINK(\"x\")"`, "", "user_display_name", `=HYPERLINK("x")`),
		value("letters that run backwards", "userDisplayName", `"\u202Eevil"`, "", "user_display_name", "\u202eevil"),
		value("commands to a terminal", "userDisplayName", `"\u001b[2J"`, "", "user_display_name", "\x1b[2J"),
		value("the escape of a spreadsheet", "userDisplayName", `"_x0041_"`, "", "user_display_name", "_x0041_"),
		value("white space alone", "userDisplayName", `"  "`, "", "user_display_name", "  "),
		value("much text", "userDisplayName", `"`+strings.Repeat("long ", 100_000)+`"`, "", "user_display_name", strings.Repeat("long ", 100_000)),
	}
}

// badDates are dates that are not what a date should be.
func badDates() []badCase {
	date := func(name, date, issue, holds string) badCase {
		e := reads("1").cell("created_at", holds, "issues", issue)
		if issue != "" {
			e.warnings = []string{issue}
		}
		return bad("date: "+name, `[{"createdDateTime":`+date+`,"id":"1","clientAppUsed":"ab"}]`, e)
	}
	return []badCase{
		date("none", `"yesterday"`, "bad_time", ""), date("an empty text", `""`, "", ""), date("null", "null", "", ""), date("an object", `{"a":1}`, "bad_type", ""),
		date("seconds since 1970", "1767323045", "epoch_time", "2026-01-02T03:04:05Z"), date("milliseconds since 1970", "1767323045000", "epoch_time", "2026-01-02T03:04:05Z"),
		date("a number of no unit", "176732304500", "bad_time", ""),
		date("a day alone", `"2026-01-02"`, "bad_time", ""), date("a day that is none", `"2026-02-30T00:00:00Z"`, "bad_time", ""),
		date("hour 24", `"2026-01-02T24:00:00Z"`, "bad_time", ""), date("a leap second", `"2026-12-31T23:59:60Z"`, "bad_time", ""),
		date("ten digits", `"2026-01-02T03:04:05.1234567890Z"`, "bad_time", ""), date("no zone", `"2026-01-02T03:04:05"`, "time_without_zone", "2026-01-02T03:04:05Z"),
		date("an offset", `"2026-01-02T03:04:05+05:30"`, "", "2026-01-01T21:34:05Z"), date("seven digits", `"2026-01-02T03:04:05.1234567Z"`, "", "2026-01-02T03:04:05.123456Z"),
		date("the default of .NET", `"0001-01-01T00:00:00Z"`, "default_time", ""), date("the end of time", `"9999-12-31T23:59:59.9999999Z"`, "", "9999-12-31T23:59:59.999999Z"),
		date("a zone by name", `"2026-01-02T03:04:05 CET"`, "bad_time", ""),
	}
}
