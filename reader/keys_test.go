package reader

import (
	"fmt"
	"maps"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"signins/testdata/fixture"
)

// members has a value of its own for every recorded key of a signIn object, and
// the columns it goes to (canonical.csv).
var members = []struct {
	key, value string
	want       row
}{
	{"id", `"id-1"`, row{"id": "id-1"}},
	{"createdDateTime", `"2026-01-02T03:04:05Z"`, row{"created_at": "2026-01-02T03:04:05Z"}},
	{"userDisplayName", `"Zoë"`, row{"user_display_name": "Zoë"}},
	{"userPrincipalName", `"zoe@contoso.example"`, row{"user_principal_name": "zoe@contoso.example"}},
	{"userId", `"user-1"`, row{"user_id": "user-1"}},
	{"appId", `"app-1"`, row{"app_id": "app-1"}},
	{"appDisplayName", `"App 1"`, row{"app_display_name": "App 1"}},
	{"ipAddress", `"192.0.2.1"`, row{"ip_address": "192.0.2.1"}},
	{"ipAddressFromResourceProvider", `"192.0.2.2"`, row{"ip_address_from_resource_provider": "192.0.2.2"}},
	{"clientAppUsed", `"Browser"`, row{"client_app_used": "Browser"}},
	{"userAgent", `"agent \"1\" \\"`, row{"user_agent": `agent "1" \`}},
	{"correlationId", `"correlation-1"`, row{"correlation_id": "correlation-1"}},
	{"conditionalAccessStatus", `"notApplied"`, row{"conditional_access_status": "notApplied"}},
	{"originalRequestId", `"original-1"`, row{"original_request_id": "original-1"}},
	{"isInteractive", `true`, row{"is_interactive": "true"}},
	{"tokenIssuerName", `"sts"`, row{"token_issuer_name": "sts"}},
	{"tokenIssuerType", `"AzureAD"`, row{"token_issuer_type": "AzureAD"}},
	{"clientCredentialType", `"clientAssertion"`, row{"client_credential_type": "clientAssertion"}},
	{"processingTimeInMilliseconds", `173`, row{"processing_time_ms": "173"}},
	{"riskDetail", `"aiConfirmedSigninSafe"`, row{"risk_detail": "aiConfirmedSigninSafe"}},
	{"riskLevelAggregated", `"low"`, row{"risk_level_aggregated": "low"}},
	{"riskLevelDuringSignIn", `"medium"`, row{"risk_level_during_sign_in": "medium"}},
	{"riskState", `"atRisk"`, row{"risk_state": "atRisk"}},
	{"riskEventTypes_v2", `["leaked", "spray"]`, row{"risk_event_types": "leaked|spray"}},
	{"riskEventTypes", `["leaked","spray"]`, row{"risk_event_types": "leaked|spray"}},
	{"resourceDisplayName", `"Resource 1"`, row{"resource_display_name": "Resource 1"}},
	{"resourceId", `"resource-1"`, row{"resource_id": "resource-1"}},
	{"resourceTenantId", `"resource-tenant"`, row{"resource_tenant_id": "resource-tenant"}},
	{"homeTenantId", `"home-tenant"`, row{"home_tenant_id": "home-tenant"}},
	{"homeTenantName", `"Contoso"`, row{"home_tenant_name": "Contoso"}},
	{"authenticationMethodsUsed", `["Password",null,"",  "FIDO2"]`, row{"authentication_methods_used": "Password|<null>||FIDO2"}},
	{"authenticationRequirement", `"singleFactorAuthentication"`, row{"authentication_requirement": "singleFactorAuthentication"}},
	{"signInIdentifier", `"identifier-1"`, row{"sign_in_identifier": "identifier-1"}},
	{"signInIdentifierType", `"qrCode"`, row{"sign_in_identifier_type": "qrCode"}},
	{"servicePrincipalName", `"principal 1"`, row{"service_principal_name": "principal 1"}},
	{"signInEventTypes", `["interactiveUser"]`, row{"sign_in_event_types": "interactiveUser"}},
	{"servicePrincipalId", `"principal-1"`, row{"service_principal_id": "principal-1"}},
	{"federatedCredentialId", `"federated-1"`, row{"federated_credential_id": "federated-1"}},
	{"userType", `"Guest"`, row{"user_type": "guest"}},
	{"flaggedForReview", `false`, row{"flagged_for_review": "false"}},
	{"isTenantRestricted", `true`, row{"is_tenant_restricted": "true"}},
	{"autonomousSystemNumber", `64496`, row{"autonomous_system_number": "64496"}},
	{"crossTenantAccessType", `"serviceProvider,b2bCollaboration"`, row{"cross_tenant_access_type": "b2bCollaboration,serviceProvider"}},
	{"servicePrincipalCredentialKeyId", `"key-1"`, row{"service_principal_credential_key_id": "key-1"}},
	{"servicePrincipalCredentialThumbprint", `"thumb-1"`, row{"service_principal_credential_thumbprint": "thumb-1"}},
	{"uniqueTokenIdentifier", `"token-1"`, row{"unique_token_identifier": "token-1"}},
	{"incomingTokenType", `"refreshToken"`, row{"incoming_token_type": "refreshToken"}},
	{"authenticationProtocol", `"deviceCode"`, row{"authentication_protocol": "deviceCode"}},
	{"resourceServicePrincipalId", `"resource-principal"`, row{"resource_service_principal_id": "resource-principal"}},
	{"signInTokenProtectionStatus", `"bound"`, row{"sign_in_token_protection_status": "bound"}},
	{"originalTransferMethod", `"authenticationTransfer"`, row{"original_transfer_method": "authenticationTransfer"}},
	{"isThroughGlobalSecureAccess", `false`, row{"is_through_global_secure_access": "false"}},
	{"globalSecureAccessIpAddress", `"192.0.2.3"`, row{"global_secure_access_ip_address": "192.0.2.3"}},
	{"mfaDetail", `{"authMethod":"method 1","authDetail":"detail 1"}`, row{"mfa_auth_method": "method 1", "mfa_auth_detail": "detail 1"}},
	{"authenticationAppDeviceDetails", `{"appVersion":"6","clientApp":"authenticator","deviceId":"app-device","operatingSystem":"Ios"}`,
		row{"auth_app_device_app_version": "6", "auth_app_device_client_app": "authenticator", "auth_app_device_device_id": "app-device", "auth_app_device_operating_system": "Ios"}},
	{"status", `{"errorCode":50126,"failureReason":"because","additionalDetails":"more"}`,
		row{"error_code": "50126", "failure_reason": "because", "additional_details": "more"}},
	{"deviceDetail", `{"deviceId":"device-1","displayName":"PC 1","operatingSystem":"Windows10","browser":"Edge","browserId":"browser-1","isCompliant":true,"isManaged":false,"trustType":"joined"}`,
		row{"device_id": "device-1", "device_display_name": "PC 1", "device_operating_system": "Windows10", "device_browser": "Edge", "device_browser_id": "browser-1",
			"device_is_compliant": "true", "device_is_managed": "false", "device_trust_type": "joined"}},
	{"location", `{"city":"Köln","state":"NRW","countryOrRegion":"DE","geoCoordinates":{"altitude":-3.5,"latitude":50.9,"longitude":6.9}}`,
		row{"location_city": "Köln", "location_state": "NRW", "location_country": "DE", "location_altitude": "-3.5", "location_latitude": "50.9", "location_longitude": "6.9"}},
	{"appliedConditionalAccessPolicies", `[ {"id" : "policy 1"} ]`, row{"conditional_access_policies": `[{"id":"policy 1"}]`}},
	{"authenticationContextClassReferences", `[{"id":"c1"}]`, row{"authentication_context_class_references": `[{"id":"c1"}]`}},
	{"authenticationProcessingDetails", `[{"key":"Is CAE Token","value":"True"}]`, row{"authentication_processing_details": `[{"key":"Is CAE Token","value":"True"}]`}},
	{"networkLocationDetails", `[{"networkType":"n1"}]`, row{"network_location_details": `[{"networkType":"n1"}]`}},
	{"authenticationDetails", `[{"authenticationMethod":"m 1","succeeded":true}]`, row{"authentication_details": `[{"authenticationMethod":"m 1","succeeded":true}]`}},
	{"authenticationRequirementPolicies", `[{"detail":"r1"}]`, row{"authentication_requirement_policies": `[{"detail":"r1"}]`}},
	{"sessionLifetimePolicies", `[{"detail":"s1"}]`, row{"session_lifetime_policies": `[{"detail":"s1"}]`}},
	{"privateLinkDetails", `{"policyId":""}`, row{"private_link_details": `{"policyId":""}`}},
	{"appliedEventListeners", `[]`, row{"applied_event_listeners": `[]`}},
	{"authenticationAppPolicyEvaluationDetails", `[{"policyName":"p1"}]`, row{"auth_app_policy_evaluation_details": `[{"policyName":"p1"}]`}},
	{"managedServiceIdentity", `{"msiType":"userAssigned","associatedResourceId":"/s/1","federatedTokenId":"ft","federatedTokenIssuer":"fi"}`,
		row{"managed_identity_type": "userAssigned", "managed_identity_associated_resource_id": "/s/1", "managed_identity_federated_token_id": "ft", "managed_identity_federated_token_issuer": "fi"}},
	{"conditionalAccessAudiences", `["aud-1"]`, row{"conditional_access_audiences": `["aud-1"]`}},
	{"sessionId", `"session-1"`, row{"session_id": "session-1"}},
	{"appOwnerTenantId", `"app-owner"`, row{"app_owner_tenant_id": "app-owner"}},
	{"resourceOwnerTenantId", `"resource-owner"`, row{"resource_owner_tenant_id": "resource-owner"}},
	{"tokenProtectionStatusDetails", `{"signInSessionStatus":"unbound","signInSessionStatusCode":1002}`,
		row{"token_protection_sign_in_session_status": "unbound", "token_protection_sign_in_session_status_code": "1002"}},
	{"agent", `{"agentType":"agenticApp","parentAppId":"parent","agentSubjectType":"agentIDuser","agentSubjectParentId":"subject"}`,
		row{"agent_type": "agenticApp", "agent_parent_app_id": "parent", "agent_subject_type": "agentIDuser", "agent_subject_parent_id": "subject"}},
	{"clientSessionId", `"client-session"`, row{"client_session_id": "client-session"}},
	{"azureResourceId", `"/azure/1"`, row{"azure_resource_id": "/azure/1"}},
	{"appTokenProtectionStatus", `"none"`, row{"app_token_protection_status": "none"}},
	{"alternateSignInName", `"alternate"`, row{"alternate_sign_in_name": "alternate"}},
	// Of diagnostic logs only.
	{"tenantId", `"tenant-1"`, row{"tenant_id": "tenant-1"}},
	{"ssoExtensionVersion", `"1.2"`, row{"sso_extension_version": "1.2"}},
	{"authenticationStrengths", `["strong"]`, row{"authentication_strengths": `["strong"]`}},
	{"appServicePrincipalId", `"app-principal"`, row{"app_service_principal_id": "app-principal"}},
	{"rngcStatus", `7`, row{"rngc_status": "7"}},
	{"userAdministrativeUnits", `["unit"]`, row{"user_administrative_units": `["unit"]`}},
	{"sourceAppClientId", `"source-app"`, row{"source_app_client_id": "source-app"}},
	{"rootActorId", `"root-actor"`, row{"root_actor_id": "root-actor"}},
	{"authenticatorAppLocation", `{"a":1}`, row{"authenticator_app_location": `{"a":1}`}},
}

// keyList reads a recorded list of keys.
func keyList(t *testing.T, path string) []string {
	t.Helper()
	text := fixture.Read(t, path)
	return strings.Fields(string(text))
}

// objectOf returns the members of that list as an object, and the row they make.
func objectOf(t *testing.T, keys []string) (text string, want row) {
	t.Helper()
	want = row{}
	var list []string
	for _, key := range keys {
		value, columns := memberOf(t, key)
		list = append(list, fmt.Sprintf("%q: %s", key, value))
		maps.Copy(want, columns)
	}
	return "{" + strings.Join(list, ", ") + "}", want
}

func memberOf(t *testing.T, key string) (value string, columns row) {
	t.Helper()
	for _, m := range members {
		if m.key == key {
			return m.value, m.want
		}
	}
	t.Fatalf("no value for %s", key)
	return "", nil
}

// envelope puts a signIn object into a diagnostic record.
func envelope(properties string) string {
	return `{"time":"2026-01-02T03:05:00Z","category":"SignInLogs","properties":` + properties + "}"
}

var envelopeRow = row{"ingested_at": "2026-01-02T03:05:00Z", "source_category": "SignInLogs"}

// Every recorded key list, all keys at once and each with no more than id and time: every value comes
// to its column and nothing comes to extra.
func TestEveryKeyComesToItsColumn(t *testing.T) {
	t.Parallel()
	paths, _ := filepath.Glob(filepath.Join("testdata", "keys", "*.txt"))
	if len(paths) != 6 {
		t.Fatalf("%d key lists", len(paths))
	}
	for _, path := range paths {
		t.Run(caseName(path), func(t *testing.T) {
			wrap, base := func(s string) string { return s }, row{}
			if strings.HasPrefix(filepath.Base(path), "diag_") {
				wrap, base = envelope, envelopeRow
			}
			keys := keyList(t, path)
			all, want := objectOf(t, keys)
			content, wants := wrap(all)+"\n", []row{want}
			for _, key := range keys {
				alone, want := objectOf(t, slices.Compact(slices.Sorted(slices.Values([]string{"createdDateTime", "id", key}))))
				content, wants = content+wrap(alone)+"\n", append(wants, want)
			}
			compare(t, filepath.Base(path), readText(t, content), wants, base)
		})
	}
}

// compare makes sure that rows are wants with the columns of base, and that
// nothing was odd.
func compare(t *testing.T, name string, out outcome, wants []row, base row) {
	t.Helper()
	if len(out.rows) != len(wants) || out.err != nil {
		t.Errorf("%s: %d rows, want %d, %v, %v", name, len(out.rows), len(wants), out.rejects, out.err)
		return
	}
	for i, want := range wants {
		want = maps.Clone(want)
		maps.Copy(want, base)
		if d := out.rows[i].columns().differs(want); d != "" {
			t.Errorf("%s, record %d:%s", name, i+1, d)
		}
	}
	if len(out.unknown)+len(out.warnings) > 0 {
		t.Errorf("%s: unknown %v, warnings %v", name, out.unknown, out.warnings)
	}
}

// Keys that no list has but the schema does.
func TestLaterKeysComeToTheirColumns(t *testing.T) {
	t.Parallel()
	var graph, diagnostic []string
	for i, m := range members {
		if m.key != "createdDateTime" && m.key != "riskEventTypes" {
			diagnostic = append(diagnostic, m.key)
			if i < len(members)-9 {
				graph = append(graph, m.key)
			}
		}
	}
	head := []string{"createdDateTime"}
	text, want := objectOf(t, append(head, graph...))
	compare(t, "graph", readText(t, text+"\n"), []row{want}, row{})
	text, want = objectOf(t, append(head, diagnostic...))
	compare(t, "diagnostic", readText(t, envelope(text)+"\n"), []row{want}, envelopeRow)
}
