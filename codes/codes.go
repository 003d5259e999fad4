// Package codes explains AADSTS error codes and derives from the values of a sign-in
// its category, its status, whether it is passthrough and whether access was
// granted.
package codes

import (
	"bytes"
	"cmp"
	_ "embed"
	"errors"
	"fmt"
	"io"
	"maps"
	"slices"
	"strings"
	"sync"

	"signins/codes/sidefile"
	"signins/schema"
)

// Help is the help of the verb that calls ExplainAll.
const Help = `CODE is a number, AADSTS and a number, or a symbolic name, in any case.

Examples:
  signins explain 50126
  signins explain AADSTS50053 UserDisabled               several codes
  signins explain --codes own.csv 50126                  with codes of your own
`

// TableDate is the date of the embedded code table. Microsoft changes codes and
// texts and asks not to depend on them.
const TableDate = "2026-11-28"

//go:embed codes.csv
var embedded []byte

// sources is a table in Markdown: "| `id` | name | description |".
//
//go:embed SOURCES.md
var sources string

// A Code is one error code.
type Code struct {
	Number   int32
	Name     string   // symbolic name Microsoft published, "" for none
	Category string   // subject, such as credentials or mfa
	Tags     []string // attack relevance
	Meaning  string   // in this project's words, "" for codes that Microsoft does not explain
	Sources  []string // ids of SOURCES.md
	// Remediation is what the reader of a log should do or check, in this
	// project's words, "" for codes without one.
	Remediation string
	// Outcome is the outcome that the sources give. It decides the status only if
	// it is in a user's table; otherwise the rules decide.
	Outcome string
	// Interrupt is the status_basis of a code that Microsoft calls an interrupt, "" for
	// all others.
	Interrupt string
	Note      string // what the sources disagree about, "" for nothing
	own       bool   // in a user's table
	decided   bool   // in a user's table with an outcome, which is the status
}

// A Table holds codes by number. It is immutable once With or Embedded returned it.
type Table struct {
	byNumber map[int32]*Code
	tokens   caeTokens
}

// Embedded returns the built-in table.
var Embedded = sync.OnceValue(func() *Table {
	t := &Table{byNumber: map[int32]*Code{}}
	if err := t.read(embedded, false); err != nil {
		panic("embedded codes.csv: " + err.Error())
	}
	return t
})

// With returns the table with the codes of a CSV file that has the column code
// and any others of codes.csv. It adds codes, and replaces the columns that the
// file has in codes that the table knows. An outcome decides the status of the code.
func (t *Table) With(r io.Reader) (*Table, error) {
	text, err := io.ReadAll(io.LimitReader(r, maxTable+1))
	switch {
	case err != nil:
		return nil, err
	case len(text) == 0:
		return nil, errors.New("no header: the file is empty")
	case len(text) > maxTable:
		return nil, fmt.Errorf("more than %d MiB", maxTable>>20)
	}
	sum := &Table{byNumber: maps.Clone(t.byNumber)}
	return sum, sum.read(text, true)
}

// maxTable bounds the size of a user's table, in bytes.
const maxTable = 16 << 20

// titles are the columns of codes.csv.
var titles = []string{"code", "name", "source_count", "sources", "outcome", "category", "attack_relevance", "meaning", "remediation", "interrupt", "note"}

// Load returns the built-in table with the codes of the CSV file at path on top, as
// With reads it, and what was read. Without a path it is the built-in table alone.
// Errors are *schema.Refusal.
func Load(path string) (*Table, sidefile.File, error) {
	hint := "name a CSV with the columns of codes.csv: " + strings.Join(titles, ", ")
	return sidefile.Load(path, Embedded(), maxTable, hint, func(text []byte) (*Table, error) { return Embedded().With(bytes.NewReader(text)) })
}

// read adds the rows of a CSV file, in which a code may occur once.
func (t *Table) read(text []byte, own bool) error {
	var header []string
	seen := map[int32]bool{}
	return sidefile.ReadTable(text, func(titles []string) error {
		header = titles
		return checkHeader(header)
	}, func(row []string) error {
		text := row[slices.Index(header, "code")]
		number, _, ok := schema.ParseErrorCode(text)
		if !ok || seen[number] {
			return fmt.Errorf("code %q is not a number or occurs twice", text)
		}
		seen[number] = true
		return t.add(number, header, row, own)
	})
}

// checkHeader refuses columns that codes.csv does not have.
func checkHeader(header []string) error {
	for i, title := range header {
		if !slices.Contains(titles, title) {
			return fmt.Errorf("column %q is not one of %s", title, strings.Join(titles, ", "))
		}
		if slices.Contains(header[:i], title) {
			return fmt.Errorf("column %q occurs twice", title)
		}
	}
	if !slices.Contains(header, "code") {
		return errors.New("no column code")
	}
	return nil
}

