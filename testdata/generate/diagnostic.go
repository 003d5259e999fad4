package main

import (
	"bytes"
	"slices"
	"strconv"
	"time"
)

// The diagnostic settings write times with up to seven fraction digits and an
// offset; the envelope's time has seven and a Z.
const (
	createdLayout  = "2006-01-02T15:04:05.9999999+00:00"
	envelopeLayout = "2006-01-02T15:04:05.0000000Z"
)

// diagnosticLines is a blob of the diagnostic settings: a record a line, line
// ends CRLF, none after the last.
func diagnosticLines(events []event) []byte {
	var lines [][]byte
	for _, e := range events {
		lines = append(lines, envelope(e))
	}
	return bytes.Join(lines, []byte("\r\n"))
}

// envelope sets spaces between its own members, as the service does.
func envelope(e event) []byte {
	b := []byte("{ ")
	for i, m := range e.envelopeMembers() {
		if i > 0 {
			b = append(b, ", "...)
		}
		b = append(appendText(b, m.name), ": "...)
		b = appendJSON(b, m.value)
	}
	return append(b, '}')
}

func (e event) envelopeMembers() object {
	o := object{
		{"time", e.at.Add(e.lag()).Format(envelopeLayout)},
		{"resourceId", "/tenants/" + contoso + "/providers/Microsoft.aadiam"},
		{"operationName", "Sign-in activity"},
		{"operationVersion", "1.0"},
		{"category", e.kind.logCategory()},
		{"tenantId", contoso},
		{"resultType", strconv.Itoa(e.code.number)},
	}
	if e.code.number == 0 {
		o = append(o, member{"resultSignature", "SUCCESS"})
	} else {
		o = append(o, member{"resultSignature", "FAILURE"}, member{"resultDescription", e.code.reason})
	}
	o = append(o, member{"durationMs", 0})
	if e.kind != managedIdentity {
		o = append(o, member{"callerIpAddress", e.address})
	}
	o = append(o, member{"correlationId", e.correlation})
	if e.kind.isUser() {
		o = append(o, member{"identity", e.user.name})
	}
	o = append(o, member{"Level", 4})
	if e.place.country != "" {
		o = append(o, member{"location", e.place.country})
	}
	return append(o, member{"properties", e.properties()})
}

// lag is the way from the event to the log: half a minute to an hour.
func (e event) lag() time.Duration {
	return 34*time.Second + time.Duration(e.latency*37)*100*time.Millisecond + time.Duration(e.n)*12345700
}

func (e event) properties() object {
	o := e.clientProperties()
	if e.kind.isUser() {
		o = e.userProperties()
	}
	if e.every(47, 11) {
		o = append(o, preview)
	}
	if e.every(31, 17) {
		slices.Reverse(o)
	}
	return o
}

// userProperties follow the members seen in SignInLogs and
// NonInteractiveUserSignInLogs.
func (e event) userProperties() object {
	o := object{
		{"id", e.id},
		{"createdDateTime", e.at.Format(createdLayout)},
		{"userDisplayName", e.user.name},
		{"userPrincipalName", e.user.upn},
		{"userId", e.user.id},
		{"appId", e.client.id},
		{"appDisplayName", e.client.name},
		{"ipAddress", e.address},
		{"status", e.diagnosticStatus()},
		{"clientAppUsed", e.device.clientApp},
	}
	if e.device.agent != "" {
		o = append(o, member{"userAgent", e.device.agent})
	}
	o = append(o,
		member{"deviceDetail", e.diagnosticDevice()},
		member{"location", e.place.diagnostic()},
		member{"correlationId", e.correlation},
		member{"conditionalAccessStatus", e.conditionalAccess()},
		member{"appliedConditionalAccessPolicies", e.policyList(conditionMask)},
		member{"authenticationContextClassReferences", e.contexts()},
		member{"originalRequestId", e.id},
		member{"isInteractive", e.interactive()},
		member{"tokenIssuerName", ""},
		member{"tokenIssuerType", "AzureAD"},
		member{"authenticationProcessingDetails", e.processing()},
		member{"networkLocationDetails", e.networks("trustedNamedLocation")},
		member{"clientCredentialType", e.credential()},
		member{"processingTimeInMilliseconds", e.latency},
	)
	return slices.Concat(o, e.diagnosticRisk(e.riskLevel()), e.userTarget(), e.userTokens())
}

func (e event) userTarget() object {
	o := object{
		{"riskEventTypes", texts(e.riskEvents())},
		{"riskEventTypes_v2", texts(e.riskEvents())},
		{"resourceDisplayName", e.resource.name},
		{"resourceId", e.resource.id},
		{"resourceTenantId", e.resourceTenant},
		{"homeTenantId", e.homeTenant},
		{"tenantId", contoso},
		{"authenticationDetails", e.numberedSteps()},
		{"authenticationRequirementPolicies", e.requirementPolicies()},
		{"sessionLifetimePolicies", e.lifetimes()},
		{"authenticationRequirement", e.requirement()},
	}
	if typed := e.identifier(); typed != "" {
		o = append(o, member{"alternateSignInName", typed}, member{"signInIdentifier", typed})
	}
	return o
}

