package main

import (
	"slices"
	"strings"
	"time"
)

// An event is a sign-in as it was meant, before any format writes it down.
type event struct {
	n    int // position in its file, from 0; decides small variations
	kind kind
	at   time.Time
	code code

	id, correlation, session string

	access      string // cross-tenant access type in the words of the format
	passthrough string // yes, no or unknown
	hidden      bool   // the access type hides behind unknownFutureValue
	role        role

	user                       person   // users only
	actor                      identity // service principals and managed identities only
	client, resource           app
	homeTenant, resourceTenant string

	place   place
	address string
	device  device
	latency int

	policies []applied
	risky    bool
}

// A plan says which events a file holds.
type plan struct {
	seed        uint64
	kind        kind
	count       int
	month       time.Time
	newestFirst bool
	everyCode   bool       // each code of the kind occurs
	ticks       bool       // times down to 100 ns, else to the second
	crossings   []crossing // the other records stay within the tenant
	noCrossings bool       // the format has no word for them
	lineBreak   bool       // one name holds a line break
	scene       scene      // further events
}

// events invents the plan's events in record order.
func (p plan) events() []event {
	d := newDice(p.seed)
	var all []event
	for _, c := range p.crossings {
		for i := range c.count {
			all = append(all, p.event(d, c, p.result(d, c.results, i)))
		}
	}
	all = append(all, p.natives(d, p.count-len(all))...)
	if p.scene != nil {
		all = append(all, p.scene(p, d)...)
	}
	slices.SortStableFunc(all, func(a, b event) int { return a.at.Compare(b.at) })
	if p.newestFirst {
		slices.Reverse(all)
	}
	if p.lineBreak {
		all[len(all)/2].user.name = "Front Desk\r\nKiosk"
	}
	for i := range all {
		all[i].n = i
	}
	return all
}

// within is the crossing of an event within the tenant.
func (p plan) within() crossing {
	if p.noCrossings {
		return crossing{text: "none", passthrough: unknown}
	}
	return crossing{text: "none", passthrough: no}
}

// natives invents n events within the tenant, their codes as the weights have
// it; if the plan wants every code, one of each comes first.
func (p plan) natives(d dice, n int) []event {
	var results []code
	if p.everyCode {
		results = codesOf(p.kind)
	}
	var all []event
	for i := range n {
		all = append(all, p.event(d, p.within(), p.result(d, results[min(i, len(results)):], 0)))
	}
	return all
}

// result is the turn-th of given, or drawn if there are none.
func (p plan) result(d dice, given []code, turn int) code {
	if len(given) > 0 {
		return given[turn%len(given)]
	}
	return d.code(append(codesOf(p.kind), granted))
}

func (p plan) event(d dice, c crossing, result code) event {
	e := event{
		kind:           p.kind,
		at:             d.moment(p.month, p.ticks),
		code:           result,
		id:             d.requestID(),
		correlation:    d.guid(),
		access:         c.text,
		passthrough:    c.passthrough,
		hidden:         strings.Contains(c.text, hiddenType),
		role:           c.role,
		client:         seldom(d, clients, rareClients),
		resource:       pick(d, resources),
		homeTenant:     contoso,
		resourceTenant: contoso,
		device:         pick(d, modernDevices),
		latency:        20 + d.IntN(900),
	}
	switch {
	case p.kind.isUser():
		e.asUser(d)
	case p.kind == servicePrincipal:
		e.actor = seldom(d, servicePrincipals, rarePrincipals)
		e.client = e.actor.app
		e.settlePrincipal(d)
	default:
		e.actor = pick(d, managedIdentities)
		e.client = e.actor.app
	}
	e.policies = appliedPolicies(d, e)
	return e
}

// asUser fills in what only users have.
func (e *event) asUser(d dice) {
	e.risky = e.code.status() != success && d.chance(6)
	switch e.role {
	case guest:
		e.user, e.homeTenant = pick(d, guests), fabrikam
	case partner:
		e.user, e.homeTenant = pick(d, partners), supporter
	case outbound:
		e.user, e.resourceTenant = pick(d, members), pick(d, []string{fabrikam, northern})
	default:
		e.user = pick(d, members)
	}
	if e.role == native && e.code.number == 50057 {
		e.user = formerMember
	}
	e.settle()
	e.unfinished(d)
}

// unfinished leaves the user in the dark where the sign-in ended before it
// was known who signs in.
func (e *event) unfinished(d dice) {
	switch {
	case e.role != native:
	case e.code.number == 50034:
		e.user.upn = "jdoe" + string(rune('0'+d.IntN(10))) + "@contoso.example"
		e.user.name, e.user.id = e.user.upn, zeroGUID
	case e.code.number == 50058 && d.chance(50):
		e.user.upn, e.user.name = e.user.id, ""
	case e.code.number == 50058:
		e.user.id = zeroGUID
	}
}

// userType is lower case as Graph writes it.
func (e event) userType() string {
	if e.role == guest || e.role == partner {
		return "guest"
	}
	return "member"
}

// every says whether the event is one of those with a small peculiarity: one
// in step, starting at first.
func (e event) every(step, first int) bool { return e.n%step == first }

// tokenType is the kind of token the client came with.
func (e event) tokenType() string {
	if e.kind != nonInteractiveUser && !e.every(3, 0) || !e.kind.isUser() {
		return "none"
	}
	return [...]string{"primaryRefreshToken", "refreshToken", "none"}[e.n%5%3]
}

func (e event) protocol() string {
	switch {
	case e.kind.isUser() && e.every(29, 4):
		return "deviceCode"
	case e.kind.isUser() && e.device.clientApp == "IMAP4":
		return "ropc"
	default:
		return "none"
	}
}

func (e event) transferMethod() string {
	if e.protocol() == "deviceCode" {
		return "deviceCodeFlow"
	}
	return "none"
}

const (
	singleFactor = "singleFactorAuthentication"
	multiFactor  = "multiFactorAuthentication"
)

func (e event) requirement() string {
	if e.code.number == 500121 || e.kind.isUser() && e.code.number == 0 && e.every(3, 1) {
		return multiFactor
	}
	return singleFactor
}

// detail is the code's own or, on some successes, how the second factor was
// met.
func (e event) detail() string {
	if e.code.number == 0 && e.requirement() == multiFactor {
		return satisfied
	}
	return e.code.detail
}
