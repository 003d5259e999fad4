package main

import (
	"slices"
	"strconv"
	"time"
)

// What Graph and the diagnostic settings both have of an event.

// nothing is null or empty text, in turn: Graph uses both.
func (e event) nothing() any {
	if e.every(2, 0) {
		return ""
	}
	return nil
}

func numberOr(text string, instead any) any {
	if text == "" {
		return instead
	}
	return number(text)
}

// interactive is the flag of the record. A few of interactive sign-ins deny
// it, as real ones do; the category of the log counts, not the flag.
func (e event) interactive() bool {
	return e.kind == interactiveUser && !e.every(71, 23)
}

// eventTypes names the class and, on a few tokens, that access is evaluated
// continuously.
func (e event) eventTypes() []string {
	if e.kind == nonInteractiveUser && e.every(41, 6) {
		return []string{e.kind.eventType(), "continuousAccessEvaluation"}
	}
	return []string{e.kind.eventType()}
}

func (e event) clientApp() string {
	if e.kind.isUser() {
		return e.device.clientApp
	}
	return ""
}

func (d device) userAgent(k kind) string {
	if k.isUser() {
		return d.agent
	}
	return ""
}

func (e event) userTypeIfUser() string {
	if e.kind.isUser() {
		return e.userType()
	}
	return ""
}

func (e event) credential() string {
	if e.kind == servicePrincipal {
		return e.actor.credential
	}
	return "none"
}

func (e event) federatedCredential() string {
	if e.actor.credential == "federatedIdentityCredential" {
		return idOf("federation " + e.actor.name)
	}
	return ""
}

// identifier is what the user typed, where the record has it.
func (e event) identifier() string {
	if e.kind == interactiveUser && e.every(4, 2) {
		return e.user.upn
	}
	return ""
}

func (e event) identifierType() string {
	if e.identifier() == "" {
		return ""
	}
	return "userPrincipalName"
}

func (e event) flagged() bool {
	return e.kind == interactiveUser && e.code.status() == failure && e.every(9, 3)
}

// restricted rows go with passthrough.
func (e event) restricted() bool { return e.passthrough == yes && e.every(2, 1) }

func (e event) resourceAddress() string {
	if e.kind.isUser() && e.every(19, 8) {
		return "203.0.113.250"
	}
	return ""
}

func (e event) secureAccess() string {
	if e.kind.isUser() && e.every(23, 5) {
		return "198.51.100.7"
	}
	return ""
}

func (e event) riskLevel() string {
	switch {
	case e.risky:
		return [...]string{"low", "medium", "high"}[e.n%3]
	case e.kind.isUser() && e.every(37, 9):
		return "hidden"
	default:
		return "none"
	}
}

func (e event) riskDetail() string {
	if e.riskLevel() == "hidden" {
		return "hidden"
	}
	return "none"
}

func (e event) riskState() string {
	if e.risky {
		return "atRisk"
	}
	return "none"
}

func (e event) riskEvents() []string {
	if !e.risky {
		return nil
	}
	return [][]string{{"unfamiliarFeatures"}, {"anonymizedIPAddress", "unlikelyTravel"}}[e.n%2]
}

func (e event) contexts() list {
	if e.kind.isUser() && e.every(17, 2) {
		return list{object{{"id", "urn:user:registersecurityinfo"}, {"detail", "required"}}}
	}
	return list{}
}

// processing holds the key and value pairs about the token request.
func (e event) processing() list {
	details := list{}
	if e.kind == managedIdentity || e.every(5, 4) {
		return details
	}
	add := func(key, value string) { details = append(details, object{{"key", key}, {"value", value}}) }
	if e.kind.isUser() {
		add("Legacy TLS (TLS 1.0, 1.1, 3DES)", title(strconv.FormatBool(e.device.clientApp == "IMAP4")))
	}
	if e.every(2, 0) {
		add("Oauth Scope Info", [...]string{`["User.Read","Mail.Read"]`, `["User.Read"]`, `[User.Read,openid]`}[e.n/2%3])
	}
	add("Is CAE Token", title(strconv.FormatBool(e.every(3, 0))))
	return details
}

func (e event) networks(networkType string) list {
	if e.address == "" || !e.every(4, 1) {
		return list{}
	}
	return list{object{{"networkType", networkType}, {"networkNames", list{"Head office"}}}}
}

// nobody are the codes of sign-ins that end before any factor is checked.
var nobody = []int{16000, 50001, 50034, 50056, 50057, 50058, 51004}

// steps are the authentication steps. Most sign-ins without a prompt have
// none.
func (e event) steps(layout string) list {
	promptless := e.kind == nonInteractiveUser && !e.every(4, 0)
	if !e.kind.isUser() || promptless || slices.Contains(nobody, e.code.number) {
		return list{}
	}
	steps := list{e.firstFactor(e.at.Format(layout))}
	if e.requirement() == multiFactor {
		steps = append(steps, e.secondFactor(e.at.Add(11*time.Second).Format(layout)))
	}
	return steps
}

func (e event) firstFactor(at string) object {
	const requirement = "Primary authentication"
	switch {
	case e.kind == nonInteractiveUser:
		return step(at, "Previously satisfied", nil, true, "First factor requirement satisfied by claim in the token", requirement)
	case e.code.number == 50126:
		return step(at, "Password", "Password in the cloud", false, "Incorrect password", requirement)
	default:
		return step(at, "Password", "Password in the cloud", true, "Correct password", requirement)
	}
}

func (e event) secondFactor(at string) object {
	const requirement = "Multifactor authentication"
	if e.code.number == 500121 {
		return step(at, "Mobile app notification", nil, false, e.code.detail, requirement)
	}
	return step(at, "Mobile app notification", nil, true, "MFA successfully completed", requirement)
}

func step(at, method string, detail any, succeeded bool, result, requirement string) object {
	return object{
		{"authenticationStepDateTime", at},
		{"authenticationMethod", method},
		{"authenticationMethodDetail", detail},
		{"succeeded", succeeded},
		{"authenticationStepResultDetail", result},
		{"authenticationStepRequirement", requirement},
	}
}

func (e event) requirementPolicies() list {
	if e.requirement() == singleFactor {
		return list{}
	}
	return list{object{{"requirementProvider", "multiConditionalAccess"}, {"detail", "Conditional Access"}}}
}

func (e event) lifetimes() list {
	if e.code.number != 70044 {
		return list{}
	}
	return list{object{{"expirationRequirement", "signInFrequencyPeriodicReauthentication"}, {"detail", "Sign-in frequency (periodic re-authentication)"}}}
}

// binding says whether the token is bound to the device, and a code why not.
func (e event) binding() (status string, reason int) {
	if e.device.seen && e.every(6, 0) {
		return "bound", 0
	}
	return "unbound", 1002
}

func (e event) tokenProtection() object {
	status, reason := e.binding()
	return object{{"signInSessionStatus", status}, {"signInSessionStatusCode", reason}}
}

// secondMethod is the deprecated pair about the second factor; the number it
// was sent to is masked.
func (e event) secondMethod() (method, detail string) {
	switch {
	case e.code.number == 500121:
		return "Mobile app notification", ""
	case e.detail() == satisfied && e.every(2, 0):
		return "Text message", "XXXXXXXXXX07"
	default:
		return "", ""
	}
}