// add adds or changes a code.
func (t *Table) add(number int32, header, row []string, own bool) error {
	c := Code{Number: number}
	if old := t.byNumber[number]; old != nil {
		c = *old
	}
	c.own = own
	for i, title := range header {
		text := strings.TrimSpace(row[i])
		switch title {
		case "name":
			c.Name = text
		case "category":
			c.Category = text
		case "meaning":
			c.Meaning = text
		case "remediation":
			c.Remediation = text
		case "note":
			c.Note = text
		case "attack_relevance":
			c.Tags = list(text)
		case "sources":
			c.Sources = list(text)
		case "interrupt":
			if text != "" && text != basisWorkbook && text != basisText {
				return fmt.Errorf("interrupt %q is not %s or %s", text, basisWorkbook, basisText)
			}
			c.Interrupt = text
		case "outcome":
			if text != "" && text != success && text != interrupted && text != failure {
				return fmt.Errorf("outcome %q is not success, interrupted or failure", text)
			}
			c.Outcome, c.decided = text, own && text != ""
		}
	}
	t.byNumber[number] = &c
	return nil
}

func list(text string) []string {
	var elements []string
	for element := range strings.SplitSeq(text, ";") {
		if element = strings.TrimSpace(element); element != "" {
			elements = append(elements, element)
		}
	}
	return elements
}

// Lookup returns the code of that number, nil for an unknown one.
func (t *Table) Lookup(number int32) *Code { return t.byNumber[number] }

// Find returns the codes with a number, AADSTS and a number, or a symbolic name,
// which several codes may share. Parts of names and numbers match nothing.
func (t *Table) Find(query string) []*Code {
	var found []*Code
	if number, _, ok := schema.ParseErrorCode(query); ok {
		if c := t.byNumber[number]; c != nil {
			found = append(found, c)
		}
		return found
	}
	query = strings.TrimSpace(query)
	for _, c := range t.byNumber {
		if c.Name != "" && strings.EqualFold(c.Name, query) {
			found = append(found, c)
		}
	}
	slices.SortFunc(found, func(a, b *Code) int { return cmp.Compare(a.Number, b.Number) })
	return found
}

// ExplainAll describes the codes that people name, each as Find finds it. The error
// for no query, or for a code that the table lacks, is a *schema.Refusal.
func (t *Table) ExplainAll(queries []string) (string, error) {
	const hint = "name codes as numbers, AADSTS and a number, or symbolic names: signins explain 50126"
	if len(queries) == 0 {
		return "", &schema.Refusal{What: "no code", Hint: hint}
	}
	var s strings.Builder
	var unknown []string
	for _, query := range queries {
		found := t.Find(query)
		if len(found) == 0 {
			unknown = append(unknown, query)
		}
		for _, code := range found {
			s.WriteString(t.Explain(code))
		}
	}
	if len(unknown) > 0 {
		return s.String(), &schema.Refusal{What: fmt.Sprintf("%s: not in the table of %s", strings.Join(unknown, ", "), TableDate), Hint: hint + "; --codes adds codes"}
	}
	return s.String(), nil
}

// Explain describes a code to a person, in several lines.
func (t *Table) Explain(c *Code) string {
	var s strings.Builder
	fmt.Fprintf(&s, "AADSTS%d", c.Number)
	if c.Name != "" {
		s.WriteString("  " + c.Name)
	}
	s.WriteString("\n")
	meaning, from := c.Meaning, strings.Join(sourceNames(c.Sources), ", ")+" (table of "+TableDate+")"
	switch {
	case c.own:
		from = "the table given with --codes"
	case meaning == "":
		meaning = "Known to exist; Microsoft publishes no meaning."
	}
	status, basis := t.status(c.Number)
	for _, line := range []struct{ label, text string }{
		{"meaning", meaning},
		{"to do", c.Remediation},
		{"status", status + " (" + basisWords[basis] + ")"},
		{"category", c.Category},
		{"tags", strings.Join(c.Tags, ", ")},
		{"note", c.note(basis)},
		{"sources", from},
	} {
		if line.text != "" {
			fmt.Fprintf(&s, "  %-9s %s\n", line.label, line.text)
		}
	}
	return s.String()
}

// sourceNames returns the names of sources for people, the ids of unknown ones.
func sourceNames(ids []string) []string {
	var names []string
	for _, id := range ids {
		_, row, known := strings.Cut(sources, "\n| `"+id+"` | ")
		name, _, _ := strings.Cut(row, " |")
		if !known {
			name = id
		}
		names = append(names, name)
	}
	return names
}

// note returns the note of a code, with the doubt about its status if there is one.
func (c *Code) note(basis string) string {
	note := c.Note
	if c.Outcome == interrupted && basis == basisDefault {
		note = strings.TrimPrefix(note+"; ", "; ") + "may be an interrupt: published text describes a further step, prompt or redirect"
	}
	return note
}

var basisWords = map[string]string{
	basisCode0:    "code 0",
	basisWorkbook: "Microsoft's sign-in workbook counts it as pending user action",
	basisText:     "Microsoft's name or text calls it an interrupt or an intermediate step",
	basisUser:     "by the table given with --codes",
	basisDefault:  "neither 0 nor an interrupt",
}
