package reader

import (
	"slices"

	"signins/schema"
)

// identityColumns are those of a user, an application, a service principal, an address
// and the sign-in itself.
var identityColumns = []schema.ColumnID{schema.ID, schema.UserPrincipalName, schema.UserID, schema.AppID, schema.IPAddress,
	schema.ServicePrincipalID, schema.AppDisplayName, schema.UserDisplayName, schema.ServicePrincipalName}

// timedColumns are those of times and codes, of which a sign-in mostly has one.
var timedColumns = []schema.ColumnID{schema.CreatedAt, schema.IngestedAt, schema.ErrorCode, schema.SourceCategory}

// expect makes records without any identity, and those without time and code, rejects
// where the input has such columns.
func (r *record) expect(columns []schema.ColumnID) {
	has := func(id schema.ColumnID) bool { return slices.Contains(columns, id) }
	r.mustIdentify, r.mustBeTimed = slices.ContainsFunc(identityColumns, has), slices.ContainsFunc(timedColumns, has)
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
