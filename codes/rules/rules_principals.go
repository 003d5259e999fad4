package rules

import "signins/schema"

// principalRules are about service principals and managed identities.
var principalRules = []Rule{
	{
		ID: "principal_password", Title: "Service principals with a password", Kind: schema.KindInventory, Severity: "low", subject: aboutPrincipal,
		Counts: "Sign-ins of service principals with a client secret.",
		Source: learn, Sentence: "{sign_ins} of {subject} with a client secret from {addresses}, {granted} granted",
		shape: alone(all(principals, oneOf(schema.ClientCredentialType, "clientSecret"))),
	},
	{
		ID: "principal_first_address", Title: "Service principal at a first address", Kind: schema.KindFinding, Severity: "low", subject: aboutPrincipal, Constants: baseline,
		Counts: "The first granted sign-in of a service principal from an address, after a baseline of others.",
		Limits: "What was before the input begins is unknown.",
		Source: sentinel, Sentence: "{subject} first granted from {address_names}, after a baseline of others",
		shape: firstOf(all(granted, principals), addresses),
	},
	{
		ID: "principal_first_resource", Title: "Service principal at a first resource", Kind: schema.KindFinding, Severity: "low", subject: aboutPrincipal, Constants: baseline,
		Counts: "The first granted sign-in of a service principal to a resource, after a baseline of others.",
		Limits: "What was before the input begins is unknown.",
		Source: sentinel, Sentence: "{subject} first granted to {resource_names}, after a baseline of others",
		shape: firstOf(all(granted, principals), resources),
	},
	{
		ID: "principal_waking", Title: "Service principal after a silence", Kind: schema.KindFinding, Severity: "medium", subject: aboutPrincipal,
		Counts: "Granted sign-ins of service principals after days without one.",
		Limits: "A gap in the input is a silence, too.",
		Source: sentinel, Sentence: "{subject} was granted {rows time|times} after a silence, from {addresses}",
		Constants: []Constant{{"days", "30", "days", sentinel}},
		shape: func(v Values) shape {
			return afterSilence{on: on{all(granted, principals), nil}, days: v.number("days")}
		},
	},
	{
		ID: "identity_first_network", Title: "Managed identity at a first network", Kind: schema.KindFinding, Severity: "medium", subject: aboutPrincipal, Constants: baseline,
		Counts: "The first granted sign-in of a managed identity from a network, after a baseline of others.",
		Limits: "Many exports have no address of managed identities.",
		Source: Ours, Sentence: "{subject} first granted from {network_names}, after a baseline of others",
		shape: firstOf(all(granted, identities), networks),
	},
}
