package rules

import (
	"fmt"
	"slices"
	"strings"

	"signins/schema"
	"signins/schema/setting"
)

// Help is the help of the verb that prints queries.
const Help = `Prints a statement for each rule, or for one. It reads a table or view called
signins with the columns of the outputs, and returns a line for each record that
matches: rule, subject, source_file, source_record.

Examples:
  signins queries
  signins queries password_spray                         one rule
  signins queries --dialect trino --rules own.csv        with own constants
`

// Queries returns the rules as SQL in one of schema.Dialects: a statement each, which ends
// with a semicolon and a line end, behind comments with the rule's words. It reads a
// table signins with the canonical columns, those with lists of structs if nested, and
// returns rule, subject, source_file and source_record of every matching record. name
// is one rule, or "" for all. The error for an unknown one is *schema.Refusal.
func (s *Set) Queries(name, dialect string, nested bool) (string, error) {
	list := s.printed()
	if name != "" {
		list = slices.DeleteFunc(list, func(r *Rule) bool { return r.ID != name })
		if len(list) == 0 {
			return "", unknownRule(name)
		}
	}
	var text []string
	for _, r := range list {
		text = append(text, s.query(r, newDialect(dialect, nested)))
	}
	return strings.Join(text, "\n"), nil
}

func unknownRule(name string) error {
	var names []string
	for i := range table {
		names = append(names, table[i].ID)
	}
	hint := "the rules are " + setting.List(names)
	if i := slices.Index(names, setting.Nearest(name, names)); i >= 0 {
		hint = "did you mean " + names[i] + "?"
	}
	return &schema.Refusal{What: fmt.Sprintf("there is no rule %q, or --rules omits it", name), Hint: hint}
}

// query returns the comments and the statement of a rule.
func (s *Set) query(r *Rule, d *dialect) string {
	var text strings.Builder
	comment := func(label, words string) {
		if words != "" {
			fmt.Fprintf(&text, "-- %s%s\n", label, words)
		}
	}
	comment(r.ID+": ", fmt.Sprintf("%s (%s, %s)", r.Title, r.Kind, r.Severity))
	comment("", r.Counts)
	for _, c := range s.Constants(r) {
		comment("Constant ", c.String())
	}
	comment("Limits: ", r.Limits)
	comment("Source: ", r.Source)
	sh := r.shape(s.values[slices.Index(s.rules, r)])
	text.WriteString(once(r, sh, d))
	text.WriteString(strings.ReplaceAll(sh.sql(), "ID as rule", quote(r.ID)+" as rule"))
	text.WriteString("\n;\n")
	return text.String()
}

// us returns a timestamp as microseconds.
func (d *dialect) us(column string) string { return fmt.Sprintf(d.micros, column) }

// once returns the common table: records counted once, with what the shape needs.
func once(r *Rule, sh shape, d *dialect) string {
	columns := append([]selected{{r.subject.sql(d), "subject"}}, sh.columns(d)...)
	for i, c := range sh.conditions() {
		columns = append(columns, selected{"coalesce(" + c.sql(d) + ", false)", string(rune('a' + i))})
	}
	var text strings.Builder
	for _, c := range columns {
		text.WriteString(",\n    " + c.expression + " as " + c.name)
	}
	behind := "\n"
	if strings.HasPrefix(sh.sql(), ",") {
		behind = ""
	}
	return fmt.Sprintf(`with once as (
  select source_file, source_record, us, remainder, sign_ins%s
  from (
    select *, %s as us, coalesce(created_at_remainder_ns, 0) as remainder, coalesce(sign_in_count, 1) as sign_ins,
      row_number() over (partition by sign_in_category, id, row_kind
        order by created_at nulls last, coalesce(created_at_remainder_ns, 0), source_file, source_record) as occurrence
    from signins
  ) numbered
  where occurrence = 1 or id is null or row_kind = 'summary'
)%s`, text.String(), d.us("created_at"), behind)
}
