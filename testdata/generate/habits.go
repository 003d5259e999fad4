package main

import (
	"fmt"
	"strconv"
	"time"
)

// Habits: what the sign-ins of a user on one day have in common, in all files. A user
// has a home, perhaps a journey, devices and addresses; the sign-ins of a day are of
// one session.

// A circumstance is where a user is on a day, and with what.
type circumstance struct {
	place            place
	address, session string
	device           device
}

// legacy are the users of clients that know no second factor, with their devices.
var legacy = map[string]device{
	"reception@contoso.example": imapClient, "nikolai.sokolov@contoso.example": imapClient, "adm-alex@contoso.example": scriptClient,
}

// circumstance returns that of a user at a time.
func (p person) circumstance(at time.Time) circumstance {
	day := at.Format(time.DateOnly)
	today := diceOf("day " + p.upn + day)
	c := circumstance{place: p.placeOn(at), session: idOf("session " + p.upn + day)}
	c.device = pick(diceOf("device "+p.upn), modernDevices)
	switch old, found := legacy[p.upn]; {
	case found && today.chance(30):
		c.device = old
	case today.chance(20):
		c.device = phone
	}
	c.address = diceOf("address " + p.upn + strconv.Itoa(c.place.network)).address()
	if today.chance(60) {
		c.address = c.place.office()
	}
	return c
}

// placeOn returns the home of a user, or where a journey leads: every third user makes
// one of five days.
func (p person) placeOn(at time.Time) place {
	home, d := pick(diceOf("home "+p.upn), places), diceOf("journey "+p.upn)
	away, travels, first := pick(d, places), d.chance(33), may.AddDate(0, 0, 5+d.IntN(45))
	if travels && !at.Before(first) && at.Before(first.AddDate(0, 0, 5)) {
		return away
	}
	return home
}

// office is the address that the people at a place share.
func (p place) office() string { return fmt.Sprintf("203.0.113.%d", p.network-64490) }

// settle puts the event where its user is.
func (e *event) settle() {
	c := e.user.circumstance(e.at)
	e.place, e.address, e.session, e.device = c.place, c.address, c.session, c.device
}

// settlePrincipal puts the event where its service principal runs: on one of two
// machines.
func (e *event) settlePrincipal(d dice) {
	machine := diceOf(e.actor.name + strconv.Itoa(d.IntN(2)))
	e.address, e.place = machine.address(), pick(diceOf("home "+e.actor.name), places)
}

// A scene is some events that belong together and are planted among the others.
type scene func(p plan, d dice) []event

// intruder is an address that no user has, far from most of them.
const intruder = "198.51.100.222"

var abroad = place{"Reykjavík", "", "IS", "64.13548", "-21.89541", 64511}

// scripted returns an event of a user at a time of the plan's month, such as
// "20 02:03:00".
func (p plan) scripted(d dice, upn, at string, result code) event {
	e := p.event(d, p.within(), result)
	e.user = memberOf(upn)
	t, err := time.Parse("2006-01-02 15:04:05", p.month.Format("2006-01-")+at)
	if err != nil {
		panic(err)
	}
	e.at, e.risky = t, false
	e.settle()
	return e
}

// stolen puts an event at the intruder, in a session of its own.
func (e event) stolen() event {
	e.address, e.place, e.device, e.session = intruder, abroad, scriptClient, idOf("session of "+intruder)
	return e
}

func memberOf(upn string) person {
	for _, m := range members {
		if m.upn == upn {
			return m
		}
	}
	panic("no member " + upn)
}

func codeOf(number int) code {
	for _, c := range codes {
		if c.number == number {
			return c
		}
	}
	panic("no code " + strconv.Itoa(number))
}

// spray is one address that tries a password with many users, and is granted one.
func spray(p plan, d dice) (all []event) {
	for i, m := range members[:12] {
		e := p.scripted(d, m.upn, fmt.Sprintf("20 02:%02d:11", i+2), codeOf(50126)).stolen()
		e.client, e.device = clients[0], modernDevices[4]
		all = append(all, e)
	}
	last := p.scripted(d, "sakura.sato@contoso.example", "20 02:31:40", granted).stolen()
	last.client, last.device = clients[0], modernDevices[4]
	return append(all, last, p.scripted(d, "priya.nair@contoso.example", "19 08:10:03", granted))
}

// moved is a session that began elsewhere: its root is the last event of spray.
func moved(p plan, d dice) (all []event) {
	for _, at := range []string{"19 08:24:50", "19 08:31:07", "19 09:02:33"} {
		root := p.scripted(d, "priya.nair@contoso.example", at, granted)
		e := root.stolen()
		if e.session = root.session; at == "19 08:24:50" {
			e = root
		}
		all = append(all, e)
	}
	return all
}

// guesses are many wrong passwords of one user, and the right one.
func guesses(p plan, d dice) (all []event) {
	for i := range 11 {
		all = append(all, p.scripted(d, "adm-alex@contoso.example", fmt.Sprintf("10 09:%02d:30", 5+3*i), codeOf(50126)))
	}
	return append(all, p.scripted(d, "adm-alex@contoso.example", "10 09:38:02", granted))
}

// prompts are a second factor that was denied again and again, and then confirmed.
func prompts(p plan, d dice) (all []event) {
	for i := range 6 {
		all = append(all, p.scripted(d, "jordan.fields@contoso.example", fmt.Sprintf("17 13:%02d:20", 5+2*i), codeOf(500121)))
	}
	return append(all, p.scripted(d, "jordan.fields@contoso.example", "17 13:18:44", granted))
}

// newMachine is a service principal at an address that it did not have before.
func newMachine(p plan, d dice) []event {
	e := p.event(d, p.within(), granted)
	e.actor = servicePrincipals[1]
	e.client, e.address, e.place, e.at = e.actor.app, intruder, abroad, p.month.AddDate(0, 0, 20).Add(3*time.Hour)
	return []event{e}
}
