package rules

import "signins/schema"

// Conditions that many rules share.
var (
	granted = oneOf(schema.AccessVerdict, "granted")
	denied  = oneOf(schema.AccessVerdict, "denied")
	// people are the categories of users; records of unknown category may be users.
	people        = category(schema.InteractiveUser, schema.NonInteractiveUser, schema.ADFS, schema.Unknown)
	interactive   = category(schema.InteractiveUser)
	principals    = category(schema.ServicePrincipal)
	identities    = category(schema.ManagedIdentity)
	grantedPeople = all(granted, people)
	deviceCode    = anyOf(oneOf(schema.AuthenticationProtocol, "deviceCode"), oneOf(schema.OriginalTransferMethod, "deviceCodeFlow"))
)

// alone returns the shape of a condition without constants.
func alone(c condition) func(Values) shape { return func(Values) shape { return matches(c) } }

// accessRules are about how access was granted.
var accessRules = []Rule{
	{
		ID: "single_factor", Title: "Granted with a single factor", Kind: schema.KindInventory, Severity: "info",
		Counts: "Sign-ins of users that were granted with a single factor required.",
		Limits: "The requirement is what was required of the sign-in, not what the session had shown before.",
		Source: learn, Sentence: "{sign_ins} of {subject} granted with a single factor, to {apps}",
		shape: alone(all(grantedPeople, oneOf(schema.AuthenticationRequirement, "singleFactorAuthentication"))),
	},
	{
		ID: "legacy_authentication", Title: "Legacy authentication", Kind: schema.KindInventory, Severity: "low",
		Counts: "Sign-ins with a client that uses legacy authentication, by the name of the client.",
		Source: learn, Sentence: "{sign_ins} of {subject} with a legacy client, {granted} granted, {denied} denied",
		Constants: []Constant{{"clients", "Authenticated SMTP;SMTP;Autodiscover;Exchange ActiveSync;Exchange Online PowerShell;Exchange Web Services;IMAP;IMAP4;" +
			"MAPI Over HTTP;Offline Address Book;Other clients;Outlook Anywhere (RPC over HTTP);POP;POP3;Reporting Web Services", "names", learn}},
		shape: func(v Values) shape { return matches(oneOf(schema.ClientAppUsed, v.words("clients")...)) },
	},
	{
		ID: "ropc", Title: "Password sent by an application (ROPC)", Kind: schema.KindFinding, Severity: "low",
		Counts: "Sign-ins by the flow in which an application sends the password of the user, by protocol or by agent.",
		Source: analyzer, Sentence: "{sign_ins} of {subject} by ROPC from {addresses}, {granted} granted, {denied} denied",
		Constants: []Constant{{"agents", "BAV2ROPC;AConsumerV2ROPC", "names", analyzer}},
		shape: func(v Values) shape {
			return matches(anyOf(oneOf(schema.AuthenticationProtocol, "ropc"), oneOf(schema.UserAgent, v.words("agents")...)))
		},
	},
	{
		ID: "device_code", Title: "Device code flow", Kind: schema.KindInventory, Severity: "low",
		Counts: "Sign-ins by device code, or by a token that came from one (transfer method).",
		Source: analyzer, Sentence: "{sign_ins} of {subject} by device code from {addresses}, {granted} granted",
		shape: alone(deviceCode),
	},
	{
		ID: "authentication_transfer", Title: "Authentication transfer", Kind: schema.KindInventory, Severity: "low",
		Counts: "Sign-ins by a session that was transferred from another device.",
		Source: learn, Sentence: "{sign_ins} of {subject} by authentication transfer from {addresses}, {granted} granted",
		shape: alone(anyOf(oneOf(schema.AuthenticationProtocol, "authenticationTransfer"), oneOf(schema.OriginalTransferMethod, "authenticationTransfer"))),
	},
	{
		ID: "device_code_broker", Title: "Device code to the authentication broker", Kind: schema.KindFinding, Severity: "medium",
		Counts: "Sign-ins by device code to the application that registers devices and issues primary refresh tokens.",
		Source: analyzer, Sentence: "{sign_ins} of {subject} by device code to the authentication broker, {granted} granted",
		Constants: []Constant{{"app_id", "29d9ed98-a469-4536-ade2-f981bc1d605e", "application", analyzer}},
		shape: func(v Values) shape {
			return matches(all(deviceCode, oneOf(schema.AppID, v["app_id"])))
		},
	},
	{
		ID: "device_code_registration", Title: "Device registration after a device code", Kind: schema.KindFinding, Severity: "high",
		Counts: "Sign-ins granted by device code, and sign-ins of that user to the device registration service that were granted soon after.",
		Limits: "A registration in the same microsecond does not follow.",
		Source: analyzer, Sentence: "{rows sign-in|sign-ins} of {subject}: granted by device code, then to device registration, from {addresses}",
		Constants: []Constant{
			{"resource_id", "01cb2876-7ebd-4aa4-9cc9-d28bd4d359a9", "resource", analyzer},
			{"minutes", "60", "minutes", Ours},
		},
		shape: func(v Values) shape {
			return following{on: on{all(granted, deviceCode), all(granted, oneOf(schema.ResourceID, v["resource_id"]))}, after: v.number("minutes") * minute}
		},
	},
	{
		ID: "compliant_device_bypass", Title: "Compliant device not shown", Kind: schema.KindFinding, Severity: "high",
		Counts: "Sign-ins of the Intune company portal from a device that is not compliant, where a policy that requires one failed or one that blocks did not apply.",
		Source: analyzer, Sentence: "{sign_ins} of {subject} to the company portal without a compliant device, {granted} granted",
		Constants: []Constant{
			{"app_id", "9ba1a5c7-f17a-4de9-a1f1-6178c8d51223", "application", analyzer},
			{"codes", "0;50199", "error codes", analyzer},
		},
		shape: func(v Values) shape {
			return matches(all(oneOf(schema.AppID, v["app_id"]), errorCode(v.numbers("codes")...), isFalse(schema.DeviceIsCompliant),
				anyOf(anyPolicy([]string{"failure"}, []string{"requirecompliantdevice"}), anyPolicy([]string{"notapplied"}, []string{"block"}))))
		},
	},
	{
		ID: "policy_failed", Title: "Conditional Access failed", Kind: schema.KindFinding, Severity: "low",
		Counts: "Sign-ins of which the outcome of Conditional Access is failure.",
		Source: learn, Sentence: "{sign_ins} of {subject} failed Conditional Access, from {addresses}",
		shape: alone(oneOf(schema.ConditionalAccessStatus, "failure")),
	},
	{
		ID: "report_only_failed", Title: "A report-only policy would fail", Kind: schema.KindInventory, Severity: "low",
		Counts: "Sign-ins that a report-only policy would have failed.",
		Source: learn, Sentence: "{sign_ins} of {subject} would have failed a report-only policy, {granted} granted",
		shape: alone(anyPolicy([]string{"reportonlyfailure"}, nil)),
	},
	{
		ID: "no_policy_applied", Title: "Granted without a policy", Kind: schema.KindInventory, Severity: "info",
		Counts: "Granted sign-ins of users to which no Conditional Access policy applied.",
		Limits: "notApplied is also written for Windows Hello.",
		Source: learn, Sentence: "{sign_ins} of {subject} granted without a policy, to {apps}",
		shape: alone(all(grantedPeople, oneOf(schema.ConditionalAccessStatus, "notApplied"))),
	},
	{
		ID: "risk_high", Title: "Granted at high risk", Kind: schema.KindFinding, Severity: "high",
		Counts: "Granted sign-ins that Microsoft rated high risk, and sign-ins confirmed compromised.",
		Limits: "Risk is hidden without a P2 licence.",
		Source: analyzer, Sentence: "{sign_ins} of {subject} at high risk or confirmed compromised, {granted} granted",
		shape: alone(anyOf(all(granted, oneOf(schema.RiskLevelDuringSignIn, "high")), oneOf(schema.RiskState, "confirmedCompromised"))),
	},
	{
		ID: "risk", Title: "Risky sign-ins", Kind: schema.KindFinding, Severity: "low",
		Counts: "Sign-ins at high risk, or of users at risk, or at medium or high risk in total.",
		Limits: "Risk is hidden without a P2 licence.",
		Source: analyzer, Sentence: "{sign_ins} of {subject} at risk, {granted} granted, {denied} denied",
		Constants: []Constant{
			{"levels", "high", "levels during the sign-in", analyzer}, {"states", "atRisk", "states", analyzer}, {"aggregated", "medium;high", "levels in total", analyzer},
		},
		shape: func(v Values) shape {
			return matches(anyOf(oneOf(schema.RiskLevelDuringSignIn, v.words("levels")...), oneOf(schema.RiskState, v.words("states")...),
				oneOf(schema.RiskLevelAggregated, v.words("aggregated")...)))
		},
	},
	{
		ID: "unknown_code", Title: "Unknown error codes", Kind: schema.KindInventory, Severity: "info", subject: aboutCode,
		Counts: "Sign-ins with an error code that the table of codes lacks.",
		Source: Ours, Sentence: "{sign_ins} of {users} with an unknown code",
		shape: alone(isFalse(schema.ErrorKnown)),
	},
}
