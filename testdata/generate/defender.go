package main

import (
	"strconv"
	"strings"
	"time"
)

// defenderColumns are columns of EntraIdSignInEvents, with the numbers that
// Defender has for words.
var defenderColumns = []column{
	{"Timestamp", func(e event) string { return e.at.Format(time.RFC3339) }},
	{"Application", func(e event) string { return e.client.name }},
	{"ApplicationId", func(e event) string { return e.client.id }},
	{"LogonType", func(e event) string { return `["` + strings.Join(e.eventTypes(), `","`) + `"]` }},
	{"ErrorCode", func(e event) string { return strconv.Itoa(e.code.number) }},
	{"EndpointCall", event.endpointCall},
	{"CorrelationId", func(e event) string { return e.correlation }},
	{"SessionId", func(e event) string { return e.session }},
	{"AccountDisplayName", func(e event) string { return e.user.name }},
	{"AccountObjectId", func(e event) string { return e.user.id }},
	{"AccountUpn", func(e event) string { return e.user.upn }},
	{"IsExternalUser", func(e event) string { return [...]string{"0", "-1"}[e.n%2] }},
	{"IsGuestUser", func(e event) string { return title(strconv.FormatBool(e.userType() == "guest")) }},
	{"LastPasswordChangeTimestamp", func(e event) string { return e.passwordChange().Format(time.RFC3339) }},
	{"ResourceDisplayName", func(e event) string { return e.resource.name }},
	{"ResourceId", func(e event) string { return e.resource.id }},
	{"ResourceTenantId", func(e event) string { return e.resourceTenant }},
	{"DeviceName", func(e event) string { return e.device.name }},
	{"EntraIdDeviceId", func(e event) string { return e.device.id }},
	{"OSPlatform", func(e event) string { return e.device.system }},
	{"IsManaged", func(e event) string { return e.ifSeen(digit(e.device.managed)) }},
	{"IsCompliant", func(e event) string { return e.ifSeen(digit(e.device.compliant)) }},
	{"AuthenticationRequirement", event.requirement},
	{"TokenIssuerType", func(event) string { return "0" }},
	{"RiskLevelAggregated", func(e event) string {
		return map[string]string{"low": "10", "medium": "50", "high": "100"}[e.riskLevel()]
	}},
	{"UserAgent", func(e event) string { return e.device.agent }},
	{"ConditionalAccessStatus", func(e event) string {
		return map[string]string{"success": "0", "failure": "1", "notApplied": "2"}[e.conditionalAccess()]
	}},
	{"IPAddress", func(e event) string { return e.address }},
	{"Country", func(e event) string { return e.place.country }},
	{"City", func(e event) string { return e.place.city }},
	{"RequestId", func(e event) string { return e.id }},
	{"ReportId", func(e event) string { return e.id + "-" + strconv.Itoa(e.n) }},
	{"GatewayJA4", event.fingerprint},
	{"TenantId", func(event) string { return contoso }},
	{"Type", func(event) string { return "EntraIdSignInEvents" }},
	{"TimeGenerated", func(e event) string { return e.at.Add(time.Minute).Format(time.RFC3339) }},
}

// endpointCall is the request that the user's client made.
func (e event) endpointCall() string { return [...]string{"OAuth2:Token", "OAuth2:Authorize"}[e.n%2] }

// passwordChange is when the user last changed the password.
func (e event) passwordChange() time.Time {
	return e.at.Truncate(time.Hour).AddDate(0, 0, -1-len(e.user.upn))
}

// fingerprint is the fingerprint of the client's TLS hello: one for each user agent.
func (e event) fingerprint() string {
	hash := strings.ReplaceAll(idOf(e.device.agent), "-", "")
	return "t13d1516h2_" + hash[:12] + "_" + hash[12:24]
}

// confidential is whether the application can keep a secret.
func (e event) confidential() string { return strconv.FormatBool(e.kind != managedIdentity) }

// external is whether the user is, "" where that is not set.
func (e event) external() string { return [...]string{"false", ""}[e.n%2] }

// defenderPrincipalColumns are those of EntraIdSpnSignInEvents.
var defenderPrincipalColumns = []column{
	{"Timestamp", func(e event) string { return e.at.Format(time.RFC3339) }},
	{"Application", func(e event) string { return e.client.name }},
	{"ApplicationId", func(e event) string { return e.client.id }},
	{"IsManagedIdentity", func(e event) string { return strconv.FormatBool(e.kind == managedIdentity) }},
	{"ErrorCode", func(e event) string { return strconv.Itoa(e.code.number) }},
	{"CorrelationId", func(e event) string { return e.correlation }},
	{"ServicePrincipalName", func(e event) string { return e.actor.name }},
	{"ServicePrincipalId", func(e event) string { return e.actor.objectID }},
	{"ResourceDisplayName", func(e event) string { return e.resource.name }},
	{"ResourceId", func(e event) string { return e.resource.id }},
	{"ResourceTenantId", func(e event) string { return e.resourceTenant }},
	{"IPAddress", func(e event) string { return e.address }},
	{"Country", func(e event) string { return e.place.country }},
	{"RequestId", func(e event) string { return e.id }},
	{"ReportId", func(e event) string { return e.id + "-" + strconv.Itoa(e.n) }},
	{"IsConfidentialClient", event.confidential},
	{"GatewayJA4", event.fingerprint},
	{"TenantId", func(event) string { return contoso }},
	{"Type", func(event) string { return "EntraIdSpnSignInEvents" }},
	{"TimeGenerated", func(e event) string { return e.at.Add(time.Minute).Format(time.RFC3339) }},
}

func digit(b bool) string {
	if b {
		return "1"
	}
	return "0"
}
