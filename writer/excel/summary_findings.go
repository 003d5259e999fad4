package excel

import (
	"fmt"

	"signins/schema"
	"signins/writer/manifest"
)

// topFindings is how many findings Summary names.
const topFindings = 5

// addFindings adds the findings by severity and the most severe ones, each linked to
// Findings. Without rules that ran there is nothing.
func (s *summary) addFindings() {
	sums, styles := s.parts.run.Findings, s.styles
	if sums == nil {
		return
	}
	var heads, counts []cell
	add := func(title, severity string, n int64) {
		heads = append(heads, cell{style: severityStyle(severity, &styles.tileHeads), text: title})
		counts = append(counts, countCell(severityStyle(severity, &styles.tileCounts), n))
	}
	add("Findings of high severity", "high", sums.BySeverity["high"])
	add("Medium", "medium", sums.BySeverity["medium"])
	add("Low", "low", sums.BySeverity["low"]+sums.BySeverity["info"])
	add("Lines of inventories", "info", sums.Inventories)
	add("Rules that could not run", "info", int64(len(sums.NotRun)))
	s.grid.addTiles(18, heads...)
	s.grid.addTiles(26, counts...)
	s.linkTiles()
	s.addTopFindings()
	s.grid.addGap(4)
}

// linkTiles links the tiles of the last row to the lines of their severity, and to the
// blocks of inventories and of rules that could not run.
func (s *summary) linkTiles() {
	findings, sheet := s.parts.findings, s.parts.book.firstPage(findingsSheet)
	if sheet == nil {
		return
	}
	lines := [5]int{3: findings.inventories, 4: findings.notRun}
	for _, f := range findings.list {
		tile := map[string]int{"high": 0, "medium": 1}[f.Severity]
		if f.Severity != "high" && f.Severity != "medium" {
			tile = 2
		}
		if f.Kind == schema.KindFinding && lines[tile] == 0 {
			lines[tile] = f.line
		}
	}
	for tile, line := range lines {
		column := firstColumn + max(0, 2*tile-1) // see addTiles
		to := 1
		if tile >= 3 { // the heading of a block, see addBelow
			to = 2
		}
		if line > 0 {
			s.grid.page.addLink(place(column, s.grid.page.row), sheet, place(to, line))
		}
	}
}

// addTopFindings adds the most severe findings.
func (s *summary) addTopFindings() {
	findings, styles, sheet := s.parts.findings, s.styles, s.parts.book.firstPage(findingsSheet)
	titles := map[string]string{}
	for _, r := range s.parts.run.Rules {
		titles[r.ID] = r.Title
	}
	all := int64(0)
	for _, n := range s.parts.run.Findings.BySeverity {
		all += n
	}
	for i, f := range findings.list {
		if i == topFindings || f.Kind != schema.KindFinding || !f.listed() {
			break
		}
		head := cell{style: styles.line, text: findings.name(f.number) + "  " + titles[f.Rule]}
		if sheet != nil && s.grid.page.addLink(place(firstColumn, s.grid.page.row+1), sheet, place(1, f.line)) {
			head.style = styles.entryLink
		}
		height := max(17, wrappedHeight(head.text, labelWidth), wrappedHeight(f.Sentence, 7*countWidth))
		s.grid.addRow(height, head, cell{style: styles.line, text: f.Sentence, columns: 7}, cell{style: severityStyle(f.Severity, &styles.entries), text: f.Severity})
	}
	text := "No rule that looks for findings matched. A finding says that sign-ins match a rule and are worth a look."
	switch more := all - topFindings; {
	case more > 0:
		text = fmt.Sprintf("%s more. A finding says that sign-ins match a rule and are worth a look; it proves nothing by itself.", manifest.Number(more))
	case all > 0:
		text = "A finding says that sign-ins match a rule and are worth a look; it proves nothing by itself."
	}
	s.grid.addSpan(16, styles.note, text)
}
