package excel

import (
	"fmt"
	"strings"

	"signins/schema"
	"signins/writer/manifest"
)

const findingsSheet = "Findings"

// maxFindingLines is how many findings of one rule are listed: those of most sign-ins. An
// inventory has a line a user.
const maxFindingLines = 1000

// shownNames is how many names of users or addresses a line has.
const shownNames = 3

// severityVerdicts are the severities with the verdicts whose colours they have.
var severityVerdicts = map[string]string{"high": "denied", "medium": "interrupted", "low": "passthrough", "info": ""}

// severityStyle returns the style of a severity among the styles by verdict.
func severityStyle(severity string, byVerdict *[len(verdictLooks)]int) int {
	return byVerdict[verdictIndex(severityVerdicts[severity])]
}

// A findingSheet writes a line for each finding, below them those of inventories, and
// below those what became of the other rules. There is no such sheet where no rules ran,
// unless it was asked for.
type findingSheet struct {
	*page
	parts  parts
	styles *cellStyles
	titles map[string]string // of rules
}

func writeFindings(p parts) {
	if p.run.Findings == nil && len(p.asked) == 0 {
		return
	}
	s := &findingSheet{parts: p, styles: &p.book.styles, titles: map[string]string{}}
	s.page = p.book.addTable(findingsSheet, pageLook{tab: "C00000", fixed: 1, columns: []columnLook{
		{title: "Finding", width: 11}, {title: "Severity", width: 11}, {title: "What is seen", width: 62},
		{title: "Who", width: 36}, {title: "Where", width: 28}, {title: "First seen (UTC)", width: 23}, {title: "Last seen (UTC)", width: 23},
		{title: "Sign-ins", width: 11, header: numberHeader}, {title: "Rows", width: 11, header: numberHeader},
		{title: "Rule", width: 32}, {title: "Rule ID", width: 27},
	}})
	if p.run.Findings == nil {
		s.addText(0, s.styles.note, "No rules ran.")
		s.tableRows = s.row
		return
	}
	for _, r := range p.run.Rules {
		s.titles[r.ID] = r.Title
	}
	s.addFindings()
	s.addInventories()
	s.addRules("Rules that ran and matched nothing", "Limits", "Every rule matched something, or could not run.",
		func(r schema.RuleResult) (string, bool) { return r.Limits, r.NotRun == "" && r.Findings == 0 })
	p.findings.notRun = s.row + 2
	s.addRules("Rules that could not run on this input", "Why", "Every rule ran.",
		func(r schema.RuleResult) (string, bool) { return r.NotRun, r.NotRun != "" })
}

// addFindings adds the table that the header begins.
func (s *findingSheet) addFindings() {
	s.addLines(schema.KindFinding, "No rule that looks for findings matched.")
	s.skipRows(1)
	s.addBelow(0, s.styles.subtitle, "A finding says that sign-ins match a rule and are worth a look. It proves nothing by itself: ordinary sign-ins may match, too.")
	s.addBelow(0, s.styles.subtitle, "Its number leads to its first row on Sign-ins. There, a filter of the column Findings by that number shows all of its rows.")
	s.addBelow(0, s.styles.subtitle, "Inventories below are a table of their own: a filter of its column Rule shows those of one rule.")
	s.addLeftOut(schema.KindFinding)
}

func (s *findingSheet) addInventories() {
	s.skipRows(1)
	s.parts.findings.inventories = s.row + 1
	s.addBelow(20, s.styles.section, "Inventories: what there is, with counts")
	s.addLines(schema.KindInventory, "No rule that takes an inventory matched.")
	s.addLeftOut(schema.KindInventory)
}

