package reader

import (
	"slices"

	"signins/schema"
)

// What the finishers of several dialects share.

// isEmpty reports a row without any value.
func (r *record) isEmpty() bool {
	for id := range r.row.batch.Columns {
		if r.row.batch.Columns[id].Set(r.row.index) {
			return false
		}
	}
	return len(r.row.extra) == 0
}

// dropNullIsland removes the coordinates 0, 0 (or -0) of a row without a country:
// they mean unknown. They go to extra.
func (r *record) dropNullIsland() {
	b := r.row.batch
	lat, hasLat := b.Columns[schema.LocationLatitude].Num(r.row.index)
	lon, hasLon := b.Columns[schema.LocationLongitude].Num(r.row.index)
	if !hasLat || !hasLon || lat<<1 != 0 || lon<<1 != 0 || b.Columns[schema.LocationCountry].Set(r.row.index) {
		return
	}
	r.unstore(schema.LocationLatitude)
	r.unstore(schema.LocationLongitude)
}

// unstore moves the value of a choice from its column to extra.
func (r *record) unstore(column schema.ColumnID) {
	r.row.batch.Columns[column].Clear(r.row.index)
	if i := slices.Index(r.fields.choices, column); r.present[i] != 0 {
		r.row.keep(&r.candidates[i][r.bestCandidate(i)])
	}
	for _, l := range r.late {
		if l.column == column {
			r.row.keep(l.token)
		}
	}
}

// whyBadCount returns why the sign-ins that a summary counts are not known, "" if the
// row is no summary or has a count. A count beside an id is not that of the row.
func (r *record) whyBadCount() string {
	i := slices.Index(r.fields.choices, schema.SignInCount)
	if r.present[i] == 0 {
		return ""
	}
	n, set := r.row.batch.Columns[schema.SignInCount].Num(r.row.index)
	switch {
	case r.row.batch.Columns[schema.ID].Set(r.row.index):
		if set {
			r.unstore(schema.SignInCount)
		}
	case !set || n <= 0:
		return "the row is a summary without a number of sign-ins"
	}
	return ""
}

// fillReason copies the envelope's description of an error to the failure reason,
// unless the sign-in has one.
func (r *record) fillReason() {
	reason, description := &r.row.batch.Columns[schema.FailureReason], &r.row.batch.Columns[schema.ResultDescription]
	if !reason.Set(r.row.index) && description.Set(r.row.index) {
		reason.SetBytes(r.row.index, description.Value(r.row.index))
	}
}
