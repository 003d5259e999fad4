package codes

import (
	"slices"
	"strconv"
	"sync"
	"testing"

	"signins/schema"
)

const (
	homeTenant  = "11111111-aaaa-4aaa-8aaa-aaaaaaaaaaaa"
	otherTenant = "22222222-bbbb-4bbb-8bbb-bbbbbbbbbbbb"
	zeroID      = "00000000-0000-0000-0000-000000000000"
)

// representative rows, each with all that annotating must say of it.
var representative = []struct {
	name     string
	record   row
	want     row
	warnings schema.Tally
}{
	{
		name: "granted in its own tenant",
		record: row{
			schema.CreatedAt: 1, schema.SourceCategory: "SignInLogs", schema.UserID: "u", schema.IsInteractive: true,
			schema.ErrorCode: 0, schema.CrossTenantAccessType: "none", schema.TenantID: homeTenant,
			schema.HomeTenantID: homeTenant, schema.ResourceTenantID: homeTenant,
			schema.AuthenticationProcessingDetails: `[{"key":"Is CAE Token","value":"True"}]`,
		},
		want: row{
			schema.SignInCategory: "interactive_user", schema.CategoryBasis: "category", schema.SignInCount: 1, schema.RowKind: "event",
			schema.SignInStatus: "success", schema.StatusBasis: "code0",
			schema.ErrorMeaning: "Sign-in succeeded.", schema.ErrorRemediation: toDo(0), schema.ErrorKnown: true,
			schema.IsPassthrough: false, schema.AccessVerdict: "granted", schema.IsCrossTenant: false, schema.IsCAEToken: true,
		},
	},
	{
		name: "denied",
		record: row{
			schema.CreatedAt: 1, schema.SignInEventTypes: []string{"nonInteractiveUser"}, schema.UserID: "u", schema.IsInteractive: false,
			schema.ErrorCode: 50126, schema.CrossTenantAccessType: null{}, schema.HomeTenantID: homeTenant, schema.ResourceTenantID: homeTenant,
			schema.AuthenticationProcessingDetails: `[{"key":"Is CAE Token","value":"False"}]`,
		},
		want: row{
			schema.SignInCategory: "non_interactive_user", schema.CategoryBasis: "event_types", schema.SignInCount: 1, schema.RowKind: "event",
			schema.SignInStatus: "failure", schema.StatusBasis: "failure_default",
			schema.ErrorName: "InvalidUserNameOrPassword", schema.ErrorCategory: "credentials", schema.ErrorMeaning: "The username or password was wrong.", schema.ErrorRemediation: toDo(50126),
			schema.ErrorTags: []string{"password_spray", "brute_force"}, schema.ErrorKnown: true,
			schema.IsPassthrough: false, schema.AccessVerdict: "denied", schema.IsCrossTenant: false, schema.IsCAEToken: false,
		},
	},
	{
		name: "interrupted guest",
		record: row{
			schema.CreatedAt: 1, schema.UserID: "u", schema.IsInteractive: true, schema.ErrorCode: 50140, schema.CrossTenantAccessType: "b2bCollaboration",
			schema.TenantID: otherTenant, schema.HomeTenantID: homeTenant, schema.ResourceTenantID: otherTenant,
			schema.AuthenticationProcessingDetails: `[{"key":"Legacy TLS","value":"False"}]`,
		},
		want: row{
			schema.SignInCategory: "interactive_user", schema.CategoryBasis: "is_interactive", schema.SignInCount: 1, schema.RowKind: "event",
			schema.SignInStatus: "interrupted", schema.StatusBasis: "ms_workbook_interrupt",
			schema.ErrorName: "KmsiInterrupt", schema.ErrorCategory: "user_action", schema.ErrorMeaning: "The stay-signed-in page was shown.", schema.ErrorRemediation: toDo(50140), schema.ErrorKnown: true,
			schema.IsPassthrough: false, schema.AccessVerdict: "interrupted", schema.IsCrossTenant: true, schema.CrossTenantDirection: "inbound",
		},
	},
	{
		name: "passthrough with code 0",
		record: row{
			schema.CreatedAt: 1, schema.SourceCategory: "NonInteractiveUserSignInLogs", schema.UserID: "u", schema.ErrorCode: 0,
			schema.CrossTenantAccessType: "b2bCollaboration,passthrough", schema.TenantID: homeTenant,
			schema.HomeTenantID: homeTenant, schema.ResourceTenantID: otherTenant,
		},
		want: row{
			schema.SignInCategory: "non_interactive_user", schema.CategoryBasis: "category", schema.SignInCount: 1, schema.RowKind: "event",
			schema.SignInStatus: "success", schema.StatusBasis: "code0",
			schema.ErrorMeaning: "Sign-in succeeded.", schema.ErrorRemediation: toDo(0), schema.ErrorKnown: true,
			schema.IsPassthrough: true, schema.PassthroughBasis: "declared", schema.AccessVerdict: "passthrough",
			schema.IsCrossTenant: true, schema.CrossTenantDirection: "outbound",
		},
	},
	{
		name: "hidden access type with code 0",
		record: row{
			schema.CreatedAt: 1, schema.SignInEventTypes: []string{"interactiveUser"}, schema.UserID: "u", schema.ErrorCode: 0,
			schema.CrossTenantAccessType: "unknownFutureValue", schema.HomeTenantID: homeTenant, schema.ResourceTenantID: otherTenant,
		},
		want: row{
			schema.SignInCategory: "interactive_user", schema.CategoryBasis: "event_types", schema.SignInCount: 1, schema.RowKind: "event",
			schema.SignInStatus: "success", schema.StatusBasis: "code0",
			schema.ErrorMeaning: "Sign-in succeeded.", schema.ErrorRemediation: toDo(0), schema.ErrorKnown: true,
			schema.PassthroughBasis: "inferred_unknown_future_value", schema.IsCrossTenant: true,
		},
		warnings: schema.Tally{schema.PassthroughHidden: 1},
	},
	{
		name: "unknown code of a service principal",
		record: row{
			schema.CreatedAt: 1, schema.ServicePrincipalID: "sp", schema.UserID: null{}, schema.UserPrincipalName: null{}, schema.ErrorCode: 501260,
		},
		want: row{
			schema.SignInCategory: "service_principal", schema.CategoryBasis: "ids", schema.SignInCount: 1, schema.RowKind: "event",
			schema.SignInStatus: "failure", schema.StatusBasis: "failure_default", schema.ErrorKnown: false, schema.AccessVerdict: "denied",
		},
		warnings: schema.Tally{schema.UnknownErrorCode: 1},
	},
	{
		name: "Microsoft's own service principal without a code",
		record: row{
			schema.CreatedAt: 1, schema.SourceCategory: "MicrosoftServicePrincipalSignInLogs", schema.ServicePrincipalID: "sp", schema.ResultSignature: "SUCCESS",
		},
		want: row{
			schema.SignInCategory: "microsoft_service_principal", schema.CategoryBasis: "category", schema.SignInCount: 1, schema.RowKind: "event",
			schema.SignInStatus: "success", schema.StatusBasis: "result_signature", schema.AccessVerdict: "granted",
		},
	},
	{
		name: "no code",
		record: row{
			schema.CreatedAt: 1, schema.ManagedIdentityType: "systemAssigned", schema.ServicePrincipalID: "sp",
			schema.ResultTypeRaw: "CmsiInterrupt", schema.SignInStatus: null{}, schema.AuthenticationProcessingDetails: null{},
		},
		want: row{
			schema.SignInCategory: "managed_identity", schema.CategoryBasis: "managed_identity", schema.SignInCount: 1, schema.RowKind: "event",
		},
	},
	{
		name:     "nothing at all",
		record:   row{},
		want:     row{schema.SignInCategory: "unknown", schema.SignInCount: 1, schema.RowKind: "event"},
		warnings: schema.Tally{schema.UnknownCategory: 1, schema.NoEventTime: 1},
	},
	{
		name: "summary",
		record: row{
			schema.SignInCount: 12, schema.SignInEventTypes: []string{"servicePrincipal"}, schema.ErrorCode: 0,
		},
		want: row{
			schema.SignInCategory: "service_principal", schema.CategoryBasis: "event_types", schema.SignInCount: 12, schema.RowKind: "summary",
			schema.SignInStatus: "success", schema.StatusBasis: "code0",
			schema.ErrorMeaning: "Sign-in succeeded.", schema.ErrorRemediation: toDo(0), schema.ErrorKnown: true, schema.AccessVerdict: "granted",
		},
	},
}

