package excel

import (
	"bytes"
	"cmp"
	"math"
	"math/rand/v2"
	"os"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"signins/schema"
	"signins/writer/manifest"
)

// newTestExcel returns a writer with an own, empty spill directory.
func newTestExcel(t testing.TB, out *bytes.Buffer, run *manifest.Run) (*Writer, string) {
	t.Helper()
	dir := t.TempDir()
	if run == nil {
		run = &manifest.Run{}
	}
	run.Tool.Version, run.CodesTableDate = "1.2.3", "2026-11-23"
	x, err := NewWriter(out, Options{TempDir: dir, Run: run})
	if err != nil {
		t.Fatal(err)
	}
	return x, dir
}

// writeExcel writes batches and reads the workbook.
func writeExcel(t testing.TB, run *manifest.Run, batches ...*schema.Batch) (*Writer, *readBook) {
	t.Helper()
	var out bytes.Buffer
	x, _ := newTestExcel(t, &out, run)
	for _, b := range batches {
		if err := x.Write(b); err != nil {
			t.Fatal(err)
		}
	}
	if err := x.Close(); err != nil {
		t.Fatal(err)
	}
	return x, readExcel(t, out.Bytes())
}

// excelBatch returns a batch whose rows are filled by set.
func excelBatch(rows int, set func(row int, columns *[schema.NumColumns]schema.Vector)) *schema.Batch {
	b := &schema.Batch{}
	b.Reset(&schema.Source{Path: "a.csv"})
	for row := range rows {
		set(row, &b.Columns)
	}
	b.Len = rows
	b.Seal()
	return b
}

// randomBatch returns rows with values of every kind in every column, and some
// nulls.
func randomBatch(seed uint64, rows int) *schema.Batch {
	r := rand.New(rand.NewPCG(seed, 1))
	return excelBatch(rows, func(row int, columns *[schema.NumColumns]schema.Vector) {
		for id := range columns {
			if r.IntN(4) > 0 {
				setRandom(r, &columns[id], schema.Columns[id].Kind, row)
			}
		}
	})
}

var randomTexts = []string{
	"plain", "Zoë Müller", "李小龍 😀", " lead and trail ", "two\nlines", "tab\there", "007", "true", "1e5", "2026-05-01",
	"=1+1", `{"a":"<&>'\""}`, "_x0041_", "a;b; c",
}

func setRandom(r *rand.Rand, v *schema.Vector, kind schema.Kind, row int) {
	text := randomTexts[r.IntN(len(randomTexts))] + strings.Repeat("+", r.IntN(3))
	switch kind {
	case schema.Text, schema.JSON, schema.Bytes:
		v.SetText(row, text)
	case schema.TextList:
		list := schema.AppendList(nil, []byte(text), false)
		v.SetBytes(row, schema.AppendList(list, []byte("second"), false))
	case schema.Bool:
		v.SetBool(row, r.IntN(2) == 0)
	case schema.Float64:
		v.SetNum(row, int64(math.Float64bits(float64(r.IntN(180))+0.125)))
	case schema.Time:
		v.SetNum(row, time.Date(2026, 5, 1, 0, 0, 0, 0, time.UTC).UnixMicro()+r.Int64N(86400e6))
	default:
		v.SetNum(row, r.Int64N(1<<40))
	}
}

// TestEveryValue finds every value of every column again, in order of time.
func TestEveryValue(t *testing.T) {
	t.Parallel()
	batches := []*schema.Batch{randomBatch(1, 40), randomBatch(2, 1), randomBatch(3, 25)}
	x, book := writeExcel(t, nil, batches...)
	if x.Rows() != 66 || x.Cut() != 0 || x.Escaped() != 0 {
		t.Errorf("rows %d, cut %d, escaped %d", x.Rows(), x.Cut(), x.Escaped())
	}
	rows := book.sheets[SignInSheet].table()
	if len(rows) != 66 {
		t.Fatalf("%d rows", len(rows))
	}
	type place struct {
		micros int64
		b      *schema.Batch
		row    int
	}
	var places []place
	for _, b := range batches {
		for row := range b.Len {
			p := place{noTime, b, row}
			if n, timed := b.Columns[schema.CreatedAt].Num(row); timed {
				p.micros = n
			}
			places = append(places, p)
		}
	}
	slices.SortStableFunc(places, func(a, b place) int { return cmp.Compare(a.micros, b.micros) })
	for at, p := range places {
		for id := range schema.NumColumns {
			checkCell(t, id, &p.b.Columns[id], p.row, rows[at])
		}
	}
}

