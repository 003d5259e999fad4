package rules

import (
	"bytes"
	"slices"
	"strings"

	"signins/schema"
	"signins/schema/setting"
)

// filled says which columns have a value in any record, and which categories any record
// has.
type filled struct {
	columns    [schema.NumColumns]bool
	categories map[string]bool
}

// add takes a batch into account.
func (f *filled) add(b *schema.Batch) {
	for id := range b.Columns {
		v := &b.Columns[id]
		f.columns[id] = f.columns[id] || v.Dict.Len() > 0 || bytes.IndexByte(v.Valid, 1) >= 0
	}
	if f.categories == nil {
		f.categories = map[string]bool{}
	}
	category := &b.Columns[schema.SignInCategory]
	for row := range b.Len {
		if value := category.Value(row); value != nil && !f.categories[string(value)] {
			f.categories[string(value)] = true
		}
	}
}

// A want is what a rule wants of an input that does not have it: a value in one of some
// columns, or a sign-in of one of some categories.
type want struct {
	columns    []schema.ColumnID
	categories []string
}

// deciders are the columns that decide a derived one, which is null where there is nothing
// to say: error_tags of a code without tags, cross_tenant_direction within a tenant.
var deciders = map[schema.ColumnID][]schema.ColumnID{
	schema.ErrorTags: {schema.ErrorCode}, schema.CrossTenantDirection: {schema.IsCrossTenant, schema.TenantID},
}

// decided reports whether a column has a value, or null is one.
func (f *filled) decided(column schema.ColumnID) bool {
	others, derived := deciders[column]
	return f.columns[column] || derived && !slices.ContainsFunc(others, func(id schema.ColumnID) bool { return !f.columns[id] })
}

// without returns the want of a column that has no value.
func (f *filled) without(column schema.ColumnID) []want {
	if f.decided(column) {
		return nil
	}
	return []want{{columns: []schema.ColumnID{column}}}
}

// ofCategory is true of records of one of some categories.
type ofCategory struct {
	condition
	categories []string
}

// category returns the condition of some categories.
func category(categories ...string) condition {
	return ofCategory{oneOf(schema.SignInCategory, categories...), categories}
}

func (c ofCategory) missing(f *filled) []want {
	if slices.ContainsFunc(c.categories, func(name string) bool { return f.categories[name] }) {
		return nil
	}
	return []want{{categories: c.categories}}
}

// wants returns for want of what a rule of the set cannot match.
func (e *Evaluator) wants(r *Rule) (list []want) {
	sh := e.shapes[slices.Index(e.set.rules, r)]
	for _, c := range sh.conditions() {
		list = append(list, c.missing(&e.filled)...)
	}
	for _, alternatives := range append(sh.needs(), r.subject.needs()) {
		if !slices.ContainsFunc(alternatives, func(id schema.ColumnID) bool { return e.filled.columns[id] }) {
			list = append(list, want{columns: alternatives})
		}
	}
	return list
}

// Missing returns the columns for want of which a rule of the set cannot match: no record
// so far has a value in them.
func (e *Evaluator) Missing(r *Rule) (ids []schema.ColumnID) {
	for _, w := range e.wants(r) {
		ids = append(ids, w.columns...)
	}
	slices.Sort(ids)
	return slices.Compact(ids)
}

// notRun says why a rule of the set could not run on the records so far, "" if it could:
// "No value in Session ID. No sign-ins of the type Managed identity."
func (e *Evaluator) notRun(r *Rule) string {
	var reasons []string
	for _, w := range e.wants(r) {
		if reason := w.String(); !slices.Contains(reasons, reason) {
			reasons = append(reasons, reason)
		}
	}
	return strings.Join(reasons, " ")
}

func (w want) String() string {
	var titles, labels []string
	for _, id := range w.columns {
		if title := schema.Columns[id].Title; !slices.Contains(titles, title) {
			titles = append(titles, title)
		}
	}
	for _, name := range w.categories {
		labels = append(labels, schema.CategoryLabels[name])
	}
	switch values, signIns := "No value in "+setting.List(titles), "o sign-ins of the type "+setting.List(labels); {
	case labels == nil:
		return values + "."
	case titles == nil:
		return "N" + signIns + "."
	default:
		return values + ", and n" + signIns + "."
	}
}
