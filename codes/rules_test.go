package codes

import (
	"bytes"
	"fmt"
	"testing"

	"signins/schema"
)

// Independent copies of the two lists of interrupts.
var (
	listA = []int32{16000, 16001, 16003, 50055, 50058, 50059, 50072, 50074, 50125, 50127, 50129, 50140, 50143, 50144, 51006, 52004, 65001, 81010, 81012, 81014}
	listB = []int32{50019, 50097, 50158, 50168, 50199, 50201, 50207, 51005, 70016, 90043, 90095, 90500, 500581, 500741, 501314, 1000000, 1000002}
)

func TestStatusOfEveryCode(t *testing.T) {
	t.Parallel()
	type decision struct{ status, basis string }
	want := map[int32]decision{0: {"success", "code0"}}
	for _, code := range listA {
		want[code] = decision{"interrupted", "ms_workbook_interrupt"}
	}
	for _, code := range listB {
		want[code] = decision{"interrupted", "ms_text_interrupt"}
	}
	if len(want) != 1+len(listA)+len(listB) {
		t.Fatal("a code occurs twice")
	}
	table := Embedded()
	for code := int32(-2); code < 1_000_100; code++ {
		w, ok := want[code]
		if !ok {
			w = decision{"failure", "failure_default"}
		}
		if status, basis := table.status(code); status != w.status || basis != w.basis {
			t.Errorf("status(%d) = %s, %s, want %s, %s", code, status, basis, w.status, w.basis)
		}
	}
}

func TestPassthrough(t *testing.T) {
	t.Parallel()
	tests := []struct {
		accessType string
		is         tristate
		basis      string
	}{
		{"", no, ""},
		{"none", no, ""},
		{"b2bCollaboration", no, ""},
		{"b2bCollaboration,serviceProvider", no, ""},
		{"B2B collaboration", no, ""},
		{"brandNewValue", no, ""},
		{",", no, ""},
		{"9", no, ""},

		{"32", yes, "declared"},
		{"48", yes, "declared"},
		{"b2bCollaboration,32", yes, "declared"},
		{"17", unknown, "inferred_unknown_future_value"},
		{"passthrough", yes, "declared"},
		{"Passthrough", yes, "declared"},
		{"PASSTHROUGH", yes, "declared"},
		{"Pass through", yes, "declared"},
		{"Pass-through", yes, "declared"},
		{" passthrough ", yes, "declared"},
		{"b2bCollaboration,passthrough", yes, "declared"},
		{"passthrough, b2bDirectConnect", yes, "declared"},
		{"none,serviceProvider,passthrough", yes, "declared"},

		{"unknownFutureValue", unknown, "inferred_unknown_future_value"},
		{"UnknownFutureValue", unknown, "inferred_unknown_future_value"},
		{"unknown future value", unknown, "inferred_unknown_future_value"},
		{"b2bCollaboration,unknownFutureValue", unknown, "inferred_unknown_future_value"},
		{"unknownFutureValue,passthrough", yes, "declared"},
		{"passthrough,unknownFutureValue", yes, "declared"},

		{"Pass-through authentication", no, ""},
		{"passthroughs", no, ""},
		{"notpassthrough", no, ""},
		{"pass,through", no, ""},
		{"unknown", no, ""},
		{"unknownFutureValue2", no, ""},
	}
	for _, test := range tests {
		t.Run(test.accessType, func(t *testing.T) {
			if is, basis := passthrough(test.accessType); is != test.is || basis != test.basis {
				t.Errorf("passthrough(%q) = %d, %q, want %d, %q", test.accessType, is, basis, test.is, test.basis)
			}
		})
	}
}

func TestVerdict(t *testing.T) {
	t.Parallel()
	const declared, hidden = "declared", "inferred_unknown_future_value"
	tests := []struct {
		status string
		is     tristate
		basis  string
		want   string
	}{
		{"success", no, "", "granted"},
		{"success", unknown, "", "granted"},
		{"success", unknown, hidden, ""},
		{"success", yes, declared, "passthrough"},
		{"interrupted", no, "", "interrupted"},
		{"interrupted", unknown, "", "interrupted"},
		{"interrupted", unknown, hidden, "interrupted"},
		{"interrupted", yes, declared, "passthrough"},
		{"failure", no, "", "denied"},
		{"failure", unknown, "", "denied"},
		{"failure", unknown, hidden, "denied"},
		{"failure", yes, declared, "passthrough"},
		{"", no, "", ""},
		{"", unknown, "", ""},
		{"", unknown, hidden, ""},
		{"", yes, declared, "passthrough"},
	}
	for _, test := range tests {
		t.Run(fmt.Sprint(test.status, test.is, test.basis), func(t *testing.T) {
			if got := verdict(test.status, test.is, test.basis); got != test.want {
				t.Errorf("verdict(%q, %d, %q) = %q, want %q", test.status, test.is, test.basis, got, test.want)
			}
		})
	}
}

