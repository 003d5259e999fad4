package codes

import (
	"encoding/json"
	"fmt"
	"strings"
	"sync"

	"signins/schema"
	"signins/schema/nested"
)

// Annotate fills the derived columns of a batch and adds to its warnings. Rules run
// once for each distinct combination of values in the batch, not once a record.
func (t *Table) Annotate(b *schema.Batch) {
	a := annotator{table: t, b: b}
	a.events()
	a.categories()
	a.statuses()
	a.passthroughs()
	a.verdicts()
	a.tenants()
	a.tokens()
	b.Seal()
}

// An annotator holds a batch while its derived columns are filled.
type annotator struct {
	table *Table
	b     *schema.Batch
}

func (a *annotator) column(id schema.ColumnID) *schema.Vector { return &a.b.Columns[id] }

// text returns the value of a code of a column, "" for null.
func (a *annotator) text(id schema.ColumnID, c schema.Code) string {
	if c < schema.First {
		return ""
	}
	return string(a.column(id).Dict.Value(c))
}

// tristate returns the value of a column of kind Bool.
func (a *annotator) tristate(id schema.ColumnID, row int) tristate {
	if n, ok := a.column(id).Num(row); ok {
		return no + tristate(n)
	}
	return unknown
}

// put returns the code for text in a column, Absent for "".
func (a *annotator) put(id schema.ColumnID, text string) schema.Code {
	if text == "" {
		return schema.Absent
	}
	return a.column(id).Dict.Add([]byte(text))
}

// perDistinct sets the answer of a rule in every row, and asks the rule once for each
// distinct key.
func perDistinct[K comparable, A any](rows int, key func(row int) K, rule func(k K) A, set func(row int, answer A)) {
	answers := map[K]A{}
	for row := range rows {
		k := key(row)
		answer, ok := answers[k]
		if !ok {
			answer = rule(k)
			answers[k] = answer
		}
		set(row, answer)
	}
}

// events marks rows as events, or as summaries if they count sign-ins.
func (a *annotator) events() {
	count, kind, created := a.column(schema.SignInCount), a.column(schema.RowKind), a.column(schema.CreatedAt)
	for row := range a.b.Len {
		if _, ok := count.Num(row); ok {
			kind.SetText(row, schema.Summary)
			continue
		}
		kind.SetText(row, schema.Event)
		count.SetNum(row, 1)
		if !created.Set(row) {
			a.b.Warnings.Add(schema.NoEventTime, 1)
		}
	}
}

// traitCodes are the traits of a record as codes of the batch.
type traitCodes struct {
	log, events, identity, credential schema.Code
	user, principal                   bool
	interactive                       tristate
}

func (a *annotator) categories() {
	type answer struct {
		category, basis   schema.Code
		unknown, conflict bool
	}
	perDistinct(a.b.Len, a.traitCodes, func(k traitCodes) answer {
		category, basis, conflict := category(a.traits(k))
		return answer{a.put(schema.SignInCategory, category), a.put(schema.CategoryBasis, basis), category == schema.Unknown, conflict}
	}, func(row int, c answer) {
		a.column(schema.SignInCategory).SetCode(row, c.category)
		a.column(schema.CategoryBasis).SetCode(row, c.basis)
		if c.conflict {
			a.b.Warnings.Add(schema.CategoryConflict, 1)
		}
		if c.unknown {
			a.b.Warnings.Add(schema.UnknownCategory, 1)
		}
	})
}

func (a *annotator) traitCodes(row int) traitCodes {
	k := traitCodes{
		log:        a.column(schema.SourceCategory).Code(row),
		events:     a.column(schema.SignInEventTypes).Code(row),
		identity:   a.column(schema.ManagedIdentityType).Code(row),
		credential: a.column(schema.ClientCredentialType).Code(row),
		user:       a.column(schema.UserID).Set(row) || a.column(schema.UserPrincipalName).Set(row),
	}
	principal := a.column(schema.ServicePrincipalID).Value(row)
	k.principal = principal != nil && string(principal) != schema.ZeroGUID
	k.interactive = a.tristate(schema.IsInteractive, row)
	return k
}

