// Package cases makes sign-ins in which the rules of codes/rules have something to
// find, and ordinary ones in which they have not. Everything in them is invented.
package cases

import (
	"fmt"
	"hash/fnv"
	"math/rand/v2"
	"slices"
	"time"
)

// Kinds of sign-ins, as signInEventTypes names them.
const (
	Interactive    = "interactiveUser"
	NonInteractive = "nonInteractiveUser"
	Principal      = "servicePrincipal"
	Identity       = "managedIdentity"
)

// A Place is where an address is.
type Place struct {
	City, Country       string
	Latitude, Longitude float64
	System              int // autonomous system, 0 for none
}

// Places of the cases.
var (
	Oslo   = Place{"Oslo", "NO", 59.91273, 10.74609, 64496}
	Bergen = Place{"Bergen", "NO", 60.39299, 5.32415, 64497}
	Berlin = Place{"Berlin", "DE", 52.52437, 13.41053, 64498}
	Lima   = Place{"Lima", "PE", -12.04318, -77.02824, 64499}
	Sydney = Place{"Sydney", "AU", -33.86785, 151.20732, 64500}
	Null   = Place{"", "ZZ", 0, 0, 64501}
)

// A Policy is an applied Conditional Access policy.
type Policy struct {
	Name, Result string
	Controls     []string
}

// A SignIn is a sign-in before any format writes it down. An empty text is a null.
type SignIn struct {
	At                              time.Time
	ID, Kind                        string
	User, UserID                    string
	Address                         string
	Place                           Place
	App, AppID                      string
	Resource                        string // id
	ResourceName                    string
	Code                            int
	Session, Token                  string // ids; Defender and the portal's file are without tokens
	Agent, Device                   string
	Compliant                       bool
	Requirement                     string
	Client                          string
	Protocol                        string
	Transfer                        string
	CA                              string
	Policies                        []Policy
	Risk, RiskState, RiskAggregated string
	UserType                        string
	Home, Target                    string // tenants
	Access                          string
	ServiceID                       string // service principal
	Credential                      string
	Changed                         time.Time // of the password, only Defender
	Confidential                    bool      // only Defender
	Count                           int       // of a summary, 0 for an event
}

// Tenant is the tenant whose log it is.
var Tenant = GUID("tenant")

// Start is when the sign-ins begin: midnight.
var Start = time.Date(2026, time.March, 2, 0, 0, 0, 0, time.UTC)

// GUID returns the id of a name.
func GUID(name string) string {
	h := fnv.New64a()
	h.Write([]byte(name))
	r := rand.New(rand.NewPCG(7, h.Sum64()))
	a, b := r.Uint64(), r.Uint64()
	return fmt.Sprintf("%08x-%04x-4%03x-8%03x-%012x", a>>32, a>>16&0xffff, a&0xfff, b>>48&0xfff, b&0xffffffffffff)
}

// A population makes sign-ins of ordinary people.
type population struct {
	*rand.Rand
	list []SignIn
	most int
}

// A person signs in from home, or where the profile has it.
type person struct {
	name, id       string
	profile        int // see profiles
	home, away     Place
	address, other string
	agent, device  string
}

// Profiles of persons: most are at one place, some travel, some use a VPN in another
// country while at home, some share an account at several addresses.
const (
	settled = iota
	traveller
	vpn
	shared
	profiles
)

const agent = "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/137.0.0.0 Safari/537.36"

// Ordinary returns n sign-ins of some weeks in which nothing is planted, in order of
// time. The same seed gives the same ones.
func Ordinary(n int, seed uint64) []SignIn {
	p := &population{Rand: rand.New(rand.NewPCG(20261129, seed)), most: n}
	people := make([]person, max(20, n/250))
	for i := range people {
		people[i] = p.person(i)
	}
	for day := 0; len(p.list) < n; day++ {
		midnight := Start.AddDate(0, 0, day)
		for i := range people {
			p.workday(&people[i], midnight)
		}
		for i := range len(people)/10 + 2 {
			p.machine(i, midnight)
		}
	}
	slices.SortStableFunc(p.list, func(a, b SignIn) int { return a.At.Compare(b.At) })
	return p.list[:n]
}

func (p *population) person(i int) person {
	homes := []Place{Oslo, Bergen, Berlin}
	x := person{
		name: fmt.Sprintf("person%04d@contoso.example", i), profile: settled, home: homes[i%3], away: homes[(i+1)%3],
		address: fmt.Sprintf("192.0.2.%d", 1+i%250), other: fmt.Sprintf("203.0.113.%d", 1+i%250),
		agent: agent,
	}
	if i%10 < profiles {
		x.profile = i % 10
	}
	if i%5 == 4 {
		x.address = "198.51.100.7" // an office behind one address
	}
	x.id = GUID(x.name)
	if i%3 > 0 {
		x.device = GUID("device " + x.name)
	}
	return x
}