func TestDoubt(t *testing.T) {
	t.Parallel()
	const hidden = "inferred_unknown_future_value"
	tests := []struct {
		is                       tristate
		basis, verdict, category string
		want                     string
	}{
		{unknown, hidden, "", schema.InteractiveUser, schema.PassthroughHidden},
		{unknown, hidden, "denied", schema.InteractiveUser, schema.PassthroughHidden},
		{unknown, "", "granted", schema.InteractiveUser, schema.PassthroughUnknown},
		{unknown, "", "granted", schema.NonInteractiveUser, schema.PassthroughUnknown},
		{unknown, "", "granted", schema.ADFS, schema.PassthroughUnknown},
		{unknown, "", "granted", schema.Unknown, schema.PassthroughUnknown},
		{unknown, "", "granted", schema.ServicePrincipal, ""},
		{unknown, "", "granted", schema.ManagedIdentity, ""},
		{unknown, "", "granted", schema.MicrosoftServicePrincipal, ""},
		{unknown, "", "denied", schema.InteractiveUser, ""},
		{unknown, "", "interrupted", schema.InteractiveUser, ""},
		{unknown, "", "", schema.InteractiveUser, ""},
		{no, "", "granted", schema.InteractiveUser, ""},
		{yes, "declared", "passthrough", schema.InteractiveUser, ""},
	}
	for _, test := range tests {
		t.Run(fmt.Sprint(test.is, test.basis, test.verdict, test.category), func(t *testing.T) {
			if got := doubt(test.is, test.basis, test.verdict, test.category); got != test.want {
				t.Errorf("doubt(%d, %q, %q, %q) = %q, want %q", test.is, test.basis, test.verdict, test.category, got, test.want)
			}
		})
	}
}

func TestCrossTenant(t *testing.T) {
	t.Parallel()
	const home, other, third = "11111111-aaaa-4aaa-8aaa-aaaaaaaaaaaa", "22222222-bbbb-4bbb-8bbb-bbbbbbbbbbbb", "33333333-cccc-4ccc-8ccc-cccccccccccc"
	const upper = "11111111-AAAA-4AAA-8AAA-AAAAAAAAAAAA"
	tests := []struct {
		home, resource, log, access string
		is                          tristate
		direction                   string
	}{
		{home, home, home, "", no, ""},
		{home, home, home, "none", no, ""},
		{home, upper, home, "none", no, ""},
		{home, home, other, "none", no, ""},
		{home, home, "", "", no, ""},
		{"", "", home, "none", no, ""},
		{home, "", home, "None", no, ""},

		{home, other, home, "b2bCollaboration", yes, "outbound"},
		{home, other, upper, "b2bCollaboration", yes, "outbound"},
		{home, other, home, "none", yes, "outbound"},
		{home, other, home, "", yes, "outbound"},
		{home, other, home, "passthrough", yes, "outbound"},
		{other, home, home, "serviceProvider", yes, "inbound"},
		{other, home, upper, "", yes, "inbound"},
		{home, other, third, "b2bDirectConnect", yes, "other"},
		{home, other, "", "b2bDirectConnect", yes, ""},

		{home, home, third, "microsoftSupport", yes, "other"},
		{"", home, home, "b2bCollaboration", yes, "inbound"},
		{home, "", home, "b2bCollaboration", yes, "outbound"},
		{"", other, home, "b2bCollaboration", yes, ""},
		{other, "", home, "b2bCollaboration", yes, ""},
		{"", "", home, "unknownFutureValue", yes, ""},
		{"", "", "", "b2bCollaboration", yes, ""},

		{"", "", home, "", unknown, ""},
		{home, "", home, "", unknown, ""},
		{"", home, home, "", unknown, ""},
		{"", "", "", "", unknown, ""},

		// The zero GUID is no tenant.
		{zeroID, home, home, "", unknown, ""},
		{home, zeroID, home, "", unknown, ""},
		{zeroID, zeroID, home, "", unknown, ""},
		{zeroID, zeroID, zeroID, "", unknown, ""},
		{zeroID, home, home, "none", no, ""},
		{zeroID, zeroID, zeroID, "none", no, ""},
		{zeroID, home, home, "b2bCollaboration", yes, "inbound"},
		{home, zeroID, home, "b2bCollaboration", yes, "outbound"},
		{zeroID, other, home, "b2bCollaboration", yes, ""},
		{zeroID, other, zeroID, "b2bCollaboration", yes, ""},
		{home, other, zeroID, "b2bCollaboration", yes, ""},
		{home, home, zeroID, "", no, ""},
	}
	for _, test := range tests {
		t.Run(fmt.Sprint(test.home, test.resource, test.log, test.access), func(t *testing.T) {
			is, direction := crossTenant(test.home, test.resource, test.log, test.access)
			if is != test.is || direction != test.direction {
				t.Errorf("crossTenant(%q, %q, %q, %q) = %d, %q, want %d, %q",
					test.home, test.resource, test.log, test.access, is, direction, test.is, test.direction)
			}
		})
	}
}

