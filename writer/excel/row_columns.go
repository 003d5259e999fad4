package excel

import (
	"cmp"
	"slices"
	"strings"
	"time"

	"signins/schema"
)

// Columns of Sign-ins that are no columns of the schema.
const (
	isoColumn        = schema.NumColumns + iota // the event time as text
	ingestedColumn                              // the time of ingestion as text
	localColumn                                 // the event time in the zone asked for
	localISOColumn                              // the same as text
	policyColumn                                // the policies in a line
	stepColumn                                  // the authentication steps in a line
	findingColumn                               // the findings that the row belongs to
	firstLabelColumn                            // that of Options.Labels, in their order
	numSheetColumns  = firstLabelColumn + maxLabelColumns
)

const maxLabelColumns = 4

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
	{"What", schema.What, []schema.ColumnID{schema.AppDisplayName, schema.ResourceDisplayName, schema.ClientAppUsed, schema.AuthenticationProtocol}, nil},
	{"From where", schema.FromWhere, []schema.ColumnID{schema.IPAddress, schema.LocationCountry}, []schema.ColumnID{schema.LocationCity}},
	{"Outcome", schema.Outcome, []schema.ColumnID{schema.AccessVerdict, schema.ErrorCode, schema.ErrorMeaning, findingColumn, schema.RiskLevelDuringSignIn, schema.RiskState},
		[]schema.ColumnID{schema.SignInStatus, schema.ErrorName, schema.FailureReason}},
	{"Conditional Access", schema.ConditionalAccess, []schema.ColumnID{schema.ConditionalAccessStatus, policyColumn}, nil},
	{"Authentication", schema.Authentication, []schema.ColumnID{schema.AuthenticationRequirement, stepColumn}, nil},
	{"Device", schema.Device, nil, []schema.ColumnID{schema.DeviceOperatingSystem}},
	{"Token", schema.Token, []schema.ColumnID{schema.SessionID}, []schema.ColumnID{schema.IncomingTokenType}},
	{"Tenant", schema.Tenant, nil, []schema.ColumnID{schema.CrossTenantAccessType, schema.IsPassthrough}},
	{"Provenance", schema.Provenance, nil, []schema.ColumnID{schema.ID, isoColumn, localISOColumn, ingestedColumn}},
}

// addedColumns describe the columns that are none of the schema, by their number
// behind those; zone is that of local times.
func addedColumns(zone *time.Location) []schema.Column {
	return []schema.Column{
		{Title: TimeTitle, Kind: schema.Text, Doc: "The event time in full precision, as text."},
		{Title: "Ingested (UTC, ISO 8601)", Kind: schema.Text, Doc: "When the record was received by the log pipeline, in full precision, as text."},
		{Title: "Date (" + zone.String() + ")", Kind: schema.Time, Doc: "The event time by the clocks of that zone (time zone database " + zoneRelease +
			"). Where clocks are set back an hour occurs twice; the column in ISO 8601 has the offset."},
		{Title: "Date (" + zone.String() + ", ISO 8601)", Kind: schema.Text, Doc: "The event time by the clocks of that zone, with its offset from UTC."},
		{Title: "Conditional Access in short", Kind: schema.Text, Doc: "The applied Conditional Access policies by result; those that did not apply are counted. Each has a row on the sheet Conditional access."},
		{Title: "Authentication in short", Kind: schema.Text, Doc: "The authentication steps in their order. Each has a row on the sheet Authentication steps."},
		{Title: "Findings", Kind: schema.Text, Doc: "The findings that the row belongs to, by their numbers: a filter for texts that contain F0001 shows the rows of that one."},
	}
}

// A sheetColumn is a column of Sign-ins.
type sheetColumn struct {
	schema.Column
	id    schema.ColumnID
	group int // in columnGroups
	shown bool
}

// sheetColumns returns the columns in the order of the sheet: every column of the
// schema once, and those that the sheet adds. Without a zone it has no local times.
// Labels follow what is shown of their group.
func sheetColumns(zone *time.Location, labels []schema.LabelColumn) (columns []sheetColumn) {
	described := slices.Concat(schema.Columns[:], addedColumns(zone))
	for _, label := range labels {
		described = append(described, schema.Column{Title: label.Title, Kind: schema.Text, Doc: label.Doc})
	}
	var placed []schema.ColumnID
	for _, g := range columnGroups {
		placed = slices.Concat(placed, g.shown, g.folded)
	}
	for i, g := range columnGroups {
		shown := slices.Clone(g.shown)
		for n, label := range labels {
			if label.Group == g.group {
				shown = append(shown, firstLabelColumn+schema.ColumnID(n))
			}
		}
		ids := slices.Concat(shown, g.folded)
		for id := range schema.NumColumns {
			if schema.Columns[id].Group == g.group && !slices.Contains(placed, id) {
				ids = append(ids, id)
			}
		}
		for _, id := range ids {
			if zone != nil || id != localColumn && id != localISOColumn {
				columns = append(columns, sheetColumn{described[id], id, i, slices.Contains(shown, id)})
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
		schema.ClientAppUsed:             28,
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
		policyColumn:                     46,
		stepColumn:                       50,
		findingColumn:                    30,
	}
	kindWidths = map[schema.Kind]float64{
		schema.Text:     20,
		schema.Bool:     12,
		schema.Time:     22,
		schema.TextList: 30,
		schema.JSON:     40,
		schema.Bytes:    40,
	}
)

const (
	uuidWidth        = 37
	labelColumnWidth = 28
	numberWidth      = 13
)

func columnWidth(id schema.ColumnID) float64 {
	if width, ok := columnWidths[id]; ok {
		return width
	}
	if id >= firstLabelColumn {
		return labelColumnWidth
	}
	column := schema.Columns[id]
	if column.Kind == schema.Text && (column.Name == "id" || strings.HasSuffix(column.Name, "_id")) {
		return uuidWidth
	}
	title := float64(len(column.Title))/2 + 3 // in two lines
	return max(cmp.Or(kindWidths[column.Kind], numberWidth), title)
}

// foldColumns folds the columns that are not shown, and deeper those that are empty
// in the whole run, if it has any rows. Where all columns to be shown of a group are
// empty it shows the first one that has values and is no JSON: the button that
// unfolds the group is there.
func foldColumns(looks []columnLook, columns []sheetColumn, counts *[numSheetColumns]columnCount, rows int64) {
	shown := map[int]bool{} // groups with a column that is shown
	for i, g := range columnGroups {
		shown[i] = len(g.shown) == 0
	}
	for _, c := range columns {
		shown[c.group] = shown[c.group] || c.shown && (counts[c.id].filled > 0 || rows == 0)
	}
	for i, c := range columns {
		switch {
		case counts[c.id].filled == 0 && rows > 0:
			looks[i].fold = 2
		case !c.shown && (shown[c.group] || c.Kind == schema.JSON):
			looks[i].fold = 1
		default:
			shown[c.group] = true
		}
	}
}
