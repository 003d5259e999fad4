package cases

import (
	"fmt"
	"time"
)

// spray plants failures of some users from one address, of whom some are granted
// before and one afterwards. It returns how many rows the rule has.
func spray(name, address string, users int, apart time.Duration, before int) func(p *planter) {
	return func(p *planter) {
		p.at = p.at.Truncate(time.Hour)
		rows := 0
		for i := range before {
			s := p.user(fmt.Sprint(name, "-before-", i))
			s.Address = address
			p.add(s, time.Second)
		}
		p.at = p.at.Add(time.Hour).Truncate(time.Hour)
		for i := range users {
			s := p.user(fmt.Sprint(name, "-", i))
			s.Address, s.App = address, "Office 365 Exchange Online"
			p.add(code(s, []int{50126, 50053, 50055}[i%3]), apart)
		}
		s := p.user(name + "-0")
		s.Address = address
		p.add(code(s, 50126), time.Second) // to another application: in no window
		p.at = p.at.Add(24 * time.Hour)
		p.add(s, time.Second)
		if users >= 5 && apart <= 4*time.Minute && users > before+1 {
			rows = users + 1
		}
		p.expect(name, "password_spray", address, rows)
	}
}

var plantedPasswords = []func(p *planter){
	spray("spray", "203.0.113.66", 6, time.Minute, 0),
	spray("spray-few", "203.0.113.67", 4, time.Minute, 0),
	spray("spray-slow", "203.0.113.68", 5, 5*time.Minute, 0),
	spray("spray-office", "203.0.113.69", 6, time.Minute, 5), // as many were granted: no spray
	spray("spray-some", "203.0.113.70", 6, time.Minute, 3),
	brute("brute", 5, 2, false, true),
	brute("brute-few", 4, 2, false, false),
	brute("brute-one", 19, 1, false, false),
	brute("brute-many", 20, 1, false, true),
	brute("brute-granted", 20, 2, true, false),
	guessed("guessed", 10, 3, false, true),
	guessed("guessed-few", 9, 3, false, false),
	guessed("guessed-two", 19, 2, false, false),
	guessed("guessed-one", 20, 1, false, true),
	guessed("guessed-granted", 20, 3, true, false),
	failures("failures", "failures_then_granted", 50126, 10, 9*time.Minute, 11),
	failures("failures-few", "failures_then_granted", 50126, 9, time.Minute, 0),
	failures("failures-late", "failures_then_granted", 50126, 10, 11*time.Minute, 0),
	failures("fatigue", "mfa_denials_then_granted", 500121, 5, 9*time.Minute, 6),
	failures("fatigue-few", "mfa_denials_then_granted", 500121, 4, time.Minute, 0),
	failures("fatigue-late", "mfa_denials_then_granted", 500121, 5, 11*time.Minute, 0),
	failures("interrupts", "failures_then_granted", 50074, 12, time.Minute, 0),
	func(p *planter) { // over the edge of two windows: in neither enough
		s := p.user("edge")
		p.at = p.at.Truncate(time.Hour).Add(55 * time.Minute)
		for range 10 {
			p.add(code(s, 50126), time.Minute)
		}
		p.add(s, time.Minute)
		p.expect("edge", "failures_then_granted", s.UserID, 0)
	},
	func(p *planter) { // more failures after the grant: the window counts them, the grant came after enough
		s := p.user("on")
		p.at = p.at.Truncate(time.Hour)
		for i := range 13 {
			p.add(code(s, 50126), time.Minute)
			if i == 9 {
				p.add(s, time.Minute)
			}
		}
		p.expect("on", "failures_then_granted", s.UserID, 14)
	},
	func(p *planter) { // a record that is repeated counts once
		s := p.user("repeats")
		p.at = p.at.Truncate(time.Hour)
		for range 9 {
			p.add(code(s, 50126), time.Minute)
		}
		last := p.list[len(p.list)-1]
		p.list = append(p.list, last, last)
		p.add(s, time.Minute)
		p.expect("repeats", "failures_then_granted", s.UserID, 0)
	},
	func(p *planter) { // a summary counts as often as it says
		s := p.user("summary")
		p.at = p.at.Truncate(time.Hour)
		p.add(with(code(s, 50126), func(s *SignIn) { s.Count = 10 }), time.Minute)
		p.add(s, time.Minute)
		p.cases = append(p.cases, Case{"summary", "failures_then_granted", s.UserID, 2, 11})
	},
	stopped("stopped", 53003, 61*time.Minute, 1),
	stopped("stopped-not", 53003, 59*time.Minute, 0),
	stopped("wrong", 50126, 61*time.Minute, 0),
	func(p *planter) {
		s := p.user("disabled")
		p.add(s, time.Hour)
		p.add(code(s, 50057), 24*time.Hour)
		p.add(code(s, 50057), 24*time.Hour)
		p.add(s, time.Hour)
		p.expect("disabled", "disabled_then_granted", s.UserID, 3)
		s = p.user("disabled-still")
		p.add(s, time.Hour)
		p.add(code(s, 50057), time.Hour)
		p.expect("disabled-still", "disabled_then_granted", s.UserID, 0)
	},
	func(p *planter) {
		s := p.user("expired")
		p.add(code(s, 50055), 5*time.Minute)
		p.add(s, time.Hour)
		p.expect("expired", "expired_then_granted", s.UserID, 2)
	},
}

