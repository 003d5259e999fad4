package reader

import (
	"bytes"
	"slices"
	"strings"

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
		return matchPowershell(s.titles())
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
		if !s.has("CreatedDateTime") {
			return "no column CreatedDateTime"
		}
		return matchPowershell(s.header)
	},
	columns: fieldColumns(powershellFields, powershellTitles),
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
func matchPowershell(names []string) string {
	marks := 0
	for _, name := range names {
		switch name = foldTitle(name); name {
		case "timegenerated", "resulttype":
			return "a field " + name
		case "appid", "appdisplayname", "userprincipalname", "correlationid", "ipaddress", "isinteractive", "clientappused":
			marks++
		default:
			if name == "status" || strings.HasPrefix(name, "status.") {
				marks++
			}
		}
	}
	if marks < 2 {
		return "fewer than two fields of sign-ins, such as AppId, IPAddress or Status"
	}
	return ""
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
	f.jsonStrings, f.isPlaceholder = true, isTypeName
	f.root.fold(true)
	return f
}

// powershellTitles are titles that scripts give columns of nested values, and
// their paths.
var powershellTitles = map[string]string{
	"city": "location.city", "state": "location.state", "country": "location.countryorregion", "countryorregion": "location.countryorregion",
	"latitude": "location.geocoordinates.latitude", "longitude": "location.geocoordinates.longitude",
	"errorcode": "status.errorcode", "failurereason": "status.failurereason", "additionaldetails": "status.additionaldetails",
	"browser": "devicedetail.browser", "operatingsystem": "devicedetail.operatingsystem", "deviceid": "devicedetail.deviceid",
	"trusttype": "devicedetail.trusttype", "iscompliant": "devicedetail.iscompliant", "ismanaged": "devicedetail.ismanaged",
}

// typeNames begin the names of .NET types, which PowerShell writes in place of some
// values.
var typeNames = []string{"Microsoft.Graph.", "Microsoft.Open.", "System.Object", "System.String[", "System.Collections.", "System.Management."}

func isTypeName(text []byte) bool {
	return slices.ContainsFunc(typeNames, func(begin string) bool { return bytes.HasPrefix(text, []byte(begin)) }) &&
		!bytes.ContainsAny(text, " \r\n")
}
