package reader

import (
	"fmt"
	"strings"
	"sync"

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
	return f
}

// tableMarks are columns that sign-ins have and other logs mostly have not.
var tableMarks = []string{"AppDisplayName", "AppId", "ServicePrincipalName", "ServicePrincipalId", "UserPrincipalName", "UserDisplayName",
	"UserId", "IPAddress", "Identity", "ClientAppUsed", "ConditionalAccessStatus", "ResourceDisplayName", "ResourceIdentity", "Location", "LocationDetails", "IsInteractive"}

// signInTable reports whether a table of Log Analytics is one of sign-ins, also
// a copy of it.
func signInTable(name string) bool { return signInCategory(strings.TrimSuffix(name, "_CL")) }

// sharedTableFields are the fields for all lookups that change nothing in them.
var sharedTableFields = sync.OnceValue(tableFields)

// matchTable returns why columns are not those of a sign-in table, "" if they are.
func matchTable(s *shape) string {
	has, known, marks := foldedSet(s.titles()), 0, 0
	for _, title := range s.titles() {
		if sharedTableFields().means(foldTitle(title)) {
			known++
		}
	}
	for _, name := range tableMarks {
		if has[strings.ToLower(name)] {
			marks++
		}
	}
	switch {
	case isDefenders(s):
		return "columns of Defender, such as Timestamp and ErrorCode"
	case !has["timegenerated"] && !has["resulttype"] && !has["category"]:
		return "none of the columns TimeGenerated, ResultType, Category"
	case !has["timegenerated"] && !has["createddatetime"] && !has["type"]:
		return "no column TimeGenerated, CreatedDateTime or Type"
	case s.page != tablesPage && signInTable(s.text("Type")):
		return ""
	case !has["resulttype"] && !has["status"] && !has["status_dynamic"] && !has["status_string"] && marks < 2:
		return "neither ResultType nor columns of sign-ins"
	case marks == 0:
		return "no column of sign-ins, such as UserPrincipalName or AppDisplayName"
	case known*2 < len(s.titles()):
		return fmt.Sprintf("only %d of %d columns are of a sign-in table", known, len(s.titles()))
	}
	return ""
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
	case table == nil:
	case !signInTable(string(table)):
		return "table " + string(table) + " is not one of sign-ins"
	default:
		category.SetBytes(r.row.index, table)
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
