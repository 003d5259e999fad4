package rules

import "signins/schema"

// Values of which the first is looked for.
var (
	countries = value{[]schema.ColumnID{schema.LocationCountry}, func(*dialect) string { return "location_country" }, byCountry.of, true}
	addresses = value{[]schema.ColumnID{schema.IPAddress}, func(*dialect) string { return "ip_address" }, byAddress.of, true}
	networks  = value{[]schema.ColumnID{schema.AutonomousSystemNumber, schema.IPAddress}, sqlNetwork,
		func(e *Evaluator, r *record) uint32 { return e.origin(r).network }, true}
	resources = value{[]schema.ColumnID{schema.ResourceID, schema.ResourceDisplayName}, func(*dialect) string { return sqlResource },
		func(e *Evaluator, r *record) uint32 { return e.client(r).resource }, false}
)

// baseline are the constants of the shape firstSeen.
var baseline = []Constant{{"days", "14", "days", Ours}, {"sign_ins", "10", "granted sign-ins", Ours}}

// firstOf returns the shape firstSeen of the records of a.
func firstOf(a condition, v value) func(Values) shape {
	return func(c Values) shape {
		return firstSeen{on: on{a, nil}, value: v, days: c.number("days"), signIns: c.number("sign_ins")}
	}
}

// located leaves out sign-ins whose address may be that of an earlier issuance.
var located = anyOf(interactive, notTrue(schema.IsConfidentialClient))

// placeRules are about where users are.
var placeRules = []Rule{
	{
		ID: "first_country", Title: "First country", Kind: schema.KindInventory, Severity: "low", Constants: baseline,
		Counts: "The first granted sign-in of a user from a country, after a baseline of others.",
		Limits: "What was before the input begins is unknown.",
		Source: Ours, Sentence: "{subject} first granted from {country_names}, after a baseline of others",
		shape: firstOf(all(grantedPeople, located), countries),
	},
	{
		ID: "first_network", Title: "First network", Kind: schema.KindInventory, Severity: "info", Constants: baseline,
		Counts: "The first granted sign-in of a user from a network, after a baseline of others. A network is an autonomous system, or without one a /24 or /48.",
		Limits: "What was before the input begins is unknown.",
		Source: Ours, Sentence: "{subject} first granted from {network_names}, after a baseline of others",
		shape: firstOf(all(grantedPeople, located), networks),
	},
	{
		ID: "impossible_travel", Title: "Faster than travel", Kind: schema.KindFinding, Severity: "medium",
		Counts: "Two granted sign-ins of a user, one after the other, that are farther apart than anybody travels in that time.",
		Limits: "VPNs and mobile networks move users in no time. Places without coordinates or at 0/0 are left out, as are non-interactive sign-ins of confidential clients where the input tells them.",
		Source: Ours, Sentence: "{rows sign-in|sign-ins} of {subject} from {country_names}, faster apart than travel",
		Constants: []Constant{{"km_per_hour", "1000", "km/h", Ours}, {"km", "500", "km", Ours}},
		shape: func(v Values) shape {
			return travelled{on: on{all(grantedPeople, located, oneOf(schema.RowKind, "event")), nil}, km: v.number("km"), kmph: v.number("km_per_hour")}
		},
	},
}
