package main

import (
	"bytes"
	"encoding/json"
	"slices"
	"time"
)

const graphContext = "https://graph.microsoft.com/beta/$metadata#auditLogs/signIns"

// prettyArray is the portal's JSON download: a bare array, indented.
func prettyArray(events []event) []byte {
	var b bytes.Buffer
	if err := json.Indent(&b, appendJSON(nil, records(events)), "", "  "); err != nil {
		panic(err)
	}
	return append(b.Bytes(), '\n')
}

// graphPage is one answer of the API, minified.
func graphPage(events []event) []byte {
	return appendJSON(nil, object{{"@odata.context", graphContext}, {"value", records(events)}})
}

// graphLines is what a collector writes that takes the pages apart: a record
// a line, ASCII only.
func graphLines(events []event) []byte {
	var b []byte
	for _, e := range events {
		b = append(b, escaped(appendJSON(nil, record(e)))...)
		b = append(b, '\n')
	}
	return b
}

func records(events []event) list {
	all := list{}
	for _, e := range events {
		all = append(all, record(e))
	}
	return all
}

// record is a sign-in of Graph beta with 73 members. A handful have one more,
// which no schema knows, or come in another order.
func record(e event) object {
	o := slices.Concat(e.who(), e.request(), e.target(), e.tokens(), e.parts())
	if e.every(47, 11) {
		o = append(o, preview)
	}
	if e.every(31, 17) {
		slices.Reverse(o)
	}
	return o
}

// preview is a member that is too new for anybody to know, with numbers that
// do not survive a float.
var preview = member{"newPreviewProperty", object{{"a", list{number("1.10"), number("9007199254740993")}}}}

func (e event) who() object {
	var name, upn any = nil, nil
	if e.kind.isUser() {
		name, upn = e.user.name, e.user.upn
	}
	return object{
		{"id", e.id},
		{"createdDateTime", e.at.Format(time.RFC3339)},
		{"userDisplayName", name},
		{"userPrincipalName", upn},
		{"userId", e.user.id},
		{"appId", e.client.id},
		{"appDisplayName", e.client.name},
		{"ipAddress", e.address},
		{"ipAddressFromResourceProvider", textOr(e.resourceAddress(), nil)},
		{"clientAppUsed", e.clientApp()},
		{"userAgent", e.device.userAgent(e.kind)},
		{"correlationId", e.correlation},
	}
}

func (e event) request() object {
	return object{
		{"conditionalAccessStatus", e.conditionalAccess()},
		{"originalRequestId", ""},
		{"isInteractive", e.interactive()},
		{"tokenIssuerName", ""},
		{"tokenIssuerType", "AzureAD"},
		{"clientCredentialType", e.credential()},
		{"processingTimeInMilliseconds", e.latency},
		{"riskDetail", e.riskDetail()},
		{"riskLevelAggregated", e.riskLevel()},
		{"riskLevelDuringSignIn", e.riskLevel()},
		{"riskState", e.riskState()},
		{"riskEventTypes_v2", texts(e.riskEvents())},
	}
}

func (e event) target() object {
	return object{
		{"resourceDisplayName", e.resource.name},
		{"resourceId", e.resource.id},
		{"resourceTenantId", e.resourceTenant},
		{"homeTenantId", e.homeTenant},
		{"homeTenantName", ""},
		{"authenticationMethodsUsed", list{}},
		{"authenticationRequirement", e.requirement()},
		{"signInIdentifier", e.identifier()},
		{"signInIdentifierType", textOr(e.identifierType(), nil)},
		{"servicePrincipalName", textOr(e.actor.name, nil)},
		{"signInEventTypes", texts(e.eventTypes())},
		{"servicePrincipalId", e.actor.objectID},
		{"federatedCredentialId", textOr(e.federatedCredential(), e.nothing())},
		{"userType", textOr(e.userTypeIfUser(), nil)},
		{"flaggedForReview", e.flagged()},
		{"isTenantRestricted", e.restricted()},
		{"autonomousSystemNumber", e.place.network},
		{"crossTenantAccessType", e.access},
		{"appOwnerTenantId", e.client.owner},
		{"resourceOwnerTenantId", e.resource.owner},
	}
}

func (e event) tokens() object {
	return object{
		{"servicePrincipalCredentialKeyId", textOr(e.actor.keyID, nil)},
		{"servicePrincipalCredentialThumbprint", e.actor.thumbprint},
		{"uniqueTokenIdentifier", tokenID(e.id)},
		{"incomingTokenType", e.tokenType()},
		{"authenticationProtocol", e.protocol()},
		{"resourceServicePrincipalId", e.resource.objectID},
		{"signInTokenProtectionStatus", "none"},
		{"originalTransferMethod", e.transferMethod()},
		{"isThroughGlobalSecureAccess", e.secureAccess() != ""},
		{"globalSecureAccessIpAddress", textOr(e.secureAccess(), e.nothing())},
		{"sessionId", textOr(e.session, nil)},
	}
}

func (e event) parts() object {
	return object{
		{"mfaDetail", e.mfaDetail()},
		{"authenticationAppDeviceDetails", nil},
		{"status", object{
			{"errorCode", e.code.number},
			{"failureReason", e.code.reason},
			{"additionalDetails", textOr(e.detail(), e.nothing())},
		}},
		{"deviceDetail", e.deviceDetail()},
		{"location", e.place.graph()},
		{"appliedConditionalAccessPolicies", e.policyList(conditionNames)},
		{"authenticationContextClassReferences", e.contexts()},
		{"authenticationProcessingDetails", e.processing()},
		{"networkLocationDetails", e.networks("trusted")},
		{"authenticationDetails", e.steps(time.RFC3339)},
		{"authenticationRequirementPolicies", e.requirementPolicies()},
		{"sessionLifetimePolicies", e.lifetimes()},
		{"privateLinkDetails", object{{"policyId", ""}, {"policyName", ""}, {"resourceId", ""}, {"policyTenantId", ""}}},
		{"appliedEventListeners", list{}},
		{"authenticationAppPolicyEvaluationDetails", list{}},
		{"managedServiceIdentity", e.managedIdentity()},
		{"conditionalAccessAudiences", list{object{{"applicationId", e.resource.id}}}},
		{"tokenProtectionStatusDetails", e.tokenProtection()},
	}
}

func (e event) deviceDetail() object {
	d := e.device
	if !e.kind.isUser() {
		d = device{}
	}
	return object{
		{"deviceId", d.id},
		{"displayName", d.name},
		{"operatingSystem", d.system},
		{"browser", d.browser},
		{"isCompliant", d.compliant},
		{"isManaged", d.managed},
		{"trustType", d.trust},
	}
}

func (p place) graph() object {
	return object{
		{"city", p.city},
		{"state", p.state},
		{"countryOrRegion", p.country},
		{"geoCoordinates", object{
			{"altitude", nil},
			{"latitude", numberOr(p.latitude, nil)},
			{"longitude", numberOr(p.longitude, nil)},
		}},
	}
}

func (e event) managedIdentity() object {
	msiType := "none"
	if e.kind == managedIdentity {
		msiType = e.actor.msiType
	}
	return object{
		{"msiType", msiType},
		{"associatedResourceId", e.actor.attachedTo},
		{"federatedTokenId", ""},
		{"federatedTokenIssuer", ""},
	}
}

func (e event) mfaDetail() any {
	method, detail := e.secondMethod()
	switch {
	case method != "":
		return object{{"authMethod", method}, {"authDetail", detail}}
	case e.every(4, 1):
		return object{{"authMethod", nil}, {"authDetail", nil}}
	default:
		return nil
	}
}
