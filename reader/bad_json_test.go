package reader

import "strings"

var g1, g2, g3 = signIn("1"), signIn("2"), signIn("3")

// damaged is bad in an array behind one good record.
func damaged(name, record, message string) badCase {
	return bad(name, "["+g1+","+record+","+g3+"]", fails("record 2: "+message, ""))
}

// cut is an array that ends after one good record.
func cut(name, end, inside string) badCase {
	return bad("cut "+name, "["+g1+end+"‸", fails("the text ends inside "+inside+"; 1 whole record before", "cut"))
}

// badJSON is JSON whose structure is broken: nothing is written.
func badJSON() []badCase {
	return []badCase{
		cut("behind a record", "", "an array"),
		cut("behind a record and a line", "\n", "an array"),
		cut("behind a comma", ",", "an array"),
		cut("behind a brace", ",{", "an object"),
		cut("in a name", ",{\"i", "a string"),
		cut("behind a name", ",{\"id\"", "an object"),
		cut("behind a colon", ",{\"id\":", "a value"),
		cut("in a string", ",\n{\"id\":\"ab", "a string"),
		cut("in a character", ",{\"id\":\"ab\xc3", "a string"),
		cut("in an escape", ",{\"id\":\"ab\\", "a string"),
		cut("in a hexadecimal escape", ",{\"id\":\"\\u00", "a string"),
		cut("between surrogates", ",{\"id\":\"\\ud83d\\", "a string"),
		cut("in a word", ",{\"id\":tru", "true"),
		cut("in null", ",{\"id\":n", "null"),
		cut("in a number", ",{\"id\":-", "a number"),
		cut("in a fraction", ",{\"id\":1.", "a number"),
		cut("in an exponent", ",{\"id\":1e", "a number"),
		cut("behind a number", ",{\"id\":12", "an object"),
		cut("behind a member", ",{\"id\":\"2\",", "an object"),
		cut("in a nested object", ",{\"id\":\"2\",\"status\":{\"errorCode\":0", "an object"),
		cut("in a nested array", ",{\"id\":\"2\",\"x\":[1,", "a value"),
		cut("behind blanks", " \t\r\n", "an array"),
		bad("cut before any record", "[‸", fails("the text ends inside", "cut")),
		bad("cut in the first record", `[{"createdDateTime":"2026-01-02T03:04:05Z","clientAppUsed":"ab‸`, fails("the text ends inside a string; 0 whole records before", "cut")),
		bad("cut in a page's records", "{\n\"value\":["+g1+"‸", fails("the text ends inside an array; 1 whole record before", "cut")),
		bad("cut behind a page's records", "{\n\"value\":["+g1+"]‸", fails("the text ends inside a page; 1 whole record before", "cut")),
		bad("cut behind a page's comma", "{\n\"value\":["+g1+"],‸", fails("the text ends inside an object; 1 whole record before", "cut")),
		bad("cut in a page's later member", "{\n\"value\":["+g1+"],\"@odata.next‸", fails("the text ends inside a string; 1 whole record before", "cut")),
		bad("cut in the second of two arrays", "["+g1+"]\n["+g2+"‸", fails("the text ends inside an array; 2 whole records before", "cut")),
		bad("cut, salvaged", "["+g1+","+g2+",\n{\"id\":\"3▸", rejects("1 2", "damaged: the text ends inside a string").warns("salvaged"), withSalvage),

		damaged("single quotes", "{‸'id':1}", "found '\\'', expected a quoted name"),
		damaged("a name without quotes", "{‸id:1}", "found 'i', expected a quoted name"),
		damaged("no colon", "{\"id\" ‸1}", "found '1', expected a colon"),
		damaged("no value", "{\"id\":‸}", "found '}', expected a value"),
		damaged("a comma behind the last member", "{\"id\":1,‸}", "found '}', expected a quoted name"),
		damaged("no comma between members", "{\"id\":1 ‸\"x\":2}", "found '\"', expected a comma or '}'"),
		damaged("a number as name", "{‸1:1}", "found '1', expected a quoted name"),
		damaged("a leading zero", "{\"id\":0‸1}", "found '1', expected a comma or '}'"),
		damaged("a leading plus", "{\"id\":‸+1}", "found '+', expected a value"),
		damaged("a leading point", "{\"id\":‸.5}", "found '.', expected a value"),
		damaged("a point without digits", "{\"id\":1.‸}", "found '}', expected a digit"),
		damaged("an exponent without digits", "{\"id\":1e+‸}", "found '}', expected a digit"),
		damaged("a hexadecimal number", "{\"id\":0‸x1F}", "found 'x', expected a comma or '}'"),
		damaged("NaN", "{\"id\":‸NaN}", "found 'N', expected a value"),
		damaged("Infinity", "{\"id\":-‸Infinity}", "found 'I', expected a digit"),
		damaged("undefined", "{\"id\":‸undefined}", "found 'u', expected a value"),
		damaged("a capital word", "{\"id\":‸True}", "found 'T', expected a value"),
		damaged("a word that goes on", "{\"id\":null‸s}", "found 's', expected a comma or '}'"),
		damaged("a line break in a string", "{\"id\":\"a‸\nb\"}", "found byte 0x0a inside a string"),
		damaged("a tab in a string", "{\"id\":\"a‸\tb\"}", "found byte 0x09 inside a string"),
		damaged("an escape that is none", "{\"id\":\"a\\‸x41\"}", "found 'x' after a backslash"),
		damaged("a hexadecimal escape that is none", "{\"id\":\"\\u12‸g4\"}", "found 'g' in a \\u escape"),
		damaged("a comment", "‸/* none */", "found '/', expected a value"),
		damaged("a line comment in a record", "{‸// none\n\"id\":1}", "found '/', expected a quoted name"),
		damaged("two commas", "‸", "found ',', expected a record"),
		damaged("nesting without end", `{"x":`+strings.Repeat("[", 999)+"‸"+strings.Repeat("[", 9000)+strings.Repeat("]", 9999)+"}", "values nest deeper than 1000"),

		bad("a comma first", "[‸,"+g1+"]", fails("found ',', expected a record", "")),
		bad("a comma last", "["+g1+",‸]", fails("record 2: found ']', expected a record", "")),
		bad("a comma last, on a line", "["+g1+",\n  ‸]\n", fails("record 2: found ']', expected a record", "")),
		bad("no comma between records", "["+g1+" ‸"+g2+"]", fails("record 2: found '{', expected a comma or ']'", "")),
		bad("the wrong bracket", "["+g1+"‸}", fails("record 2: found '}', expected a comma or ']'", "")),
		bad("closed twice", "["+g1+"]‸]", fails("record 2: found ']', expected an array or an object", "a bracket is missing")),
		bad("records without brackets", g1+"‸,\n"+g2+"\n", fails("record 2: found ',', expected an array or an object", "a bracket is missing")),
		bad("text behind an array", "["+g1+"]\n‸end", fails("record 2: found 'e', expected an array or an object", "")),
		bad("a line end that is none", "["+g1+",‸\u2028"+g2+"]", fails("record 2: found '\\u2028', expected a value", "")),
		bad("text behind a page's records", "{\n\"value\":["+g1+"] ‸x}", fails("record 2: found 'x', expected a comma or '}'", "")),
		bad("a bad member behind a page's records", "{\n\"value\":["+g1+"],\"x\":tru‸}", fails("record 2: found '}', expected true", "")),
		bad("a page with two lists of records", "{\"value\":["+g1+"],\n\"records\":["+g2+"]‸}", fails("record 2: the page holds records in a second array, records", "")),

		bad("pages merged without their brackets", "["+g1+"]\n["+g2+"]‸,\n"+g3+"]", fails("record 3: found ',', expected an array or an object", "a bracket is missing")),
		bad("pages merged without their brackets, salvaged", "["+g1+"]\n["+g2+"]▸,\n"+g3+"]", rejects("1 2", "damaged: found ','").warns("salvaged"), withSalvage),
		bad("pages merged by line", "["+g1+"]\n["+g2+",\n"+g3+"]", reads("1 2 3", "concatenated_values")),
		bad("arrays one behind the other", "["+g1+"]["+g2+"]\n\n["+g3+"]\n", reads("1 2 3", "concatenated_values")),
		bad("pretty records one behind the other", pretty(g1)+"\n"+pretty(g2), reads("1 2", "concatenated_values")),
		bad("lines, then an array", "{\n"+g1[1:]+"\n"+g2+"\n["+g3+"]", reads("1 2 3", "concatenated_values")),
		bad("a mark between arrays", "["+g1+"]"+byteOrderMark+"["+g2+"]", reads("1 2", "joined_files")),
		bad("zero bytes behind an array over lines", "[\n"+g1+"\n]‸\x00\x00\x00", fails("record 2: found '\\x00', expected an array or an object", "")),
		bad("zero bytes behind an array over lines, salvaged", "[\n"+g1+"\n]▸\x00\x00\x00", rejects("1", "damaged: found '\\x00'").warns("salvaged"), withSalvage),
		bad("a link to a further page", `{"@odata.nextLink":"https://x","value":[`+g1+"]}", reads("1", "next_link")),
		bad("a link behind the records", "{\n\"value\":["+g1+`],"@odata.nextLink":"https://x"}`, reads("1", "next_link")),
		bad("an error behind the records", `{"value":[`+g1+`],"error":{"code":"timeout"}}`, reads("1", "partial_result")),
		bad("scalars among records", "["+g1+",▸1,▸\"a\",▸null,▸true]", rejects("1", "not_an_object: a record must be an object, found '1'",
			"not_an_object: a record must be an object, found '\"'", "not_an_object: a record must be an object, found 'n'", "not_an_object: a record must be an object, found 't'")),
		bad("an empty record", "["+g1+",▸{}]", rejects("1", "not_a_sign_in: the record has neither createdDateTime nor status")),
		bad("an array among records", "["+g1+",["+g2+"],[]]", reads("1 2")),
		bad("nesting up to the limit", "["+strings.TrimSuffix(g1, "}")+`,"x":`+strings.Repeat("[", 998)+strings.Repeat("]", 998)+"}]", reads("1")),
	}
}

