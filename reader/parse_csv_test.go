package reader

import (
	"fmt"
	"maps"
	"slices"
	"strings"
	"testing"

	"signins/schema"
)

const portalHead = "Date (UTC),Request ID,Username,User,Application\n"

// portal is a portal CSV of rows that begin after the date.
func portal(rows ...string) string {
	s := portalHead
	for _, r := range rows {
		s += "2026-01-01T00:00:00Z," + r + "\n"
	}
	return s
}

// Cells are read byte for byte, as csv-spectrum has them.
func TestCSVCells(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name, row string
		want      []string // Request ID, Username, User, Application
	}{
		{"plain", "1,u,v,w", []string{"1", "u", "v", "w"}},
		{"comma in quotes", `1,"u, of v",v,w`, []string{"1", "u, of v", "v", "w"}},
		{"empty cells", "1,,,", []string{"1", "", "", ""}},
		{"empty quoted", `1,"","",""`, []string{"1", "", "", ""}},
		{"escaped quotes", `1,"""u""",v,"ha ""ha"" ha"`, []string{"1", `"u"`, "v", `ha "ha" ha`}},
		{"only quotes", `1,"""",v,""""""`, []string{"1", `"`, "v", `""`}},
		{"JSON", `1,"{""type"": ""Point"", ""c"": [1.0, 2]}",v,w`, []string{"1", `{"type": "Point", "c": [1.0, 2]}`, "v", "w"}},
		{"new lines", "1,\"once\nupon\n\na time\n\",v,w", []string{"1", "once\nupon\n\na time\n", "v", "w"}},
		{"CR LF in quotes", "1,\"a\r\nb\r\n\",v,w", []string{"1", "a\r\nb\r\n", "v", "w"}},
		{"CR in quotes", "1,\"a\rb\",v,w", []string{"1", "a\rb", "v", "w"}},
		{"CR without quotes", "1,a\rb,v,w", []string{"1", "a\rb", "v", "w"}},
		{"spaces", `1, u ,"  v  ",	w`, []string{"1", " u ", "  v  ", "\tw"}},
		{"UTF-8", "1,Zoë,日本語,\U0001f600", []string{"1", "Zoë", "日本語", "\U0001f600"}},
		{"backslashes", `1,\"u\,v,w`, nil},
		{"apostrophes", `1,'u',''v,w'`, []string{"1", "'u'", "''v", "w'"}},
		{"formulas", `1,=1+1,@x,-2`, []string{"1", "=1+1", "@x", "-2"}},
		{"semicolons", `1,a;b,"c;d",;`, []string{"1", "a;b", "c;d", ";"}},
		{"zero byte in the middle", "1,\"" + strings.Repeat("x", 5000) + "\x00y\",v,w", []string{"1", strings.Repeat("x", 5000) + "\x00y", "v", "w"}},
	} {
		t.Run(c.name, func(t *testing.T) {
			out := readText(t, portal(c.row))
			if c.want == nil {
				if codes := out.codes(); !slices.Equal(codes, []string{"bad_csv"}) || len(out.rows) > 0 {
					t.Errorf("%s: %d rows, rejects %v", c.name, len(out.rows), codes)
				}
				return
			}
			if len(out.rows) != 1 {
				t.Errorf("%s: %d rows, rejects %v, %v", c.name, len(out.rows), out.rejects, out.err)
				return
			}
			r := out.rows[0]
			if got := []string{r["id"], r["user_principal_name"], r["user_display_name"], r["app_display_name"]}; !slices.Equal(got, c.want) {
				t.Errorf("%s: %q, want %q", c.name, got, c.want)
			}
		})
	}
}

