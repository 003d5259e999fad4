package excel

import (
	"fmt"
	"html"
	"maps"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"

	"signins/schema"
	"signins/writer/manifest"
)

// chartTitles returns the titles of the charts by the places where they stand.
func (b *readBook) chartTitles() map[string]string {
	titles := map[string]string{}
	anchors := regexp.MustCompile(`<xdr:from><xdr:col>(\d+)</xdr:col>.*?<xdr:row>(\d+)</xdr:row>`).FindAllStringSubmatch(string(b.parts["xl/drawings/drawing1.xml"]), -1)
	for i, anchor := range anchors {
		chart := string(b.parts[fmt.Sprintf("xl/charts/chart%d.xml", i+1)])
		titles[anchor[1]+" "+anchor[2]] = regexp.MustCompile(`<a:t>(.*?)</a:t>`).FindStringSubmatch(chart)[1]
	}
	return titles
}

// chartTexts returns the alternative texts of the charts by the places where they are.
func (b *readBook) chartTexts() map[string]string {
	texts := map[string]string{}
	for _, anchor := range regexp.MustCompile(`<xdr:from><xdr:col>(\d+)</xdr:col>.*?<xdr:row>(\d+)</xdr:row>.*? descr="(.*?)"`).FindAllStringSubmatch(string(b.parts["xl/drawings/drawing1.xml"]), -1) {
		texts[anchor[1]+" "+anchor[2]] = html.UnescapeString(anchor[3])
	}
	return texts
}

// cellsOf returns the texts and numbers of the cells of a reference such as
// 'Summary'!$B$9:$B$11.
func (b *readBook) cellsOf(t *testing.T, reference string) (cells []string) {
	t.Helper()
	match := regexp.MustCompile(`^'(.*)'!\$([A-Z]+)\$(\d+)(?::\$([A-Z]+)\$(\d+))?$`).FindStringSubmatch(reference)
	if match == nil || match[4] != "" && match[4] != match[2] {
		t.Fatalf("reference %q", reference)
	}
	first, _ := strconv.Atoi(match[3])
	last := first
	if match[5] != "" {
		last, _ = strconv.Atoi(match[5])
	}
	for row := first; row <= last; row++ {
		cells = append(cells, b.sheets[match[1]].rows[row-1][match[2]].String())
	}
	return cells
}

// A readCache is the cache of a reference of a chart.
type readCache struct {
	Count struct {
		N int `xml:"val,attr"`
	} `xml:"ptCount"`
	Points []struct {
		I int    `xml:"idx,attr"`
		V string `xml:"v"`
	} `xml:"pt"`
}

// Charts have the values of the cells that they refer to, so that readers that look up
// no cells draw the same; their alternative texts say the highest bar and the shares.
func TestChartsHaveTheValuesOfTheirCells(t *testing.T) {
	t.Parallel()
	b := signInBatch(
		signIn{"granted", "interactive_user", "success", 0, 1, true, 6}, signIn{"denied", "interactive_user", "failure", 50126, 1234, true, 6},
		signIn{"denied", "service_principal", "failure", 7000215, 1e9, false, 23}, signIn{"interrupted", "interactive_user", "interrupted", 50074, 5, true, 4},
	)
	for row, country := range []string{"IS", `<a> & _x0041_ "b"`, "\x01", "IS"} {
		b.Columns[schema.LocationCountry].SetText(row, country)
	}
	b.Seal()
	_, book := writeExcel(t, nil, b)
	references := 0
	for name, part := range book.parts {
		if !strings.HasPrefix(name, "xl/charts/") {
			continue
		}
		var chart struct {
			Series []struct {
				Tx  readCacheRef `xml:"tx"`
				Cat readCacheRef `xml:"cat"`
				Val readCacheRef `xml:"val"`
			} `xml:"chart>plotArea>barChart>ser"`
		}
		mustUnmarshal(t, part, &chart)
		for _, series := range chart.Series {
			for _, ref := range []readCacheRef{series.Tx, series.Cat, series.Val} {
				references++
				f, cache, decode := ref.Str.F, ref.Str.Cache, decodeCell
				if f == "" {
					f, cache, decode = ref.Num.F, ref.Num.Cache, func(s string) string { return s }
				}
				got := make([]string, cache.Count.N)
				for _, point := range cache.Points {
					got[point.I] = decode(point.V)
				}
				if want := book.cellsOf(t, f); !slices.Equal(got, want) {
					t.Errorf("%s has %q for %s, which is %q", name, got, f, want)
				}
			}
		}
	}
	if references < 3*10 {
		t.Errorf("%d references", references)
	}
	texts := slices.Collect(maps.Values(book.chartTexts()))
	for _, want := range []string{
		"Sign-ins by hour of the day (UTC): most at hour 23, 1,000,000,000 of 1,000,001,240; granted 0.0 %, interrupted 0.0 %, denied 100.0 %",
		`Top countries: most from \u0001, 1,000,000,000 of 1,000,001,240; granted 0.0 %, interrupted 0.0 %, denied 100.0 %`,
	} {
		if !slices.Contains(texts, want) {
			t.Errorf("no %q among %q", want, texts)
		}
	}
}

