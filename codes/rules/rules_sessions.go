package rules

import "signins/schema"

// sessionRules are about sessions and the tokens in them.
var sessionRules = []Rule{
	{
		ID: "office_home", Title: "OfficeHome without a device", Kind: schema.KindInventory, Severity: "low",
		Counts: "Sign-ins to OfficeHome without a device id and with a code that sign-ins through a relaying page have.",
		Limits: "Ordinary sign-ins from unknown devices look the same.",
		Source: analyzer, Sentence: "{sign_ins} of {subject} to OfficeHome without a device from {addresses}, {granted} granted",
		Constants: []Constant{{"app", "OfficeHome", "application", analyzer}, {"codes", "0;50074;50140;53000", "error codes", analyzer}},
		shape: func(v Values) shape {
			return matches(all(oneOf(schema.AppDisplayName, v["app"]), absent(schema.DeviceID), errorCode(v.numbers("codes")...)))
		},
	},
	{
		ID: "session_moved", Title: "Session elsewhere than its root", Kind: schema.KindFinding, Severity: "low", subject: aboutSession,
		Counts: "Sign-ins of a session with another address, agent or device than the first interactive one of the session.",
		Limits: "People change networks. Non-interactive sign-ins of confidential clients show the address of the original issuance.",
		Source: learn, Sentence: "{sign_ins} of a session of {user_names} with another address, agent or device than its root, from {addresses}",
		shape: func(Values) shape {
			return moved{on: on{interactive, grantedPeople}, aspects: []aspect{byAddress, byAgent, byDevice}}
		},
	},
	{
		ID: "session_other_country", Title: "Session in another country than its root", Kind: schema.KindFinding, Severity: "medium", subject: aboutSession,
		Counts: "Sign-ins of a session from another country than the first interactive one of the session.",
		Limits: "People travel and use VPNs. Non-interactive sign-ins of confidential clients show the address of the original issuance.",
		Source: learn, Sentence: "{sign_ins} of a session of {user_names} from another country than its root, {country_names}, from {addresses}",
		shape: func(Values) shape { return moved{on: on{interactive, grantedPeople}, aspects: []aspect{byCountry}} },
	},
	{
		ID: "token_elsewhere", Title: "Token used again elsewhere", Kind: schema.KindFinding, Severity: "medium",
		Counts: "Granted sign-ins of a user with the unique token identifier of an earlier one, and another address or agent.",
		Limits: "People change networks. Non-interactive sign-ins of confidential clients show the address of the original issuance.",
		Source: learn, Sentence: "{sign_ins} of {subject} with the token of an earlier one and another address or agent, from {addresses}",
		shape: func(Values) shape { return reused{on: on{grantedPeople, nil}, aspects: []aspect{byAddress, byAgent}} },
	},
	{
		ID: "session_outlives_password", Title: "Session older than the password", Kind: schema.KindFinding, Severity: "medium", subject: aboutSession,
		Counts: "Granted sign-ins after the last change of the password, of a session that began before it.",
		Limits: "Only exports of Defender have the time of the change.",
		Source: Ours, Sentence: "{sign_ins} of {user_names} granted after the change of the password by a session from before it",
		shape: func(Values) shape { return outlived{on: on{people, grantedPeople}} },
	},
}