// A row that is not strict is a reject by itself; its neighbours survive.
func TestCSVBadRows(t *testing.T) {
	t.Parallel()
	for _, c := range []struct{ name, row, code string }{
		{"bare quote", `2,u"v,w,x`, "bad_csv"},
		{"bare quotes in a pair", `2,u"v"w,w,x`, "bad_csv"},
		{"quote behind a space", `2, "u",w,x`, "bad_csv"},
		{"text behind a quote", `2,"u"v,w,x`, "bad_csv"},
		{"space behind a quote", `2,"u" ,w,x`, "bad_csv"},
		{"carriage return behind a quote", "2,\"u\"\r,w,x", "bad_csv"},
		{"bare quote in the last cell", `2,u,w,x"`, "bad_csv"},
		{"text behind the last quote", `2,u,w,"x"y`, "bad_csv"},
		{"inches", `2,a 5" disk,"a 5"" disk",x`, "bad_csv"},
		{"one cell short", "2,u,w", "ragged_row"},
		{"one cell long", "2,u,w,x,", "ragged_row"},
		{"trailing text", "2,u,w,x,y", "ragged_row"},
		{"one cell", "2", "ragged_row"},
	} {
		t.Run(c.name, func(t *testing.T) {
			for _, as := range [][]string{{"\n", "\n"}, {"\n", "\r\n"}, {",", ";"}, {",", "\t", "\n", "\r\n"}} {
				write := strings.NewReplacer(as...)
				out := readText(t, write.Replace(portal("1,,,", c.row, "3,,,")))
				if got := out.values("id"); !slices.Equal(got, []string{"1", "3"}) || len(out.rejects) != 1 || out.err != nil {
					t.Errorf("%s: rows %v, rejects %v, %v", c.name, got, out.rejects, out.err)
					continue
				}
				r := out.rejects[0]
				if r.Code != c.code || r.Record != 2 || r.Line != 3 || string(r.Raw) != write.Replace("2026-01-01T00:00:00Z,"+c.row) || r.Message == "" {
					t.Errorf("%s: %+v", c.name, r)
				}
			}
		})
	}
}

func TestCSVRejectNamesTheByte(t *testing.T) {
	t.Parallel()
	out := readText(t, portal("1,,,", `2,"u"v,w,x`))
	at := strings.Index(portal("1,,,", `2,"u"v,w,x`), `v,w`)
	if len(out.rejects) != 1 || !strings.HasPrefix(out.rejects[0].Message, fmt.Sprintf("byte %d: ", at)) {
		t.Errorf("%+v, want byte %d", out.rejects, at)
	}
}

func TestCSVBlankLines(t *testing.T) {
	t.Parallel()
	for _, eol := range []string{"\n", "\r\n", "\r"} {
		t.Run(caseName(eol), func(t *testing.T) {
			content := strings.ReplaceAll(portal("1,,,")+"\n\n"+portal("2,,,")[len(portalHead):]+"\n", "\n", eol)
			out := readText(t, content)
			if got := out.values("id"); !slices.Equal(got, []string{"1", "2"}) || out.seen != 2 || out.warnings[schema.BlankLines] != 3 {
				t.Errorf("%q: %v, seen %d, rejects %v, warnings %v", eol, got, out.seen, out.rejects, out.warnings)
			}
			if got := out.values("source_line"); !slices.Equal(got, []string{"2", "5"}) {
				t.Errorf("%q: lines %v", eol, got)
			}
		})
	}
}

// Blank lines before the header are no reason to refuse an export.
func TestCSVBlankLinesBeforeTheHeader(t *testing.T) {
	t.Parallel()
	for _, blank := range []string{"\n", "\r\n\r\n", "\xef\xbb\xbf\n"} {
		t.Run(caseName(blank), func(t *testing.T) {
			out := readText(t, blank+portal("1,,,"))
			if got := out.values("id"); !slices.Equal(got, []string{"1"}) || out.err != nil {
				t.Errorf("%q: %v, %v", blank, got, out.err)
			}
		})
	}
}

