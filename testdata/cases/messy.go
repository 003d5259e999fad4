package cases

import (
	"fmt"
	"math/rand/v2"
	"time"
)

// Messy returns n sign-ins of which every field is one of a few values, null among them:
// ties in time down to 100 ns, repeated ids, zero GUIDs, summaries, places at 0/0.
// Whatever a rule asks, some sign-ins lie on its edge.
func Messy(n int, seed uint64) []SignIn {
	r := rand.New(rand.NewPCG(29, seed))
	text := func(values ...string) string { return values[r.IntN(len(values))] }
	list := make([]SignIn, n)
	for i := range list {
		s := SignIn{
			ID: text("", GUID(fmt.Sprint("messy ", r.IntN(n)))), Kind: text(Interactive, Interactive, NonInteractive, NonInteractive, Principal, Identity),
			Address: text("", "192.0.2.1", "192.0.2.77", "198.51.100.1", "2001:db8::1", "2001:db8:0:7::1", "2001:db8:1::1", "::1", fmt.Sprint("203.0.113.", r.IntN(250)), fmt.Sprint("203.0.113.", r.IntN(250))),
			Place:   []Place{{}, Oslo, Bergen, Berlin, Lima, Sydney, Null}[r.IntN(7)],
			App:     text("", "Azure Portal", "Azure Portal", "OfficeHome"), AppID: text("", "29d9ed98-a469-4536-ade2-f981bc1d605e", "9ba1a5c7-f17a-4de9-a1f1-6178c8d51223"),
			Resource: text("", "01cb2876-7ebd-4aa4-9cc9-d28bd4d359a9", "00000003-0000-0000-c000-000000000000"),
			Code:     []int{0, 0, 0, 0, 50126, 50126, 50053, 500121, 500121, 50057, 50055, 53003, 50074, 50199, 999123}[r.IntN(15)],
			Session:  text("", zero, GUID(fmt.Sprint("messy session ", r.IntN(1+n/20)))), Agent: text("", agent, "BAV2ROPC"), Device: text("", GUID("a"), GUID("b")),
			Requirement: text("", "singleFactorAuthentication"), Client: text("", "IMAP4"), Protocol: text("", "deviceCode", "ropc", "none"),
			Transfer: text("", "deviceCodeFlow", "authenticationTransfer"), CA: text("", "failure", "notApplied"),
			Risk: text("", "high", "none"), RiskState: text("", "atRisk", "confirmedCompromised"), RiskAggregated: text("", "high"), UserType: text("", "guest"),
			Home: text("", Tenant, GUID("fabrikam")), Target: text("", Tenant, GUID("fabrikam")),
			Access:    text("", "none", "passthrough", "b2bCollaboration,passthrough", "b2bCollaboration", "unknownFutureValue"),
			Compliant: r.IntN(2) == 0,
			Token:     []string{"", zero, GUID(fmt.Sprint("messy token ", i%(1+n/50))), GUID(fmt.Sprint("messy token ", i%7))}[i%4],
		}
		if r.IntN(300) == 0 {
			s.Resource = GUID(fmt.Sprint("messy resource ", r.IntN(9)))
		}
		s.At = Start.Add(time.Duration(r.IntN(60))*24*time.Hour + time.Duration(r.IntN(4))*5*time.Minute + time.Duration(r.IntN(3)*100)*time.Nanosecond)
		if user := r.IntN(12); s.Kind == Interactive || s.Kind == NonInteractive {
			s.User, s.UserID = text("", fmt.Sprint("messy", user, "@contoso.example")), text(GUID(fmt.Sprint("messy user ", user)), zero, "")
			if s.User == "" {
				s.UserID = GUID(fmt.Sprint("messy user ", user))
			}
		} else {
			s.ServiceID, s.Credential = text(zero, GUID(fmt.Sprint("messy principal ", user))), text("", "clientSecret")
			if s.ServiceID == zero {
				s.AppID = "29d9ed98-a469-4536-ade2-f981bc1d605e"
			}
		}
		s.Policies = [][]Policy{nil, {{"a", "failure", []string{"RequireCompliantDevice"}}}, {{"b", "notApplied", []string{"Block"}}}, {{"c", "reportOnlyFailure", nil}}}[r.IntN(4)]
		if r.IntN(20) == 0 {
			s.At = time.Time{}
		}
		if r.IntN(10) == 0 {
			s.Count = 1 + r.IntN(5)
		}
		list[i] = s
	}
	return list
}

const zero = "00000000-0000-0000-0000-000000000000"
