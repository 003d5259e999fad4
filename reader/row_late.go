package reader

import (
	"bytes"
	"cmp"
	"slices"
	"strings"

	"signins/schema"
)

// A lateValue is the value of a flattened name, which waits for the end of the record.
type lateValue struct {
	column schema.ColumnID
	rank   int
	token  *token
}

// lateToken returns a token that keeps its value until the end of the record.
func (r *record) lateToken() *token {
	if r.lateUsed == len(r.lateTokens) {
		r.lateTokens = append(r.lateTokens, new(token))
	}
	r.lateUsed++
	return r.lateTokens[r.lateUsed-1]
}

// storeLate stores the values of flattened names in columns that are still empty. A
// value that differs from that of its column goes to extra.
func (r *record) storeLate() {
	if len(r.late) == 0 {
		return
	}
	slices.SortStableFunc(r.late, func(a, b lateValue) int { return cmp.Compare(a.rank, b.rank) })
	for _, l := range r.late {
		switch {
		case schema.Columns[l.column].Kind == schema.JSON && !l.token.empty() && !l.token.nested() && jsonText(l.token.text) == nil:
			r.row.keepUnknown(l.token) // a text of a script, such as the names of policies
		case l.column == schema.ErrorCode && r.row.batch.Columns[schema.ResultTypeRaw].Set(r.row.index):
			r.keepDifferent(l.column, l.token) // result_type_raw has the spelling of the exact field
		case l.column == schema.LocationCountry && bytes.IndexByte(l.token.text, ',') >= 0 && !l.token.nested():
			r.row.keep(l.token)
			r.storePlace(l.token.text)
		case !r.row.batch.Columns[l.column].Set(r.row.index):
			r.row.set(l.column, l.token)
		case !l.token.empty():
			r.keepDifferent(l.column, l.token)
		}
	}
}

// keepDifferent keeps a late value in extra, unless it is that of its column.
func (r *record) keepDifferent(column schema.ColumnID, t *token) {
	col := &r.row.batch.Columns[column]
	v, issue := r.row.convert(column, t)
	num, _ := col.Num(r.row.index)
	switch {
	case v.null:
		r.row.issue(issue)
	case schema.Columns[column].Kind.Coded() && bytes.Equal(v.text, col.Value(r.row.index)), !schema.Columns[column].Kind.Coded() && v.num == num:
		if v.spelling == nil && v.at.nanos == 0 && t.damage == "" {
			return
		}
	default:
		r.row.issue(schema.ConflictingValue)
	}
	r.row.keep(t)
}

// waitAsText makes a text wait whose field is an object in this dialect and a text in
// another: "location":"NO" is the country. It reports false for all other values.
func (r *record) waitAsText(f *field, t *token) bool {
	column, ok := textColumns()[strings.ToLower(f.name)]
	if !ok || t.kind != '"' || t.damage != "" || beginsNested(t.text) || isPowershellText(t.text) {
		return false
	}
	late := r.lateToken()
	*late = token{path: t.path, kind: t.kind, cell: t.cell, raw: bytes.Clone(t.raw), text: bytes.Clone(t.text)}
	r.late = append(r.late, lateValue{column, worstRank, late})
	return true
}
