package rules

import (
	"fmt"
	"strings"
)

// A dialect is what DuckDB, Trino and Spark write differently.
type dialect struct {
	nested   bool   // policies are lists of structs
	micros   string // %s: a timestamp as whole microseconds since 1970
	contains string // function: a list has an element
	text     string // type of texts
	anyMatch string // %[1]s: a list, %[2]s: its element, %[3]s: a condition of it
	policy   string // %[1]s: JSON text of policies in lower case, as a list of structs
	escape   bool   // a backslash in a literal is written twice
}

func newDialect(name string, nested bool) *dialect {
	d := dialects[name]
	d.nested = nested
	return &d
}

var dialects = map[string]dialect{
	"duckdb": {
		micros: "epoch_us(%s)", contains: "list_contains", text: "varchar",
		anyMatch: "len(list_filter(%[1]s, lambda %[2]s: %[3]s)) > 0",
		policy:   `from_json(%[1]s, '[{"result": "VARCHAR", "enforcedgrantcontrols": ["VARCHAR"]}]')`,
	},
	"trino": {
		micros: "cast(round(to_unixtime(%s) * 1000000) as bigint)", contains: "contains", text: "varchar",
		anyMatch: "any_match(%[1]s, %[2]s -> %[3]s)",
		policy:   "cast(json_parse(%[1]s) as array(row(result varchar, enforcedgrantcontrols array(varchar))))",
	},
	"spark": {
		micros: "unix_micros(%s)", contains: "array_contains", text: "string", escape: true,
		anyMatch: "exists(%[1]s, %[2]s -> %[3]s)",
		policy:   "from_json(%[1]s, 'array<struct<result:string,enforcedgrantcontrols:array<string>>>')",
	},
}

// literal writes a text as a literal.
func (d *dialect) literal(text string) string {
	if d.escape {
		text = strings.ReplaceAll(strings.ReplaceAll(text, `\`, `\\`), `'`, `\'`)
		return "'" + text + "'"
	}
	return quote(text)
}

// policies is the condition of anyPolicy.
func (d *dialect) policies(column string, results, controls []string) string {
	list, name := fmt.Sprintf(d.policy, "lower("+column+")"), "enforcedgrantcontrols"
	if d.nested {
		list, name = column, "enforced_grant_controls"
	}
	inner := "lower(p.result) in (" + quoted(d, results) + ")"
	if controls != nil {
		inner += " and " + fmt.Sprintf(d.anyMatch, "p."+name, "c", "lower(c) in ("+quoted(d, controls)+")")
	}
	return fmt.Sprintf(d.anyMatch, list, "p", inner)
}
