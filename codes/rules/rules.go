// Package rules says what many sign-ins mean together. Each rule is one element of a
// table: what it counts, its constants, and a shape, which is computed over batches by
// an Evaluator and written as SQL over the canonical columns by Queries. Both return
// the same rows.
//
// For example, the rule failures_then_granted has the shape repeated: 10 denied
// sign-ins of a user in a window of 60 minutes, and one that was granted within 10
// minutes after such a denial. With 11 denials from 08:00 to 08:20 and a grant at 08:25
// an Evaluator returns 12 rows with the user as subject, and so does the SQL.
//
// Both count a sign-in once: of the records with one category and id the first by
// created_at, created_at_remainder_ns, source_file and source_record. Records without
// id and summaries all count, a summary as many times as its sign_in_count says.
package rules

import (
	"fmt"
	"slices"
	"strconv"
	"strings"

	"signins/codes/labels"
	"signins/schema"
)

// A Rule is one question to sign-ins.
type Rule struct {
	ID, Title string
	Kind      string // schema.KindFinding or schema.KindInventory
	Severity  string // one of schema.Severities
	Counts    string // what it counts, a sentence
	Limits    string // what it cannot see, a sentence; "" for nothing of its own
	Source    string // of its logic
	Constants []Constant
	Sentence  string // about one subject, see the function sentence

	subject subject
	shape   func(v Values) shape
}

// A Constant is a number or a list of words, with semicolons between, that decides
// what a rule matches.
type Constant struct {
	Name, Value, Unit string
	Source            string // who published it, Ours for nobody
}

// String returns a constant in words: "users = 5 (users; Azure/Azure-Sentinel)".
func (c Constant) String() string {
	return fmt.Sprintf("%s = %s (%s; %s)", c.Name, strings.Join(strings.Fields(c.Value), " "), c.Unit, c.Source)
}

// Ours is the source of constants that nobody has published.
const Ours = "ours"

// Where rules and constants were published.
const (
	sentinel = "Azure/Azure-Sentinel"
	analyzer = "LETHAL-FORENSICS/Microsoft-Analyzer-Suite"
	learn    = "Microsoft Learn"
)

// Values are the constants of one rule.
type Values map[string]string

// number returns a constant that is a number.
func (v Values) number(name string) int64 {
	n, _ := strconv.ParseInt(v[name], 10, 64)
	return n
}

// words returns a constant that is a list.
func (v Values) words(name string) (list []string) {
	for word := range strings.SplitSeq(v[name], ";") {
		list = append(list, strings.TrimSpace(word))
	}
	return list
}

// numbers returns a constant that is a list of numbers.
func (v Values) numbers(name string) (list []int64) {
	for _, word := range v.words(name) {
		n, _ := strconv.ParseInt(word, 10, 64)
		list = append(list, n)
	}
	return list
}

// Minutes and days in microseconds.
const (
	minute = int64(60 * 1000000)
	day    = 24 * 60 * minute
)

// table is every rule, by family.
var table = slices.Concat(accessRules, passwordRules, sessionRules, placeRules, tenantRules, principalRules)

// A Set is the rules of a run with their constants.
type Set struct {
	rules  []*Rule
	values []Values
	labels labels.Set
	// noIndicators leaves out indicatorRule, which WithLabels adds.
	noIndicators bool
}

// Default returns all rules with the constants of the table.
func Default() *Set {
	s := &Set{}
	for i := range table {
		v := Values{}
		for _, c := range table[i].Constants {
			v[c.Name] = c.Value
		}
		s.rules, s.values = append(s.rules, &table[i]), append(s.values, v)
	}
	return s
}

// Rules returns the rules, in the order of the table.
func (s *Set) Rules() []*Rule { return s.rules }

// Constants returns the constants of a rule of the set, with their values.
func (s *Set) Constants(r *Rule) []Constant {
	list, v := slices.Clone(r.Constants), s.values[slices.Index(s.rules, r)]
	for i := range list {
		list[i].Value = v[list[i].Name]
	}
	return list
}

// find returns the index of a rule, -1 for none.
func (s *Set) find(id string) int {
	return slices.IndexFunc(s.rules, func(r *Rule) bool { return r.ID == id })
}

// A subject is what a finding is about.
type subject int

const (
	aboutUser subject = iota
	aboutAddress
	aboutSession
	aboutPrincipal
	aboutCode
)

// Keys of records in SQL.
const (
	sqlUser      = "coalesce(nullif(user_id, '" + schema.ZeroGUID + "'), user_principal_name)"
	sqlPrincipal = "coalesce(nullif(service_principal_id, '" + schema.ZeroGUID + "'), app_id)"
	sqlSession   = "nullif(session_id, '" + schema.ZeroGUID + "')"
	sqlToken     = "nullif(unique_token_identifier, '" + schema.ZeroGUID + "')"
	sqlResource  = "coalesce(resource_id, resource_display_name)"
)

// needs returns the columns of which one must have values.
func (s subject) needs() []schema.ColumnID {
	return [...][]schema.ColumnID{
		{schema.UserID, schema.UserPrincipalName}, {schema.IPAddress}, {schema.SessionID}, {schema.ServicePrincipalID, schema.AppID}, {schema.ErrorCode},
	}[s]
}

func (s subject) sql(d *dialect) string {
	return [...]string{sqlUser, "ip_address", sqlSession, sqlPrincipal, "cast(error_code as " + d.text + ")"}[s]
}

// A shape is how records make a finding together: computed, and as SQL.
type shape interface {
	// conditions returns the conditions of records: at most two.
	conditions() []condition
	// columns returns the columns of sql, besides those of the conditions and the
	// subject, each as an expression and its name.
	columns(d *dialect) []selected
	// needs returns columns besides those of the conditions and the subject, of which one
	// in each list must have values.
	needs() [][]schema.ColumnID
	// sql returns the part of the statement that follows the common table once, which
	// has source_file, source_record, us, remainder, sign_ins, subject, a and b for the
	// conditions, and columns. ID is in place of the rule.
	sql() string
	// run calls emit for each subject that has matching records, with their numbers. The
	// key is that of the rule's subject.
	run(e *Evaluator, in input, emit func(subject uint32, rows []uint32))
}

// on is what shapes have in common: the conditions of records, b nil for none, and no
// columns besides.
type on struct{ a, b condition }

func (o on) conditions() []condition {
	if o.b == nil {
		return []condition{o.a}
	}
	return []condition{o.a, o.b}
}

func (on) needs() [][]schema.ColumnID  { return nil }
func (on) columns(*dialect) []selected { return nil }

// A selected is an expression of SQL with a name.
type selected struct{ expression, name string }
