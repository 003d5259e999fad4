package cases

import (
	"fmt"
	"slices"
	"time"
)

// A Case is what a rule must find about one subject: as many rows, or none at all.
type Case struct {
	Name, Rule, Subject string
	Rows, SignIns       int
}

// A planter makes cases.
type planter struct {
	list  []SignIn
	cases []Case
	at    time.Time // when the next sign-in happens
	n     int
}

// Planted returns sign-ins in which each rule has something to find, those that just
// miss it, and what must be found. Subjects are of their own.
func Planted() ([]SignIn, []Case) {
	p := &planter{}
	for _, plant := range slices.Concat(plantedAccess, plantedPasswords, plantedSessions, plantedPlaces, plantedTenants, plantedPrincipals) {
		p.at = Start.AddDate(0, 0, 3).Add(8 * time.Hour)
		plant(p)
	}
	return p.list, p.cases
}

// expect adds what a rule must find: rows of one sign-in each.
func (p *planter) expect(name, rule, subject string, rows int) {
	p.cases = append(p.cases, Case{name, rule, subject, rows, rows})
}

// user returns an ordinary granted sign-in of a user that nobody else is.
func (p *planter) user(name string) SignIn {
	p.n++
	return SignIn{
		Kind: Interactive, User: name + "@planted.example", UserID: GUID("planted " + name), Address: fmt.Sprintf("2001:db8:%x::1", 0x1000+p.n), Place: Oslo,
		App: "Microsoft Teams", AppID: "1fec8e78-bce4-4aaf-ab1b-5451cc387264", Resource: "00000003-0000-0000-c000-000000000000",
		Requirement: "multiFactorAuthentication", Client: "Browser", Protocol: "none", Transfer: "none", CA: "success", UserType: "member",
		Home: Tenant, Target: Tenant, Access: "none", Risk: "none", RiskState: "none", RiskAggregated: "none", Agent: agent, Device: GUID("planted device " + name), Compliant: true,
		Session: GUID("planted session " + name),
	}
}

// principal returns an ordinary granted sign-in of a service principal.
func (p *planter) principal(name, kind string) SignIn {
	p.n++
	return SignIn{
		Kind: kind, ServiceID: GUID("planted " + name), App: name, AppID: GUID("planted app " + name), Resource: "00000003-0000-0000-c000-000000000000",
		Address: fmt.Sprintf("2001:db8:%x::1", 0x1000+p.n), Place: Berlin, Credential: "certificate", CA: "notApplied", Access: "none", Target: Tenant,
	}
}

// add adds a sign-in and lets time go by.
func (p *planter) add(s SignIn, apart time.Duration) {
	if s.ID = GUID(fmt.Sprint("planted id ", len(p.list))); s.At.IsZero() {
		s.At = p.at
	}
	p.list, p.at = append(p.list, s), p.at.Add(apart)
}

// with returns a changed sign-in.
func with(s SignIn, change func(s *SignIn)) SignIn {
	change(&s)
	return s
}

// code returns a sign-in that ends with a code.
func code(s SignIn, n int) SignIn {
	s.Code = n
	return s
}

// baseline adds sign-ins of 15 days, 12 of them.
func (p *planter) baseline(s SignIn) {
	for range 12 {
		p.add(s, 30*time.Hour)
	}
}

// one plants a sign-in that a rule finds alone, and one that it does not.
func one(rule, name string, change, miss func(s *SignIn)) func(p *planter) {
	return func(p *planter) {
		s := p.user(name)
		p.add(with(s, change), time.Minute)
		p.expect(name, rule, s.UserID, 1)
		if miss != nil {
			s = p.user(name + "-miss")
			p.add(with(with(s, change), miss), time.Minute)
			p.expect(name+"-miss", rule, s.UserID, 0)
		}
	}
}