func TestCAEToken(t *testing.T) {
	t.Parallel()
	tests := []struct {
		details string
		want    tristate
	}{
		{`[{"key":"Is CAE Token","value":"True"}]`, yes},
		{`[{"key":"Is CAE Token","value":"False"}]`, no},
		{`[{"key":"IsCAEToken","value":"True"}]`, yes},
		{`[{"key":"is cae token","value":"true"}]`, yes},
		{`[{"key":"Is CAE Token","value":true}]`, yes},
		{`[{"key":"Is CAE Token","value":false}]`, no},
		{`[{"key":"Legacy TLS","value":"True"},{"key":"Is CAE Token","value":"False"}]`, no},
		{`[{"key":"Oauth Scope Info","value":"[\"openid\"]"},{"key":"Is CAE Token","value":"True"}]`, yes},
		{`[{"key":"Is CAE Token","value":""}]`, unknown},
		{`[{"key":"Is CAE Token","value":null}]`, unknown},
		{`[{"key":"Is CAE Token"}]`, unknown},
		{`[{"key":"Legacy TLS","value":"True"}]`, unknown},
		{`[{"key":"Is CAE Tokens","value":"True"}]`, unknown},
		{`[{"value":"True"}]`, unknown},

		// Other entries do not hide the decisive one.
		{`[null,{"key":"Is CAE Token","value":"True"}]`, yes},
		{`[{},{"key":"Is CAE Token","value":"False"}]`, no},
		{`[{"key":null,"value":"x"},{"key":"Is CAE Token","value":"True"}]`, yes},
		{`[{"key":7,"value":"x"},{"key":"Is CAE Token","value":"True"}]`, yes},
		{`[{"key":["Is CAE Token"],"value":"False"},{"key":"Is CAE Token","value":"True"}]`, yes},
		{`[{"key":{"a":1},"value":{"b":[2]}},{"key":"Is CAE Token","value":"False"}]`, no},
		{`[{"key":"Oauth Scope Info","value":["openid",1]},{"key":"Is CAE Token","value":"True"}]`, yes},
		{`[{"key":"Is CAE Token","value":null},{"key":"Is CAE Token","value":"True"}]`, yes},
		{`[{"key":"Is CAE Token","value":{"a":true}},{"key":"Is CAE Token","value":false}]`, no},
		{`[{"key":"Is CAE Token","value":"True","more":1}]`, yes},
		{`[{"Key":"Is CAE Token","Value":"True"}]`, yes},

		{`[{"key":"Is CAE Token","value":["True"]}]`, unknown},
		{`[{"key":"Is CAE Token","value":{"True":true}}]`, unknown},
		{`[{"key":"Is CAE Token","value":1}]`, unknown},
		{`[{"key":["Is CAE Token"],"value":"True"}]`, unknown},
		{`[null]`, unknown},
		{`[{}]`, unknown},
		{`[]`, unknown},
		{`{}`, unknown},
		{`null`, unknown},
		{`"Is CAE Token"`, unknown},
		{`[`, unknown},
		{``, unknown},
	}
	for _, test := range tests {
		t.Run(test.details, func(t *testing.T) {
			if got := caeToken([]byte(test.details)); got != test.want {
				t.Errorf("caeToken(%s) = %d, want %d", test.details, got, test.want)
			}
		})
	}
}

// What is remembered of processing details is what they say, however long and many they are.
func TestTokensAreRemembered(t *testing.T) {
	t.Parallel()
	text := func(n int, value string) []byte {
		return fmt.Appendf(nil, `[{"key":"n","value":"%d"},{"key":"Is CAE Token","value":"%s"}]`, n, value)
	}
	var tokens caeTokens
	for round := range 2 {
		for n := range maxTokenTexts + 10 {
			want, value := yes, "True"
			if n%2 == 1 {
				want, value = no, "False"
			}
			if got := tokens.of(text(n, value)); got != want {
				t.Fatalf("round %d: %s is %d", round, text(n, value), got)
			}
		}
	}
	long := append(bytes.Repeat([]byte(" "), maxTokenText), text(1, "True")...)
	if got := tokens.of(long); got != caeToken(long) || len(tokens.known) != maxTokenTexts {
		t.Errorf("%d; %d texts", got, len(tokens.known))
	}
	tokens.known["remembered"] = yes
	if got := tokens.of([]byte("remembered")); got != yes {
		t.Errorf("read again: %d", got)
	}
}
