package codes

import (
	"slices"
	"testing"

	"signins/schema"
)

// decision is what the rules make of traits.
type decision struct {
	category, basis string
	conflict        bool
}

func checkCategory(t *testing.T, name string, given traits, want decision) {
	t.Helper()
	if c, basis, conflict := category(given); (decision{c, basis, conflict}) != want {
		t.Errorf("%s: %s by %q, conflict %t, want %s by %q, conflict %t", name, c, basis, conflict, want.category, want.basis, want.conflict)
	}
}

// Each rule on its own.
func TestCategoryRules(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name   string
		traits traits
		want   decision
	}{
		{"nothing", traits{}, decision{"unknown", "", false}},

		{"log", traits{logCategory: "SignInLogs"}, decision{"interactive_user", "category", false}},
		{"log of 2018", traits{logCategory: "SignIn"}, decision{"interactive_user", "category", false}},
		{"table", traits{logCategory: "SigninLogs"}, decision{"interactive_user", "table", false}},
		{"table", traits{logCategory: "AADNonInteractiveUserSignInLogs"}, decision{"non_interactive_user", "table", false}},
		{"table", traits{logCategory: "AADManagedIdentitySignInLogs_CL"}, decision{"managed_identity", "table", false}},
		{"columns", traits{user: true, fromColumns: "non_interactive_user"}, decision{"non_interactive_user", "is_interactive", false}},
		{"columns of no user", traits{fromColumns: "non_interactive_user"}, decision{"unknown", "", false}},
		{"table and columns", traits{logCategory: "SigninLogs", user: true, fromColumns: "interactive_user"}, decision{"interactive_user", "table", false}},
		{"log in capitals", traits{logCategory: "SIGNINLOGS"}, decision{"interactive_user", "category", false}},
		{"log", traits{logCategory: "NonInteractiveUserSignInLogs"}, decision{"non_interactive_user", "category", false}},
		{"log in small letters", traits{logCategory: "noninteractiveusersigninlogs"}, decision{"non_interactive_user", "category", false}},
		{"log", traits{logCategory: "ServicePrincipalSignInLogs"}, decision{"service_principal", "category", false}},
		{"log", traits{logCategory: "ManagedIdentitySignInLogs"}, decision{"managed_identity", "category", false}},
		{"log", traits{logCategory: "ADFSSignInLogs"}, decision{"adfs", "category", false}},
		{"log", traits{logCategory: "MicrosoftServicePrincipalSignInLogs"}, decision{"microsoft_service_principal", "category", false}},
		{"other log", traits{logCategory: "AuditLogs"}, decision{"unknown", "", false}},
		{"longer log", traits{logCategory: "SignInLogsV2"}, decision{"unknown", "", false}},

		{"event", traits{eventTypes: []string{"interactiveUser"}}, decision{"interactive_user", "event_types", false}},
		{"event", traits{eventTypes: []string{"nonInteractiveUser"}}, decision{"non_interactive_user", "event_types", false}},
		{"event", traits{eventTypes: []string{"servicePrincipal"}}, decision{"service_principal", "event_types", false}},
		{"event in capitals", traits{eventTypes: []string{"MANAGEDIDENTITY"}}, decision{"managed_identity", "event_types", false}},
		{"event that tells nothing", traits{eventTypes: []string{"continuousAccessEvaluation", ""}}, decision{"unknown", "", false}},
		{"among others", traits{eventTypes: []string{"refreshToken", "nonInteractiveUser"}}, decision{"non_interactive_user", "event_types", false}},

		{"managed identity", traits{managedIdentity: true}, decision{"managed_identity", "managed_identity", false}},

		{"principal", traits{principal: true}, decision{"service_principal", "ids", false}},
		{"principal beside a user", traits{principal: true, user: true}, decision{"unknown", "", false}},
		{"user alone", traits{user: true}, decision{"unknown", "", false}},

		{"interactive", traits{user: true, interactive: yes}, decision{"interactive_user", "is_interactive", false}},
		{"not interactive", traits{user: true, interactive: no}, decision{"non_interactive_user", "is_interactive", false}},
		{"not interactive principal", traits{principal: true, interactive: no}, decision{"service_principal", "ids", false}},

		{"file", traits{fromName: schema.NonInteractiveUser}, decision{"non_interactive_user", "file_name", false}},
		{"user's word", traits{fromFlag: schema.ADFS}, decision{"adfs", "user_flag", false}},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			checkCategory(t, test.name, test.traits, test.want)
		})
	}
}

// The strongest event decides, in any order.
func TestCategoryOfSeveralEvents(t *testing.T) {
	t.Parallel()
	events := []string{"managedIdentity", "servicePrincipal", "nonInteractiveUser", "interactiveUser"}
	want := []string{"managed_identity", "service_principal", "non_interactive_user", "interactive_user"}
	for i := range events {
		backward := slices.Clone(events[i:])
		slices.Reverse(backward)
		for _, list := range [][]string{events[i:], backward} {
			checkCategory(t, list[0]+"...", traits{eventTypes: list}, decision{want[i], "event_types", false})
		}
	}
}

// Every rule has precedence over all later ones, and reports that they disagree; only
// the user's flag, given for undecided records, is no contradiction.
func TestCategoryPrecedence(t *testing.T) {
	t.Parallel()
	all := traits{
		logCategory: "ADFSSignInLogs", eventTypes: []string{"servicePrincipal"}, managedIdentity: true,
		user: true, interactive: yes, fromName: schema.NonInteractiveUser, fromFlag: schema.MicrosoftServicePrincipal,
	}
	checkCategory(t, "all", all, decision{"adfs", "category", true})
	all.logCategory = ""
	checkCategory(t, "without log", all, decision{"service_principal", "event_types", true})
	all.eventTypes = nil
	checkCategory(t, "without event", all, decision{"managed_identity", "managed_identity", true})
	all.managedIdentity = false
	checkCategory(t, "without identity", all, decision{"interactive_user", "is_interactive", true})
	all.interactive = unknown
	checkCategory(t, "without interactive", all, decision{"non_interactive_user", "file_name", false})
	all.fromName = ""
	checkCategory(t, "without name", all, decision{"microsoft_service_principal", "user_flag", false})
}

