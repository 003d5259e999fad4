package main

import (
	"bytes"
	"encoding/json"
	"strings"
	"time"
)

// The columns of results of queries over the sign-in tables of Log Analytics,
// in the order seen in 2026.
const (
	signinLogsColumns = `TimeGenerated IPAddress TenantId SourceSystem ResourceId OperationName OperationVersion Category ResultType
		ResultSignature ResultDescription DurationMs CorrelationId Resource ResourceGroup ResourceProvider Identity Level Location
		AlternateSignInName AppDisplayName AppId AuthenticationContextClassReferences AuthenticationDetails AppliedEventListeners
		AuthenticationMethodsUsed AuthenticationProcessingDetails AuthenticationRequirement AuthenticationRequirementPolicies
		ClientAppUsed ConditionalAccessPolicies ConditionalAccessStatus CreatedDateTime DeviceDetail IsInteractive Id IsRisky
		LocationDetails MfaDetail NetworkLocationDetails OriginalRequestId ProcessingTimeInMilliseconds RiskDetail RiskEventTypes
		RiskEventTypes_V2 RiskLevelAggregated RiskLevelDuringSignIn RiskState ResourceDisplayName ResourceIdentity
		ResourceServicePrincipalId ServicePrincipalId ServicePrincipalName Status TokenIssuerName TokenIssuerType UserAgent
		UserDisplayName UserId UserPrincipalName AADTenantId UserType FlaggedForReview IPAddressFromResourceProvider
		SignInIdentifier SignInIdentifierType ResourceTenantId HomeTenantId UniqueTokenIdentifier SessionId SessionLifetimePolicies
		AutonomousSystemNumber AuthenticationProtocol CrossTenantAccessType AuthenticationAppDeviceDetails
		AuthenticationAppPolicyEvaluationDetails ClientCredentialType FederatedCredentialId GlobalSecureAccessIpAddress HomeTenantName
		IncomingTokenType IsTenantRestricted IsThroughGlobalSecureAccess OriginalTransferMethod TokenProtectionStatusDetails
		AppOwnerTenantId ResourceOwnerTenantId Agent SourceAppClientId ConditionalAccessAudiences AuthenticatorAppLocation
		AppliedConditionalAccessPolicies RiskLevel Type`
	// A union has a column for each type of what differs between tables.
	unionColumns = `TimeGenerated IPAddress TenantId Category ResultType ResultDescription CorrelationId Identity Location AADTenantId
		AppDisplayName AppId AuthenticationDetails AuthenticationProcessingDetails AuthenticationRequirement ClientAppUsed
		ConditionalAccessPolicies_dynamic ConditionalAccessPolicies_string ConditionalAccessStatus CreatedDateTime
		CrossTenantAccessType DeviceDetail_dynamic DeviceDetail_string HomeTenantId Id IncomingTokenType IsInteractive
		LocationDetails_dynamic LocationDetails_string ProcessingTimeInMs ResourceDisplayName ResourceIdentity ResourceTenantId
		RiskEventTypes_V2 RiskState SessionId SignInEventTypes Status_dynamic Status_string UniqueTokenIdentifier UserDisplayName
		UserId UserPrincipalName UserType Type`
	principalColumns = `TimeGenerated AADTenantId AppId AppOwnerTenantId AuthenticationProcessingDetails Category ClientCredentialType
		ConditionalAccessAudiences ConditionalAccessStatus CorrelationId CreatedDateTime DurationMs Id Identity IPAddress Level
		Location LocationDetails OperationName OperationVersion ResourceDisplayName ResourceIdentity ResourceServicePrincipalId
		ResultDescription ResultSignature ResultType ServicePrincipalId ServicePrincipalName SourceSystem TenantId Type
		UniqueTokenIdentifier`
)

// tableNames are the names of the tables by kind.
var tableNames = map[kind]string{
	interactiveUser: "SigninLogs", nonInteractiveUser: "AADNonInteractiveUserSignInLogs",
	servicePrincipal: "AADServicePrincipalSignInLogs", managedIdentity: "AADManagedIdentitySignInLogs",
}

