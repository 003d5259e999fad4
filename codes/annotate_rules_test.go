package codes

import (
	"fmt"
	"strings"
	"testing"

	"signins/schema"
)

// A field that the format lacks, in a row or in all, leaves passthrough unknown; an empty
// field means that no other tenant was involved.
func TestAnnotateAbsentAccessType(t *testing.T) {
	t.Parallel()
	user := row{schema.CreatedAt: 1, schema.UserID: "u", schema.IsInteractive: true, schema.ErrorCode: 0}
	for name, test := range map[string]struct {
		rows     []row
		is       []any
		warnings schema.Tally
	}{
		"in some rows": {[]row{user, user.with(row{schema.CrossTenantAccessType: null{}}), user.with(row{schema.CrossTenantAccessType: "none"}), user},
			[]any{nil, false, false, nil}, schema.Tally{schema.PassthroughUnknown: 2}},
		"in all rows": {[]row{user, user.with(row{schema.ErrorCode: 50126}), {schema.CreatedAt: 1, schema.SourceCategory: "ServicePrincipalSignInLogs", schema.ErrorCode: 0}},
			[]any{nil, nil, nil}, schema.Tally{schema.PassthroughUnknown: 1}},
	} {
		t.Run(name, func(t *testing.T) {
			b := batch(test.rows...)
			Embedded().Annotate(b)
			for i, want := range test.is {
				if got := value(b, schema.IsPassthrough, i); got != want || value(b, schema.PassthroughBasis, i) != nil {
					t.Errorf("row %d: %v by %v, want %v", i, got, value(b, schema.PassthroughBasis, i), want)
				}
			}
			checkWarnings(t, name, b, test.warnings)
		})
	}
}

func TestAnnotatePortalStatus(t *testing.T) {
	t.Parallel()
	user := row{schema.CreatedAt: 1, schema.UserID: "u", schema.IsInteractive: true, schema.CrossTenantAccessType: "none"}
	tests := []struct {
		name           string
		said           any
		code           any
		status, basis  any
		verdict, known any
		disagrees      bool
	}{
		{"agree", "failure", 50126, "failure", "portal_status", "denied", true, false},
		{"agree on an interrupt", "interrupted", 50140, "interrupted", "portal_status", "interrupted", true, false},
		{"agree on success", "success", 0, "success", "portal_status", "granted", true, false},
		{"failure against an interrupt", "failure", 50140, "failure", "portal_status", "denied", true, true},
		{"interrupt against a failure", "interrupted", 50135, "interrupted", "portal_status", "interrupted", true, true},
		{"success against a failure", "success", 50126, "success", "portal_status", "granted", true, true},
		{"failure against 0", "failure", 0, "failure", "portal_status", "denied", true, true},
		{"unknown code", "interrupted", 9999999, "interrupted", "portal_status", "interrupted", false, true},
		{"no code", "failure", nil, "failure", "portal_status", "denied", nil, false},
		{"empty status", null{}, 50126, "failure", "failure_default", "denied", true, false},
		{"neither", null{}, nil, nil, nil, nil, nil, false},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			r := user.with(row{schema.SignInStatus: test.said})
			if test.code != nil {
				r[schema.ErrorCode] = test.code
			}
			b := batch(r)
			Embedded().Annotate(b)
			wants := row{schema.SignInStatus: test.status, schema.StatusBasis: test.basis, schema.AccessVerdict: test.verdict, schema.ErrorKnown: test.known}
			for id, want := range wants {
				if got := value(b, id, 0); got != want {
					t.Errorf("%s: %s = %v, want %v", test.name, schema.Columns[id].Name, got, want)
				}
			}
			if got := b.Warnings[schema.StatusDisagreement] == 1; got != test.disagrees {
				t.Errorf("%s: warnings %v", test.name, b.Warnings)
			}
		})
	}
}