type readCacheRef struct {
	Str struct {
		F     string    `xml:"f"`
		Cache readCache `xml:"strCache"`
	} `xml:"strRef"`
	Num struct {
		F     string    `xml:"f"`
		Cache readCache `xml:"numCache"`
	} `xml:"numRef"`
}

// Charts of several verdicts have a legend.
func TestChartsOfSeveralSeriesHaveALegend(t *testing.T) {
	t.Parallel()
	granted, denied := signIn{"granted", "interactive_user", "success", 0, 1, true, 6}, signIn{"denied", "interactive_user", "failure", 50126, 1, true, 6}
	for want, records := range [][]signIn{{granted}, {granted, denied}} {
		_, book := writeExcel(t, nil, signInBatch(records...))
		legends := 0
		for name, part := range book.parts {
			if strings.HasPrefix(name, "xl/charts/") && strings.Contains(string(part), "<legendPos") {
				legends++
			}
		}
		if legends != want*3 {
			t.Errorf("%d verdicts: %d legends", want+1, legends)
		}
	}
}

// A chart whose size is not understood, or that refers to cells without values, fails
// the workbook.
func TestUnknownChartsFail(t *testing.T) {
	t.Parallel()
	for name, part := range map[string]string{
		"xl/drawings/drawing1.xml": `<xdr:twoCellAnchor editAs="absolute"></xdr:twoCellAnchor>`,
		"xl/charts/chart1.xml":     `<strRef><f>&#39;Summary&#39;!$B$1</f></strRef>`,
	} {
		if _, err := finishChart(name, []byte(part), chartValues{"'Summary'!$B$2": nil}); err == nil {
			t.Errorf("%s: no error", name)
		}
	}
}

// TestFewCharts leaves no hole where there is nothing to chart.
func TestFewCharts(t *testing.T) {
	t.Parallel()
	granted := signIn{"granted", "interactive_user", "success", 0, 1, true, 6}
	untimed := signInBatch(granted)
	untimed.Columns[schema.CreatedAt].Clear(0)
	abroad := signInBatch(granted)
	abroad.Columns[schema.LocationCountry].SetText(0, "IS")
	abroad.Seal()
	for name, c := range map[string]struct {
		batch *schema.Batch
		want  []string // in the order of places
	}{
		"granted": {signInBatch(granted), []string{"Sign-ins per day (UTC)", "Interactive against non-interactive, by sign-in type", "Sign-ins by hour of the day (UTC)"}},
		"abroad":  {abroad, []string{"Sign-ins per day (UTC)", "Interactive against non-interactive, by sign-in type", "Top countries", "Sign-ins by hour of the day (UTC)"}},
		"untimed": {untimed, []string{"Interactive against non-interactive, by sign-in type"}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			_, book := writeExcel(t, nil, c.batch)
			titles := book.chartTitles()
			var got []string
			for _, place := range slices.Sorted(maps.Keys(titles)) {
				got = append(got, titles[place])
			}
			if !slices.Equal(got, c.want) {
				t.Errorf("%q", titles)
			}
		})
	}
}

