package excel

import (
	"cmp"
	"maps"
	"slices"
	"strconv"
	"strings"

	"signins/schema"
	"signins/writer/manifest"
)

// A codeCount is what is told of an error code. Its texts are those of the
// code's first row.
type codeCount struct {
	number                  int // from 0, in order of first occurrence
	code                    int64
	name, category, meaning string
	unknown                 bool
	statuses, bases         []string
	sums                    verdictSums
	byCategory              []int64 // by index in signInCounts.categories
	span                    timeSpan
	users, ips              distinctCount
}

// addCode counts the row with its error code.
func (t *signInCounts) addCode(r *countedRow) {
	c := t.codeOf(r)
	c.sums[r.verdict] += r.n
	for len(c.byCategory) <= r.category {
		c.byCategory = append(c.byCategory, 0)
	}
	c.byCategory[r.category] += r.n
	if r.timed {
		c.span.add(r.micros)
	}
	c.users.add(t.users.add(c.number, r.user))
	c.ips.add(t.ips.add(c.number, r.ip))
	c.statuses = addWord(c.statuses, r.b.Columns[schema.SignInStatus].Value(r.row))
	c.bases = addWord(c.bases, r.b.Columns[schema.StatusBasis].Value(r.row))
}

// addWord adds a word to a short list that does not have it.
func addWord(words []string, word []byte) []string {
	if word == nil || len(words) == maxStatuses {
		return words
	}
	for _, seen := range words {
		if seen == string(word) {
			return words
		}
	}
	return append(words, string(word))
}

// codeOf returns the count of the row's error code.
func (t *signInCounts) codeOf(r *countedRow) *codeCount {
	code, valid := r.b.Columns[schema.ErrorCode].Num(r.row)
	if !valid {
		if t.none == nil {
			t.none = &codeCount{number: maxErrorCodes}
		}
		return t.none
	}
	if t.last != nil && t.last.code == code {
		return t.last
	}
	if c := t.codes[code]; c != nil {
		t.last = c
		return c
	}
	if len(t.codes) == maxErrorCodes {
		if t.other == nil {
			t.other = &codeCount{number: maxErrorCodes + 1}
		}
		return t.other
	}
	t.last = newCodeCount(r.b, r.row, code)
	t.last.number = len(t.codes)
	t.codes[code] = t.last
	return t.last
}

func newCodeCount(b *schema.Batch, row int, code int64) *codeCount {
	c := &codeCount{
		code:     code,
		name:     string(b.Columns[schema.ErrorName].Value(row)),
		category: string(b.Columns[schema.ErrorCategory].Value(row)),
		meaning:  string(b.Columns[schema.ErrorMeaning].Value(row)),
	}
	known, valid := b.Columns[schema.ErrorKnown].Num(row)
	c.unknown = valid && known == 0
	return c
}

// sortedCodes returns the codes, the most frequent first.
func (t *signInCounts) sortedCodes() []*codeCount {
	return slices.SortedFunc(maps.Values(t.codes), func(a, b *codeCount) int {
		return cmp.Or(cmp.Compare(b.sums.total(), a.sums.total()), cmp.Compare(a.code, b.code))
	})
}

// shownMeaning is the meaning as sheets show it.
func (c *codeCount) shownMeaning() string {
	if c.unknown {
		return "Unknown code: not in the code table."
	}
	return c.meaning
}

// errorCodes makes the sheet of error codes. Its counts add up to the counts of
// all sign-ins: rows without a code have a line of their own.
func (x *Writer) errorCodes() *sheetPage {
	s, categories := &x.styles, x.counts.sortedCategories()
	look := sheetLook{tab: "C55A11", columns: seen(11, 38, 58, 20, 20, 28, 12), fixed: 1, across: 2}
	header := append(texts(s.header, "Error code", "Error name", "Meaning", "Subject", "Status", "Status basis"),
		cell{style: s.headerRight, text: "Sign-ins"})
	for _, i := range categories {
		look.columns = append(look.columns, columnLook{width: 14})
		header = append(header, cell{style: s.headerRight, text: categoryLabel(x.counts.categories[i])})
	}
	look.columns = append(look.columns, seen(12, 12, 23, 23)...)
	header = append(header, cell{style: s.headerRight, text: "Usernames affected"}, cell{style: s.headerRight, text: "IP addresses affected"})
	p := x.newPage(errorCodesSheet, look)
	p.put(30, append(header, texts(s.header, "First seen (UTC)", "Last seen (UTC)")...)...)
	for _, c := range x.counts.sortedCodes() {
		p.putCode(strconv.FormatInt(c.code, 10), c.shownMeaning(), c, categories)
	}
	if c := x.counts.other; c != nil {
		p.putCode("(other)", "Codes beyond the first "+manifest.Number(maxErrorCodes)+".", c, categories)
	}
	if c := x.counts.none; c != nil {
		p.putCode("(none)", "No error code recorded.", c, categories)
	}
	if p.table = p.row; x.rows == 0 {
		p.put(0, cell{style: s.note, text: noSignIns})
	}
	return p
}

// putCode writes the line of an error code.
func (p *sheetPage) putCode(code, meaning string, c *codeCount, categories []int) {
	s := &p.x.styles
	slices.Sort(c.statuses)
	slices.Sort(c.bases)
	cells := texts(s.entry, code, c.name, meaning, c.category, strings.Join(c.statuses, "; "), strings.Join(c.bases, "; "))
	if len(c.statuses) == 1 {
		cells[4].style = s.statusEntry(c.statuses[0])
	}
	cells = append(cells, countCell(s.entryCount, c.sums.total()))
	for _, i := range categories {
		n := int64(0)
		if i < len(c.byCategory) {
			n = c.byCategory[i]
		}
		cells = append(cells, countCell(s.entryCount, n))
	}
	cells = append(cells, c.users.cell(s.entryCount), c.ips.cell(s.entryCount))
	p.putFitted(append(cells, spanCells(s.entryDate, c.span)...)...)
}