// The signature of the envelope is the status in the log of Microsoft's own service
// principals, where there is no code; nowhere else.
func TestAnnotateResultSignature(t *testing.T) {
	t.Parallel()
	const own = "MicrosoftServicePrincipalSignInLogs"
	for _, test := range []struct {
		log, signature         string
		code                   any
		status, basis, verdict any
	}{
		{own, "SUCCESS", nil, "success", "result_signature", "granted"},
		{own, "FAILURE", nil, "failure", "result_signature", "denied"},
		{strings.ToLower(own), "Success", nil, "success", "result_signature", "granted"},
		{own, "None", nil, nil, nil, nil},
		{own, "interrupted", nil, nil, nil, nil},
		{own, "SUCCESS", 50126, "failure", "failure_default", "denied"},
		{own, "FAILURE", 0, "success", "code0", "granted"},
		{"SignInLogs", "FAILURE", nil, nil, nil, nil},
		{"NonInteractiveUserSignInLogs", "SUCCESS", nil, nil, nil, nil},
		{"ServicePrincipalSignInLogs", "SUCCESS", nil, nil, nil, nil},
		{"ManagedIdentitySignInLogs", "FAILURE", nil, nil, nil, nil},
		{"ADFSSignInLogs", "FAILURE", nil, nil, nil, nil},
	} {
		t.Run(test.log+" "+test.signature, func(t *testing.T) {
			r := row{schema.CreatedAt: 1, schema.SourceCategory: test.log, schema.ResultSignature: test.signature}
			if test.code != nil {
				r[schema.ErrorCode] = test.code
			}
			b := batch(r)
			Embedded().Annotate(b)
			for id, want := range map[schema.ColumnID]any{schema.SignInStatus: test.status, schema.StatusBasis: test.basis, schema.AccessVerdict: test.verdict} {
				if got := value(b, id, 0); got != want {
					t.Errorf("%s = %v, want %v", schema.Columns[id].Name, got, want)
				}
			}
		})
	}
}

// Each disagreeing row counts.
func TestAnnotateCountsDisagreements(t *testing.T) {
	t.Parallel()
	disagreeing := row{schema.CreatedAt: 1, schema.SourceCategory: "SignInLogs", schema.ErrorCode: 50140, schema.SignInStatus: "failure", schema.CrossTenantAccessType: "none"}
	agreeing := disagreeing.with(row{schema.SignInStatus: "interrupted"})
	b := batch(disagreeing, agreeing, disagreeing, disagreeing, agreeing)
	Embedded().Annotate(b)
	checkWarnings(t, "disagreements", b, schema.Tally{schema.StatusDisagreement: 3})
}

func TestAnnotateOwnTable(t *testing.T) {
	t.Parallel()
	table := with(t, "code,name,outcome,category,attack_relevance,meaning,remediation\n50140,,failure,,,,\n777,HouseRule,interrupted,house,\"risk ; x\",Ours.,Ask.\n")
	user := row{schema.CreatedAt: 1, schema.SourceCategory: "SignInLogs", schema.CrossTenantAccessType: "none"}
	b := batch(user.with(row{schema.ErrorCode: 50140}), user.with(row{schema.ErrorCode: 777}))
	table.Annotate(b)
	common := row{schema.SignInCategory: "interactive_user", schema.CategoryBasis: "category", schema.SignInCount: 1, schema.RowKind: "event",
		schema.StatusBasis: "user_codes", schema.ErrorKnown: true, schema.IsPassthrough: false, schema.IsCrossTenant: false}
	checkRow(t, "emptied", b, 0, common.with(row{schema.SignInStatus: "failure", schema.AccessVerdict: "denied"}))
	checkRow(t, "added", b, 1, common.with(row{schema.SignInStatus: "interrupted", schema.AccessVerdict: "interrupted",
		schema.ErrorName: "HouseRule", schema.ErrorCategory: "house", schema.ErrorTags: []string{"risk", "x"}, schema.ErrorMeaning: "Ours.", schema.ErrorRemediation: "Ask."}))
	checkWarnings(t, "own table", b, nil)

	b = batch(user.with(row{schema.ErrorCode: 50126}))
	with(t, "code,outcome\n50126,interrupted\n").Annotate(b)
	checkRow(t, "changed in its outcome", b, 0, common.with(row{schema.SignInStatus: "interrupted", schema.AccessVerdict: "interrupted",
		schema.ErrorName: "InvalidUserNameOrPassword", schema.ErrorCategory: "credentials", schema.ErrorMeaning: "The username or password was wrong.", schema.ErrorRemediation: toDo(50126),
		schema.ErrorTags: []string{"password_spray", "brute_force"}}))
}

