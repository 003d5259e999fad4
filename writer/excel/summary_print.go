package excel

import "math"

// The charts of Summary in rows of default height, 20 pixels each.
const (
	wideWidth, leftWidth, rightWidth = 1066, 580, 478
	smallRows                        = 15
)

// pageHeight is what a page in print holds of Summary, in points.
const pageHeight = 520

// startPage has print begin a page with the next row.
func (p *sheetPage) startPage() { p.breaks, p.used = append(p.breaks, p.row+1), 0 }

// endPart has print begin a page with the part of the sheet that ends here,
// where the page on which it stands does not hold all of it.
func (p *sheetPage) endPart() {
	if height := p.used - p.partAt; p.partRow > 0 && p.used > pageHeight && height <= pageHeight {
		p.breaks, p.used = append(p.breaks, p.partRow), height
	}
	p.used = math.Mod(p.used, pageHeight)
	p.partRow = 0
}

// A chartRow is where charts begin and how many rows they are high.
type chartRow struct{ row, height int }

// chartPlaces leaves room for the charts: the one over time fills what the tiles
// leave of the first page in print, and the others have the second, two in a
// row; where that is little it stands on the second with some of them. Without
// any times there is no chart over time, and its place has no height.
func (p *sheetPage) chartPlaces() (places []chartRow) {
	small := p.x.counts.smallCharts()
	if small == 0 {
		return nil
	}
	const least = 8
	first, ends := int((pageHeight-p.used)/rowHeight)-1, 0
	switch {
	case len(p.x.counts.days) == 0:
		first, ends = 0, -1
	case first < least:
		first, ends = smallRows, 1
	}
	if ends != 0 {
		p.startPage()
	}
	for i := range 1 + (small+1)/2 {
		height := smallRows
		if i == 0 {
			height = first
		}
		if p.used > 0 {
			p.skip(1)
		}
		places = append(places, chartRow{p.row + 1, height})
		if p.skip(height); i == ends {
			p.startPage()
		}
	}
	return places
}

// smallCharts returns how many charts there are beside that over time.
func (t *signInCounts) smallCharts() (n int) {
	if t.all.total() == 0 {
		return 0
	}
	n = 1 // of the types
	if len(t.days) > 0 {
		n++
	}
	if len(t.names[countries].names) > 0 {
		n++
	}
	for code := range t.codes {
		if code != 0 {
			return n + 1
		}
	}
	return n
}

// placeCharts places the charts, now that their numbers are written.
func (p *sheetPage) placeCharts(places []chartRow, times, hours, codes, countries, types chartData) {
	_, unit := p.x.counts.timeline()
	skip := (times.last-times.first)/16 + 1
	if times.sums.total() > 0 {
		p.placeChart(firstColumn, places[0], times, chartLook{"Sign-ins per " + unit.name + " (UTC)", false, true, wideWidth, skip})
	}
	at := 2 // in rows of two, behind the one over time
	for _, c := range []struct {
		data  chartData
		title string
		bars  bool
		skip  int
	}{
		{types, "Interactive against non-interactive, by sign-in type", true, 1},
		{hours, "Sign-ins by hour of the day (UTC)", false, 2},
		{codes, "Most frequent error codes", true, 1},
		{countries, "Top countries", true, 1},
	} {
		if c.data.sums.total() == 0 {
			continue
		}
		column, width := firstColumn, uint(leftWidth)
		if at%2 == 1 {
			column, width = firstColumn+4, rightWidth
		}
		p.placeChart(column, places[at/2], c.data, chartLook{c.title, c.bars, false, width, c.skip})
		at++
	}
}

func (p *sheetPage) placeChart(column int, place chartRow, data chartData, look chartLook) {
	p.charts = append(p.charts, placedChart{p.place(column, place.row), p.verdictChart(data, look, uint(place.height)*20)})
}
