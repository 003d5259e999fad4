package reader

import (
	"slices"

	"signins/schema"
)

// identityColumns are those of a user, an application, a service principal, an address
// and the sign-in itself.
var identityColumns = []schema.ColumnID{schema.ID, schema.UserPrincipalName, schema.UserID, schema.AppID, schema.IPAddress,
	schema.ServicePrincipalID, schema.AppDisplayName, schema.UserDisplayName, schema.ServicePrincipalName}

// timedColumns are columns of times and codes. Most sign-ins have a value in one of them.
var timedColumns = []schema.ColumnID{schema.CreatedAt, schema.IngestedAt, schema.ErrorCode, schema.SourceCategory}

// An expectation is what every record of an input must have, as the input has columns
// for it: one of identityColumns, and one of timedColumns.
type expectation struct{ identity, time bool }

// expect returns the expectation of an input with these columns.
func expect(columns []schema.ColumnID) expectation {
	has := func(id schema.ColumnID) bool { return slices.Contains(columns, id) }
	return expectation{slices.ContainsFunc(identityColumns, has), slices.ContainsFunc(timedColumns, has)}
}

// isIdentified reports whether the row has one of identityColumns.
func (r *record) isIdentified() bool {
	for _, id := range identityColumns {
		if r.row.batch.Columns[id].Set(r.row.index) {
			return true
		}
	}
	return false
}
