package excel

import "slices"

// filterSettings are the settings that filter records.
var filterSettings = []string{"since", "until", "category", "user", "app", "address"}

// addRecordTiles adds the account of the records of all inputs: what filters left out
// only where there are filters, duplicates only where they were looked for.
func (s *summary) addRecordTiles() {
	r, style := s.parts.run.Totals, s.styles.tileCount
	labels := textCells(s.styles.tileLabel, "Records seen", "Written", "Rejected")
	counts := []cell{countCell(style, r.Seen), countCell(style, r.Written), countCell(style, r.Rejected)}
	isSet := func(name string) bool { return s.parts.run.Settings[name] != "" }
	if r.Filtered > 0 || slices.ContainsFunc(filterSettings, isSet) {
		labels = append(labels, cell{style: s.styles.tileLabel, text: "Filtered"})
		counts = append(counts, countCell(style, r.Filtered))
	}
	if d := s.parts.run.Duplicates; d != nil {
		labels = append(labels, cell{style: s.styles.tileLabel, text: "Duplicates"})
		counts = append(counts, countCell(style, d.Total()))
	}
	s.grid.addTiles(16, labels...)
	s.grid.addTiles(26, counts...)
}

// shownVerdicts returns the indexes of the verdicts that have tiles: undetermined where
// there are some, and passthrough only where a record names its access type between
// tenants, as nothing else shows it.
func (s *summary) shownVerdicts() (indexes []int) {
	for i, v := range verdictLooks {
		isShown := v.verdict != "" && (v.verdict != "passthrough" || s.parts.counts.hasAccessTypes)
		if isShown || s.parts.counts.all[i] > 0 {
			indexes = append(indexes, i)
		}
	}
	return indexes
}

// addVerdictTiles adds the sign-ins by verdict.
func (s *summary) addVerdictTiles() {
	sums := s.parts.counts.all
	var labels, counts, shares []cell
	for _, i := range s.shownVerdicts() {
		labels = append(labels, cell{style: s.styles.tileHeads[i], text: verdictLooks[i].label})
		counts = append(counts, countCell(s.styles.tileCounts[i], sums[i]))
		shares = append(shares, shareCell(s.styles.tileShares[i], sums[i], sums.total()))
	}
	s.grid.addGap(6)
	s.grid.addTiles(18, labels...)
	s.grid.addTiles(26, counts...)
	s.grid.addTiles(15, shares...)
}

// addTypeTiles adds the sign-ins of each type by verdict: counts, and below them the
// shares of the type that each verdict has, and the share of all that the type has.
func (s *summary) addTypeTiles() {
	types, shown := &s.parts.counts.types, s.shownVerdicts()
	s.grid.addGap(8)
	heads := append(textCells(s.styles.head, "By sign-in type", "", ""), cell{style: s.styles.headRight, text: "Sign-ins"})
	for _, i := range shown {
		heads = append(heads, cell{style: s.styles.tileHeads[i], text: verdictLooks[i].label})
	}
	s.grid.addRow(18, heads...)
	for _, signType := range types.indexes() {
		sums := types[signType]
		total := sums.total()
		counts := []cell{{style: s.styles.typeLabel, text: signInTypes[signType].label}, {}, {}, countCell(s.styles.typeCount, total)}
		shares := []cell{{}, {}, {}, shareCell(s.styles.typeShare, total, s.parts.counts.all.total())}
		for _, i := range shown {
			counts = append(counts, countCell(s.styles.typeCounts[i], sums[i]))
			shares = append(shares, shareCell(s.styles.tileShares[i], sums[i], total))
		}
		s.grid.addRow(17, counts...)
		s.grid.addRow(12, shares...)
		s.grid.addGap(2)
	}
}
