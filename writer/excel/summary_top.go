package excel

import (
	"fmt"
	"strings"
	"time"

	"signins/schema"
	"signins/writer/manifest"
)

// How many lines the lists of Summary have.
const (
	topCodes  = 10
	topNames  = 10
	maxInputs = 15
)

// nameTitles are the titles of the lists of names by kind; tenants have no list.
var nameTitles = [...]string{
	users: "Top usernames", principals: "Top service principals", apps: "Top applications",
	addresses: "Top IP addresses", countries: "Top countries",
}

// addInputs adds the list of inputs. Sources has more of each.
func (s *summary) addInputs() {
	inputs := s.parts.run.Inputs
	s.grid.addHeading("Inputs")
	s.addInput(s.styles.head, [3]string{"Input", "Format", "Sign-in types"}, cell{style: s.styles.headRight, text: "Records"},
		[2]string{"First event (UTC)", "Last event (UTC)"}, 18)
	for _, in := range inputs[:min(len(inputs), maxInputs)] {
		types := strings.ReplaceAll(typeLines(in.Category), "\n", ", ")
		name := in.Name()
		height := max(17, wrappedHeight(name, labelWidth), wrappedHeight(in.Dialect, countWidth), wrappedHeight(types, 2*countWidth))
		s.addInput(s.styles.line, [3]string{name, in.Dialect, types}, countCell(s.styles.count, in.Records.Seen),
			[2]string{secondOf(in.FirstEvent), secondOf(in.LastEvent)}, height)
	}
	if rest := len(inputs) - maxInputs; rest > 0 {
		s.grid.addParagraph(fmt.Sprintf("%s more are not listed here.", manifest.Number(int64(rest))))
	}
}

// addInput adds a row of the inputs: name, format, types over two columns, records,
// and two times over two columns each.
func (s *summary) addInput(style int, texts [3]string, records cell, times [2]string, height float64) {
	s.grid.addRow(height, cell{style: style, text: texts[0]}, cell{style: style, text: texts[1]}, cell{style: style, text: texts[2], columns: 2},
		records, cell{style: style, text: times[0], columns: 2}, cell{style: style, text: times[1], columns: 2})
}

// secondOf returns a time of the run record to the second.
func secondOf(rfc string) string {
	t, err := time.Parse(time.RFC3339Nano, rfc)
	if err != nil {
		return rfc
	}
	return t.UTC().Format(time.DateTime)
}

// addCodes adds the list of the most frequent error codes without 0, for success.
func (s *summary) addCodes() chartData {
	const title = "Most frequent error codes"
	codes := s.parts.counts.codes.failures()
	if len(codes) == 0 {
		s.grid.addHeading(title)
		s.grid.addParagraph("No record has an error code other than 0.")
		return chartData{}
	}
	var bars []bar
	for _, c := range codes[:min(len(codes), topCodes)] {
		bars = append(bars, bar{strings.TrimSpace(fmt.Sprintf("%d %s", c.code, c.name)), c.shownMeaning(), c.sums})
	}
	data := s.addBars(title, "Error code and meaning", bars)
	if len(codes) > topCodes && s.parts.has(errorCodesSheet) {
		s.grid.addParagraph(fmt.Sprintf("All %s codes are on the sheet %s.", manifest.Number(int64(len(codes))), errorCodesSheet))
	}
	return data
}

// addNames adds the list of the most frequent names of a kind.
func (s *summary) addNames(kind int, title string) chartData {
	count := &s.parts.counts.names.kinds[kind]
	top := count.top(topNames)
	if len(top) == 0 {
		return chartData{}
	}
	var bars []bar
	for _, n := range top {
		bars = append(bars, bar{shortened(n.name), "", n.sums})
	}
	data := s.addBars(title, schema.Columns[nameColumns[kind]].Title, bars)
	if n := count.uncounted.total(); n > 0 {
		s.grid.addParagraph(fmt.Sprintf("Counted are the first %s distinct names; %s sign-ins of later ones are not in this list, so it may miss some.",
			manifest.Number(int64(len(count.names))), manifest.Number(n)))
	} else if rest := len(count.names) - len(top); rest > 0 {
		s.grid.addParagraph(fmt.Sprintf("%s more are not listed.", manifest.Number(int64(rest))))
	}
	return data
}

// shortened returns a name cut to a line or two of Summary.
func shortened(name string) string {
	const most = 150
	runes := []rune(name)
	if len(runes) <= most {
		return name
	}
	return string(runes[:most]) + "…"
}