// addLines adds a line for each finding of a kind that is listed. Those of the first kind
// are the table, those of the other one a table below it.
func (s *findingSheet) addLines(kind, none string) {
	lines, header := 0, s.row+1
	for _, f := range s.parts.findings.list {
		if f.Kind != kind || !f.listed() {
			continue
		}
		if lines++; lines == 1 && s.tableRows > 0 {
			s.addHeader()
		}
		s.addLine(f)
	}
	switch {
	case s.tableRows == 0:
		s.tableRows = s.row
	case lines > 0:
		s.lists = append(s.lists, lowerTable{"Inventories", header, s.row})
	}
	if lines == 0 {
		s.addBelow(0, s.styles.note, none)
	}
}

func (s *findingSheet) addLine(f *sheetFinding) {
	name := cell{style: s.styles.entry, text: s.parts.findings.name(f.number)}
	f.line = s.row + 1
	if f.page != nil && s.addLink(place(1, f.line), f.page, place(1, f.row)) {
		name.style = s.styles.entryLink
	}
	cells := []cell{name, {style: severityStyle(f.Severity, &s.styles.entries), text: f.Severity}}
	cells = append(cells, textCells(s.styles.entry, f.Sentence, names(f.Who, f.WhoCount), names(f.Where, f.WhereCount))...)
	for _, t := range []*int64{f.First, f.Last} {
		c := cell{style: s.styles.entryDate}
		if t != nil {
			c = timeCell(s.styles.entryDate, *t)
		}
		cells = append(cells, c)
	}
	cells = append(cells, countCell(s.styles.entryCount, f.SignIns), countCell(s.styles.entryCount, f.Rows))
	s.addWrapped(append(cells, textCells(s.styles.entry, s.titles[f.Rule], f.Rule)...)...)
}

// names returns names, a line each, and how many more there are.
func names(list []string, count int64) string {
	shown := list[:min(len(list), shownNames)]
	text := strings.Join(shown, "\n")
	if more := count - int64(len(shown)); more > 0 {
		text += "\nand " + manifest.Number(more) + " more"
	}
	return text
}

// addLeftOut says how many findings of which rules are not listed, and where they are.
func (s *findingSheet) addLeftOut(kind string) {
	for _, r := range s.parts.run.Rules {
		if more := r.Findings - maxFindingLines; r.Kind == kind && more > 0 {
			s.addBelow(0, s.styles.note, fmt.Sprintf("%s: the %s of most sign-ins are listed, %s more are not. All are in the file of this workbook's name "+
				"with .findings.ndjson appended, where line 1 is %s.", r.Title, manifest.Number(maxFindingLines), manifest.Number(more), s.parts.findings.name(1)))
		}
	}
}

// addRules adds a block with the rules for which say returns true, with what it says.
func (s *findingSheet) addRules(title, about, none string, say func(schema.RuleResult) (string, bool)) {
	s.skipRows(1)
	s.addBelow(20, s.styles.section, title)
	header := s.styles.headers[textHeader]
	for _, r := range s.parts.run.Rules {
		said, wanted := say(r)
		if !wanted {
			continue
		}
		if none != "" {
			s.addRule(header, header, [7]string{"Kind", "Severity", "What it counts", "Constants, and who published them", about, "Rule", "Rule ID"})
			none = ""
		}
		s.addRule(s.styles.entry, severityStyle(r.Severity, &s.styles.entries), [7]string{r.Kind, r.Severity, r.Counts, strings.Join(r.Constants, "\n"), said, r.Title, r.ID})
	}
	if none != "" {
		s.addBelow(0, s.styles.note, none)
	}
}

// addRule adds a line of a block of rules: the fourth text has the columns of who and
// where, the fifth those of times and counts.
func (s *findingSheet) addRule(style, severity int, texts [7]string) {
	spans := [7]int{1, 1, 1, 2, 4, 1, 1}
	var cells []cell
	height, column := rowHeight, 0
	for i, text := range texts {
		cells = append(cells, cell{style: style, text: text, columns: spans[i]})
		width := 0.0
		for range spans[i] {
			width, column = width+s.look.columns[column].width, column+1
		}
		height = max(height, wrappedHeight(text, width))
	}
	cells[1].style = severity
	s.addCells(height, cells...)
}
