package reader

import (
	"encoding/binary"
	"strings"
	"testing"

	"signins/testdata/fixture"
)

// badFiles is what goes wrong with files as a whole: what they are, how they
// are encoded and packed.
func badFiles(t *testing.T) []badCase {
	one := g1 + "\n"
	gz, zst := fixture.Gzip(one+g2+"\n"), string(packers["zstd"](t, []byte(one)))
	le := func(text string) string { return string(utf16Bytes(binary.LittleEndian, text)) }
	be := func(text string) string { return string(utf16Bytes(binary.BigEndian, text)) }
	list := []badCase{
		bad("empty", "", fails("empty", "export it again")),
		bad("white space alone", " \r\n\t\n", fails("empty", "export it again")),
		bad("a mark alone", byteOrderMark, fails("empty", "export it again")),
		bad("a mark and white space", byteOrderMark+" \n", fails("empty", "export it again")),
		bad("much white space", strings.Repeat(" ", headSize+1), fails("empty", "export it again")),
		bad("empty, packed", "", fails("empty", "export it again"), packedAs("gzip")),
		bad("an array of nothing", "[]", reads("")),
		bad("a page of nothing", `{"@odata.context":"https://x/$metadata#auditLogs/signIns","value":[]}`, reads("")),
		bad("records of nothing", `{"records":[]}`, reads("")),
		bad("a header alone", portalHead, reads("")),
		bad("a link and no records", `{"@odata.nextLink":"https://x","value":[]}`, reads("", "next_link")),

		bad("binary", "\x00\x01\x02\x03", fails("this is not text: byte 0 is zero", "")),
		bad("zero bytes alone", strings.Repeat("\x00", 5000), fails("this is not text: byte 0 is zero", "")),
		bad("a zero byte in text", `[{"id":"`+"\x00"+`"}]`, fails("this is not text: byte 8 is zero", "")),
		bad("a zero byte in an array, then lines", "[["+g1+"],‸\x00]\n[]\n"+g2, fails("record 2: found '\\x00', expected a value", "")),
		bad("a zero byte behind a line", "x\n\x00\x00", fails("this is not text: byte 2 is zero", "")),
		bad("a zero byte in a cell", portalHead+"2026-01-02T03:04:05Z,1,\"u\x00\",v,w\n", reads("1").cell("user_principal_name", "u\x00")),
		bad("zero bytes behind rows", portalHead+"2026-01-02T03:04:05Z,1,u,v,w\n▸\x00\x00\x00", rejects("1", "ragged_row: ").warns("no_final_newline")),
		bad("UTF-16LE without a mark", le("["+g1+"]"), fails("UTF-16 text without a byte order mark", "--encoding")),
		bad("UTF-16BE without a mark", be(portalHead), fails("UTF-16 text without a byte order mark", "--encoding")),
		bad("UTF-16LE without a mark, named", le(one), reads("1"), withEncoding("utf-16le")),
		bad("UTF-16LE called BE", le(one), fails("neither JSON nor CSV", ""), withEncoding("utf-16be")),
		bad("UTF-32LE", "\xff\xfe\x00\x00[\x00\x00\x00", fails("UTF-32 text", "UTF-8")),
		bad("UTF-32BE", "\x00\x00\xfe\xff\x00\x00\x00[", fails("UTF-32 text", "UTF-8")),
		bad("UTF-16LE that ends in a character", "\xff\xfe"+le(one)+"{", fails("the UTF-16 text ends inside a character", "cut")),
		bad("Windows-1252 in the header", "\"Date (UTC)\",\"Request ID\",\"Username\",\"\xdcber\"\n", fails("text in an encoding that is not UTF-8", "--encoding")),
		bad("Windows-1252 in a cell", "Date (UTC),Request ID,Username\n2026-01-02T03:04:05Z,1,Zo\xeb\n", reads("1", "invalid_utf8").cell("user_principal_name", "Zo\ufffd", "extra", `{"Username":"Zo\\xEB"}`)),
		bad("Windows-1252 that is named", "Date (UTC),Request ID,Username\n2026-01-02T03:04:05Z,1,Zo\xeb\n", reads("1").cell("user_principal_name", "Zoë"), withEncoding("windows-1252")),
		bad("UTF-16LE: cut", "["+g1+",\n{\"id\":\"ü‸", fails("the text ends inside a string; 1 whole record before", "cut"), inEncoding("UTF-16LE")),
		bad("UTF-16BE: bad number", "["+strings.Replace(g1, `"a"`, `"😀"`, 1)+",\n{\"id\":0‸1}]", fails("record 2: found '1', expected a comma", ""), inEncoding("UTF-16BE")),
		bad("UTF-16LE: bad line", strings.Replace(g1, `"a"`, `"é😀"`, 1)+"\n▸{\"id\":‸x}\n"+g3+"\n", rejects("1 3", "bad_json: found 'x', expected a value"), inEncoding("UTF-16LE")),
		bad("UTF-16BE: bad row", rowsOf("▸2026-01-02T03:04:05Z,2,ü‸\"v,v,w"), rejects("1 3", "bad_csv: found a quote inside a cell"), inEncoding("UTF-16BE")),
		bad("UTF-8 with a mark: bad line", g1+"\n▸{\"id\":‸x}\n", rejects("1", "bad_json: found 'x', expected a value"), inEncoding("UTF-8 with a mark")),
		bad("UTF-8 with a mark: bad row", rowsOf("▸2"), rejects("1 3", "ragged_row: "), inEncoding("UTF-8 with a mark")),

		bad("gzip that ends in its header", gz[:8], fails("the gzip data ends too early", "cut")),
		bad("gzip that ends in its data", gz[:60], fails("the gzip data ends too early", "cut")),
		bad("gzip that ends in its checksum", gz[:len(gz)-3], fails("the gzip data ends too early", "cut")),
		bad("gzip with a wrong checksum", badSum(gz), fails("the gzip data is damaged: gzip: invalid checksum", "again")),
		bad("gzip, then zero bytes", gz+strings.Repeat("\x00", 100), fails("the gzip data is damaged: gzip: invalid header", "again")),
		bad("gzip, then text", gz+"more", fails("the gzip data ends too early", "cut")),
		bad("gzip of several members", gz+gz, reads("1 2 1 2")),
		bad("gzip of gzip", fixture.Gzip(gz), fails("packed twice, with gzip inside", "unpack it and name the files")),
		bad("gzip of zstd", fixture.Gzip(zst), fails("packed twice, with zstd inside", "unpack it and name the files")),
		bad("gzip: cut", "["+g1+"‸", fails("the text ends inside an array; 1 whole record before", "cut"), packedAs("gzip")),
		bad("gzip: bad line", one+"▸{\"id\":‸x}\n"+g3+"\n", rejects("1 3", "bad_json: found 'x', expected a value"), packedAs("gzip")),
		bad("gzip of spaces", fixture.Gzip(strings.Repeat(" ", 5<<20)), fails("empty", "export it again")),
		bad("zstd that ends too early", zst[:len(zst)-6], fails("the zstd data ends too early", "cut")),
		bad("zstd: bad row", rowsOf("▸2"), rejects("1 3", "ragged_row: "), packedAs("zstd")),
		bad("zip: cut", "["+g1+"‸", fails("the text ends inside an array; 1 whole record before", "cut"), packedAs("zip"), ofMember("a/export.txt")),
		bad("zip: bad line", one+"▸{\"id\":‸x}\n", rejects("1", "bad_json: found 'x', expected a value"), packedAs("zip"), ofMember("a/export.txt")),
		bad("zip of nothing", fixture.Zip(), fails("no sign-in export found", "")),
		bad("zip of other files", fixture.Zip("readme.txt", "hello"), fails("no sign-in export found", "")),
	}
	for _, c := range []struct{ begin, what, hint string }{
		{"\xfd7zXZ\x00\x00\x04", "packed with xz", "unpack it"}, {"BZh91AY&SY\x00", "packed with bzip2", "unpack it"}, {"7z\xbc\xaf'\x1c\x00\x04", "a 7z archive", "unpack it"},
		{"Rar!\x1a\x07\x01\x00", "a RAR archive", "unpack it"}, {"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1\x00", "an old Office document", "save sheets as CSV"},
		{"export.json" + strings.Repeat("\x00", 246) + "ustar\x00", "a tar archive", "unpack it"},
		{"PAR1\x15\x04", "a Parquet file", "export again"}, {"%PDF-1.7\n", "a PDF document", ""}, {"ElfFile\x00\x00", "a Windows event log", ""}, {"\x89PNG\r\n\x1a\n", "a picture", ""},
		{"SQLite format 3\x00", "an SQLite database", ""}, {"<!DOCTYPE html><html>Sign in", "HTML or XML (a sign-in page?), not a log export", "signed in"},
		{"<?xml version=\"1.0\"?>", "HTML or XML", "signed in"}, {"hello\nworld\n", "neither JSON nor CSV", ""}, {"\"hello\"\n", "neither JSON nor CSV", ""}, {"12\n", "neither JSON nor CSV", ""},
		{`{"error":{"code":"Authentication_RequestFromNonPremiumTenant","message":"x"}}`, "this is an error that Microsoft Graph answered", ""},
		{`[{"id":"1","activityDateTime":"x","activityDisplayName":"Add user","targetResources":[]}]`, "this is a directory audit log", ""},
		{"Date (UTC),CorrelationId,Service,Category,Activity,Result\n", "this is a directory audit log", ""},
		{`{"category":"AuditLogs","operationName":"Add user","properties":{}}`, "this is a directory audit log", ""},
		{`{"category":"ProvisioningLogs","properties":{}}`, "this is a provisioning log", ""},
		{`[{"riskEventType":"x","detectedDateTime":"x"}]`, "this is a risk detection log", ""},
		{`[{"riskLastUpdatedDateTime":"x","riskLevel":"low"}]`, "this is a list of risky users", ""},
		{"CreationDate,UserIds,Operations,AuditData\n", "this is a unified audit log", ""},
		{`{"@odata.context":"https://x/$metadata#auditLogs/directoryAudits","value":[]}`, "this is a Microsoft Graph page of something else", ""},
		{`{"category":"MicrosoftGraphActivityLogs","properties":{}}`, "this is Microsoft Graph activity logs", ""},
		{`[{"id":"1","appId":"2","displayName":"an app"}]`, "this is a list of applications", ""},
		{`{"id":"1"}`, "not an export of sign-ins (", "how to export"}, {"a,b\n1,2\n", "not an export of sign-ins (", "how to export"},
	} {
		list = append(list, bad("file: "+c.begin, c.begin, fails(c.what, c.hint)))
	}
	return list
}
