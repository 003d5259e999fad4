package excel

import (
	"slices"
	"strings"
	"time"

	"signins/schema"
)

// Columns of Sign-ins that are no columns of the schema.
const (
	isoColumn      = schema.NumColumns + iota // the event time as text
	ingestedColumn                            // the time of ingestion as text
	localColumn                               // the event time in the zone asked for
	localISOColumn                            // the same as text
	policyColumn                              // the policies in a line
	stepColumn                                // the authentication steps in a line
	numSheetColumns
)

const isoTitle = "Date (UTC, ISO 8601)"

// A columnGroup is a group of columns of Sign-ins: those that are shown, and those
// that are folded, to which all others of the schema's group are added.
type columnGroup struct {
	title         string
	group         schema.Group
	shown, folded []schema.ColumnID
}

// columnGroups are the groups in the order of the sheet. The first one does not
// scroll; the others share the columns of the schema's overview.
var columnGroups = []columnGroup{
	{"Sign-in", schema.Overview, []schema.ColumnID{schema.CreatedAt, localColumn, schema.UserPrincipalName}, nil},
	{"When", schema.When, nil, []schema.ColumnID{schema.SignInCount}},
	{"Who", schema.Who, []schema.ColumnID{schema.SignInCategory, schema.ServicePrincipalName}, []schema.ColumnID{schema.UserDisplayName}},
	{"What", schema.What, []schema.ColumnID{schema.AppDisplayName, schema.ResourceDisplayName}, nil},
	{"From where", schema.FromWhere, []schema.ColumnID{schema.IPAddress, schema.LocationCountry, schema.LocationCity}, nil},
	{"Outcome", schema.Outcome, []schema.ColumnID{schema.AccessVerdict, schema.ErrorCode, schema.ErrorMeaning},
		[]schema.ColumnID{schema.SignInStatus, schema.ErrorName, schema.FailureReason}},
	{"Conditional Access", schema.ConditionalAccess, []schema.ColumnID{schema.ConditionalAccessStatus, policyColumn}, nil},
	{"Authentication", schema.Authentication, []schema.ColumnID{schema.AuthenticationRequirement, stepColumn}, nil},
	{"Device", schema.Device, []schema.ColumnID{schema.DeviceOperatingSystem}, nil},
	{"Token", schema.Token, []schema.ColumnID{schema.IncomingTokenType}, nil},
	{"Tenant", schema.Tenant, []schema.ColumnID{schema.CrossTenantAccessType}, []schema.ColumnID{schema.IsPassthrough}},
	{"Provenance", schema.Provenance, []schema.ColumnID{schema.ID}, []schema.ColumnID{isoColumn, localISOColumn, ingestedColumn}},
}

// A sheetColumn is a column of Sign-ins.
type sheetColumn struct {
	id    schema.ColumnID
	group int // in columnGroups
	shown bool
}

// sheetColumns returns the columns in the order of the sheet: every column of the
// schema once, and those that the sheet adds; local is whether local time is among
// them.
func sheetColumns(local bool) []sheetColumn {
	placed := map[schema.ColumnID]bool{}
	for _, g := range columnGroups {
		for _, id := range slices.Concat(g.shown, g.folded) {
			placed[id] = true
		}
	}
	var columns []sheetColumn
	for i, g := range columnGroups {
		for _, id := range slices.Concat(g.shown, g.folded) {
			if local || id != localColumn && id != localISOColumn {
				columns = append(columns, sheetColumn{id, i, slices.Contains(g.shown, id)})
			}
		}
		for id := range schema.NumColumns {
			if schema.Columns[id].Group == g.group && !placed[id] {
				columns = append(columns, sheetColumn{id, i, false})
			}
		}
	}
	return columns
}

// codeColumns are the columns whose numbers are names. They are text in a workbook:
// nobody adds them up, and Excel must not group or round them.
var codeColumns = map[schema.ColumnID]bool{
	schema.ErrorCode:                              true,
	schema.AutonomousSystemNumber:                 true,
	schema.RNGCStatus:                             true,
	schema.TokenProtectionSignInSessionStatusCode: true,
}

