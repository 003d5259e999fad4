package rules

import "signins/schema"

// tenantRules are about users and resources of other tenants.
var tenantRules = []Rule{
	{
		ID: "guests", Title: "Guests", Kind: schema.KindInventory, Severity: "info",
		Counts: "Sign-ins of guests and external users.",
		Source: learn, Sentence: "{sign_ins} of {subject} as a guest, {granted} granted, {denied} denied",
		shape: alone(anyOf(oneOf(schema.UserType, "guest"), isTrue(schema.IsExternalUser))),
	},
	{
		ID: "inbound_users", Title: "Users of other tenants", Kind: schema.KindInventory, Severity: "info",
		Counts: "Sign-ins of users of other tenants to resources of this one.",
		Source: learn, Sentence: "{sign_ins} of {subject} from another tenant, {granted} granted, {denied} denied",
		shape: alone(all(people, oneOf(schema.CrossTenantDirection, "inbound"))),
	},
	{
		ID: "inbound_portal", Title: "Azure Portal from another tenant", Kind: schema.KindFinding, Severity: "medium",
		Counts: "Granted sign-ins of users of other tenants to the Azure Portal of this one.",
		Source: sentinel, Sentence: "{sign_ins} of {subject} from another tenant granted to the Azure Portal, from {addresses}",
		Constants: []Constant{{"app", "Azure Portal", "application", sentinel}},
		shape: func(v Values) shape {
			return matches(all(grantedPeople, oneOf(schema.AppDisplayName, v["app"]), oneOf(schema.CrossTenantDirection, "inbound"),
				differ{schema.HomeTenantID, schema.ResourceTenantID}))
		},
	},
	{
		ID: "outbound_attempts", Title: "Attempts at other tenants", Kind: schema.KindInventory, Severity: "info",
		Counts: "Sign-ins of users of this tenant to resources of others: attempts, whatever came of them there.",
		Source: learn, Sentence: "{sign_ins attempt|attempts} of {subject} at resources of other tenants",
		shape: alone(all(people, oneOf(schema.CrossTenantDirection, "outbound"))),
	},
	{
		ID: "passthrough_attempts", Title: "Passthrough attempts", Kind: schema.KindInventory, Severity: "info",
		Counts: "Attempts at a resource of another tenant that gave a token without authorisation: no access.",
		Limits: "Graph v1.0 and Defender cannot show them.",
		Source: learn, Sentence: "{sign_ins passthrough attempt|passthrough attempts} of {subject}, none of which is access",
		shape: alone(isTrue(schema.IsPassthrough)),
	},
	{
		ID: "b2b_collaboration", Title: "B2B collaboration", Kind: schema.KindInventory, Severity: "info",
		Counts: "Sign-ins of which the cross-tenant access type has b2bCollaboration.",
		Source: analyzer, Sentence: "{sign_ins} of {subject} by B2B collaboration, {granted} granted",
		shape: alone(hasFlag(schema.CrossTenantAccessType, "b2bCollaboration")),
	},
}