// What makes the most columns of the header separates them, unless a line
// before it says what does.
func TestCSVSeparatorIsTold(t *testing.T) {
	t.Parallel()
	const other = schema.OtherSeparator
	export := func(separator, title string) string {
		return tableText([][]string{{"Date (UTC)", "Request ID", "Username", "User", title}, {"2026-01-01T00:00:00Z", "1", "u;\tu", "v,v", "w;|"}}, separator, "\n", false)
	}
	for _, c := range []struct {
		name, content, title string
		warnings             schema.Tally
	}{
		{"commas", export(",", "New"), "New", nil},
		{"semicolons", export(";", "New"), "New", schema.Tally{other: 1}},
		{"tabs", export("\t", "New"), "New", schema.Tally{other: 1}},
		{"commas named", "sep=,\r\n" + export(",", "New"), "New", schema.Tally{schema.SepLine: 1}},
		{"semicolons named", "SEP=;\n" + export(";", "New"), "New", schema.Tally{other: 1, schema.SepLine: 1}},
		{"bars named", "\xef\xbb\xbf\r\nsep=|\r\n" + export("|", "New"), "New", schema.Tally{other: 1, schema.SepLine: 1, schema.BlankLines: 1}},
		{"a type, then tabs named", "#TYPE x\nsep=\t\n" + export("\t", "New"), "New", schema.Tally{other: 1, schema.SepLine: 1, schema.TypeLine: 1}},
		{"semicolons in a title between commas", export(",", "a;b;\tc;d"), "a;b;\tc;d", nil},
		{"many in quotes", strings.Replace(export(",", "New"), "New", "\";;;;;;\"", 1), ";;;;;;", nil},
		{"commas in a title between semicolons", strings.Replace(export(";", "New"), "New", "a,b, c,d", 1), "a,b, c,d", schema.Tally{other: 1}},
	} {
		t.Run(c.name, func(t *testing.T) {
			out := readText(t, c.content)
			if len(out.rows) != 1 || out.err != nil {
				t.Errorf("%s: %d rows, rejects %v, %v", c.name, len(out.rows), out.rejects, out.err)
				return
			}
			delete(out.warnings, schema.UnknownFields)
			want := row{"created_at": "2026-01-01T00:00:00Z", "id": "1", "user_principal_name": "u;\tu", "user_display_name": "v,v", "extra": fmt.Sprintf(`{%q:"w;|"}`, c.title)}
			if d := out.rows[0].columns().differs(want); d != "" || !maps.Equal(out.warnings, c.warnings) {
				t.Errorf("%s: warnings %v, want %v%s", c.name, out.warnings, c.warnings, d)
			}
			if err := checkPlaces([]byte(c.content), out); err != nil {
				t.Errorf("%s: %v", c.name, err)
			}
		})
	}
}

// A line that names another separator than there is leaves one column.
func TestCSVSeparatorNamedWrong(t *testing.T) {
	t.Parallel()
	for _, line := range []string{"sep=;\n", "sep=\n", "sep=\"\n"} {
		t.Run(caseName(line), func(t *testing.T) {
			out := readText(t, line+portal("1,,,"))
			if out.err == nil || !strings.Contains(out.err.Error(), "neither JSON nor CSV") {
				t.Errorf("%q: %d rows, %v", line, len(out.rows), out.err)
			}
		})
	}
}

// Local dates prove their order whatever is between them.
func TestCSVDatesBetweenSemicolons(t *testing.T) {
	t.Parallel()
	out := readText(t, "TimeGenerated [UTC];CreatedDateTime [UTC];ResultType;AppId\n03.04.2026 05:07;03.04.2026 05:06;0;a\n14.04.2026 05:07;14.04.2026 05:06;0;a\n")
	if got := out.values("created_at"); !slices.Equal(got, []string{"2026-04-03T05:06:00Z", "2026-04-14T05:06:00Z"}) || out.warnings[schema.DayFirst] != 1 {
		t.Errorf("%v, %v, %v", got, out.warnings, out.err)
	}
}

