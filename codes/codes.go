// Package codes knows what AADSTS error codes mean and what a sign-in's values
// say taken together: its category, its status, whether it is passthrough and
// whether access was given.
package codes

import (
	"bytes"
	_ "embed"
	"encoding/csv"
	"fmt"
	"io"
	"slices"
	"strings"
	"sync"

	"signins/schema"
)

// TableDate is the date of the embedded code table. Microsoft changes codes and
// texts and asks not to depend on them.
const TableDate = "2026-11-23"

//go:embed codes.csv
var embedded []byte

// A Code is what is known of one error code.
type Code struct {
	Number   int32
	Name     string   // symbolic name Microsoft published, "" for none
	Category string   // subject, such as credentials or mfa
	Tags     []string // attack relevance
	Meaning  string   // in our words, "" where nothing is known
	Sources  []string // see SOURCES.md
	// Status is the sign-in status that a user's own table gives, "" where
	// the rules decide.
	Status string
}

// A Table holds codes by number. It is not changed once it is in use.
type Table struct {
	byNumber map[int32]*Code
	byName   map[string]*Code // lower case
}

// Embedded returns the built-in table.
var Embedded = sync.OnceValue(func() *Table {
	t := &Table{byNumber: map[int32]*Code{}, byName: map[string]*Code{}}
	if err := t.read(bytes.NewReader(embedded), false); err != nil {
		panic("embedded codes.csv: " + err.Error())
	}
	return t
})

// With returns the table with the codes of a CSV file that has the columns of
// codes.csv, or some of them, added or replaced whole. An outcome given there
// decides the status of the code.
func (t *Table) With(r io.Reader) (*Table, error) {
	sum := &Table{byNumber: map[int32]*Code{}, byName: map[string]*Code{}}
	for _, c := range t.byNumber {
		sum.add(c)
	}
	return sum, sum.read(r, true)
}

func (t *Table) add(c *Code) {
	if old := t.byNumber[c.Number]; old != nil && t.byName[strings.ToLower(old.Name)] == old {
		delete(t.byName, strings.ToLower(old.Name))
	}
	t.byNumber[c.Number] = c
	if c.Name != "" {
		t.byName[strings.ToLower(c.Name)] = c
	}
}

// read adds the rows of a table. Each code may stand in it once.
func (t *Table) read(r io.Reader, own bool) error {
	rows := csv.NewReader(r)
	header, err := rows.Read()
	if err != nil {
		return fmt.Errorf("no header: %w", err)
	}
	header[0] = strings.TrimPrefix(header[0], "\ufeff")
	column := func(row []string, name string) string {
		if i := slices.Index(header, name); i >= 0 {
			return strings.TrimSpace(row[i])
		}
		return ""
	}
	if !slices.Contains(header, "code") {
		return fmt.Errorf("line 1: no column code")
	}
	seen := map[int32]bool{}
	for {
		row, err := rows.Read()
		if err == io.EOF {
			return nil
		}
		if err != nil {
			return err
		}
		line, _ := rows.FieldPos(0)
		number, _, ok := schema.ParseErrorCode(column(row, "code"))
		if !ok || seen[number] {
			return fmt.Errorf("line %d: code %q is no number or stands twice", line, column(row, "code"))
		}
		seen[number] = true
		c := &Code{Number: number, Name: column(row, "name"), Category: column(row, "category"),
			Meaning: column(row, "meaning"), Tags: list(column(row, "attack_relevance")), Sources: list(column(row, "sources"))}
		if outcome := column(row, "outcome"); own && outcome != "" {
			if outcome != success && outcome != interrupted && outcome != failure {
				return fmt.Errorf("line %d: outcome %q is none of success, interrupted, failure", line, outcome)
			}
			c.Status = outcome
		}
		t.add(c)
	}
}

func list(text string) []string {
	if text == "" {
		return nil
	}
	return strings.Split(text, ";")
}

// Len returns the number of codes.
func (t *Table) Len() int { return len(t.byNumber) }

// Lookup returns what is known of a code, nil where nothing is.
func (t *Table) Lookup(number int32) *Code { return t.byNumber[number] }

// Find returns the code that a person names: by number, AADSTS and number, or
// symbolic name. Nothing shorter or longer matches.
func (t *Table) Find(query string) *Code {
	if number, _, ok := schema.ParseErrorCode(query); ok {
		return t.byNumber[number]
	}
	return t.byName[strings.ToLower(strings.TrimSpace(query))]
}

// Explain describes a code to a person, in several lines.
func (t *Table) Explain(c *Code) string {
	var s strings.Builder
	fmt.Fprintf(&s, "AADSTS%d", c.Number)
	if c.Name != "" {
		s.WriteString("  " + c.Name)
	}
	meaning := c.Meaning
	if meaning == "" {
		meaning = "Known to exist; Microsoft publishes no meaning."
	}
	status, basis := t.status(c.Number)
	fmt.Fprintf(&s, "\n  meaning   %s\n  status    %s (%s)\n  category  %s\n", meaning, status, basisWords[basis], c.Category)
	if len(c.Tags) > 0 {
		fmt.Fprintf(&s, "  tags      %s\n", strings.Join(c.Tags, ", "))
	}
	if note := notes[c.Number]; note != "" {
		fmt.Fprintf(&s, "  note      %s\n", note)
	}
	fmt.Fprintf(&s, "  sources   %s (table of %s)\n", strings.Join(c.Sources, ", "), TableDate)
	return s.String()
}

// notes are what the sources disagree about.
var notes = map[int32]string{
	50053:  "one code, several meanings: smart lockout, sign-in from a malicious address; only the log's failure reason tells which",
	500121: "failed multifactor authentication; many in a short time may be MFA fatigue",
	50055:  "the password was right; rule sets of others count it as a failure",
	50144:  "rule sets of others count it as a failure",
	50059:  "sources disagree: an interrupt in Microsoft's workbook, an unknown tenant in others",
	50158:  "no failure by itself; the password was right",
	50057:  "sources disagree whether the password was right",
	90072:  "what the home tenant logs when the resource tenant logs 50020; a hint at passthrough, never proof",
}

var basisWords = map[string]string{
	basisCode0:    "code 0",
	basisWorkbook: "Microsoft's sign-in workbook counts it as pending user action",
	basisText:     "Microsoft's name or text calls it an interrupt or an intermediate step",
	basisUser:     "by the table given with --codes",
	basisDefault:  "neither 0 nor an interrupt",
}
