package excel

import (
	"fmt"
	"strings"
	"time"

	"signins/writer/manifest"
)

const summarySheet = "Summary"

// A summary writes the sections of Summary, one below the other.
type summary struct {
	parts  parts
	styles *cellStyles
	grid   *grid
}

// writeSummary writes the sheet that shows the outcome at a glance: tiles, charts,
// notes, and the tables behind them.
func writeSummary(p parts) {
	s := &summary{parts: p, styles: &p.book.styles, grid: newGrid(p.book)}
	s.addTitle()
	navigation := s.addNavigation()
	s.addFindings()
	s.addRecordTiles()
	s.addVerdictTiles()
	s.grid.print.beginPart()
	s.addTypeTiles()
	s.addDuplicates()
	s.addTrustLine()
	s.grid.print.endPart()
	charts := reserveCharts(s.grid, p.counts)
	s.addSheets(navigation)
	s.addNotes()
	s.addInputs()
	charts.codes = s.addCodes()
	for kind := range nameKinds {
		if data := s.addNames(kind); kind == countries {
			charts.countries = data
		}
	}
	s.addDefinitions()
	s.addWorkbookNotes()
	charts.types = s.addTypeNumbers()
	charts.times, charts.hours = s.addTimeNumbers()
	s.grid.print.endPart()
	charts.place(p.counts)
}

func (s *summary) addTitle() {
	s.grid.addSpan(30, s.styles.title, "Microsoft Entra sign-ins")
	s.grid.addSpan(16, s.styles.subtitle, s.subtitle())
	s.grid.addSpan(6, s.styles.rule, "")
}

// subtitle returns the span of the events, the number of inputs and the tenants.
func (s *summary) subtitle() string {
	counts := s.parts.counts
	events := "No event has a time"
	switch span := counts.times.span; {
	case s.parts.rows.rows == 0:
		events = "No sign-ins"
	case span.set:
		events = fmt.Sprintf("Events from %s to %s", subtitleTime(span.first), subtitleTime(span.last))
	}
	parts := []string{events, manifest.Counted(s.parts.run.CountInputs(), "input")}
	switch tenants := &counts.names.kinds[logTenants]; len(tenants.names) {
	case 0:
	case 1:
		parts = append(parts, "tenant "+tenants.names[0].name)
	default:
		n := manifest.Number(len(tenants.names))
		if tenants.uncounted.total() > 0 {
			n = "at least " + n
		}
		parts = append(parts, n+" tenants")
	}
	return strings.Join(parts, "   ·   ")
}

func subtitleTime(micros int64) string {
	return time.UnixMicro(micros).UTC().Format("2006-01-02 15:04:05 UTC")
}

// sentence returns text with a capital letter at its start.
func sentence(text string) string {
	if text == "" {
		return ""
	}
	return strings.ToUpper(text[:1]) + text[1:]
}