func TestAnnotate(t *testing.T) {
	t.Parallel()
	for _, test := range representative {
		t.Run(test.name, func(t *testing.T) {
			b := batch(test.record)
			Embedded().Annotate(b)
			checkRow(t, test.name, b, 0, test.want)
			checkWarnings(t, test.name, b, test.warnings)
		})
	}
}

// Rows do not influence each other, in any order.
func TestAnnotateTogether(t *testing.T) {
	t.Parallel()
	for _, backward := range []bool{false, true} {
		var records []row
		var order []int
		for range 2 {
			for i := range representative {
				if backward {
					i = len(representative) - 1 - i
				}
				order = append(order, i)
				records = append(records, representative[i].record)
			}
		}
		b, warnings := batch(records...), schema.Tally{}
		Embedded().Annotate(b)
		for i, number := range order {
			test := representative[number]
			checkRow(t, test.name+" in row "+strconv.Itoa(i), b, i, test.want)
			for code, n := range test.warnings {
				warnings.Add(code, n)
			}
		}
		checkWarnings(t, "together", b, warnings)
	}
}

// Annotating changes no other column, and afterwards every column
// is empty or as long as the batch.
func TestAnnotateKeepsTheRest(t *testing.T) {
	t.Parallel()
	var records []row
	for _, test := range representative {
		records = append(records, test.record)
	}
	b, before := batch(records...), batch(records...)
	Embedded().Annotate(b)
	for id := range b.Columns {
		v, old := &b.Columns[id], &before.Columns[id]
		for _, n := range []int{len(v.Codes), len(v.Nums), len(v.Valid)} {
			if n != 0 && n != b.Len {
				t.Errorf("%s has %d of %d rows", schema.Columns[id].Name, n, b.Len)
			}
		}
		if slices.Contains(derived, schema.ColumnID(id)) {
			continue
		}
		for i := range b.Len {
			n, ok := v.Num(i)
			oldN, oldOK := old.Num(i)
			if v.Code(i) != old.Code(i) || string(v.Value(i)) != string(old.Value(i)) || n != oldN || ok != oldOK {
				t.Errorf("%s of row %d changed", schema.Columns[id].Name, i)
			}
		}
	}
}

// One table serves several goroutines, each with a batch of its own.
func TestAnnotateInParallel(t *testing.T) {
	t.Parallel()
	var all sync.WaitGroup
	for range 4 {
		all.Go(func() {
			for _, test := range representative {
				b := batch(test.record)
				Embedded().Annotate(b)
				checkRow(t, test.name, b, 0, test.want)
			}
		})
	}
	all.Wait()
}

func TestAnnotateNoRows(t *testing.T) {
	t.Parallel()
	for _, b := range []*schema.Batch{{}, batch()} {
		Embedded().Annotate(b)
		checkWarnings(t, "no rows", b, nil)
		for id := range b.Columns {
			if v := &b.Columns[id]; len(v.Codes)+len(v.Nums)+len(v.Valid) != 0 {
				t.Errorf("%s has rows", schema.Columns[id].Name)
			}
		}
	}
}

// toDo returns the remediation of a code, which the table must have.
func toDo(number int32) string {
	remediation := Embedded().Lookup(number).Remediation
	if remediation == "" {
		panic("no remediation")
	}
	return remediation
}