// checkCell compares a cell with what the rules of the kinds make of a value,
// spelled out once more.
func checkCell(t *testing.T, id schema.ColumnID, v *schema.Vector, row int, cells map[string]readCell) {
	t.Helper()
	column := schema.Columns[id]
	got, written := cells[column.Title]
	if written != v.Set(row) {
		t.Errorf("%s: cell %v, value %v", column.Name, written, v.Set(row))
		return
	}
	if !written {
		return
	}
	n, _ := v.Num(row)
	want := readCell{isText: true}
	switch {
	case column.Kind == schema.TextList:
		var elements []string
		for e := range schema.List(v.Value(row)) {
			elements = append(elements, string(e))
		}
		want.text = strings.Join(elements, "; ")
	case column.Kind.Coded():
		want.text = string(v.Value(row))
	case column.Kind == schema.Bool:
		want = readCell{text: strings.ToUpper(strconv.FormatBool(n == 1)), isBool: true}
	case column.Kind == schema.Time:
		full := cells["Ingested (UTC, ISO 8601)"].text
		if at, _ := time.Parse(time.RFC3339Nano, full); id == schema.IngestedAt && at.UnixMicro() != n {
			t.Errorf("%s: %q in full, want %d", column.Name, full, n)
		}
		want = readCell{number: got.number}
		serial, _ := strconv.ParseFloat(got.number, 64)
		if days := float64(n/1000)/86400e3 + 25569; math.Abs(serial-days) > 1e-9 {
			t.Errorf("%s: %v, want %v", column.Name, serial, days)
		}
	case column.Kind == schema.Float64:
		want = readCell{number: strconv.FormatFloat(math.Float64frombits(uint64(n)), 'f', -1, 64)}
	case slices.Contains(textNumbers, column.Name):
		want.text = strconv.FormatInt(n, 10)
	default:
		want = readCell{number: strconv.FormatInt(n, 10)}
	}
	if want.style = got.style; got != want {
		t.Errorf("%s: %+v, want %+v", column.Name, got, want)
	}
}

// textNumbers are the columns of whole numbers that a workbook has as text.
var textNumbers = []string{
	"error_code", "autonomous_system_number", "rngc_status", "token_protection_sign_in_session_status_code",
}

// TestEmpty writes a workbook without a batch: all sheets but those of
// rejects and of duplicates, with headers, and a word where there is nothing.
func TestEmpty(t *testing.T) {
	t.Parallel()
	x, book := writeExcel(t, nil)
	var want []string
	for _, kind := range sheetKinds {
		if kind.name != rejectedSheet && kind.name != duplicatesSheet && kind.name != findingsSheet {
			want = append(want, kind.name)
		}
	}
	if !slices.Equal(book.names, want) {
		t.Errorf("sheets %q", book.names)
	}
	for name, rows := range map[string]int{SignInSheet: 2, policySheet: 2, stepSheet: 2, errorCodesSheet: 2} {
		if n := len(book.sheets[name].rows); n != rows {
			t.Errorf("%s has %d rows", name, n)
		}
		if first := `<col min="1" `; strings.Count(book.sheets[name].head, first) != 1 || regexp.MustCompile(first+`[^>]*hidden`).MatchString(book.sheets[name].head) {
			t.Errorf("%s hides its first column, or has none", name)
		}
	}
	header := book.sheets[SignInSheet].rows[0]
	if len(header) != len(sheetColumns(nil, nil)) || header["A"].text != "Date (UTC)" || header["B"].text != "Username" {
		t.Errorf("header %v", header)
	}
	if x.Rows() != 0 || !slices.Contains(book.sheets[summarySheet].texts(), "Undetermined") {
		t.Error("summary has no table of verdicts")
	}
}

