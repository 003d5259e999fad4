package excel

import "strconv"

// tileColumn is where the tile of a row begins; all but the first are two
// columns wide.
func tileColumn(i int) int {
	if i == 0 {
		return firstColumn
	}
	return firstColumn + 2*i - 1
}

// tileRow writes a row of tiles.
func (p *sheetPage) tileRow(height float64, tiles ...cell) {
	cells := make([]cell, lastColumn)
	for i, tile := range tiles {
		at := tileColumn(i) - 1
		cells[at] = tile
		if i > 0 {
			cells[at+1].style = tile.style
		}
	}
	p.put(height, cells...)
	for i := range tiles {
		if i > 0 {
			p.merge(tileColumn(i), tileColumn(i)+1)
		}
	}
}

// recordTiles account for the records of the inputs.
func (p *sheetPage) recordTiles() {
	s, r := &p.x.styles, p.x.options.Run.Totals
	p.tileRow(16, texts(s.tileLabel, "Records seen", "Written", "Rejected", "Duplicates dropped", "Left out by filter")...)
	p.tileRow(28, countCell(s.tileCount, r.Seen), countCell(s.tileCount, r.Written), countCell(s.tileCount, r.Rejected),
		droppedCell(s.tileCount, s.tileNote, r.DuplicatesDropped), countCell(s.tileCount, r.Filtered))
}

// droppedCell counts dropped duplicates. Where none was dropped there was no
// search for any, which is not to be taken for an outcome.
func droppedCell(style, noteStyle int, n int64) cell {
	if n == 0 {
		return cell{style: noteStyle, text: "not looked for"}
	}
	return countCell(style, n)
}

// verdictTiles tell the sign-ins by verdict.
func (p *sheetPage) verdictTiles() {
	s, sums := &p.x.styles, p.x.counts.all
	var labels, counts, shares []cell
	for i, v := range verdictLooks {
		labels = append(labels, cell{style: s.tileHeads[i], text: v.label})
		counts = append(counts, countCell(s.tileCounts[i], sums[i]))
		shares = append(shares, cell{style: s.tileShares[i], number: share(sums[i], sums.total())})
	}
	p.put(8)
	p.tileRow(18, labels...)
	p.tileRow(28, counts...)
	p.tileRow(16, shares...)
}

// share is n of total as a number of a cell.
func share(n, total int64) string {
	if total == 0 {
		return "0"
	}
	return strconv.FormatFloat(float64(n)/float64(total), 'f', 6, 64)
}

// typeTiles tell the sign-ins of each type by verdict, with the share of the
// type that a verdict has, and the share of all that the type has.
func (p *sheetPage) typeTiles() {
	s, counts := &p.x.styles, &p.x.counts
	p.put(8)
	cells := append([]cell{{}}, texts(s.head, "By sign-in type", "", "")...)
	cells = append(cells, cell{style: s.headRight, text: "Sign-ins"})
	for i, v := range verdictLooks {
		cells = append(cells, cell{style: s.tileHeads[i], text: v.label})
	}
	p.put(typeHead, cells...)
	for _, i := range counts.sortedCategories() {
		p.typeTile(categoryLabel(counts.categories[i]), counts.byCategory[i])
	}
}

// The heights of a row of tiles of a sign-in type, and of the head above all.
const typeHead, typeCount, typeShare, typeGap = 18.0, 19.0, 13.0, 3.0

func (p *sheetPage) typeTile(label string, sums verdictSums) {
	s, total := &p.x.styles, sums.total()
	above := []cell{{}, {style: s.typeLabel, text: label}, {}, {}, countCell(s.typeCount, total)}
	below := []cell{{}, {}, {}, {}, {style: s.typeShare, number: share(total, p.x.counts.all.total())}}
	for i, n := range sums {
		above = append(above, countCell(s.typeCounts[i], n))
		below = append(below, cell{style: s.tileShares[i], number: share(n, total)})
	}
	p.put(typeCount, above...)
	p.put(typeShare, below...)
	p.put(typeGap)
}
