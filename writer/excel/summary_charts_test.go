package excel

import (
	"fmt"
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
	if len(ends) < 5 {
		t.Errorf("%d pages", len(ends))
	}
}
