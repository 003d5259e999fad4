package excel

import "math"

// printHeight is the height of Summary that a printed page holds, in points.
const printHeight = 520

// printPages puts page breaks between the parts of a page: a part that fits a
// printed page is not cut. With parts of 300, 300 and 600 points, and 520 to a page:
//
//	300 | 300 | 520 + 80
//
// the second part begins a page as it would not fit, the third one is cut anyway.
type printPages struct {
	page      *page
	start     float64 // height of page at which the printed page begins
	partStart float64 // height of page at which the part begins
	partRow   int     // first row of the part, 0 between parts
}

// used returns how much of the printed page is used.
func (p *printPages) used() float64 { return p.page.height - p.start }

// startPage begins a printed page with the next row.
func (p *printPages) startPage() {
	p.page.breaks, p.start = append(p.page.breaks, p.page.row+1), p.page.height
}

// beginPart begins a part with the next row.
func (p *printPages) beginPart() { p.partRow, p.partStart = p.page.row+1, p.page.height }

// endPart ends the part. If it fits a printed page, but not the rest of this one, it
// begins a new one.
func (p *printPages) endPart() {
	if p.partRow > 0 && p.used() > printHeight && p.page.height-p.partStart <= printHeight {
		p.page.breaks, p.start = append(p.page.breaks, p.partRow), p.partStart
	}
	p.start = p.page.height - math.Mod(p.used(), printHeight)
	p.partRow = 0
}