func (a *annotator) traits(k traitCodes) traits {
	t := traits{
		logCategory: a.text(schema.SourceCategory, k.log),
		user:        k.user, principal: k.principal, interactive: k.interactive,
		fromColumns: a.b.Source.CategoryFromColumns, fromName: a.b.Source.CategoryFromName, fromFlag: a.b.Source.CategoryFromFlag,
	}
	if k.events >= schema.First {
		for event := range schema.List(a.column(schema.SignInEventTypes).Dict.Value(k.events)) {
			t.eventTypes = append(t.eventTypes, string(event))
		}
	}
	kind := a.text(schema.ManagedIdentityType, k.identity)
	t.managedIdentity = kind != "" && kind != "none" || a.text(schema.ClientCredentialType, k.credential) == "managedIdentity"
	return t
}

// statusCodes are what an error code, a portal status and a signature mean together.
type statusCodes struct {
	status, basis                              schema.Code
	name, category, meaning, tags, remediation schema.Code
	hasCode, known, disagrees                  bool
}

func (a *annotator) statuses() {
	type key struct {
		code              int64
		hasCode           bool
		portal, signature schema.Code
	}
	perDistinct(a.b.Len, func(row int) key {
		code, ok := a.column(schema.ErrorCode).Num(row)
		k := key{code: code, hasCode: ok, portal: a.column(schema.SignInStatus).Code(row)}
		if !ok && string(a.column(schema.SignInCategory).Value(row)) == schema.MicrosoftServicePrincipal {
			k.signature = a.column(schema.ResultSignature).Code(row)
		}
		return k
	}, func(k key) statusCodes {
		return a.status(int32(k.code), k.hasCode, k.portal, k.signature)
	}, func(row int, s statusCodes) {
		a.column(schema.SignInStatus).SetCode(row, s.status)
		a.column(schema.StatusBasis).SetCode(row, s.basis)
		if s.disagrees {
			a.b.Warnings.Add(schema.StatusDisagreement, 1)
		}
		if s.hasCode {
			a.explain(row, s)
		}
	})
}

// status decides the status and looks the code up. The signature counts where there
// is no code.
func (a *annotator) status(code int32, hasCode bool, portal, signature schema.Code) (s statusCodes) {
	status, basis := signatureStatus(a.text(schema.ResultSignature, signature))
	if hasCode {
		status, basis = a.table.status(code)
	}
	if portalStatus := a.text(schema.SignInStatus, portal); portalStatus != "" {
		s.disagrees = hasCode && portalStatus != status
		status, basis = portalStatus, basisPortal
	}
	s.status, s.basis, s.hasCode = a.put(schema.SignInStatus, status), a.put(schema.StatusBasis, basis), hasCode
	c := a.table.Lookup(code)
	if !hasCode || c == nil {
		return s
	}
	s.known = true
	s.name = a.put(schema.ErrorName, c.Name)
	s.category = a.put(schema.ErrorCategory, c.Category)
	s.meaning = a.put(schema.ErrorMeaning, c.Meaning)
	s.remediation = a.put(schema.ErrorRemediation, c.Remediation)
	if len(c.Tags) > 0 {
		var tags []byte
		for _, tag := range c.Tags {
			tags = schema.AppendList(tags, []byte(tag), false)
		}
		s.tags = a.column(schema.ErrorTags).Dict.Add(tags)
	}
	return s
}

// explain sets the columns that explain the error code of a row.
func (a *annotator) explain(row int, s statusCodes) {
	a.column(schema.ErrorName).SetCode(row, s.name)
	a.column(schema.ErrorCategory).SetCode(row, s.category)
	a.column(schema.ErrorMeaning).SetCode(row, s.meaning)
	a.column(schema.ErrorRemediation).SetCode(row, s.remediation)
	a.column(schema.ErrorTags).SetCode(row, s.tags)
	a.column(schema.ErrorKnown).SetBool(row, s.known)
	if !s.known {
		a.b.Warnings.Add(schema.UnknownErrorCode, 1)
	}
}

// A conclusion is whether something is so, and a text about it.
type conclusion struct {
	is   tristate
	text schema.Code
}

// setConclusion returns the function that sets a conclusion in two columns, where it is known.
func (a *annotator) setConclusion(is, text schema.ColumnID) func(row int, d conclusion) {
	return func(row int, d conclusion) {
		if d.is != unknown {
			a.column(is).SetBool(row, d.is == yes)
		}
		if d.text != schema.Absent {
			a.column(text).SetCode(row, d.text)
		}
	}
}

func (a *annotator) passthroughs() {
	perDistinct(a.b.Len, a.column(schema.CrossTenantAccessType).Code, func(accessType schema.Code) (d conclusion) {
		if accessType != schema.Absent {
			is, basis := passthrough(a.text(schema.CrossTenantAccessType, accessType))
			d = conclusion{is, a.put(schema.PassthroughBasis, basis)}
		}
		return d
	}, a.setConclusion(schema.IsPassthrough, schema.PassthroughBasis))
}