func brute(name string, failures, addresses int, granted, found bool) func(p *planter) {
	return func(p *planter) {
		s := p.user(name)
		s.App = "Azure Portal"
		for i := range failures {
			s.Address = fmt.Sprintf("203.0.113.%d", 120+i%addresses)
			p.add(code(s, 50034), 7*time.Minute)
		}
		p.add(code(s, 50140), time.Minute) // no failure
		if granted {
			p.add(s, time.Minute)
		}
		if !found {
			failures = 0
		}
		p.expect(name, "brute_force", s.UserID, failures)
	}
}

// guessed plants wrong passwords of one user to two applications.
func guessed(name string, failures, addresses int, granted, found bool) func(p *planter) {
	return func(p *planter) {
		s := p.user(name)
		for i := range failures {
			s.Address, s.App = fmt.Sprintf("203.0.113.%d", 130+i%addresses), []string{"Microsoft Teams", "Office 365 Exchange Online"}[i%2]
			p.add(code(s, []int{50126, 50053}[i%2]), 7*time.Minute)
		}
		p.add(code(s, 50034), time.Minute) // another code
		if granted {
			p.add(s, time.Minute)
		}
		if !found {
			failures = 0
		}
		p.expect(name, "wrong_passwords", s.UserID, failures)
	}
}

// failures plants n sign-ins with a code, and one that is granted apart from the last.
func failures(name, rule string, number, n int, apart time.Duration, rows int) func(p *planter) {
	return func(p *planter) {
		s := p.user(name)
		p.at = p.at.Truncate(time.Hour)
		for i := range n {
			if i < n-1 {
				p.add(code(s, number), time.Minute)
				continue
			}
			p.add(code(s, number), apart)
		}
		p.add(s, time.Minute)
		p.expect(name, rule, s.UserID, rows)
	}
}

func stopped(name string, number int, apart time.Duration, rows int) func(p *planter) {
	return func(p *planter) {
		s := p.user(name)
		p.add(code(s, number), apart)
		p.add(s, time.Minute)
		p.expect(name, "password_accepted_stopped", s.UserID, rows)
	}
}

// session plants a root and one more sign-in of its session.
func session(name, rule string, change func(s *SignIn), rows int) func(p *planter) {
	return func(p *planter) {
		s := p.user(name)
		p.add(s, time.Minute)
		s.Kind = NonInteractive
		p.add(s, time.Minute)
		p.add(with(s, change), time.Minute)
		p.expect(name, rule, s.Session, rows)
	}
}

// token plants two sign-ins with a token, and one more.
func token(name string, change func(s *SignIn), rows int) func(p *planter) {
	return func(p *planter) {
		s := p.user(name)
		s.Kind, s.Token = NonInteractive, GUID("token of "+name)
		p.add(s, time.Minute)
		p.add(s, time.Minute)
		p.add(with(s, change), time.Minute)
		p.expect(name, "token_elsewhere", s.UserID, rows)
	}
}

