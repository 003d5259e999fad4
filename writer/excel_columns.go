package writer

import (
	"strings"

	"signins/schema"
)

// isoTitle heads the last column of a sign-in sheet: the event time as text.
const isoTitle = "Date (UTC, ISO 8601)"

// codeColumns are the columns whose numbers name something. They are text in a
// workbook: nobody adds them up, and Excel must not group or round them.
var codeColumns = map[schema.ColumnID]bool{
	schema.ErrorCode:                              true,
	schema.AutonomousSystemNumber:                 true,
	schema.RNGCStatus:                             true,
	schema.TokenProtectionSignInSessionStatusCode: true,
}

// Widths of the sign-in sheets in characters: by column, else by the end of the
// name, else by kind.
var (
	columnWidths = map[schema.ColumnID]float64{
		schema.SignInCategory:            20,
		schema.UserPrincipalName:         28,
		schema.UserDisplayName:           20,
		schema.ServicePrincipalName:      20,
		schema.AppDisplayName:            24,
		schema.ResourceDisplayName:       24,
		schema.IPAddress:                 16,
		schema.LocationCity:              14,
		schema.LocationCountry:           9,
		schema.AccessVerdict:             13,
		schema.SignInStatus:              12,
		schema.ErrorCode:                 12,
		schema.ErrorName:                 25,
		schema.ErrorMeaning:              36,
		schema.FailureReason:             36,
		schema.ConditionalAccessStatus:   13,
		schema.AuthenticationRequirement: 25,
		schema.IsPassthrough:             12,
		schema.UserAgent:                 40,
		schema.SourceFile:                40,
		schema.ResultDescription:         40,
		schema.AdditionalDetails:         40,
	}
	kindWidths = map[schema.Kind]float64{
		schema.Text:     20,
		schema.Bool:     12,
		schema.Int32:    13,
		schema.Int64:    13,
		schema.Float64:  13,
		schema.Time:     22,
		schema.TextList: 30,
		schema.JSON:     40,
		schema.Bytes:    40,
	}
)

const (
	uuidWidth = 36
	isoWidth  = 32
)

func columnWidth(id schema.ColumnID) float64 {
	column := schema.Columns[id]
	if width, ok := columnWidths[id]; ok {
		return width
	}
	if column.Kind == schema.Text && (column.Name == "id" || strings.HasSuffix(column.Name, "_id")) {
		return uuidWidth
	}
	return kindWidths[column.Kind]
}

// signInColumns are the columns of a sign-in sheet. All but the overview are
// folded away: nobody can read 140 columns at once.
func signInColumns() []columnLook {
	looks := make([]columnLook, 0, schema.NumColumns+1)
	for id := range schema.NumColumns {
		folded := schema.Columns[id].Group != schema.Overview
		looks = append(looks, columnLook{columnWidth(id), folded})
	}
	return append(looks, columnLook{isoWidth, true})
}