// The zero GUID, written where there is no tenant, is not another tenant.
func TestAnnotateZeroTenant(t *testing.T) {
	t.Parallel()
	user := row{schema.CreatedAt: 1, schema.SourceCategory: "SignInLogs", schema.TenantID: homeTenant, schema.HomeTenantID: homeTenant, schema.ResourceTenantID: zeroID}
	b := batch(user, user.with(row{schema.CrossTenantAccessType: "none"}), user.with(row{schema.CrossTenantAccessType: "b2bCollaboration"}), user.with(row{schema.ResourceTenantID: otherTenant}))
	Embedded().Annotate(b)
	for i, want := range []struct{ is, direction any }{{nil, nil}, {false, nil}, {true, "outbound"}, {true, "outbound"}} {
		if is, direction := value(b, schema.IsCrossTenant, i), value(b, schema.CrossTenantDirection, i); is != want.is || direction != want.direction {
			t.Errorf("row %d: %v, %v, want %v, %v", i, is, direction, want.is, want.direction)
		}
	}
}

// Where a record has which trait decides the category.
func TestAnnotateCategory(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name            string
		record          row
		category, basis any
	}{
		{"principal", row{schema.ServicePrincipalID: "sp"}, "service_principal", "ids"},
		{"zero principal", row{schema.ServicePrincipalID: zeroID}, "unknown", nil},
		{"principal of a user", row{schema.ServicePrincipalID: "sp", schema.UserID: "u"}, "unknown", nil},
		{"principal of a named user", row{schema.ServicePrincipalID: "sp", schema.UserPrincipalName: "u@example.com"}, "unknown", nil},
		{"principal beside empty users", row{schema.ServicePrincipalID: "sp", schema.UserID: null{}, schema.UserPrincipalName: null{}, schema.IsInteractive: false}, "service_principal", "ids"},
		{"named user", row{schema.UserPrincipalName: "u@example.com", schema.IsInteractive: true}, "interactive_user", "is_interactive"},
		{"named user without an id", row{schema.UserPrincipalName: "u@example.com", schema.UserID: null{}, schema.IsInteractive: false}, "non_interactive_user", "is_interactive"},
		{"name alone", row{schema.UserPrincipalName: "u@example.com"}, "unknown", nil},
		{"user", row{schema.UserID: "u", schema.IsInteractive: false}, "non_interactive_user", "is_interactive"},
		{"no events", row{schema.SignInEventTypes: []string{}, schema.UserID: "u", schema.IsInteractive: true}, "interactive_user", "is_interactive"},
		{"empty events", row{schema.SignInEventTypes: null{}, schema.UserID: "u", schema.IsInteractive: true}, "interactive_user", "is_interactive"},
		{"several events", row{schema.SignInEventTypes: []string{"interactiveUser", "nonInteractiveUser"}}, "non_interactive_user", "event_types"},
		{"no identity", row{schema.ManagedIdentityType: "none", schema.ServicePrincipalID: "sp"}, "service_principal", "ids"},
		{"identity", row{schema.ManagedIdentityType: "userAssigned", schema.ServicePrincipalID: "sp"}, "managed_identity", "managed_identity"},
		{"credential of an identity", row{schema.ClientCredentialType: "managedIdentity", schema.ServicePrincipalID: "sp"}, "managed_identity", "managed_identity"},
		{"other credential", row{schema.ClientCredentialType: "clientSecret", schema.ServicePrincipalID: "sp"}, "service_principal", "ids"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			b := batch(test.record)
			Embedded().Annotate(b)
			category, basis := value(b, schema.SignInCategory, 0), value(b, schema.CategoryBasis, 0)
			if category != test.category || basis != test.basis {
				t.Errorf("%s: %v by %v, want %v by %v", test.name, category, basis, test.category, test.basis)
			}
			if got := b.Warnings[schema.UnknownCategory] == 1; got != (test.category == "unknown") {
				t.Errorf("%s: warnings %v", test.name, b.Warnings)
			}
		})
	}
}

