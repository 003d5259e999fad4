package rules

import "signins/schema"

// passwordRules are about passwords and second factors that are tried.
var passwordRules = []Rule{
	{
		ID: "password_spray", Title: "Password spray", Kind: schema.KindFinding, Severity: "high", subject: aboutAddress,
		Counts: "Sign-ins from one address to one application with wrong, locked or expired passwords of many users in a window, if more users failed from the address than were granted; and what was granted from it since.",
		Limits: "Addresses are seen one by one.",
		Source: sentinel + ", SigninPasswordSpray", Sentence: "{failed sign-in|sign-ins} of {failed_users} not granted from {subject}; granted from there since: {granted_users}",
		Constants: []Constant{
			{"codes", "50053;50126;50055", "error codes", sentinel}, {"users", "5", "users", sentinel}, {"minutes", "20", "minutes", sentinel},
		},
		shape: func(v Values) shape {
			return sprayed{on: on{all(people, errorCode(v.numbers("codes")...)), grantedPeople}, users: v.number("users"), bin: v.number("minutes") * minute}
		},
	},
	{
		ID: "brute_force", Title: "Many failures on one account", Kind: schema.KindFinding, Severity: "medium",
		Counts: "Denied sign-ins of a user to one application on a day, from several addresses or very many of them, without a later granted one.",
		Limits: "Where kinds of sign-ins are missing from the input, a later granted one may be, too.",
		Source: sentinel + ", FailedLogonToAzurePortal", Sentence: "{denied denied sign-in|denied sign-ins} of {subject} from {addresses}, none granted later",
		Constants: []Constant{
			{"app", "Azure Portal", "application", sentinel}, {"not_codes", "0;50125;50140;70043;70044", "error codes", sentinel},
			{"addresses", "2", "addresses", sentinel}, {"failures", "5", "failures from several addresses", sentinel},
			{"many", "20", "failures from any", sentinel}, {"days", "1", "days", Ours},
		},
		shape: func(v Values) shape {
			app := oneOf(schema.AppDisplayName, v["app"])
			return bruteForce{
				on:        on{all(people, denied, app, numbers{schema.ErrorCode, true, v.numbers("not_codes")}), all(grantedPeople, app)},
				addresses: v.number("addresses"), some: v.number("failures"), many: v.number("many"), bin: v.number("days") * day,
			}
		},
	},
	{
		ID: "wrong_passwords", Title: "Wrong passwords on one account", Kind: schema.KindFinding, Severity: "low",
		Counts: "Sign-ins of a user to any application with a wrong password or a locked account on a day, from several addresses or very many of them, without a later granted one.",
		Limits: "Where kinds of sign-ins are missing from the input, a later granted one may be, too.",
		Source: analyzer, Sentence: "{denied denied sign-in|denied sign-ins} of {subject} from {addresses}, none granted later",
		Constants: []Constant{
			{"codes", "50053;50126", "error codes", analyzer}, {"addresses", "3", "addresses", Ours}, {"failures", "10", "failures from several addresses", Ours},
			{"many", "20", "failures from any", Ours}, {"days", "1", "days", Ours},
		},
		shape: func(v Values) shape {
			return bruteForce{
				on:        on{all(people, errorCode(v.numbers("codes")...)), grantedPeople},
				addresses: v.number("addresses"), some: v.number("failures"), many: v.number("many"), bin: v.number("days") * day,
			}
		},
	},
	{
		ID: "failures_then_granted", Title: "Failures, then granted", Kind: schema.KindFinding, Severity: "medium",
		Counts: "Denied sign-ins of a user in a window, and one granted within minutes after that many.",
		Limits: "Interrupted sign-ins are not failures.",
		Source: Ours, Sentence: "{denied denied sign-in|denied sign-ins} of {subject} from {addresses}, then {granted} granted",
		Constants: []Constant{{"failures", "10", "failures", Ours}, {"minutes", "60", "minutes", Ours}, {"after", "10", "minutes", Ours}},
		shape: func(v Values) shape {
			return repeated{on: on{all(people, denied), grantedPeople}, least: v.number("failures"), bin: v.number("minutes") * minute, after: v.number("after") * minute}
		},
	},
	{
		ID: "mfa_denials_then_granted", Title: "Second factor denied, then granted", Kind: schema.KindFinding, Severity: "high",
		Counts: "Sign-ins of a user of which the second factor was denied or not answered in a window, and one granted within minutes after that many.",
		Source: "500121 as sigma, Elastic and Splunk content use it", Sentence: "{failed second factor|second factors} of {subject} denied or not answered, then {granted} granted",
		Constants: []Constant{
			{"codes", "500121;50088;70037", "error codes", Ours}, {"denials", "5", "denials", Ours}, {"minutes", "60", "minutes", Ours}, {"after", "10", "minutes", Ours},
		},
		shape: func(v Values) shape {
			return repeated{
				on:    on{all(people, errorCode(v.numbers("codes")...)), grantedPeople},
				least: v.number("denials"), bin: v.number("minutes") * minute, after: v.number("after") * minute,
			}
		},
	},
	{
		ID: "password_accepted_stopped", Title: "Password accepted, sign-in stopped", Kind: schema.KindFinding, Severity: "low",
		Counts: "Sign-ins of which the code says that the password was right and something else was missing, after which nothing was granted to the user for some time.",
		Limits: "Many are people who gave up.",
		Source: sentinel + ", codes.csv", Sentence: "{sign_ins} of {subject} from {addresses} with a code that says the password was accepted, nothing granted soon after",
		Constants: []Constant{{"minutes", "60", "minutes", Ours}},
		shape: func(v Values) shape {
			stopped := all(people, hasElement(schema.ErrorTags, "valid_password"), oneOf(schema.AccessVerdict, "denied", "interrupted"))
			return following{on: on{stopped, grantedPeople}, after: v.number("minutes") * minute, not: true}
		},
	},
	{
		ID: "disabled_then_granted", Title: "Disabled account granted later", Kind: schema.KindFinding, Severity: "medium",
		Counts: "Sign-ins of a disabled account, and those granted to it afterwards.",
		Limits: "Accounts are enabled again for good reasons.",
		Source: Ours, Sentence: "{denied sign-in|sign-ins} of {subject} while disabled, then {granted} granted",
		Constants: []Constant{{"codes", "50057", "error codes", Ours}, {"days", "365", "days", Ours}},
		shape: func(v Values) shape {
			return following{on: on{all(people, errorCode(v.numbers("codes")...)), grantedPeople}, after: v.number("days") * day}
		},
	},
	{
		ID: "expired_then_granted", Title: "Expired password granted later", Kind: schema.KindInventory, Severity: "info",
		Counts: "Sign-ins of a user whose password was expired, and those granted soon after.",
		Limits: "Ordinary users change the password in between.",
		Source: Ours, Sentence: "{rows sign-in|sign-ins} of {subject}: with an expired password, then {granted} granted",
		Constants: []Constant{{"codes", "50055;50144", "error codes", Ours}, {"minutes", "60", "minutes", Ours}},
		shape: func(v Values) shape {
			return following{on: on{all(people, errorCode(v.numbers("codes")...)), grantedPeople}, after: v.number("minutes") * minute}
		},
	},
}