func (e event) userTokens() object {
	userType := map[string]string{"member": "Member", "guest": "Guest"}[e.userType()]
	return object{
		{"servicePrincipalId", [...]string{"", e.client.objectID}[e.n%2]},
		{"userType", userType},
		{"flaggedForReview", e.flagged()},
		{"isTenantRestricted", e.restricted()},
		{"autonomousSystemNumber", e.place.network},
		{"crossTenantAccessType", e.access},
		{"privateLinkDetails", object{}},
		{"ssoExtensionVersion", ""},
		{"uniqueTokenIdentifier", tokenID(e.id)},
		{"authenticationStrengths", list{}},
		{"incomingTokenType", e.tokenType()},
		{"authenticationProtocol", e.protocol()},
		{"appServicePrincipalId", nil},
		{"resourceServicePrincipalId", e.resource.objectID},
		{"rngcStatus", 0},
		{"signInTokenProtectionStatus", "none"},
		{"tokenProtectionStatusDetails", e.tokenProtection()},
		{"originalTransferMethod", e.transferMethod()},
		{"isThroughGlobalSecureAccess", e.secureAccess() != ""},
		{"conditionalAccessAudiences", list{object{{"applicationId", e.resource.id}, {"audienceReasons", "none"}}}},
		{"sessionId", e.session},
		{"appOwnerTenantId", e.client.owner},
		{"resourceOwnerTenantId", e.resource.owner},
	}
}

// clientProperties follow the members seen in ServicePrincipalSignInLogs and
// ManagedIdentitySignInLogs; the latter have a few more.
func (e event) clientProperties() object {
	o := object{
		{"id", e.id},
		{"createdDateTime", e.at.Format(createdLayout)},
		{"userId", nil},
		{"appId", e.client.id},
		{"ipAddress", e.address},
		{"status", e.diagnosticStatus()},
		{"location", e.clientLocation()},
		{"correlationId", e.correlation},
	}
	if e.kind == managedIdentity {
		o = append(o, member{"conditionalAccessStatus", "notApplied"}, member{"appliedConditionalAccessPolicies", list{}})
	}
	o = append(o,
		member{"isInteractive", false},
		member{"tokenIssuerType", "AzureAD"},
		member{"authenticationProcessingDetails", e.processing()},
		member{"clientCredentialType", e.credential()},
		member{"processingTimeInMilliseconds", e.latency},
	)
	return slices.Concat(o, e.diagnosticRisk("low"), e.clientTarget(), e.clientTokens())
}

func (e event) clientTarget() object {
	o := object{
		{"resourceDisplayName", e.resource.name},
		{"resourceId", e.resource.id},
		{"servicePrincipalName", e.actor.name},
		{"servicePrincipalId", e.actor.objectID},
	}
	if e.kind == managedIdentity {
		o = append(o, member{"federatedCredentialId", ""})
	}
	return append(o, member{"flaggedForReview", false}, member{"isTenantRestricted", false}, member{"crossTenantAccessType", e.access})
}

func (e event) clientTokens() object {
	o := object{
		{"uniqueTokenIdentifier", tokenID(e.id)},
		{"incomingTokenType", "none"},
		{"authenticationProtocol", "none"},
		{"appServicePrincipalId", nil},
		{"resourceServicePrincipalId", e.resource.objectID},
		{"signInTokenProtectionStatus", "none"},
		{"originalTransferMethod", "none"},
		{"isThroughGlobalSecureAccess", false},
	}
	if e.kind == managedIdentity {
		o = append(o, member{"conditionalAccessAudiences", list{}})
	}
	return o
}

func (e event) diagnosticRisk(level string) object {
	return object{
		{"riskDetail", e.riskDetail()},
		{"riskLevelAggregated", level},
		{"riskLevelDuringSignIn", level},
		{"riskState", e.riskState()},
	}
}

// diagnosticStatus has no "Other.": on success the code stands alone.
func (e event) diagnosticStatus() object {
	o := object{{"errorCode", e.code.number}}
	if e.code.number != 0 && e.code.reason != "" && e.kind.isUser() {
		o = append(o, member{"failureReason", e.code.reason})
	}
	if e.detail() != "" {
		o = append(o, member{"additionalDetails", e.detail()})
	}
	return o
}

// diagnosticDevice leaves out what is unknown, but the device id.
func (e event) diagnosticDevice() object {
	o := object{{"deviceId", e.device.id}}
	if e.device.seen {
		o = append(o, member{"displayName", e.device.name})
	}
	if e.device.system != "" {
		o = append(o, member{"operatingSystem", e.device.system})
	}
	if e.device.browser != "" {
		o = append(o, member{"browser", e.device.browser})
	}
	if e.device.seen {
		o = append(o, member{"isCompliant", e.device.compliant}, member{"isManaged", e.device.managed}, member{"trustType", e.device.trust})
	}
	return o
}

// diagnostic leaves out the parts that are unknown.
func (p place) diagnostic() object {
	if p.country == "" {
		return object{{"geoCoordinates", object{}}}
	}
	return p.withCoordinates(number(p.latitude), number(p.longitude))
}

func (p place) withCoordinates(latitude, longitude number) object {
	return object{
		{"city", p.city},
		{"state", p.state},
		{"countryOrRegion", p.country},
		{"geoCoordinates", object{{"latitude", latitude}, {"longitude", longitude}}},
	}
}

// clientLocation is at 0.0, 0.0 if nothing is known.
func (e event) clientLocation() object {
	if e.place.country == "" {
		return e.place.withCoordinates("0.0", "0.0")
	}
	return e.place.diagnostic()
}

func (e event) numberedSteps() list {
	steps := e.steps(createdLayout)
	for i, s := range steps {
		steps[i] = append(s.(object), member{"StatusSequence", 0}, member{"RequestSequence", i})
	}
	return steps
}