// The source position of a row ends before its line end, whatever that is.
func TestCSVPositions(t *testing.T) {
	t.Parallel()
	for _, c := range []struct{ name, eol, last string }{
		{"LF", "\n", "\n"}, {"CR LF", "\r\n", "\r\n"}, {"CR", "\r", "\r"}, {"no last end", "\n", ""}, {"CR LF, no last end", "\r\n", ""}, {"half a last end", "\r\n", "\r"},
	} {
		t.Run(c.name, func(t *testing.T) {
			for _, bom := range []string{"", "\xef\xbb\xbf"} {
				rows := []string{"2026-01-01T00:00:00Z,1,u,v,w", "\"2026-01-01T00:00:00Z\",\"2\",\"u\",\"v\",\"w\"", "2026-01-01T00:00:00Z,3,u,v,", "2026-01-01T00:00:00Z,4,u,v,\"\"", "2026-01-01T00:00:00Z,5,u,v,\"x\"\"y\""}
				content := bom + strings.ReplaceAll(portalHead, "\n", c.eol) + strings.Join(rows, c.eol) + c.last
				out := readText(t, content)
				if got := out.values("raw_record"); !slices.Equal(got, rows) {
					t.Errorf("%s: %q, rejects %v, %v", c.name, got, out.rejects, out.err)
				}
				if got := out.values("app_display_name"); !slices.Equal(got, []string{"w", "w", "", "", `x"y`}) {
					t.Errorf("%s: %q", c.name, got)
				}
			}
		})
	}
}

func TestCSVLineNumbersPassQuotedLines(t *testing.T) {
	t.Parallel()
	out := readText(t, portal("1,\"a\nb\nc\",,", "2,,,", "3,\"\n\",", "4,,,", "5,x\"y,,", "6,\"\r\n\",,", "7,,,"))
	if got := out.values("source_line"); !slices.Equal(got, []string{"2", "5", "8", "10", "12"}) {
		t.Errorf("rows on lines %v", got)
	}
	if out.rejects[0].Line != 6 || out.rejects[1].Line != 9 {
		t.Errorf("rejects %+v", out.rejects)
	}
}

// A repeated title loses nothing: the later cells go to extra.
func TestCSVRepeatedTitles(t *testing.T) {
	t.Parallel()
	for _, c := range []struct{ name, head, row, extra string }{
		{"known", "User,User", "a,b", `{"User":"b"}`},
		{"three times", "User,User,User", "a,b,c", `{"User":"b","User#2":"c"}`},
		{"spelled otherwise", "User, USER ", "a,b", `{" USER ":"b"}`},
		{"unknown", "New,New", "a,b", `{"New":"a","New#2":"b"}`},
		{"empty", ",", "a,b", `{"":"a","#2":"b"}`},
		{"two dates", "User,Date", "a,2026-02-02T00:00:00Z", `{"Date":"2026-02-02T00:00:00Z"}`},
	} {
		t.Run(c.name, func(t *testing.T) {
			out := readText(t, "Date (UTC),Request ID,Username,"+c.head+"\n2026-01-01T00:00:00Z,1,u,"+c.row+"\n")
			if len(out.rows) != 1 {
				t.Errorf("%s: %d rows, %v", c.name, len(out.rows), out.err)
				return
			}
			if r := out.rows[0]; r["extra"] != c.extra || r["created_at"] != "2026-01-01T00:00:00Z" {
				t.Errorf("%s: extra %s, created_at %s, want %s", c.name, r["extra"], r["created_at"], c.extra)
			}
			if out.warnings[schema.RepeatedHeader] == 0 && c.name != "two dates" {
				t.Errorf("%s: no warning: %v", c.name, out.warnings)
			}
		})
	}
}

func TestCSVKnownTwinIsNoWarning(t *testing.T) {
	t.Parallel()
	out := readText(t, "Date (UTC),Request ID,Username,Incoming token type,Incoming token type\n"+
		"2026-01-01T00:00:00Z,1,u,primaryRefreshToken,Primary refresh token\n2026-01-01T00:00:00Z,2,u,,\n2026-01-01T00:00:00Z,3,u,\"none,refreshToken\",None\n")
	if got := out.values("incoming_token_type"); !slices.Equal(got, []string{"primaryRefreshToken", "", "none,refreshToken"}) {
		t.Errorf("%q", got)
	}
	want := []string{`{"Incoming token type":"Primary refresh token"}`, "", `{"Incoming token type":"None"}`}
	if got := out.values("extra"); !slices.Equal(got, want) {
		t.Errorf("%q", got)
	}
	if len(out.warnings) > 0 || len(out.unknown) > 0 {
		t.Errorf("warnings %v, unknown %v", out.warnings, out.unknown)
	}
}

