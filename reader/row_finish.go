package reader

import (
	"signins/schema"
)

// The finishers of several dialects share these.

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
	for i, column := range r.fields.choices {
		if column == schema.LocationLatitude || column == schema.LocationLongitude {
			b.Columns[column].Clear(r.row.index)
			r.row.keep(&r.candidates[i][r.bestCandidate(i)])
		}
	}
}

// fillReason copies the envelope's description of an error to the failure reason,
// unless the sign-in has one.
func (r *record) fillReason() {
	reason, description := &r.row.batch.Columns[schema.FailureReason], &r.row.batch.Columns[schema.ResultDescription]
	if !reason.Set(r.row.index) && description.Set(r.row.index) {
		reason.SetBytes(r.row.index, description.Value(r.row.index))
	}
}
