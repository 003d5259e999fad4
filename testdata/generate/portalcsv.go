package main

import (
	"slices"
	"strconv"
	"strings"
	"time"
)

// A sheet is a CSV download of the portal: CRLF line ends, all header fields
// quoted.
type sheet struct {
	bom      bool
	quoteAll bool // the cells too; else only where CSV asks for it
	columns  []column
}

type column struct {
	header string
	cell   func(event) string
}

// The two sheets of users have the same columns. That of applications serves
// managed identities too: the real header of their download is not known.
var (
	userCSV           = sheet{bom: true, quoteAll: true, columns: userColumns}
	nonInteractiveCSV = sheet{columns: userColumns}
	applicationCSV    = sheet{columns: applicationColumns}
)

func (s sheet) encode(events []event) []byte {
	var b strings.Builder
	if s.bom {
		b.WriteString("\ufeff")
	}
	var headers []string
	for _, c := range s.columns {
		headers = append(headers, c.header)
	}
	writeRow(&b, headers, true)
	for _, e := range events {
		var cells []string
		for _, c := range s.columns {
			cells = append(cells, c.cell(e))
		}
		writeRow(&b, cells, s.quoteAll)
	}
	return []byte(b.String())
}

func writeRow(b *strings.Builder, cells []string, quoteAll bool) {
	for i, c := range cells {
		if i > 0 {
			b.WriteByte(',')
		}
		if quoteAll || strings.ContainsAny(c, "\",\r\n") {
			c = `"` + strings.ReplaceAll(c, `"`, `""`) + `"`
		}
		b.WriteString(c)
	}
	b.WriteString("\r\n")
}

// userColumns are the 57 columns seen since January 2025, with the portal's
// own spaces and its two columns of one name.
var userColumns = slices.Concat([]column{
	{"Date (UTC)", event.date},
	{"Request ID", func(e event) string { return e.id }},
	{"User agent", func(e event) string { return e.device.agent }},
	{"Correlation ID", func(e event) string { return e.correlation }},
	{"User ID", func(e event) string { return e.user.id }},
	{"User", func(e event) string { return e.user.name }},
	{"Username", func(e event) string { return e.user.upn }},
	{"User type", func(e event) string { return title(e.userType()) }},
	{"Cross tenant access type", func(e event) string { return e.access }},
	{"Incoming token type", event.tokenType},
	{"Authentication Protocol", event.protocol},
	{"Unique token identifier", event.guardedToken},
	{"Original transfer method", event.transferMethod},
	{"Client credential type", event.credential},
	{"Token Protection - Sign In Session", func(e event) string { status, _ := e.binding(); return status }},
	{"Token Protection - Sign In Session StatusCode", func(e event) string { _, reason := e.binding(); return strconv.Itoa(reason) }},
}, targetColumns, []column{
	{"Status", func(e event) string { return title(e.code.status()) }},
	{"Sign-in error code", func(e event) string { return strconv.Itoa(e.code.number) }},
	{"Failure reason", func(e event) string { return e.code.reason }},
	{"Client app", event.clientApp},
	{"Device ID", func(e event) string { return e.device.id }},
	{"Browser", func(e event) string { return e.device.browser }},
	{"Operating System", func(e event) string { return e.device.system }},
	{"Compliant", func(e event) string { return e.ifSeen(e.answer(e.device.compliant)) }},
	{"Managed", func(e event) string { return e.ifSeen(e.answer(e.device.managed)) }},
	{"Join Type", func(e event) string { return e.device.trust }},
	{"Multifactor authentication result", event.detail},
	{"Multifactor authentication auth method", func(e event) string { method, _ := e.secondMethod(); return method }},
	{"Multifactor authentication auth detail", func(e event) string { _, detail := e.secondMethod(); return detail }},
	{"Authentication requirement", event.requirement},
	{"Sign-in identifier", event.identifier},
	{"Session ID", func(e event) string { return e.session }},
	{"IP address (seen by resource)", event.resourceAddress},
	{"Through Global Secure Access", func(e event) string { return e.answer(e.secureAccess() != "") }},
	{"Global Secure Access IP address", event.secureAccess},
	{"Autonomous system  number", func(e event) string { return strconv.Itoa(e.place.network) }},
	{"Flagged for review", func(e event) string { return e.answer(e.flagged()) }},
	{"Token issuer type", func(event) string { return "AzureAD" }},
	{"Incoming token type", event.tokenTypeText},
	{"Token issuer name", empty},
	{"Latency", func(e event) string { return strconv.Itoa(e.latency) }},
	{"Conditional Access", event.conditionalAccessText},
	{"Managed Identity type", func(event) string { return "none" }},
	{"Associated Resource Id", empty},
	{"Federated Token Id", empty},
	{"Federated Token Issuer", empty},
})