// workday is a day of a person: a password that is sometimes wrong, a second factor
// that is sometimes not answered, and a session that goes on.
func (p *population) workday(x *person, midnight time.Time) {
	at := midnight.Add(7*time.Hour + time.Duration(p.IntN(180*60_000_000))*time.Microsecond)
	place, address := x.home, x.address
	if week := int(midnight.Sub(Start).Hours()) / 168; x.profile == traveller && week%2 == 1 {
		place, address = x.away, x.other
	}
	s := p.base(x, place, address)
	s.Session = GUID(fmt.Sprint(x.name, midnight))
	step := func(code int, apart time.Duration) {
		s.Code, s.At = code, at
		if s.CA = "success"; code != 0 {
			s.CA = "notApplied"
		}
		p.add(s)
		at = at.Add(apart + time.Duration(p.IntN(1000))*time.Millisecond)
	}
	for p.IntN(100) < 8 {
		step(50126, 20*time.Second)
	}
	step(50074, 15*time.Second)
	if p.IntN(100) < 2 {
		step(500121, 40*time.Second)
	}
	step(0, time.Minute)
	s.Kind, s.Client = NonInteractive, "Mobile Apps and Desktop clients"
	for range 4 + p.IntN(5) {
		at = at.Add(time.Duration(10+p.IntN(80)) * time.Minute)
		switch {
		case x.profile == vpn && p.IntN(2) == 0:
			s.Place, s.Address = Berlin, "203.0.113.250"
		case x.profile == shared:
			s.Address = fmt.Sprintf("192.0.2.%d", 1+p.IntN(250))
		default:
			s.Place, s.Address = place, address
		}
		step(0, time.Minute)
	}
	if p.IntN(200) == 0 { // an export may repeat a record
		p.add(p.list[len(p.list)-1])
	}
}

func (p *population) base(x *person, place Place, address string) SignIn {
	s := SignIn{
		Kind: Interactive, User: x.name, UserID: x.id, Address: address, Place: place, Agent: x.agent, Device: x.device, Compliant: x.device != "",
		App: "Microsoft Teams", AppID: "1fec8e78-bce4-4aaf-ab1b-5451cc387264", Resource: "00000003-0000-0000-c000-000000000000",
		Requirement: "multiFactorAuthentication", Client: "Browser", Protocol: "none", Transfer: "none", UserType: "member",
		Home: Tenant, Target: Tenant, Access: "none", Risk: "none", RiskState: "none", RiskAggregated: "none",
		Policies: []Policy{{"Require MFA", "success", []string{"Mfa"}}},
	}
	if p.IntN(4) == 0 {
		s.App, s.AppID = "Azure Portal", "c44b4083-3bb0-49c1-b47d-974e53cbdf3c"
	}
	if p.IntN(50) == 0 {
		s.Requirement = "singleFactorAuthentication"
	}
	return s
}

// machine is a day of a service principal and of a managed identity.
func (p *population) machine(i int, midnight time.Time) {
	s := SignIn{
		Kind: Principal, ServiceID: GUID(fmt.Sprint("principal ", i)), App: fmt.Sprint("Contoso job ", i), AppID: GUID(fmt.Sprint("app ", i)),
		Address: fmt.Sprintf("198.51.100.%d", 100+i%100), Place: Berlin, Resource: "00000003-0000-0000-c000-000000000000",
		Credential: []string{"clientSecret", "certificate"}[i%2], CA: "notApplied", Access: "none", Target: Tenant,
	}
	for hour := range 4 {
		s.At = midnight.Add(time.Duration(hour*6)*time.Hour + time.Duration(p.IntN(3_600_000))*time.Millisecond)
		p.add(s)
	}
	s.Kind, s.ServiceID, s.Credential = Identity, GUID(fmt.Sprint("identity ", i)), "managedIdentity"
	s.At = s.At.Add(time.Second)
	p.add(s)
}

// add adds a sign-in, with an id of its own unless it has one.
func (p *population) add(s SignIn) {
	if s.ID == "" || len(p.list) == 0 || s.ID != p.list[len(p.list)-1].ID {
		s.ID = GUID(fmt.Sprint("id ", p.Uint64()))
	}
	s.Token = GUID("token of " + s.ID)
	p.list = append(p.list, s)
}