var plantedAccess = []func(p *planter){
	one("single_factor", "single", func(s *SignIn) { s.Requirement = "singleFactorAuthentication" }, func(s *SignIn) { s.Code = 50126 }),
	one("legacy_authentication", "legacy", func(s *SignIn) { s.Client = "IMAP4" }, func(s *SignIn) { s.Client = "Mobile Apps and Desktop clients" }),
	one("legacy_authentication", "rpc", func(s *SignIn) { s.Client = "Outlook Anywhere (RPC over HTTP)" }, nil),
	one("ropc", "ropc", func(s *SignIn) { s.Protocol = "ropc" }, func(s *SignIn) { s.Protocol = "none" }),
	one("ropc", "ropc-agent", func(s *SignIn) { s.Agent = "BAV2ROPC" }, func(s *SignIn) { s.Agent = "BAV2ROPC/2" }),
	one("device_code", "code", func(s *SignIn) { s.Protocol = "deviceCode" }, func(s *SignIn) { s.Protocol = "oAuth2" }),
	one("device_code", "code-transfer", func(s *SignIn) { s.Transfer = "deviceCodeFlow" }, nil),
	one("authentication_transfer", "transfer", func(s *SignIn) { s.Transfer = "authenticationTransfer" }, nil),
	one("device_code_broker", "broker", func(s *SignIn) {
		s.Protocol, s.AppID = "deviceCode", "29d9ed98-a469-4536-ade2-f981bc1d605e"
	}, func(s *SignIn) { s.Protocol = "none" }),
	registration("registration", 59*time.Minute, 2),
	registration("registration-miss", 61*time.Minute, 0),
	one("compliant_device_bypass", "bypass", bypass, func(s *SignIn) { s.Compliant = true }),
	one("compliant_device_bypass", "bypass-block", func(s *SignIn) {
		bypass(s)
		s.Policies = []Policy{{"Block", "notApplied", []string{"Block"}}}
	}, func(s *SignIn) {
		s.Policies = []Policy{{"Comply", "failure", []string{"Mfa"}}, {"MFA", "success", []string{"RequireCompliantDevice"}}}
	}),
	one("policy_failed", "policy", func(s *SignIn) { s.Code, s.CA = 53003, "failure" }, func(s *SignIn) { s.CA = "success" }),
	one("report_only_failed", "report", func(s *SignIn) {
		s.Policies = []Policy{{"MFA", "success", []string{"Mfa"}}, {"It's \"new\"", "reportOnlyFailure", []string{"Block"}}}
	}, func(s *SignIn) { s.Policies = []Policy{{`"result":"reportOnlyFailure"`, "reportOnlySuccess", nil}} }),
	one("no_policy_applied", "no-policy", func(s *SignIn) { s.CA = "notApplied" }, func(s *SignIn) { s.Code = 50126 }),
	one("risk_high", "risk-high", func(s *SignIn) { s.Risk = "high" }, func(s *SignIn) { s.Code = 50053 }),
	one("risk_high", "compromised", func(s *SignIn) { s.Code, s.RiskState = 50126, "confirmedCompromised" }, nil),
	one("risk", "risk", func(s *SignIn) { s.RiskState = "atRisk" }, func(s *SignIn) { s.RiskState = "dismissed" }),
	one("risk", "risk-aggregated", func(s *SignIn) { s.RiskAggregated = "medium" }, func(s *SignIn) { s.RiskAggregated = "hidden" }),
	func(p *planter) {
		s := p.user("unknown")
		p.add(code(s, 999123), time.Minute)
		p.add(code(s, 999123), time.Minute)
		p.expect("unknown", "unknown_code", "999123", 2)
		p.expect("known", "unknown_code", "50126", 0)
	},
}

func bypass(s *SignIn) {
	s.AppID, s.Compliant = "9ba1a5c7-f17a-4de9-a1f1-6178c8d51223", false
	s.Policies = []Policy{{"MFA", "success", []string{"Mfa"}}, {"Comply", "failure", []string{"Mfa", "RequireCompliantDevice"}}}
}

func registration(name string, apart time.Duration, rows int) func(p *planter) {
	return func(p *planter) {
		s := p.user(name)
		p.add(with(s, func(s *SignIn) { s.Protocol = "deviceCode" }), apart)
		p.add(with(s, func(s *SignIn) { s.Resource = "01cb2876-7ebd-4aa4-9cc9-d28bd4d359a9" }), time.Minute)
		p.expect(name, "device_code_registration", s.UserID, rows)
	}
}

