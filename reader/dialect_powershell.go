package reader

import (
	"bytes"
	"cmp"

	"signins/schema"
)

// powershellJSON is Graph's signIn objects as PowerShell writes them as JSON: names
// with capitals, dates as .NET writes them, and members unknown to the module in
// AdditionalProperties.
var powershellJSON = dialect{
	name: "powershell-json",
	match: func(s *shape) string {
		if !s.key("CreatedDateTime") {
			return "no field CreatedDateTime"
		}
		return matchPowershell(s)
	},
	fields: powershellFields,
	pages:  []string{"value"},
	finish: finishGraph,
}

// powershellCSV is the same as Export-Csv writes it, or a script that has columns of
// their own for nested values, such as Status.ErrorCode.
var powershellCSV = dialect{
	name: "powershell-csv",
	match: func(s *shape) string {
		if !s.has("CreatedDateTime") && !s.has("created_date_time") { // Steampipe's
			return "no column CreatedDateTime"
		}
		return matchPowershell(s)
	},
	columns: fieldColumns(powershellFields),
	finish:  finishPowershellCSV,
}

// finishPowershellCSV finds names that lost their letters outside ASCII.
func finishPowershellCSV(r *record) (whyNot string) {
	if bytes.IndexByte(r.row.batch.Columns[schema.UserDisplayName].Value(r.row.index), '?') >= 0 {
		r.row.issue(schema.LostLetters)
	}
	return finishGraph(r)
}

// matchPowershell returns why names are not those of sign-ins, "" if they are.
func matchPowershell(s *shape) string {
	for _, name := range []string{"TimeGenerated", "ResultType"} {
		if s.names(name) {
			return "a field " + name
		}
	}
	return cmp.Or(s.whyUnproven(), s.whyCounted())
}

func powershellFields() *fieldTree {
	f := newFieldTree(func(c *schema.Column) string {
		switch {
		case c.Graph == "", c.Name == schema.Columns[schema.TenantID].Name:
			return "" // a TenantId here may be the workspace
		case c.Name == schema.Columns[schema.RiskEventTypes].Name:
			return "riskEventTypes_v2|riskEventTypesV2|riskEventTypes|additionalProperties.riskEventTypes_v2"
		}
		return c.Graph + "|additionalProperties." + c.Graph
	}, "status.additionalProperties", "location.additionalProperties", "location.geoCoordinates.additionalProperties",
		"deviceDetail.additionalProperties", "mfaDetail.additionalProperties", "managedServiceIdentity.additionalProperties",
		"agent.additionalProperties", "tokenProtectionStatusDetails.additionalProperties", "authenticationAppDeviceDetails.additionalProperties",
		"additionalProperties.@odata.context", "additionalProperties.@odata.type", "additionalProperties.@odata.etag",
		"@odata.type", "PSComputerName", "RunspaceId", "PSShowComputerName")
	f.isPlaceholder = isTypeName
	return f
}