// The file name and the user's flag decide if the record does not, and each record
// that contradicts the file name is counted.
func TestAnnotateCategoryOfSource(t *testing.T) {
	t.Parallel()
	portal := row{schema.CreatedAt: 1, schema.UserID: "u", schema.CrossTenantAccessType: null{}}
	log := portal.with(row{schema.SourceCategory: "SignInLogs"})
	b := batch(portal, portal, log, log, log)
	b.Source.CategoryFromName = schema.NonInteractiveUser
	Embedded().Annotate(b)
	for i, want := range []string{"non_interactive_user", "non_interactive_user", "interactive_user", "interactive_user", "interactive_user"} {
		if got := value(b, schema.SignInCategory, i); got != want {
			t.Errorf("row %d: %v, want %s", i, got, want)
		}
	}
	checkWarnings(t, "named", b, schema.Tally{schema.CategoryConflict: 3})

	b = batch(portal, log)
	b.Source.CategoryFromFlag = schema.NonInteractiveUser
	Embedded().Annotate(b)
	if got := value(b, schema.CategoryBasis, 0); got != "user_flag" {
		t.Errorf("basis %v, want user_flag", got)
	}
	checkWarnings(t, "given", b, nil)
}

// The portal's CSVs of applications have only ids; if several categories fit, the file
// name decides.
func TestAnnotateApplicationFiles(t *testing.T) {
	t.Parallel()
	for named, want := range map[string]string{
		schema.ManagedIdentity:           "managed_identity by file_name",
		schema.MicrosoftServicePrincipal: "microsoft_service_principal by file_name",
		schema.ServicePrincipal:          "service_principal by ids",
		"":                               "service_principal by ids",
	} {
		t.Run(named, func(t *testing.T) {
			b := batch(row{schema.CreatedAt: 1, schema.ServicePrincipalID: "sp", schema.ErrorCode: 0})
			b.Source.CategoryFromName = named
			Embedded().Annotate(b)
			if got := fmt.Sprint(value(b, schema.SignInCategory, 0), " by ", value(b, schema.CategoryBasis, 0)); got != want {
				t.Errorf("%q: %s, want %s", named, got, want)
			}
			checkWarnings(t, named, b, nil)
		})
	}
}

func TestAnnotateCounts(t *testing.T) {
	t.Parallel()
	event := row{schema.CreatedAt: 1, schema.SourceCategory: "SignInLogs"}
	b := batch(event, event.with(row{schema.SignInCount: 1}), event.with(row{schema.SignInCount: 40}), event)
	Embedded().Annotate(b)
	kinds, counts := []string{"event", "summary", "summary", "event"}, []int{1, 1, 40, 1}
	for i := range b.Len {
		if kind, count := value(b, schema.RowKind, i), value(b, schema.SignInCount, i); kind != kinds[i] || count != counts[i] {
			t.Errorf("row %d: %v of %v, want %s of %d", i, kind, count, kinds[i], counts[i])
		}
	}
	checkWarnings(t, "counts", b, nil)
}

// Rows without an event time are counted, but for summaries, which have none.
func TestAnnotateCountsMissingTimes(t *testing.T) {
	t.Parallel()
	timeless := row{schema.SourceCategory: "SignInLogs"}
	b := batch(timeless, timeless.with(row{schema.CreatedAt: 0}), timeless, timeless.with(row{schema.SignInCount: 3}))
	Embedded().Annotate(b)
	checkWarnings(t, "times", b, schema.Tally{schema.NoEventTime: 2})
}