// badLines is JSON with one value a line: a bad line is a reject.
func badLines() []badCase {
	line := func(name, line, message string) badCase {
		return bad("line: "+name, g1+"\n▸"+line+"\n"+g3+"\n", rejects("1 3", message))
	}
	return []badCase{
		line("cut in a value", `{"id":‸`, "bad_json: the text ends inside a value"),
		line("cut in a string", `{"id":"2‸`, "bad_json: the text ends inside a string"),
		line("cut behind a member", `{"id":"2"‸`, "bad_json: the text ends inside an object"),
		line("its beginning is missing", `04:05Z","id":"2"}`, "bad_json: "),
		line("text", "hello", "bad_json: found 'h', expected a value"),
		line("a comma at its end", g2+"‸,", "bad_json: found ',', expected the end of the line"),
		line("a comma at its beginning", ","+g2, "bad_json: found ',', expected a record"),
		line("two records", g2+"‸"+g2, "bad_json: found '{', expected the end of the line"),
		line("two records and a space", g2+" ‸"+g2, "bad_json: found '{', expected the end of the line"),
		line("a comment", "// none", "bad_json: found '/', expected a value"),
		line("single quotes", "{‸'id':'2'}", "bad_json: found '\\'', expected a quoted name"),
		line("NaN", `{"id":‸NaN}`, "bad_json: found 'N', expected a value"),
		line("a leading zero", `{"id":0‸1}`, "bad_json: found '1', expected a comma or '}'"),
		line("a control character", "{\"id\":\"‸\x01\"}", "bad_json: found byte 0x01 inside a string"),
		line("an opening bracket", "[‸", "bad_json: the text ends inside a value"),
		line("a closing bracket", "]", "bad_json: found ']', expected a record"),
		line("an array with a bad record", "["+g2+",{‸id:1}]", "bad_json: found 'i', expected a quoted name"),
		line("a page with a bad record", `{"value":[`+g2+",‸]}", "bad_json: found ']', expected a value"),
		line("a page that is cut", `{"value":[`+g2+"‸", "bad_json: the text ends inside an array"),
		line("a number", "12", "not_an_object: a record must be an object, found '1'"),
		line("null", "null", "not_an_object: a record must be an object, found 'n'"),
		line("a string", `"2"`, "not_an_object: a record must be an object, found '\"'"),
		line("no sign-in", `{"a":1}`, "not_a_sign_in: the record has neither createdDateTime nor status"),
		line("all null", `{"createdDateTime":null,"id":null}`, "not_a_sign_in: all fields of the record are empty"),
		line("an error in place of data", `{"error":{"code":"TooManyRequests"}}`, "not_a_sign_in: the record has neither"),
		line("an audit record", `{"id":"2","activityDateTime":"2026-01-02T03:04:05Z","targetResources":[]}`, "not_a_sign_in: the record has neither"),
		line("nesting without end", strings.Repeat(`{"x":`, 1000)+"‸"+strings.Repeat(`{"x":`, 1000), "bad_json: values nest deeper than 1000"),
		bad("line: a mark before text", g1+"\n"+byteOrderMark+"▸x\n"+g3+"\n", rejects("1 3", "bad_json: found 'x', expected a value")),
		bad("line: pretty among lines", g1+"\n▸{‸\n ▸\"id\"‸:\"2\"\n▸}\n"+g3+"\n", rejects("1 3", "bad_json: the text ends inside an object",
			"bad_json: found ':', expected the end of the line", "bad_json: found '}', expected a record")),
		bad("line: the last is cut", g1+"\n▸"+g2[:20]+"‸", rejects("1", "bad_json: the text ends inside a string").warns("no_final_newline")),
		bad("line: the last is cut behind its record", g1+"\n"+g2, reads("1 2")),
		bad("line: zero bytes at the end", g1+"\n"+g2+"\n▸"+strings.Repeat("\x00", 30), rejects("1 2", "bad_json: found '\\x00', expected a value").warns("no_final_newline")),
		bad("line: a zero byte", g1+"\n▸{\"id\":\"‸\x00\"}\n"+g3+"\n", rejects("1 3", "bad_json: found byte 0x00 inside a string")),
		bad("line: UTF-16 among lines", g1+"\n▸\xff\xfe{\x00}\x00\n"+g3+"\n", rejects("1 3", "bad_json: found")),
		bad("line: too long", g1+"\n▸"+strings.Replace(g2, "{", `{"x":"`+strings.Repeat("x", minMaxRecord)+`",`, 1)+"\n"+g3+"\n",
			rejects("1 3", "too_long: the record is longer than 1 MiB, see --max-record"), withMaxRecord(minMaxRecord)),
		bad("line: a mark between lines", g1+"\n"+byteOrderMark+g2+"\n", reads("1 2", "joined_files")),
		bad("line: blanks around", "\n \t"+g1+" \r\n\n\n"+g2+"\n", reads("1 2")),
		bad("line: the first is damaged", "▸edDateTime\":1}\n"+g2+"\n", rejects("2", "bad_json: found 'e', expected a value")),
		bad("line: a wrong value in the first", "▸{"+g1[1:len(g1)-1]+`,"x":‸y}`+"\n"+g2+"\n"+g3+"\n", rejects("2 3", "bad_json: found 'y', expected a value")),
		bad("line: a zero byte in the first", "▸{"+g1[1:len(g1)-1]+",\"x\":‸\x00}\n"+g2+"\n"+g3+"\n", rejects("2 3", "bad_json: found '\\x00', expected a value")),
		bad("line: the first is cut in a string", "▸{"+g1[1:len(g1)-1]+`,"x":"‸`+"\n"+g2+"\n"+g3+"\n", rejects("2 3", "bad_json: the text ends inside a string")),
		bad("line: the first begins a page", `{"value":[`+"\n"+g1+"\n‸"+g2+"\n]}\n", fails("record 2: found '{', expected a comma or ']'", "")),
		bad("line: the first is damaged, salvaged", "▸edDateTime\":1}\n"+g2+"\n", rejects("2", "bad_json: found 'e', expected a value"), withSalvage),
	}
}