// TestOneVerdict has a chart of one verdict in that verdict's colour, and
// few sign-ins counted in whole numbers.
func TestOneVerdict(t *testing.T) {
	t.Parallel()
	_, book := writeExcel(t, nil, signInBatch(signIn{"denied", "interactive_user", "failure", 50126, 1, true, 6}))
	charts := 0
	for name, part := range book.parts {
		if !strings.HasPrefix(name, "xl/charts/") {
			continue
		}
		charts++
		for _, want := range []string{`<varyColors val="0">`, `<majorUnit val="1">`, `<a:srgbClr val="C4554D">`} {
			if !strings.Contains(string(part), want) {
				t.Errorf("%s has no %s", name, want)
			}
		}
	}
	if charts != 4 {
		t.Errorf("%d charts", charts)
	}
	// A chart has a corner and a size in EMU: that over time is 1,066 pixels wide.
	drawing := string(book.parts["xl/drawings/drawing1.xml"])
	if n := strings.Count(drawing, "<xdr:oneCellAnchor>"); n != charts || strings.Contains(drawing, "<xdr:to>") {
		t.Errorf("%d of %d charts have one corner", n, charts)
	}
	if !strings.Contains(drawing, `<xdr:ext cx="10153650" cy="`) {
		t.Error("no chart is 1,066 pixels wide")
	}
}

// TestPartsOnPages has no page of Summary end within a part: between two
// breaks stands no more than a page holds.
func TestPartsOnPages(t *testing.T) {
	t.Parallel()
	var records []signIn
	for i := range int64(40) {
		records = append(records, signIn{"denied", schema.Categories[i%4], "failure", 50000 + i, 1 + i, i%3 == 0, int(i) % 24})
	}
	run := &manifest.Run{Inputs: []*manifest.Input{{Path: strings.Repeat("folder/", 20) + "a.csv"}, {Path: "b.csv"}}}
	_, book := writeExcel(t, run, signInBatch(records...))
	checkPages(t, book, 5)
	many := somethingSeen() // so many lines of findings that the table of types has no room below them
	for i := range many.list {
		many.list[i].Kind, many.list[i].Sentence = schema.KindFinding, strings.Repeat("sentence ", 36)
	}
	checkPages(t, many.write(t), 3)
}

// checkPages has no page of Summary higher than a printed one, and at least as many.
func checkPages(t *testing.T, book *readBook, least int) {
	t.Helper()
	heights := map[int]float64{}
	for _, row := range regexp.MustCompile(`<row r="(\d+)" ht="([\d.]+)"`).FindAllStringSubmatch(string(book.parts["xl/worksheets/sheet1.xml"]), -1) {
		n, _ := strconv.Atoi(row[1])
		heights[n], _ = strconv.ParseFloat(row[2], 64)
	}
	sheet := book.sheets[summarySheet]
	ends := map[int]bool{len(sheet.rows): true}
	for _, end := range regexp.MustCompile(`<brk id="(\d+)"`).FindAllStringSubmatch(sheet.tail, -1) {
		n, _ := strconv.Atoi(end[1])
		ends[n] = true
	}
	page := 0.0
	for row := 1; row <= len(sheet.rows); row++ {
		height, set := heights[row]
		if !set {
			height = rowHeight
		}
		if page += height; ends[row] {
			if page > printHeight {
				t.Errorf("the page that ends with row %d is %v points high", row, page)
			}
			page = 0
		}
	}
	if len(ends) < least {
		t.Errorf("%d pages", len(ends))
	}
}
