package reader

import (
	"cmp"
	"slices"
	"strings"

	"signins/schema"
)

// logAnalyticsCSV is the result of a query over the sign-in tables of Log Analytics
// or Sentinel, exported as CSV. The query decides on columns and their order; cells
// hold nested values as JSON text.
var logAnalyticsCSV = dialect{
	name:     "log-analytics-csv",
	utcTimes: true,
	match:    matchTable,
	columns:  fieldColumns(tableFields),
	finish:   finishTable,
	category: tableCategory,
}

// logAnalyticsJSON is such a result as JSON: answers of the APIs, also of hunting in
// Defender XDR, and objects as command line tools print them.
var logAnalyticsJSON = dialect{
	name:     "log-analytics-json",
	utcTimes: true,
	match:    matchTable,
	fields:   tableFields,
	pages:    []string{"value", "results", "Results", tablesPage},
	finish:   finishTable,
	category: tableCategory,
}

// tableFields returns the fields of a row of the sign-in tables. A union of tables in
// which a column has different types has a column for each type instead.
func tableFields() *fieldTree {
	f := newFieldTree(func(c *schema.Column) string {
		var paths []string
		for path := range strings.SplitSeq(c.Table, "|") {
			paths = append(paths, path)
			root, _, nested := strings.Cut(path, ".")
			if path != "" && (nested || c.Kind == schema.JSON) {
				tail := strings.TrimPrefix(path, root)
				paths = append(paths, root+"_dynamic"+tail, root+"_string"+tail)
			}
		}
		return strings.Join(paths, "|")
	}, "AppliedConditionalAccessPolicies", "ConditionalAccessPoliciesV2", "Requirement", "Resource", "ResourceGroup", "ResourceId",
		"ResourceProvider", "RiskLevel", "SourceSystem", "_BilledSize", "_IsBillable", "_ItemId", "_ResourceId",
		"_SubscriptionId", "_TimeReceived", "_WorkspaceId", "MG", "PartitionKey", "RowKey", "TableName", "$table", "@odata.type")
	f.needText("Type")
	envelope := f.member("time") // in flat copies of diagnostic records
	envelope.column, envelope.late = schema.IngestedAt, true
	return f
}

// signInTable reports whether a table of Log Analytics is one of sign-ins, also
// a copy of it.
func signInTable(name string) bool { return signInCategory(strings.TrimSuffix(name, "_CL")) }

// isCustomTable reports whether a table is one of a custom log under a name of its own,
// which its columns decide.
func isCustomTable(name string) bool {
	base, custom := strings.CutSuffix(name, "_CL")
	return custom && !signInTable(name) && !slices.ContainsFunc(otherLogs, func(log otherLog) bool {
		return slices.Contains(log.tables, strings.ToLower(base))
	})
}

// matchTable returns why columns are not those of a sign-in table, "" if they are.
func matchTable(s *shape) string {
	other := s.names("Timestamp") || s.page != tablesPage && (s.names("CreatedDateTime") || slices.ContainsFunc(s.titles(), isOtherTitle))
	switch table := s.text("Type"); {
	case other && !slices.ContainsFunc([]string{"TimeGenerated", "ResultType", "Category", "Type"}, s.names):
		return "none of the columns TimeGenerated, ResultType, Category, Type"
	case s.names("time") && s.names("properties") && !s.names("TimeGenerated"):
		return "an envelope of diagnostic settings"
	case table != "" && !signInTable(table) && !isCustomTable(table):
		return "table " + table
	}
	if isDefenders(s) {
		return "columns of Defender, such as Timestamp and ErrorCode"
	}
	return cmp.Or(s.whyUnproven(), s.whySummary())
}

// isOtherTitle reports whether a name is written as those of Graph or of scripts.
func isOtherTitle(name string) bool {
	return name != "" && name[0] >= 'a' && name[0] <= 'z' || strings.Contains(name, ".")
}

// finishTable completes a row of a sign-in table.
func finishTable(r *record) (whyNot string) {
	if whyNot := r.whyNotSignIn("TimeGenerated", "CreatedDateTime", "ResultType", "Category"); whyNot != "" {
		return whyNot
	}
	b := r.row.batch
	category, table := &b.Columns[schema.SourceCategory], r.textOf("Type")
	switch {
	case category.Set(r.row.index) && !signInCategory(string(category.Value(r.row.index))):
		return "category " + string(category.Value(r.row.index)) + " is not one of sign-ins"
	case category.Set(r.row.index):
	case table == nil, isCustomTable(string(table)):
	case !signInTable(string(table)):
		return "table " + string(table) + " is not one of sign-ins"
	default:
		category.SetBytes(r.row.index, table)
	}
	if whyNot := r.whyBadCount(); whyNot != "" {
		return whyNot
	}
	// In a union the rows of tables without the column have an empty cell.
	access := &b.Columns[schema.CrossTenantAccessType]
	if access.Code(r.row.index) == schema.Null && principalLog(string(category.Value(r.row.index))) {
		access.SetCode(r.row.index, schema.Absent)
	}
	return ""
}

// principalLog reports whether a category or table is one of applications.
func principalLog(name string) bool {
	name = strings.ToLower(name)
	return strings.Contains(name, "serviceprincipal") || strings.Contains(name, "managedidentity")
}

// tableCategory returns the category of a table with those columns, "" for unknown:
// each of the two user tables has some columns of its own.
func tableCategory(titles []string) string {
	has := foldedSet(titles)
	interactive := has["flaggedforreview"] || has["signinidentifier"]
	switch nonInteractive := has["processingtimeinms"] || has["signineventtypes"]; {
	case interactive == nonInteractive:
		return ""
	case interactive:
		return schema.InteractiveUser
	}
	return schema.NonInteractiveUser
}