// TestHeader has a column a title, none twice, and the ISO time last.
func TestHeader(t *testing.T) {
	t.Parallel()
	_, book := writeExcel(t, nil, randomBatch(1, 3))
	sheet := book.sheets[SignInSheet]
	titles := map[string]bool{}
	for _, cell := range sheet.rows[0] {
		title := strings.ToLower(cell.text)
		if titles[title] {
			t.Errorf("two columns %q", title)
		}
		titles[title] = true
	}
	for id, column := range schema.Columns {
		if !titles[strings.ToLower(column.Title)] {
			t.Errorf("no column %d %q", id, column.Title)
		}
	}
	if !titles[strings.ToLower(TimeTitle)] {
		t.Error("no ISO column")
	}
}

// TestSheetHead checks the XML around the rows: columns ascend, few are shown, empty ones are folded deeper, the header is frozen,
// filtered and repeated.
func TestSheetHead(t *testing.T) {
	t.Parallel()
	_, book := writeExcel(t, nil, excelBatch(12, func(row int, c *[schema.NumColumns]schema.Vector) {
		c[schema.CreatedAt].SetNum(row, int64(row)*1e6)
		c[schema.UserPrincipalName].SetText(row, "ada@contoso.example")
		c[schema.UserID].SetText(row, "1")
		c[schema.DeviceBrowser].SetText(row, "2")
		c[schema.AuthenticationProcessingDetails].SetText(row, "[]")
	}))
	sheet := book.sheets[SignInSheet]
	columns := regexp.MustCompile(`<col min="(\d+)" max="(\d+)"[^>]*>`).FindAllStringSubmatch(sheet.head, -1)
	if len(columns) != len(sheet.rows[0]) {
		t.Fatalf("%d columns", len(columns))
	}
	shown := map[string]string{
		"Date (UTC)": "", "Username": "", TimeTitle: `hidden="1" outlineLevel="1"`, "Request ID": `hidden="1" outlineLevel="2"`,
		"User ID":                           "", // or nothing of its group would be shown
		"Browser":                           `hidden="1" outlineLevel="1"`,
		"Authentication processing details": `hidden="1" outlineLevel="1"`,
		"Status":                            `hidden="1" outlineLevel="2"`, "City": `hidden="1" outlineLevel="2"`, "Error meaning": `hidden="1" outlineLevel="2"`,
	}
	for i, c := range columns {
		if c[1] != strconv.Itoa(i+1) || c[2] != c[1] {
			t.Errorf("column %d is at %s to %s", i+1, c[1], c[2])
		}
		title := sheet.rows[0][columnLetters[i]].text
		if want, known := shown[title]; known && (want == "") == strings.Contains(c[0], "hidden") || !strings.Contains(c[0], want) {
			t.Errorf("%s: %s", title, c[0])
		}
	}
	for i, c := range columns { // the button that unfolds a group is at the column before it
		inner := i+1 < len(columns) && outline(columns[i+1][0]) > outline(c[0])
		if strings.Contains(c[0], `collapsed="1"`) != inner {
			t.Errorf("before a deeper column: %v, but %s", inner, c[0])
		}
	}
	corner := place(len(sheetColumns(nil, nil)), 13)
	for _, want := range []string{
		`state="frozen"`, `topLeftCell="C2" xSplit="2" ySplit="1"`, `fitToPage="true"`, `ref="A1:` + corner + `"`, `summaryRight="false"`, `outlineLevelCol="2"`,
	} {
		if !strings.Contains(sheet.head, want) {
			t.Errorf("head has no %s", want)
		}
	}
	if strings.Contains(sheet.head, "filterMode") {
		t.Error("the sheet claims to be filtered")
	}
	for _, want := range []string{`orientation="landscape"`, `numberStoredAsText="true"`} {
		if !strings.Contains(sheet.tail, want) {
			t.Errorf("tail has no %s: %s", want, sheet.tail)
		}
	}
	if ref := book.tables(t)[SignInSheet].Ref; ref != "A1:"+corner {
		t.Errorf("the table is %q", ref)
	}
	if !strings.Contains(string(book.parts["xl/workbook.xml"]), `>&#39;Sign-ins&#39;!$1:$1<`) {
		t.Error("print does not repeat the header alone, although all columns are on one page")
	}
}

// outline returns how deep a column is folded.
func outline(col string) string {
	_, level, _ := strings.Cut(col, "outlineLevel=")
	return level
}

func wantNoFiles(t *testing.T, dir string) {
	t.Helper()
	entries, err := os.ReadDir(dir)
	if err != nil {
		t.Fatal(err)
	}
	for _, e := range entries {
		t.Errorf("%s is left", e.Name())
	}
}
