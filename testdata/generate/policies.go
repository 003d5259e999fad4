package main

// A policy is a conditional access policy.
type policy struct {
	name, id string
	grants   []string
	sessions []string
}

// An applied policy is what came of one policy at a sign-in.
type applied struct {
	policy
	result                  string
	satisfied, notSatisfied conditions
}

// conditions are flags: Graph names them, the diagnostic settings add them up.
type conditions struct {
	names string
	mask  int
}

var (
	none       = conditions{"none", 0}
	forApp     = conditions{"application", 1}
	forUser    = conditions{"users", 2}
	forBoth    = conditions{"application,users", 3}
	atLocation = conditions{"location", 8}
	byClient   = conditions{"application,users,clientType", 19}
)

var (
	requireMFA = policy{"Require MFA", idOf("policy Require MFA"), []string{"Mfa"}, nil}
	blockOld   = policy{"Block legacy clients – «IMAP»", idOf("policy Block legacy clients – «IMAP»"), []string{"Block"}, nil}
	reportRisk = policy{"Risky sign-ins, report only", idOf("policy Risky sign-ins, report only"), []string{"Mfa"}, []string{"SignInFrequency"}}
)

// conditionalAccess is Graph's word for the outcome of all policies.
func (e event) conditionalAccess() string {
	switch {
	case e.code.number == 53003 || e.code.number == 50131:
		return "failure"
	case e.kind.isUser() && e.code.number == 0 && len(e.policies) > 0:
		return "success"
	default:
		return "notApplied"
	}
}

// appliedPolicies are none to three: none for managed identities and for a
// part of the rest.
func appliedPolicies(d dice, e event) []applied {
	if e.kind == managedIdentity {
		return nil
	}
	if e.code.number == 53003 || e.code.number == 50131 {
		return []applied{{blockOld, "failure", byClient, none}}
	}
	var all []applied
	if d.chance(45) {
		all = append(all, applied{requireMFA, pick(d, []string{"success", "success", "notApplied"}), forBoth, none})
	}
	if d.chance(20) {
		all = append(all, applied{reportRisk, pick(d, []string{"reportOnlyNotApplied", "reportOnlySuccess"}), forApp, forUser})
	}
	if d.chance(8) {
		all = append(all, applied{blockOld, "notApplied", forBoth, atLocation})
	}
	return all
}

// policyList writes the policies down, the conditions as text or as number.
func (e event) policyList(condition func(conditions) any) list {
	all := list{}
	for _, a := range e.policies {
		all = append(all, object{
			{"id", a.id},
			{"displayName", a.name},
			{"enforcedGrantControls", texts(a.grants)},
			{"enforcedSessionControls", texts(a.sessions)},
			{"result", a.result},
			{"conditionsSatisfied", condition(a.satisfied)},
			{"conditionsNotSatisfied", condition(a.notSatisfied)},
		})
	}
	return all
}

func conditionNames(c conditions) any { return c.names }

func conditionMask(c conditions) any { return c.mask }
