package rules

import (
	"bytes"
	"encoding/json"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"signins/schema"
)

// A condition is true or false of one record. It is false wherever SQL would say
// unknown, so that both ways to run it agree.
type condition interface {
	// sql returns the condition as SQL over the canonical columns.
	sql(d *dialect) string
	// missing returns for want of what no record can meet it.
	missing(filled *filled) []want
	// on returns the condition for the rows of a batch.
	on(b *schema.Batch) func(row int) bool
}

// textIs is true of records whose column has a value that matches.
type textIs struct {
	column  schema.ColumnID
	matches func(value []byte) bool
	print   func(d *dialect, name string) string
}

func (c textIs) sql(d *dialect) string    { return c.print(d, schema.Columns[c.column].Name) }
func (c textIs) missing(f *filled) []want { return f.without(c.column) }

// on asks once for each distinct value.
func (c textIs) on(b *schema.Batch) func(row int) bool {
	v := &b.Columns[c.column]
	answers := make([]int8, v.Dict.Len())
	return func(row int) bool {
		code := v.Code(row)
		if code < schema.First {
			return false
		}
		answer := &answers[code-schema.First]
		if *answer == 0 {
			*answer = -1
			if c.matches(v.Dict.Value(code)) {
				*answer = 1
			}
		}
		return *answer > 0
	}
}

// quote writes a text as a literal of SQL.
func quote(text string) string { return "'" + strings.ReplaceAll(text, "'", "''") + "'" }

func quoted(d *dialect, texts []string) string {
	list := make([]string, len(texts))
	for i, text := range texts {
		list[i] = d.literal(text)
	}
	return strings.Join(list, ", ")
}

// oneOf is true where a text column has one of the values.
func oneOf(column schema.ColumnID, values ...string) condition {
	return textIs{column, func(value []byte) bool { return slices.Contains(values, string(value)) },
		func(d *dialect, name string) string {
			if len(values) == 1 {
				return name + " = " + d.literal(values[0])
			}
			return name + " in (" + quoted(d, values) + ")"
		}}
}

// hasFlag is true where a column of comma-joined flags has one of them.
func hasFlag(column schema.ColumnID, flag string) condition {
	return textIs{column, func(value []byte) bool {
		return slices.Contains(strings.Split(string(value), ","), flag)
	}, func(_ *dialect, name string) string {
		return "',' || " + name + " || ',' like '%," + flag + ",%'"
	}}
}

// hasElement is true where a list of texts has an element.
func hasElement(column schema.ColumnID, element string) condition {
	return textIs{column, func(value []byte) bool {
		for e := range schema.List(value) {
			if string(e) == element {
				return true
			}
		}
		return false
	}, func(d *dialect, name string) string { return d.contains + "(" + name + ", " + quote(element) + ")" }}
}

// anyPolicy is true where a Conditional Access policy has one of the results and, if
// any are given, one of the grant controls; all in lower case.
func anyPolicy(results, controls []string) condition {
	return textIs{schema.ConditionalAccessPolicies, func(value []byte) bool {
		if !mayHave(value, results) || controls != nil && !mayHave(value, controls) {
			return false
		}
		value = bytes.ToLower(value)
		var policies []struct {
			Result                string
			EnforcedGrantControls []string
		}
		// A member of an unexpected type is left empty, the others are read.
		_ = json.Unmarshal(value, &policies)
		for _, p := range policies {
			one := func(control string) bool { return slices.Contains(controls, control) }
			if slices.Contains(results, p.Result) && (controls == nil || slices.ContainsFunc(p.EnforcedGrantControls, one)) {
				return true
			}
		}
		return false
	}, func(d *dialect, name string) string { return d.policies(name, results, controls) }}
}

// mayHave reports whether JSON may have a string that is one of words, in any case: hardly
// any has, and to read all of it took two thirds of the time of Add. Without escapes every
// other quote ends a string. Text must be read that has an escape, or one of the two
// characters beyond ASCII that are ASCII in lower case.
func mayHave(text []byte, words []string) bool {
	if bytes.IndexByte(text, '\\') >= 0 || bytes.Contains(text, []byte("\u0130")) || bytes.Contains(text, []byte("\u212a")) {
		return true
	}
	for {
		_, rest, found := bytes.Cut(text, []byte{'"'})
		if !found {
			return false
		}
		var inner []byte
		inner, text, _ = bytes.Cut(rest, []byte{'"'})
		for _, word := range words {
			if len(inner) == len(word) && strings.EqualFold(string(inner), word) {
				return true
			}
		}
	}
}