func TestCategoryConflicts(t *testing.T) {
	t.Parallel()
	user := traits{user: true}
	with := func(t traits, change func(*traits)) traits {
		change(&t)
		return t
	}
	tests := []struct {
		name   string
		traits traits
		want   decision
	}{
		{"log against flag", with(user, func(t *traits) { t.logCategory, t.interactive = "SignInLogs", no }), decision{"interactive_user", "category", true}},
		{"log and flag", with(user, func(t *traits) { t.logCategory, t.interactive = "SignInLogs", yes }), decision{"interactive_user", "category", false}},
		{"event against flag", with(user, func(t *traits) { t.eventTypes, t.interactive = []string{"nonInteractiveUser"}, yes }), decision{"non_interactive_user", "event_types", true}},
		{"log against event", traits{logCategory: "SignInLogs", eventTypes: []string{"nonInteractiveUser"}}, decision{"interactive_user", "category", true}},
		{"log against name", traits{logCategory: "SignInLogs", fromName: schema.NonInteractiveUser}, decision{"interactive_user", "category", true}},
		{"log against the user's word", traits{logCategory: "SignInLogs", fromFlag: schema.NonInteractiveUser}, decision{"interactive_user", "category", false}},
		{"identity against name", traits{managedIdentity: true, fromName: schema.ServicePrincipal}, decision{"managed_identity", "managed_identity", true}},
		{"identity against log", traits{logCategory: "ServicePrincipalSignInLogs", managedIdentity: true}, decision{"service_principal", "category", true}},
		{"flag against name", with(user, func(t *traits) { t.interactive, t.fromName = no, schema.InteractiveUser }), decision{"non_interactive_user", "is_interactive", true}},

		{"ids of a managed identity", traits{logCategory: "ManagedIdentitySignInLogs", principal: true, managedIdentity: true, fromName: schema.ManagedIdentity}, decision{"managed_identity", "category", false}},
		{"ids of Microsoft's own", traits{logCategory: "MicrosoftServicePrincipalSignInLogs", principal: true}, decision{"microsoft_service_principal", "category", false}},
		{"events of Microsoft's own", traits{logCategory: "MicrosoftServicePrincipalSignInLogs", eventTypes: []string{"servicePrincipal"}, principal: true}, decision{"microsoft_service_principal", "category", false}},
		{"events against the name of Microsoft's own", traits{eventTypes: []string{"servicePrincipal"}, principal: true, fromName: schema.MicrosoftServicePrincipal}, decision{"service_principal", "event_types", false}},
		{"Microsoft's own against an event of users", traits{logCategory: "MicrosoftServicePrincipalSignInLogs", eventTypes: []string{"nonInteractiveUser"}}, decision{"microsoft_service_principal", "category", true}},
		{"Microsoft's own against an identity", traits{logCategory: "MicrosoftServicePrincipalSignInLogs", managedIdentity: true}, decision{"microsoft_service_principal", "category", true}},
		{"event of an identity against the name of Microsoft's own", traits{eventTypes: []string{"managedIdentity"}, fromName: schema.MicrosoftServicePrincipal}, decision{"managed_identity", "event_types", true}},
		{"ids against a user log", traits{logCategory: "SignInLogs", principal: true}, decision{"interactive_user", "category", true}},
		{"users of ADFS", with(user, func(t *traits) { t.logCategory, t.interactive = "ADFSSignInLogs", no }), decision{"adfs", "category", false}},
		{"events of ADFS", traits{logCategory: "ADFSSignInLogs", eventTypes: []string{"interactiveUser"}, fromName: schema.ADFS}, decision{"adfs", "category", false}},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			checkCategory(t, test.name, test.traits, test.want)
		})
	}
}

// Service principals and managed identities have the same columns in the portal's
// CSV: the ids show that it is one of them, the file name which.
func TestCategoryOfPrincipals(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name         string
		named, given string
		want         decision
	}{
		{"nothing more", "", "", decision{"service_principal", "ids", false}},
		{"MSISignIns", schema.ManagedIdentity, "", decision{"managed_identity", "file_name", false}},
		{"Microsoft's own", schema.MicrosoftServicePrincipal, "", decision{"microsoft_service_principal", "file_name", false}},
		{"the user's word", "", schema.ManagedIdentity, decision{"managed_identity", "user_flag", false}},
		{"name before the user's word", schema.ManagedIdentity, schema.ServicePrincipal, decision{"managed_identity", "file_name", false}},
		{"ApplicationSignIns", schema.ServicePrincipal, "", decision{"service_principal", "ids", false}},
		{"ApplicationSignIns before the user's word", schema.ServicePrincipal, schema.ManagedIdentity, decision{"service_principal", "ids", false}},
		{"user's word of service principals", "", schema.ServicePrincipal, decision{"service_principal", "ids", false}},
		{"user's word beside a name of users", schema.InteractiveUser, schema.ManagedIdentity, decision{"managed_identity", "user_flag", true}},
		{"name of users", schema.InteractiveUser, "", decision{"service_principal", "ids", true}},
		{"user's word of users", "", schema.InteractiveUser, decision{"service_principal", "ids", false}},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			checkCategory(t, test.name, traits{principal: true, fromName: test.named, fromFlag: test.given}, test.want)
		})
	}
}