func (a *annotator) verdicts() {
	type key struct {
		status, basis, category schema.Code
		is                      tristate
	}
	type answer struct {
		verdict schema.Code
		warning string
	}
	perDistinct(a.b.Len, func(row int) key {
		return key{
			a.column(schema.SignInStatus).Code(row), a.column(schema.PassthroughBasis).Code(row), a.column(schema.SignInCategory).Code(row),
			a.tristate(schema.IsPassthrough, row),
		}
	}, func(k key) answer {
		basis := a.text(schema.PassthroughBasis, k.basis)
		decided := verdict(a.text(schema.SignInStatus, k.status), k.is, basis)
		return answer{a.put(schema.AccessVerdict, decided), doubt(k.is, basis, decided, a.text(schema.SignInCategory, k.category))}
	}, func(row int, v answer) {
		a.column(schema.AccessVerdict).SetCode(row, v.verdict)
		if v.warning != "" {
			a.b.Warnings.Add(v.warning, 1)
		}
	})
}

// doubt returns the warning that a verdict calls for, "" for none.
func doubt(is tristate, basis, verdict, category string) string {
	switch {
	case basis == basisHidden:
		return schema.PassthroughHidden
	case is == unknown && verdict == "granted" && !isPrincipal(category):
		return schema.PassthroughUnknown
	}
	return ""
}

func (a *annotator) tenants() {
	type key struct{ home, resource, log, access schema.Code }
	perDistinct(a.b.Len, func(row int) key {
		return key{
			a.column(schema.HomeTenantID).Code(row), a.column(schema.ResourceTenantID).Code(row),
			a.column(schema.TenantID).Code(row), a.column(schema.CrossTenantAccessType).Code(row),
		}
	}, func(k key) conclusion {
		is, direction := crossTenant(a.text(schema.HomeTenantID, k.home), a.text(schema.ResourceTenantID, k.resource),
			a.text(schema.TenantID, k.log), a.text(schema.CrossTenantAccessType, k.access))
		return conclusion{is, a.put(schema.CrossTenantDirection, direction)}
	}, a.setConclusion(schema.IsCrossTenant, schema.CrossTenantDirection))
}

// tokens marks the tokens of continuous access evaluation.
func (a *annotator) tokens() {
	details := a.column(schema.AuthenticationProcessingDetails)
	if len(details.Codes) == 0 {
		return
	}
	known := make([]tristate, details.Dict.Len())
	for i := range known {
		known[i] = a.table.tokens.of(details.Dict.Value(schema.First + schema.Code(i)))
	}
	for row, c := range details.Codes {
		if c >= schema.First && known[c-schema.First] != unknown {
			a.column(schema.IsCAEToken).SetBool(row, known[c-schema.First] == yes)
		}
	}
}

// caeTokens remembers what caeToken returned for short texts: small inputs have the same
// ones, and to read them takes half of annotating ten records.
type caeTokens struct {
	sync.RWMutex
	known map[string]tristate
}

// Bounds of what is remembered.
const (
	maxTokenText  = 1 << 10
	maxTokenTexts = 4096
)

func (c *caeTokens) of(details []byte) tristate {
	if len(details) > maxTokenText {
		return caeToken(details)
	}
	c.RLock()
	is, ok := c.known[string(details)]
	c.RUnlock()
	if ok {
		return is
	}
	is = caeToken(details)
	c.Lock()
	defer c.Unlock()
	if c.known == nil {
		c.known = map[string]tristate{}
	}
	if len(c.known) < maxTokenTexts {
		c.known[string(details)] = is
	}
	return is
}

// caeToken reads the entry "Is CAE Token", in 2021 "IsCAEToken".
func caeToken(details []byte) tristate {
	entries, ok := nested.Array(details)
	if !ok || !json.Valid(entries) {
		return unknown
	}
	for entry := range entries.Elements() {
		var e struct{ Key, Value any }
		if json.Unmarshal(entry, &e) != nil {
			continue
		}
		key, _ := e.Key.(string)
		if !strings.EqualFold(strings.ReplaceAll(key, " ", ""), "iscaetoken") {
			continue
		}
		switch strings.ToLower(fmt.Sprint(e.Value)) {
		case "true":
			return yes
		case "false":
			return no
		}
	}
	return unknown
}
