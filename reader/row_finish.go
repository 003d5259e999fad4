package reader

import "signins/schema"

// The finishers of several dialects share these.

// saysNothing reports a row without any value.
func (r *record) isEmpty() bool {
	for id := range r.row.batch.Columns {
		if r.row.batch.Columns[id].Set(r.row.index) {
			return false
		}
	}
	return len(r.row.extra) == 0
}

// dropNullIsland takes back the coordinates 0, 0 where no country stands with
// them (also as -0): that is how unknown is written. They are kept in extra.
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

// fillReason takes the envelope's text of the error where the sign-in has none.
func (r *record) fillReason() {
	reason, description := &r.row.batch.Columns[schema.FailureReason], &r.row.batch.Columns[schema.ResultDescription]
	if !reason.Set(r.row.index) && description.Set(r.row.index) {
		reason.SetBytes(r.row.index, description.Value(r.row.index))
	}
}
