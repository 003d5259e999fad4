package reader

import (
	"bytes"
	"encoding/base64"
	"fmt"
	"slices"
	"strings"

	"signins/schema/jsontext"
)

// maxWrappers bounds the wrappers that a record is inside.
const maxWrappers = 3

// detectRecords sets the dialect of the records of an input, which may be wrapped in
// values of another kind, or returns why it is not read.
func (in *Input) detectRecords(head []byte, named bool, from string) *refusal {
	s := in.shape
	if d := s.dialectNamed(from); from != "" && (d == nil || d.whyNot(s) != "") {
		if found, _ := in.findWrapped(head, named, from); found {
			return nil
		}
		return in.detectDialect(head, named, from)
	}
	why := in.detectDialect(head, named, from)
	if why == nil {
		return nil
	}
	switch found, other := in.findWrapped(head, named, from); {
	case found:
		return nil
	case s.otherLog() != "":
		return why
	case other != "":
		return &refusal{why: &Error{Path: in.Name, What: other}}
	}
	return in.nameField(head, why)
}

// findWrapped looks for records of a dialect in the values of an input, and makes the
// input one of them. Else other names the records of another log that were found.
func (in *Input) findWrapped(head []byte, named bool, from string) (found bool, other string) {
	if in.shape.incomplete || in.shape.kind != "" && !slices.Contains(kindsOfText, in.shape.kind) {
		return false, ""
	}
	level := in.shape.forms()
	for range maxWrappers {
		var inner []wrapping
		for _, outer := range level {
			for _, more := range wrappers {
				w := outer.inside(more)
				text, changed := w.unwrapHead(head, in.shape)
				if len(text) == 0 || w.path == outer.path && !changed {
					continue
				}
				s := shapeOf(text, true)
				if in.useWrapped(s, w, text, named, from) {
					return true, ""
				}
				if name := s.otherLog(); name != "" && other == "" {
					other = fmt.Sprintf("this is %s, in %s, not an export of sign-ins", name, w.place())
				}
				if w.path != outer.path {
					inner = append(inner, w)
				}
			}
		}
		level = inner
	}
	return false, other
}

// place names a wrapping in messages.
func (w wrapping) place() string {
	if w.path == "" {
		return "text"
	}
	return w.path
}

// forms returns how values may follow each other in an input, to be tried.
func (s *shape) forms() (forms []wrapping) {
	for i, title := range s.header {
		forms = append(forms, wrapping{form: inRows, column: i, title: title})
	}
	if s.keys != nil && !s.lines || s.leading > 0 {
		forms = append(forms, wrapping{form: inValues})
	}
	if s.keys == nil || s.lines || s.bad != nil {
		forms = append(forms, wrapping{form: inLines})
	}
	return forms
}

// unwrapHead returns the lines of the records that a head wraps; none where it has no
// such records. changed: more was done than to copy values as they are.
func (w *wrapping) unwrapHead(head []byte, s *shape) (lines []byte, changed bool) {
	last := w.path[strings.LastIndexByte(w.path, '.')+1:]
	if w.form == inRows {
		_, ok := cutStep(w.path, []byte(w.title))
		if !ok {
			return nil, false
		}
		head, last = head[s.begin:], ""
	}
	head = bytes.TrimPrefix(head, []byte(byteOrderMark))
	if w.form == inValues {
		head = head[s.leading:]
	}
	if !bytes.Contains(head, []byte(last[min(len(last), 1):])) { // the first letter may be a capital
		return nil, false
	}
	u := unwrapper{wrapping: *w, probing: true}
	_ = u.unwrapChunk(&chunk{data: head}, s.rows(nil)) // a head may end anywhere
	return u.lines, u.texts > 0 || u.prefixes > 0 || u.tables
}

