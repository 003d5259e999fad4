package codes

import (
	"strconv"
	"strings"

	"signins/schema"
)

// Values of sign_in_status.
const (
	success     = "success"
	interrupted = "interrupted"
	failure     = "failure"
)

// Values of status_basis. Microsoft's workbook counts some codes as pending user action
// (Azure/Azure-Sentinel, Workbooks/AzureActiveDirectorySignins.json); its own name or
// text calls others an interrupt, an intermediate step or not an error (Microsoft Learn,
// reference-error-codes, and the error lookup page).
const (
	basisPortal   = "portal_status"
	basisCode0    = "code0"
	basisWorkbook = "ms_workbook_interrupt"
	basisText     = "ms_text_interrupt"
	basisUser     = "user_codes"
	basisDefault  = "failure_default"
	basisSign     = "result_signature"
)

// status decides the status of a code and the rule that decided.
func (t *Table) status(code int32) (status, basis string) {
	c := t.byNumber[code]
	switch {
	case c != nil && c.decided:
		return c.Outcome, basisUser
	case code == 0:
		return success, basisCode0
	case c != nil && c.Interrupt != "":
		return interrupted, c.Interrupt
	}
	return failure, basisDefault
}

// signatureStatus decides the status by the signature of an envelope: success or
// failure, "" for any other. In the log of Microsoft's own service principals it is
// the only outcome. Other logs write FAILURE for interrupts too.
func signatureStatus(signature string) (status, basis string) {
	switch status = strings.ToLower(signature); status {
	case success, failure:
		return status, basisSign
	}
	return "", ""
}

// Values of passthrough_basis.
const (
	basisDeclared = "declared"
	basisHidden   = "inferred_unknown_future_value"
)

// tristate is true, false or unknown.
type tristate int8

const (
	unknown tristate = iota
	no
	yes
)

// Members of the flags enumeration signInAccessType, as Graph beta's CSDL
// numbers them.
const (
	unknownFutureBit = 16
	passthroughBit   = 32
)

// passthrough decides whether the access type of a record means that a token was
// issued without authorisation.
func passthrough(accessType string) (is tristate, basis string) {
	hidden := false
	for flag := range strings.SplitSeq(accessType, ",") {
		flag = foldFlag(flag)
		bits, _ := strconv.Atoi(flag) // some serializers write the number
		switch {
		case flag == "passthrough" || bits&passthroughBit != 0:
			return yes, basisDeclared
		case flag == "unknownfuturevalue" || bits&unknownFutureBit != 0:
			hidden = true
		}
	}
	if hidden {
		return unknown, basisHidden
	}
	return no, ""
}

var flagFolder = strings.NewReplacer(" ", "", "-", "", "_", "")

func foldFlag(flag string) string { return strings.ToLower(flagFolder.Replace(flag)) }

// verdict decides whether access was granted, "" where the record leaves it open.
func verdict(status string, is tristate, passthroughBasis string) string {
	switch {
	case is == yes:
		return "passthrough"
	case status == success && passthroughBasis == basisHidden:
		return ""
	case status == success:
		return "granted"
	case status == interrupted:
		return "interrupted"
	case status == failure:
		return "denied"
	}
	return ""
}

// crossTenant decides whether home and resource tenant differ, and which of
// them is the one whose log this is.
func crossTenant(home, resource, log, accessType string) (is tristate, direction string) {
	home, resource, log = tenant(home), tenant(resource), tenant(log)
	both := home != "" && resource != ""
	kind := foldFlag(accessType)
	switch {
	case both && !strings.EqualFold(home, resource), kind != "" && kind != "none":
		is = yes
	case both, kind == "none":
		is = no
	}
	if is != yes || log == "" {
		return is, ""
	}
	switch {
	case strings.EqualFold(home, log):
		return is, "outbound"
	case strings.EqualFold(resource, log):
		return is, "inbound"
	case both:
		return is, "other"
	}
	return is, ""
}

// tenant returns a tenant id, "" for the zero GUID, which means none.
func tenant(id string) string {
	if id == schema.ZeroGUID {
		return ""
	}
	return id
}

// Values of category_basis.
const (
	byCategory    = "category"
	byTable       = "table"
	byEventTypes  = "event_types"
	byIdentity    = "managed_identity"
	byIDs         = "ids"
	byInteractive = "is_interactive"
	byFileName    = "file_name"
	byUser        = "user_flag"
)