var plantedSessions = []func(p *planter){
	one("office_home", "office", func(s *SignIn) { s.App, s.Device, s.Code = "OfficeHome", "", 50140 }, func(s *SignIn) { s.Device = GUID("any") }),
	session("moved", "session_moved", func(s *SignIn) { s.Address = "203.0.113.77" }, 1),
	session("moved-agent", "session_moved", func(s *SignIn) { s.Agent = "python-requests/2.32.3" }, 1),
	session("moved-device", "session_moved", func(s *SignIn) { s.Device = GUID("other device") }, 1),
	session("moved-unknown", "session_moved", func(s *SignIn) { s.Address, s.Agent, s.Device = "", "", "" }, 0),
	session("moved-denied", "session_moved", func(s *SignIn) { s.Address, s.Code = "203.0.113.77", 50173 }, 0),
	session("moved-country", "session_other_country", func(s *SignIn) { s.Place = Lima }, 1),
	session("moved-city", "session_other_country", func(s *SignIn) { s.Place = Bergen }, 0),
	token("token", func(s *SignIn) { s.Address = "203.0.113.77" }, 1),
	token("token-agent", func(s *SignIn) { s.Agent = "python-requests/2.32.3" }, 1),
	token("token-unknown", func(s *SignIn) { s.Address, s.Agent = "", "" }, 0),
	token("token-denied", func(s *SignIn) { s.Address, s.Code = "203.0.113.77", 50173 }, 0),
	token("token-other", func(s *SignIn) { s.Address, s.Token = "203.0.113.77", GUID("another token") }, 0),
	token("token-none", func(s *SignIn) { s.Address, s.Token = "203.0.113.77", "" }, 0),
	func(p *planter) { // no root
		s := p.user("rootless")
		s.Kind = NonInteractive
		p.add(s, time.Minute)
		p.add(with(s, func(s *SignIn) { s.Address = "203.0.113.77" }), time.Minute)
		p.expect("rootless", "session_moved", s.Session, 0)
	},
	func(p *planter) {
		s := p.user("outlives")
		s.Changed = p.at.Add(30 * time.Minute)
		p.add(s, time.Hour)
		p.add(with(s, func(s *SignIn) { s.Kind = NonInteractive }), time.Hour)
		p.expect("outlives", "session_outlives_password", s.Session, 1)
		s = p.user("outlives-not")
		s.Changed = p.at.Add(-30 * time.Minute)
		p.add(s, time.Hour)
		p.add(s, time.Hour)
		p.expect("outlives-not", "session_outlives_password", s.Session, 0)
	},
}

// travel plants two sign-ins of which the second is elsewhere.
func travel(name string, from, to Place, apart time.Duration, rows int, change func(s *SignIn)) func(p *planter) {
	return func(p *planter) {
		s := p.user(name)
		s.Place = from
		p.add(s, apart)
		s.Place, s.Address = to, "203.0.113.88"
		p.add(with(s, change), time.Minute)
		p.expect(name, "impossible_travel", s.UserID, rows)
	}
}

func unchanged(*SignIn) {}

var plantedPlaces = []func(p *planter){
	travel("travel", Oslo, Lima, 9*time.Hour, 2, unchanged), // 11,000 km
	travel("travel-slow", Oslo, Lima, 12*time.Hour, 0, unchanged),
	travel("travel-near", Oslo, Bergen, time.Minute, 0, unchanged), // 305 km
	travel("travel-null", Oslo, Null, time.Minute, 0, unchanged),
	travel("travel-denied", Oslo, Lima, time.Hour, 0, func(s *SignIn) { s.Code = 50126 }),
	travel("travel-confidential", Oslo, Lima, time.Hour, 0, func(s *SignIn) { s.Kind, s.Confidential = NonInteractive, true }),
	func(p *planter) {
		s := p.user("country")
		p.baseline(s)
		p.add(with(s, func(s *SignIn) { s.Place = Berlin }), time.Hour)
		p.add(with(s, func(s *SignIn) { s.Place = Berlin }), time.Hour)
		p.expect("country", "first_country", s.UserID, 1)
		p.expect("country-network", "first_network", s.UserID, 1)
	},
	func(p *planter) { // within 14 days
		s := p.user("early")
		for range 12 {
			p.add(s, 27*time.Hour)
		}
		p.add(with(s, func(s *SignIn) { s.Place = Berlin }), time.Hour)
		p.expect("early", "first_country", s.UserID, 0)
	},
	func(p *planter) { // nine grants
		s := p.user("seldom")
		for range 9 {
			p.add(s, 48*time.Hour)
		}
		p.add(with(s, func(s *SignIn) { s.Place = Berlin }), time.Hour)
		p.expect("seldom", "first_country", s.UserID, 0)
	},
	func(p *planter) { // networks by address
		s := p.user("networks")
		s.Place.System = 0
		s.Address = "2001:db8:7::1"
		p.baseline(s)
		for _, address := range []string{"2001:db8:7:0:5::9", "2001:db8:8::1", "2001:db8::1", "198.51.100.3", "198.51.100.99", "203.0.113.3", "2001::1"} {
			s.Address = address
			p.add(s, time.Hour)
		}
		p.expect("networks", "first_network", s.UserID, 5)
	},
}