// numbers is true where a column of whole numbers has a value that is in the list, or,
// with not, one that is not.
type numbers struct {
	column schema.ColumnID
	not    bool
	values []int64
}

func (c numbers) missing(f *filled) []want { return f.without(c.column) }

func (c numbers) sql(*dialect) string {
	var list []string
	for _, n := range c.values {
		list = append(list, strconv.FormatInt(n, 10))
	}
	operator := " in ("
	if c.not {
		operator = " not in ("
	}
	return schema.Columns[c.column].Name + operator + strings.Join(list, ", ") + ")"
}

func (c numbers) on(b *schema.Batch) func(row int) bool {
	v := &b.Columns[c.column]
	return func(row int) bool {
		n, ok := v.Num(row)
		return ok && slices.Contains(c.values, n) != c.not
	}
}

// errorCode is true where error_code is one of the values.
func errorCode(values ...int64) condition { return numbers{schema.ErrorCode, false, values} }

// flag is true where a column of kind Bool has the value, or, with unless, where it is
// null or has the other one.
type flag struct {
	column        schema.ColumnID
	value, unless bool
}

func (c flag) missing(f *filled) []want {
	if c.unless {
		return nil
	}
	return f.without(c.column)
}

func (c flag) sql(*dialect) string {
	name := schema.Columns[c.column].Name
	if c.unless {
		return fmt.Sprintf("(%s is null or %s = %t)", name, name, !c.value)
	}
	return fmt.Sprintf("%s = %t", name, c.value)
}

func (c flag) on(b *schema.Batch) func(row int) bool {
	v := &b.Columns[c.column]
	return func(row int) bool {
		n, ok := v.Num(row)
		return (ok && (n == 1) == c.value) != c.unless
	}
}

func isTrue(column schema.ColumnID) condition  { return flag{column, true, false} }
func isFalse(column schema.ColumnID) condition { return flag{column, false, false} }
func notTrue(column schema.ColumnID) condition { return flag{column, true, true} }

// absent is true where a column is null.
type absent schema.ColumnID

func (c absent) missing(*filled) []want { return nil }
func (c absent) sql(*dialect) string    { return schema.Columns[c].Name + " is null" }

func (c absent) on(b *schema.Batch) func(row int) bool {
	v := &b.Columns[c]
	return func(row int) bool { return !v.Set(row) }
}

// differ is true where two text columns have different values.
type differ [2]schema.ColumnID

func (c differ) missing(f *filled) []want {
	return append(f.without(c[0]), f.without(c[1])...)
}

func (c differ) sql(*dialect) string {
	return schema.Columns[c[0]].Name + " <> " + schema.Columns[c[1]].Name
}

func (c differ) on(b *schema.Batch) func(row int) bool {
	v, w := &b.Columns[c[0]], &b.Columns[c[1]]
	return func(row int) bool {
		x, y := v.Value(row), w.Value(row)
		return x != nil && y != nil && !bytes.Equal(x, y)
	}
}

// joined are conditions of which all must be true, or, with or, one.
type joined struct {
	or   bool
	list []condition
}

func all(list ...condition) condition   { return joined{false, list} }
func anyOf(list ...condition) condition { return joined{true, list} }

// missing is, of alternatives that all want something, one want of what the first want of
// each is: one of them would do.
func (c joined) missing(f *filled) (all []want) {
	var either want
	for _, one := range c.list {
		wants := one.missing(f)
		if !c.or {
			all = append(all, wants...)
			continue
		}
		if len(wants) == 0 {
			return nil
		}
		either.columns, either.categories = append(either.columns, wants[0].columns...), append(either.categories, wants[0].categories...)
	}
	if c.or {
		all = []want{either}
	}
	return all
}

func (c joined) sql(d *dialect) string {
	var list []string
	for _, one := range c.list {
		text := one.sql(d)
		if inner, nested := one.(joined); nested && inner.or && !c.or {
			text = "(" + text + ")"
		}
		list = append(list, text)
	}
	if c.or {
		return strings.Join(list, " or ")
	}
	return strings.Join(list, " and ")
}

func (c joined) on(b *schema.Batch) func(row int) bool {
	var list []func(row int) bool
	for _, one := range c.list {
		list = append(list, one.on(b))
	}
	return func(row int) bool {
		for _, one := range list {
			if one(row) == c.or {
				return c.or
			}
		}
		return !c.or
	}
}