// useWrapped makes the input one of the records of that shape, if they are of a
// dialect.
func (in *Input) useWrapped(s *shape, w wrapping, text []byte, named bool, from string) bool {
	if s.empty || from != "" && (s.dialectNamed(from) == nil || s.dialectNamed(from).whyNot(s) != "") {
		return false
	}
	inner := &Input{File: in.File, Source: in.Source, detection: detection{shape: s}}
	if inner.detectDialect(text, named, from) != nil {
		return false
	}
	whole := *in.shape
	if w.form != inRows {
		whole = shape{bom: whole.bom, eol: '\n', leading: whole.leading}
		if whole.bom {
			whole.begin = len(byteOrderMark)
		}
	}
	whole.page, whole.local, whole.wrapping = s.page, s.local, &w
	inner.shape, inner.textSize = &whole, in.textSize
	in.detection, in.Dialect, in.Source, in.Warnings = inner.detection, inner.Dialect, inner.Source, inner.Warnings
	for code, n := range whole.warnings {
		in.Warnings.Add(code, n)
	}
	return true
}

// nameField adds to a refusal the field that seems to hold the records.
func (in *Input) nameField(head []byte, why *refusal) *refusal {
	s, field := in.shape, ""
	text := bytes.TrimLeft(head[min(s.begin, len(head)):], " \t\r\n")
	for i, cell := range s.first {
		if i < len(s.header) && field == "" {
			field = fieldOfRecord([]byte(cell), s.header[i])
		}
	}
	if end := jsontext.ValueEnd(text, 0); field == "" && end > 0 && s.keys != nil {
		field = fieldOfRecord(text[:end], "")
	}
	hint := "save the value of that field in a file of its own"
	switch {
	case strings.Contains(field, "azure.signinlogs"):
		hint = "export the field event.original, which has the record as it was, or the log from Azure"
	case strings.HasSuffix(field, asBase64):
		hint = "decode that field of every record, and save the records in a file of their own, one on a line"
	case field == "":
		return why
	}
	named := *why
	named.why = &Error{Path: in.Name, What: "not an export of sign-ins: the records seem to be in " + field, Hint: hint}
	return &named
}

// recordNames are names of the members of sign-ins, folded.
var recordNames = foldedNames("createdDateTime created_at TimeGenerated userPrincipalName userDisplayName appId appDisplayName ipAddress " +
	"correlationId clientAppUsed conditionalAccessStatus errorCode status resultType isInteractive resourceDisplayName")

func foldedNames(names string) map[string]bool {
	set := map[string]bool{}
	for name := range strings.FieldsSeq(names) {
		set[fold(name)] = true
	}
	return set
}

// asBase64 ends the name of a field whose value must be decoded first.
const asBase64 = " (as Base64)"

// fieldInBase64 is fieldOfRecord for a text that is JSON in Base64.
func fieldInBase64(text []byte, path string) string {
	decoded, err := base64.StdEncoding.DecodeString(string(text))
	if err != nil || !beginsNested(decoded) {
		return ""
	}
	if fieldOfRecord(decoded, path) == "" {
		return ""
	}
	return strings.TrimSuffix(path, asBase64) + asBase64
}

// maxFieldDepth bounds how deep a record is looked for.
const maxFieldDepth = 8

// fieldOfRecord returns the path of the field that seems to hold a sign-in, in a value
// at that path; "" for none. Text may hold it, too.
func fieldOfRecord(value []byte, path string) string {
	v, err := jsontext.Parse(value)
	if err != nil || strings.Count(path, ".") > maxFieldDepth {
		return fieldInBase64(value, path)
	}
	switch v.Kind() {
	case jsontext.String:
		text, _ := v.Text()
		if inner := jsonText(text); inner != nil {
			return fieldOfRecord(inner, path)
		}
		return fieldInBase64(text, path)
	case jsontext.Array:
		for element := range v.Elements() {
			if found := fieldOfRecord(element, path); found != "" {
				return found
			}
		}
	case jsontext.Object:
		known := 0
		for name, member := range v.Members() {
			key := string(name)
			// A member of a dotted name belongs to the object of that name.
			if dot := strings.LastIndexByte(key, '.'); recordNames[fold(key[dot+1:])] {
				known++
				if dot > 0 && known > 3 {
					return strings.TrimPrefix(path+"."+key[:dot], ".")
				}
			}
			if found := fieldOfRecord(member, strings.TrimPrefix(path+"."+key, ".")); found != "" {
				return found
			}
		}
		if known > 3 {
			return path
		}
	}
	return ""
}