// targetColumns are those of both, of what was signed in to and from where.
var targetColumns = []column{
	{"Application", func(e event) string { return e.client.name }},
	{"Application ID ", func(e event) string { return e.client.id }},
	{"App owner tenant ID", func(e event) string { return e.client.owner }},
	{"Resource", func(e event) string { return e.resource.name }},
	{"Resource ID ", func(e event) string { return e.resource.id }},
	{"Resource tenant ID", func(e event) string { return e.resourceTenant }},
	{"Resource owner tenant ID", func(e event) string { return e.resource.owner }},
	{"Home tenant ID", func(e event) string { return e.homeTenant }},
	{"Home tenant name", empty},
	{"IP address", func(e event) string { return e.address }},
	{"Location", event.location},
}

// applicationColumns are the 22 columns seen in December 2025.
var applicationColumns = slices.Concat([]column{
	{"Date (UTC)", event.date},
	{"Request ID", func(e event) string { return e.id }},
	{"Correlation ID", func(e event) string { return e.correlation }},
	{"Service principal ID", func(e event) string { return e.actor.objectID }},
	{"Service principal name", func(e event) string { return e.actor.name }},
	{"Credential key ID", func(e event) string { return e.actor.keyID }},
	{"Credential thumbprint", func(e event) string { return e.actor.thumbprint }},
}, targetColumns, []column{
	{"Status", func(e event) string { return title(e.code.status()) }},
	{"Sign-in error code", event.codeOrBlank},
	{"Failure reason", func(e event) string { return e.code.reason }},
	{"Conditional Access", event.conditionalAccessText},
})

func empty(event) string { return "" }

func (e event) date() string { return e.at.Format(time.RFC3339) }

// title is an ASCII word with a capital.
func title(word string) string { return strings.ToUpper(word[:1]) + word[1:] }

// guardedToken is the token identifier with the apostrophe the exporter puts
// before what a spreadsheet would take for a formula.
func (e event) guardedToken() string {
	id := tokenID(e.id)
	if strings.HasPrefix(id, "-") {
		return "'" + id
	}
	return id
}

// location is "City, State, CC"; unknown parts are empty, and managed
// identities have none at all.
func (e event) location() string {
	if e.kind == managedIdentity {
		return ""
	}
	return e.place.city + ", " + e.place.state + ", " + e.place.country
}

// codeOrBlank leaves out code 0 in every other row.
func (e event) codeOrBlank() string {
	if e.code.number == 0 && e.every(2, 1) {
		return ""
	}
	return strconv.Itoa(e.code.number)
}

// answer is Yes or No in one sheet, true or false in the other: both forms
// are read in the field.
func (e event) answer(b bool) string {
	switch {
	case e.kind == nonInteractiveUser:
		return strconv.FormatBool(b)
	case b:
		return "Yes"
	default:
		return "No"
	}
}

func (e event) ifSeen(text string) string {
	if e.device.seen {
		return text
	}
	return ""
}

func (e event) tokenTypeText() string {
	return map[string]string{
		"none":                "None",
		"primaryRefreshToken": "Primary refresh token",
		"refreshToken":        "Refresh token",
	}[e.tokenType()]
}

func (e event) conditionalAccessText() string {
	return map[string]string{
		"success":    "Success",
		"failure":    "Failure",
		"notApplied": "Not Applied",
	}[e.conditionalAccess()]
}