// traits are the values of a record that decide its category.
type traits struct {
	logCategory     string // category of the log
	eventTypes      []string
	managedIdentity bool
	user            bool // a user id or name
	principal       bool // a service principal id
	interactive     tristate
	// The categories that the columns of the table, the file name and the user
	// name, "" for none.
	fromColumns, fromName, fromFlag string
}

// logCategories are the categories of diagnostic logs, in lower case. SignIn
// is how SignInLogs was written in 2018.
var logCategories = map[string]string{
	"signinlogs":                          schema.InteractiveUser,
	"signin":                              schema.InteractiveUser,
	"noninteractiveusersigninlogs":        schema.NonInteractiveUser,
	"serviceprincipalsigninlogs":          schema.ServicePrincipal,
	"managedidentitysigninlogs":           schema.ManagedIdentity,
	"adfssigninlogs":                      schema.ADFS,
	"microsoftserviceprincipalsigninlogs": schema.MicrosoftServicePrincipal,
}

// logCategory decides by the category of the log, or by the name of the Log
// Analytics table, which some exports write in its place.
func logCategory(name string) (category, basis string) {
	lower := strings.TrimSuffix(strings.ToLower(name), "_cl")
	plain := strings.TrimPrefix(lower, "aad")
	if plain != lower || strings.HasPrefix(name, "Signin") {
		return logCategories[plain], byTable
	}
	return logCategories[plain], byCategory
}

// eventCategories are the values of signInEventTypes that name a category, strongest first.
var eventCategories = []struct{ event, category string }{
	{"managedIdentity", schema.ManagedIdentity},
	{"servicePrincipal", schema.ServicePrincipal},
	{"nonInteractiveUser", schema.NonInteractiveUser},
	{"interactiveUser", schema.InteractiveUser},
}

// category decides the category of a record by the first rule that applies. It
// reports a conflict if a later rule names another category.
func category(t traits) (category, basis string, conflict bool) {
	log, logBasis := logCategory(t.logCategory)
	rules := []struct{ category, basis string }{
		{log, logBasis},
		{t.eventCategory(), byEventTypes},
		{when(t.managedIdentity, schema.ManagedIdentity), byIdentity},
		{t.principalCategory(), byIDs},
		{t.userCategory(), byInteractive},
		{when(t.user, t.fromColumns), byInteractive},
		{t.fromName, byFileName},
		{t.fromFlag, byUser},
	}
	category, basis = schema.Unknown, ""
	for _, r := range rules {
		switch {
		case r.category == "":
		case basis == "":
			category, basis = r.category, r.basis
			if basis == byIDs {
				category, basis = t.refinePrincipal()
			}
		case r.basis != byUser && !agree(category, r.category, r.basis):
			conflict = true
		}
	}
	return category, basis, conflict
}

func when(condition bool, category string) string {
	if condition {
		return category
	}
	return ""
}

func (t traits) eventCategory() string {
	for _, c := range eventCategories {
		for _, event := range t.eventTypes {
			if strings.EqualFold(event, c.event) {
				return c.category
			}
		}
	}
	return ""
}

// principalCategory applies to records of an application without a user.
func (t traits) principalCategory() string {
	return when(!t.user && t.principal, schema.ServicePrincipal)
}

// refinePrincipal distinguishes managed identities from service principals, which
// have the same columns in the portal's CSV: there the file name decides.
func (t traits) refinePrincipal() (category, basis string) {
	switch {
	case t.fromName == schema.ServicePrincipal:
	case isPrincipal(t.fromName):
		return t.fromName, byFileName
	case t.fromFlag == schema.ServicePrincipal:
	case isPrincipal(t.fromFlag):
		return t.fromFlag, byUser
	}
	return schema.ServicePrincipal, byIDs
}

func isPrincipal(category string) bool {
	return category == schema.ServicePrincipal || category == schema.ManagedIdentity || category == schema.MicrosoftServicePrincipal
}

func (t traits) userCategory() string {
	switch {
	case !t.user || t.interactive == unknown:
		return ""
	case t.interactive == yes:
		return schema.InteractiveUser
	}
	return schema.NonInteractiveUser
}

// agree reports whether the category of a later rule is compatible: ids cannot
// distinguish principals, Graph has no word for Microsoft's own, and ADFS has
// users of both kinds.
func agree(category, later, laterBasis string) bool {
	return category == later ||
		laterBasis == byIDs && isPrincipal(category) ||
		isMicrosoft(category, later) || isMicrosoft(later, category) ||
		category == schema.ADFS && !isPrincipal(later)
}

func isMicrosoft(fine, coarse string) bool {
	return fine == schema.MicrosoftServicePrincipal && coarse == schema.ServicePrincipal
}