var plantedTenants = []func(p *planter){
	one("guests", "guest", func(s *SignIn) { s.UserType = "guest" }, func(s *SignIn) { s.UserType = "member" }),
	one("inbound_users", "inbound", func(s *SignIn) { s.Home, s.Access = GUID("fabrikam"), "b2bCollaboration" }, func(s *SignIn) { s.Home = Tenant }),
	one("inbound_portal", "inbound-portal", func(s *SignIn) { s.Home, s.App = GUID("fabrikam"), "Azure Portal" }, func(s *SignIn) { s.Code = 50126 }),
	one("outbound_attempts", "outbound", func(s *SignIn) { s.Target = GUID("fabrikam") }, func(s *SignIn) { s.Target = Tenant }),
	one("passthrough_attempts", "passthrough", func(s *SignIn) { s.Target, s.Access = GUID("fabrikam"), "b2bCollaboration,passthrough" },
		func(s *SignIn) { s.Access = "b2bCollaboration" }),
	// A passthrough attempt with code 0 is no access.
	one("outbound_attempts", "passthrough-attempt", func(s *SignIn) { s.Target, s.Access = GUID("fabrikam"), "passthrough" }, nil),
	func(p *planter) {
		s := p.user("passthrough-single")
		p.add(with(s, func(s *SignIn) {
			s.Target, s.Access, s.Requirement = GUID("fabrikam"), "passthrough", "singleFactorAuthentication"
		}), time.Minute)
		p.expect("passthrough-single", "single_factor", s.UserID, 0)
	},
	one("b2b_collaboration", "b2b", func(s *SignIn) { s.Access = "serviceProvider,b2bCollaboration" }, func(s *SignIn) { s.Access = "b2bDirectConnect" }),
}

var plantedPrincipals = []func(p *planter){
	func(p *planter) {
		s := p.principal("secret", Principal)
		p.add(with(s, func(s *SignIn) { s.Credential = "clientSecret" }), time.Hour)
		p.add(s, time.Hour)
		p.expect("secret", "principal_password", s.ServiceID, 1)
	},
	func(p *planter) {
		s := p.principal("new-address", Principal)
		p.baseline(s)
		s.Address = "203.0.113.99"
		p.add(code(s, 7000215), time.Hour) // is not granted
		p.add(s, time.Hour)
		p.add(s, time.Hour)
		p.expect("new-address", "principal_first_address", s.ServiceID, 1)
		p.expect("new-address", "principal_first_resource", s.ServiceID, 0)
	},
	func(p *planter) {
		s := p.principal("new-resource", Principal)
		p.baseline(s)
		s.Resource = "797f4846-ba00-4fd7-ba43-dac1f8f63013"
		p.add(s, time.Hour)
		p.expect("new-resource", "principal_first_resource", s.ServiceID, 1)
	},
	func(p *planter) { // resources that have names alone
		s := p.principal("new-resource-name", Principal)
		s.Resource, s.ResourceName = "", "Payroll"
		p.baseline(s)
		s.ResourceName = "Vault"
		p.add(s, time.Hour)
		p.expect("new-resource-name", "principal_first_resource", s.ServiceID, 1)
	},
	func(p *planter) {
		for days, rows := range map[int]int{31: 1, 30: 0} {
			name := fmt.Sprint("waking", days)
			s := p.principal(name, Principal)
			s.At = Start
			p.add(s, 0)
			s.At = Start.AddDate(0, 0, days)
			p.add(s, 0)
			p.expect(name, "principal_waking", s.ServiceID, rows)
		}
	},
	func(p *planter) {
		s := p.principal("identity", Identity)
		p.baseline(s)
		s.Place = Lima
		p.add(s, time.Hour)
		p.expect("identity", "identity_first_network", s.ServiceID, 1)
		p.expect("identity", "principal_first_address", s.ServiceID, 0)
	},
}