func TestCSVUnknownColumns(t *testing.T) {
	t.Parallel()
	out := readText(t, "Date (UTC),Request ID,Username,Status,New one,Other\n2026-01-01T00:00:00Z,1,u,,a,\n2026-01-01T00:00:00Z,2,u,,\"b \"\"c\"\"\n\",d\n")
	if got := out.values("extra"); !slices.Equal(got, []string{`{"New one":"a"}`, `{"New one":"b \"c\"\n","Other":"d"}`}) {
		t.Errorf("%q", got)
	}
	if out.unknown["New one"] != 2 || out.unknown["Other"] != 1 || out.warnings[schema.UnknownFields] != 2 {
		t.Errorf("unknown %v, warnings %v", out.unknown, out.warnings)
	}
}

// Titles match trimmed, with single spaces, in any case and order.
func TestCSVTitlesMatchFolded(t *testing.T) {
	t.Parallel()
	out := readText(t, "\xef\xbb\xbf\"USERNAME\",\" request  id\",\"date (utc) [UTC]\",\"application id\",\"Autonomous  System   Number \"\r\nu,1,2026-01-01T00:00:00,007,64496\r\n")
	if len(out.rows) != 1 {
		t.Fatalf("%v %v", out.rejects, out.err)
	}
	want := row{"user_principal_name": "u", "id": "1", "created_at": "2026-01-01T00:00:00Z", "app_id": "007", "autonomous_system_number": "64496"}
	if d := out.rows[0].columns().differs(want); d != "" {
		t.Error(d)
	}
}

// A header in the middle means that files were concatenated. It is never a
// record; where it is another one, the file is refused.
func TestCSVHeaderInTheMiddle(t *testing.T) {
	t.Parallel()
	const first, row = "Date (UTC),Request ID,Username,Status,Location\n", "2026-01-02T03:04:05Z,%s,u,Success,\"a, b, DE\"\n"
	for _, c := range []struct{ name, header, second string }{
		{"same", first, first},
		{"mark", first, byteOrderMark + first},
		{"quoted", first, byteOrderMark + "\"Date (UTC)\",\"Request ID\",\"Username\",\"Status\",\"Location\"\r\n"},
		{"other case", first, strings.ToLower(first)},
		{"time elsewhere", "Request ID,Date (UTC),Username,Status,Location\n", "Request ID,Date (UTC),Username,Status,Location\n"},
	} {
		t.Run(c.name, func(t *testing.T) {
			text := c.header
			data := row
			if strings.HasPrefix(c.header, "Request") {
				data = "%s,2026-01-02T03:04:05Z,u,Success,\n"
			}
			out := readText(t, text+fmt.Sprintf(data, "1")+c.second+fmt.Sprintf(data, "2"))
			if got := out.values("id"); !slices.Equal(got, []string{"1", "2"}) || out.warnings[schema.JoinedFiles] != 1 || len(out.rejects) > 0 || out.err != nil {
				t.Errorf("%s: %v, %v, %v", c.name, got, out.warnings, out.err)
			}
		})
	}
	for name, second := range map[string]string{
		"other date": "Date,Request ID,Username,Status,Location\n",
		"reordered":  "Date (UTC),Request ID,Username,Location,Status\n",
		"shorter":    "Date (UTC),Request ID,Username\n",
		"moved":      "Location,Request ID,Username,Status,Date (UTC)\n",
	} {
		t.Run(caseName(name), func(t *testing.T) {
			out := readText(t, first+fmt.Sprintf(row, "1")+second+fmt.Sprintf(row, "2"))
			if out.err == nil || !strings.Contains(out.err.Error(), "another table") {
				t.Errorf("%s: rows %v, %v", name, out.values("id"), out.err)
			}
		})
	}
}
