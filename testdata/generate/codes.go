package main

// A kind is the class of a sign-in. Kinds are bits, so that a code can name
// all it occurs with.
type kind int

const (
	interactiveUser kind = 1 << iota
	nonInteractiveUser
	servicePrincipal
	managedIdentity

	anyUser   = interactiveUser | nonInteractiveUser
	anyClient = servicePrincipal | managedIdentity
)

func (k kind) isUser() bool { return k&anyUser != 0 }

// category is the word expected.csv uses.
func (k kind) category() string {
	return map[kind]string{
		interactiveUser:    "interactive_user",
		nonInteractiveUser: "non_interactive_user",
		servicePrincipal:   "service_principal",
		managedIdentity:    "managed_identity",
	}[k]
}

// eventType is Graph's word.
func (k kind) eventType() string {
	return map[kind]string{
		interactiveUser:    "interactiveUser",
		nonInteractiveUser: "nonInteractiveUser",
		servicePrincipal:   "servicePrincipal",
		managedIdentity:    "managedIdentity",
	}[k]
}

// logCategory is the word of the diagnostic settings.
func (k kind) logCategory() string {
	return map[kind]string{
		interactiveUser:    "SignInLogs",
		nonInteractiveUser: "NonInteractiveUserSignInLogs",
		servicePrincipal:   "ServicePrincipalSignInLogs",
		managedIdentity:    "ManagedIdentitySignInLogs",
	}[k]
}

// The three outcomes of the portal.
const (
	success     = "success"
	interrupted = "interrupted"
	failure     = "failure"
)

// interrupts are the codes counted as an interruption: first the list of
// Microsoft's sign-in workbook, then the codes Microsoft's own name or text
// calls an interrupt, an intermediate step or not an error. Any other code
// but 0 is a failure.
var interrupts = map[int]bool{
	16000: true, 16001: true, 16003: true, 50055: true, 50058: true,
	50059: true, 50072: true, 50074: true, 50125: true, 50127: true,
	50129: true, 50140: true, 50143: true, 50144: true, 51006: true,
	52004: true, 65001: true, 81010: true, 81012: true, 81014: true,

	50019: true, 50097: true, 50158: true, 50168: true, 50199: true,
	50201: true, 50207: true, 51005: true, 70016: true, 90043: true,
	90095: true, 90500: true, 500581: true, 501314: true,
	1000000: true, 1000002: true,
}

// A code is the result of a sign-in.
type code struct {
	number int
	reason string // the failure reason the log gives
	detail string // additional details, mostly empty
	kinds  kind   // where it occurs
	weight int    // how often, against the others of its kind
}

func (c code) status() string {
	switch {
	case c.number == 0:
		return success
	case interrupts[c.number]:
		return interrupted
	default:
		return failure
	}
}

// granted is code 0. "Other." is what the portal and Graph put there.
var granted = code{0, "Other.", "", anyUser | anyClient, 600}

const satisfied = "MFA requirement satisfied by claim in the token"

// codes holds every result that occurs besides 0. 9999991 and 5012600 mean
// nothing: they stand for codes that nobody has described yet.
var codes = []code{
	{16000, "More than one account is signed in and none was chosen.", "", interactiveUser, 6},
	{50001, "The resource '{resourceName}' is disabled or missing in the tenant '{tenantName}'.", "", anyUser | servicePrincipal, 3},
	{50034, "The account is not present in this directory. To sign in, it must be added first.", "", interactiveUser, 10},
	{50055, "The password has expired.", "The user was asked for a new password", interactiveUser, 5},
	{50056, "The password is invalid or missing from the store.", "", interactiveUser, 3},
	{50057, "The account is disabled.", "", anyUser, 5},
	{50058, "Nobody is signed in, so a silent sign-in is not possible.", "", anyUser, 14},
	{50072, "The user has to register for multifactor authentication.", "User needs to register for MFA", interactiveUser, 6},
	{50074, "Strong authentication is required.", "MFA required in Azure AD", anyUser, 16},
	{50076, "Multifactor authentication is required since the administrator changed a setting or the place is new.", "", anyUser, 10},
	{50079, "Enrolment in multifactor authentication is required.", "", anyUser, 4},
	{50097, "Device authentication is required.", "", anyUser, 6},
	{50126, "Wrong user name or password.", "", anyUser, 24},
	{50131, "A conditional access policy refused the device or the request.", "", anyUser, 3},
	{50135, "The account is at risk and its password has to be changed.", "", anyUser, 2},
	{50140, "The page 'Stay signed in?' was shown.", "", interactiveUser, 18},
	{50158, "An external security challenge is not satisfied yet.", "", anyUser, 5},
	{50173, "The grant was revoked; a fresh sign-in is needed.", "", nonInteractiveUser, 8},
	{50199, "For the sake of security the user has to confirm the application.", "", interactiveUser, 4},
	{51004, "The account {EUII Hidden} is not present in the directory '{tenantName}'.", "", anyUser, 2},
	{53003, "Conditional access policies block the token.", "", anyUser | servicePrincipal, 8},
	{65001, "Neither the user nor an administrator has consented to the application '{appName}'.", "", anyUser, 5},
	{70044, "The last sign-in is older than the sign-in frequency policy allows.", "", anyUser, 10},
	{120000, "The current password given for the change is wrong.", "", interactiveUser, 2},
	{120002, "The new password is too weak.", "", interactiveUser, 2},
	{120020, "The password could not be changed.", "", interactiveUser, 2},
	{500121, "The strong authentication request failed.", "MFA denied; user declined the authentication", interactiveUser, 10},
	{700016, "The application '{appId}' was not found in the directory.", "", anyClient, 4},
	{7000215, "The client secret is wrong.", "", servicePrincipal, 12},
	{5012600, "Error 5012600.", "", anyUser | managedIdentity, 1},
	{9999991, "", "", anyUser | servicePrincipal, 1},
}

// Results of sign-ins to a tenant that does not know the user.
var (
	externalUserMFA    = code{90072, "The account '{user}' of the identity provider '{idp}' has to be added to the tenant '{tenantName}' as an external user first.", "", 0, 0}
	outboundBlocked    = code{500212, "The outbound access policy of the user's tenant does not allow this resource tenant.", "", 0, 0}
	mfaInterrupt       = code{50074, "Strong authentication is required.", "MFA required in Azure AD", 0, 0}
	blockedByPolicy    = code{53003, "Conditional access policies block the token.", "", 0, 0}
	passthroughResults = []code{granted, externalUserMFA, granted, outboundBlocked, granted, mfaInterrupt, granted, blockedByPolicy}
)

// codesOf returns the codes that occur with k, 0 left out.
func codesOf(k kind) []code {
	var of []code
	for _, c := range codes {
		if c.kinds&k != 0 {
			of = append(of, c)
		}
	}
	return of
}