// Widths of columns in characters: by column, else by the end of the name, else by
// kind.
var (
	columnWidths = map[schema.ColumnID]float64{
		schema.SignInCount:               10,
		schema.SignInCategory:            19,
		schema.UserPrincipalName:         28,
		schema.ServicePrincipalName:      20,
		schema.AppDisplayName:            25,
		schema.ResourceDisplayName:       25,
		schema.IPAddress:                 20,
		schema.LocationCity:              15,
		schema.LocationCountry:           10,
		schema.AccessVerdict:             14,
		schema.SignInStatus:              12,
		schema.ErrorCode:                 12,
		schema.ErrorName:                 28,
		schema.ErrorMeaning:              44,
		schema.ErrorRemediation:          44,
		schema.GatewayJA4:                38,
		schema.FailureReason:             36,
		schema.ConditionalAccessStatus:   13,
		schema.AuthenticationRequirement: 25,
		schema.DeviceOperatingSystem:     12,
		schema.IncomingTokenType:         17,
		schema.CrossTenantAccessType:     16,
		schema.IsPassthrough:             12,
		schema.UserAgent:                 40,
		schema.SourceFile:                40,
		schema.ResultDescription:         40,
		schema.AdditionalDetails:         40,
		isoColumn:                        30,
		ingestedColumn:                   30,
		localColumn:                      22,
		localISOColumn:                   32,
		policyColumn:                     40,
		stepColumn:                       44,
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

const uuidWidth = 37

func columnWidth(id schema.ColumnID) float64 {
	if width, ok := columnWidths[id]; ok {
		return width
	}
	column := schema.Columns[id]
	if column.Kind == schema.Text && (column.Name == "id" || strings.HasSuffix(column.Name, "_id")) {
		return uuidWidth
	}
	title := float64(len(column.Title))/2 + 3 // in two lines
	return max(kindWidths[column.Kind], title)
}

// columnKind returns the kind of a column; those that the sheet adds are Text.
func columnKind(id schema.ColumnID) schema.Kind {
	if id < schema.NumColumns {
		return schema.Columns[id].Kind
	}
	return schema.Text
}

// columnTitle returns the title of a column of Sign-ins; zone is that of local
// times.
func columnTitle(id schema.ColumnID, zone *time.Location) string {
	switch id {
	case isoColumn:
		return isoTitle
	case ingestedColumn:
		return "Ingested (UTC, ISO 8601)"
	case localColumn:
		return "Date (" + zone.String() + ")"
	case localISOColumn:
		return "Date (" + zone.String() + ", ISO 8601)"
	case policyColumn:
		return "Conditional Access in short"
	case stepColumn:
		return "Authentication in short"
	}
	return schema.Columns[id].Title
}

// columnLooks folds the columns that are not shown, and deeper those that are empty
// in the whole run, if it has any rows. Where all columns to be shown of a group are
// empty it shows the first one that has values and is no JSON: the button that
// unfolds the group is there.
func columnLooks(columns []sheetColumn, counts *[numSheetColumns]columnCount, rows int64) []columnLook {
	shown := map[int]bool{} // groups with a column that is shown
	for i, g := range columnGroups {
		shown[i] = len(g.shown) == 0
	}
	for _, c := range columns {
		shown[c.group] = shown[c.group] || c.shown && (counts[c.id].filled > 0 || rows == 0)
	}
	looks := make([]columnLook, len(columns))
	for i, c := range columns {
		looks[i].width = columnWidth(c.id)
		switch {
		case counts[c.id].filled == 0 && rows > 0:
			looks[i].fold = 2
		case !c.shown && (shown[c.group] || columnKind(c.id) == schema.JSON):
			looks[i].fold = 1
		default:
			shown[c.group] = true
		}
	}
	return looks
}