// inTables are the columns whose name is not that of Graph with a capital.
var inTables = map[string]string{
	"AADTenantId": "tenantId", "ResourceIdentity": "properties.resourceId", "LocationDetails": "properties.location",
	"Location": "location", "ConditionalAccessPolicies": "properties.appliedConditionalAccessPolicies", "IPAddress": "properties.ipAddress",
	"RiskEventTypes_V2": "properties.riskEventTypes_v2", "ProcessingTimeInMs": "properties.processingTimeInMilliseconds",
	"Level": "Level", "ResourceId": "resourceId", "IPAddressFromResourceProvider": "properties.ipAddressFromResourceProvider",
}

// tableValue is the value of an event in a column, nil where it has none.
func (e event) tableValue(column string) any {
	switch column {
	case "TimeGenerated":
		return e.at.Add(e.lag()).Truncate(time.Millisecond).Format("2006-01-02T15:04:05.999Z")
	case "CreatedDateTime":
		return e.at.Format(time.RFC3339)
	case "TenantId":
		return workspace
	case "AppliedConditionalAccessPolicies":
		return nil
	case "SourceSystem":
		return "Azure AD"
	case "Type":
		return tableNames[e.kind]
	case "SignInEventTypes":
		return texts(e.eventTypes())
	}
	if name, typed := strings.CutSuffix(column, "_string"); typed {
		return e.tableValue(name)
	}
	envelope, path := e.envelopeMembers(), inTables[column]
	if path == "" {
		path = strings.ToLower(column[:1]) + column[1:]
	} else if !strings.HasPrefix(path, "properties.") {
		return envelope.get(path)
	}
	if name, inside := strings.CutPrefix(path, "properties."); inside {
		return e.properties().get(name)
	}
	if v := envelope.get(path); v != nil {
		return v
	}
	return e.properties().get(path)
}

func (o object) get(name string) any {
	for _, m := range o {
		if m.name == name {
			return m.value
		}
	}
	return nil
}

// asText writes nested values as the JSON text that string columns hold.
func asText(v any) any {
	switch v.(type) {
	case object, list:
		return string(appendJSON(nil, v))
	}
	return v
}

// tableCSV is what the portal exports: dates as a browser of the United
// States shows them, in UTC.
func tableCSV(columns string) func([]event) []byte {
	return func(events []event) []byte {
		var b strings.Builder
		var headers []string
		for _, c := range strings.Fields(columns) {
			if c == "TimeGenerated" || c == "CreatedDateTime" {
				c += " [UTC]"
			}
			headers = append(headers, c)
		}
		writeRow(&b, headers, false)
		for _, e := range events {
			var cells []string
			for _, c := range strings.Fields(columns) {
				cells = append(cells, e.tableCell(c))
			}
			writeRow(&b, cells, false)
		}
		return []byte(b.String())
	}
}

func (e event) tableCell(column string) string {
	v := e.tableValue(column)
	switch column {
	case "TimeGenerated", "CreatedDateTime":
		at, err := time.Parse(time.RFC3339Nano, v.(string))
		if err != nil {
			panic(err)
		}
		return at.Format("1/2/2006, 3:04:05.000 PM")
	}
	if v == nil {
		return ""
	}
	text := string(appendJSON(nil, asText(v)))
	if text[0] == '"' {
		if err := json.Unmarshal([]byte(text), &text); err != nil {
			panic(err)
		}
	}
	return text
}

// tableObjects is what command line tools print: an object a line, nested
// values as strings.
func tableObjects(columns string) func([]event) []byte {
	return func(events []event) []byte {
		var b []byte
		for _, e := range events {
			var o object
			for _, c := range strings.Fields(columns) {
				o = append(o, member{c, asText(e.tableValue(c))})
			}
			b = append(appendJSON(b, o), '\n')
		}
		return b
	}
}

// tableRows is what the API answers: the columns, and the rows as lists.
func tableRows(columns string) func([]event) []byte {
	return func(events []event) []byte {
		var names, rows list
		for _, c := range strings.Fields(columns) {
			names = append(names, object{{"name", c}, {"type", "string"}})
		}
		for _, e := range events {
			row := list{}
			for _, c := range strings.Fields(columns) {
				row = append(row, asText(e.tableValue(c)))
			}
			rows = append(rows, row)
		}
		answer := object{{"tables", list{object{{"name", "PrimaryResult"}, {"columns", names}, {"rows", rows}}}}}
		return bytes.ReplaceAll(appendJSON(nil, answer), []byte("],["), []byte("],\n["))
	}
}
