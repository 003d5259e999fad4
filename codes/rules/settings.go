package rules

import (
	"errors"
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"
	"unicode"

	"signins/codes/sidefile"
)

// Load returns the rules as the CSV file at path changes them, see With, and what was
// read. Without a path they are the default. Errors are *schema.Refusal.
func Load(path string) (*Set, sidefile.File, error) {
	hint := "name a CSV with the columns " + strings.Join(titles, ", ") + "; signins queries lists rules and constants"
	return sidefile.Load(path, Default(), maxFile, hint, Default().With)
}

// maxFile bounds the size of a file of rules, in bytes.
const maxFile = 1 << 20

// titles are the columns of a file of rules.
var titles = []string{"rule", "constant", "value"}

// off is the value that omits a rule.
const off = "off"

// With returns the rules with the constants of a CSV text with the columns rule,
// constant and value. Without a constant the value is off, which omits the rule, also
// indicator_address, which WithLabels may add later. A list has semicolons between its
// words.
func (s *Set) With(text []byte) (*Set, error) {
	changed, omitted, seen := &Set{rules: s.rules, labels: s.labels, noIndicators: s.noIndicators}, map[string]bool{}, map[[2]string]bool{}
	for _, v := range s.values {
		changed.values = append(changed.values, maps.Clone(v))
	}
	err := sidefile.ReadTable(text, func(header []string) error {
		if !slices.Equal(header, titles) {
			return fmt.Errorf("the columns are not %s", strings.Join(titles, ","))
		}
		return nil
	}, func(row []string) error {
		key := [2]string{row[0], row[1]}
		if seen[key] {
			return fmt.Errorf("rule %q, constant %q occurs twice", row[0], row[1])
		}
		seen[key] = true
		if row[2] == off && row[1] == "" && (s.find(row[0]) >= 0 || row[0] == indicatorRule.ID) {
			omitted[row[0]] = true
			return nil
		}
		return changed.set(row[0], row[1], strings.TrimSpace(row[2]))
	})
	if err != nil {
		return nil, err
	}
	return changed.without(omitted), nil
}

// without returns the set without some rules.
func (s *Set) without(omitted map[string]bool) *Set {
	kept := &Set{labels: s.labels, noIndicators: s.noIndicators || omitted[indicatorRule.ID]}
	for i, r := range s.rules {
		if !omitted[r.ID] {
			kept.rules, kept.values = append(kept.rules, r), append(kept.values, s.values[i])
		}
	}
	return kept
}

// set changes a constant. A number stays a number, a list of numbers one of numbers.
func (s *Set) set(rule, constant, value string) error {
	i := s.find(rule)
	switch {
	case rule == indicatorRule.ID:
		return fmt.Errorf("rule %q has no constants; without one the value is %s", rule, off)
	case i < 0:
		return fmt.Errorf("there is no rule %q", rule)
	}
	r := s.rules[i]
	c := slices.IndexFunc(r.Constants, func(c Constant) bool { return c.Name == constant })
	switch {
	case constant == "":
		return fmt.Errorf("rule %q: without a constant the value is %s, not %q", rule, off, value)
	case c < 0:
		return fmt.Errorf("rule %q has no constant %q", rule, constant)
	}
	was := strings.Split(r.Constants[c].Value, ";")
	words := strings.Split(value, ";")
	for _, word := range words {
		if err := r.Constants[c].check(was, strings.TrimSpace(word)); err != nil {
			return fmt.Errorf("rule %q, constant %q: %w", rule, constant, err)
		}
	}
	if len(words) > 1 && r.Constants[c].single() {
		return fmt.Errorf("rule %q, constant %q: %q is a list, not one value", rule, constant, value)
	}
	s.values[i][constant] = value
	return nil
}

// mostNumber bounds numbers, so that minutes and days fit into microseconds.
const mostNumber = 1_000_000

// single reports whether a constant is one value: its unit does not name several.
func (c Constant) single() bool {
	_, err := strconv.ParseInt(c.Value, 10, 64)
	return err == nil && c.Unit != "error codes" || c.Unit == "application" || c.Unit == "resource"
}

// check refuses a word of a constant that is not like those of the default.
func (c Constant) check(was []string, word string) error {
	switch {
	case word == "":
		return errors.New("the value is empty")
	case strings.ContainsFunc(word, unicode.IsControl):
		return fmt.Errorf("%q has a control character", word)
	}
	if _, err := strconv.ParseInt(was[0], 10, 64); err != nil {
		return nil
	}
	n, err := strconv.ParseInt(word, 10, 64)
	switch {
	case err != nil:
		return fmt.Errorf("%q is not a whole number", word)
	case c.Unit == "error codes" && int64(int32(n)) != n:
		return fmt.Errorf("%q is not an error code", word)
	case c.Unit != "error codes" && (n < 1 || n > mostNumber):
		return fmt.Errorf("%q is not from 1 to %d", word, mostNumber)
	}
	return nil
}
