package reader

import (
	"bytes"
	"slices"
	"strings"

	"signins/schema"
	"signins/schema/jsontext"
)

// typeNames begin the names of .NET types, which PowerShell writes in place of some
// values.
var typeNames = []string{"Microsoft.Graph.", "Microsoft.Open.", "System.Object", "System.String[", "System.Collections.", "System.Management."}

func isTypeName(text []byte) bool {
	for _, begin := range typeNames {
		if bytes.HasPrefix(text, []byte(begin)) {
			return !bytes.ContainsAny(text, " \r\n")
		}
	}
	return false
}

// isPowershellText reports whether a text is what PowerShell writes for an object: its
// type, @{errorCode=0; failureReason=}, or class SignInStatus { ... }.
func isPowershellText(text []byte) bool {
	text = bytes.TrimSpace(text)
	return isTypeName(text) || bytes.HasPrefix(text, []byte("@{")) || bytes.HasPrefix(text, []byte("class ")) && bytes.HasSuffix(text, []byte("}"))
}

// isPythonText reports whether a text is a list or dictionary as Python prints it:
// [{'displayName': None}].
func isPythonText(text []byte) bool {
	rest := bytes.TrimLeft(text, "[{( \t\r\n")
	return beginsNested(text) && len(rest) < len(text) &&
		(bytes.HasPrefix(rest, []byte("'")) || bytes.HasPrefix(rest, []byte("None")) || bytes.Contains(rest, []byte("': ")))
}

// beginsNested reports whether a text begins like an object or array of JSON.
func beginsNested(text []byte) bool {
	text = bytes.TrimSpace(text)
	return len(text) > 0 && (text[0] == '[' || text[0] == '{')
}

// whyUnreadable returns the finding for a value in place of an object or array.
func whyUnreadable(t *token) string {
	switch {
	case t.kind != '"':
	case isPowershellText(t.text):
		return schema.TypeName
	case isPythonText(t.text) && jsonText(t.text) == nil:
		return schema.PythonRepr
	}
	return schema.BadType
}

// valueOfJSON returns JSON text as a value, null for an array of texts that PowerShell
// wrote for objects.
func valueOfJSON(text []byte) (value, string) {
	const lists = `["`
	if len(text) > len(lists) && string(text[:len(lists)]) == lists {
		for element := range jsontext.Value(text).Elements() {
			if first, _ := element.Text(); isPowershellText(first) {
				return value{null: true}, schema.TypeName
			}
			break
		}
	}
	return value{text: text}, ""
}

// codeNames are parts of names that a field with the error code may have, folded.
var codeNames = []string{"errorcode", "resulttype", "resultcode", "statuscode", "failurecode", "signinerror", "aadsts", "errornumber", "fehlercode", "coderreur", "codigodeerror", "códigodeerror", "codeerreur"}

// namedLikeCode reports whether a name is one of an error code.
func namedLikeCode(name string) bool {
	folded := string(foldName(nil, []byte(name)))
	for _, part := range codeNames {
		if strings.Contains(folded, part) {
			return true
		}
	}
	return false
}

// namedLikeResult reports whether a name is one of a result, such as SignInStatus.
func namedLikeResult(name string) bool {
	folded := strings.ToLower(name)
	has := func(part string) bool { return strings.Contains(folded, part) }
	return slices.ContainsFunc([]string{"status", "result", "error", "code", "failure", "outcome", "reason", "ergebnis"}, has) &&
		!slices.ContainsFunc([]string{"postal", "zip"}, has)
}

// codeWords are parts of texts that tell how a sign-in ended, before or behind its code.
var codeWords = []string{"error", "fail", "invalid", "denied", "blocked", "expired", "password", "aadsts", "fehler", "erreur", "échec", "ungültig", "contraseña", "falha", "errore"}

// isLikeCode reports whether a text is 0 or has a number of five to seven digits, as
// error codes have, beside nothing or, in a text of a result, beside words: "Error 50126",
// "50126 - Invalid password". inResult: its name is one of a result.
func isLikeCode(text string, inResult bool) bool {
	if text == "0" {
		return inResult
	}
	words := strings.FieldsFunc(text, func(c rune) bool { return strings.ContainsRune(" \t,;:()[]{}#'\"", c) })
	numbers := 0
	for _, word := range words {
		if n := len(word); 4 < n && n < 8 && word[0] != '0' && strings.Trim(word, "0123456789") == "" {
			numbers++
		}
	}
	if numbers != 1 || len(words) > 40 {
		return false
	}
	folded := strings.ToLower(text)
	return inResult || len(words) > 1 && slices.ContainsFunc(codeWords, func(word string) bool { return strings.Contains(folded, word) })
}

// maxCodeSearch is how many bytes of a name or a value are searched for an error code.
const maxCodeSearch = 4096

// namesCode reports whether a text names an error code as Entra does.
func namesCode(text []byte) bool {
	return bytes.Contains(text, []byte("AADSTS")) || bytes.Contains(text, []byte("rrorCode"))
}

// mayHoldCode reports whether a member of extra looks like the error code, or contains
// it.
func (r *rowBuilder) mayHoldCode(extra jsontext.Value) bool {
	for name, value := range extra.Members() {
		switch string(value) {
		case "null", `""`, "{}", "[]":
			continue
		}
		name = name[:min(len(name), maxCodeSearch)]
		likely, known := r.codeLike[string(name)]
		if !known {
			if r.codeLike == nil || len(r.codeLike) > 4096 {
				r.codeLike = map[string]codeLikeness{}
			}
			likely = codeLikeness{namedLikeCode(string(name)), namedLikeResult(string(name))}
			r.codeLike[string(name)] = likely
		}
		value = value[:min(len(value), maxCodeSearch)]
		if likely.code || namesCode(value) || isLikeCode(strings.Trim(string(value), `"`), likely.result) {
			return true
		}
	}
	return false
}

// A codeLikeness is what a name says about its value: that it is the error code, or the
// result.
type codeLikeness struct{ code, result bool }

// textsOfResults are columns of text that may have the error code.
var textsOfResults = []schema.ColumnID{schema.FailureReason, schema.ResultDescription, schema.AdditionalDetails}

// hasUnreadCode reports whether a row without an error code has something like one, in
// extra, in a text about the result, or with words in the field of the code.
func (r *rowBuilder) hasUnreadCode() bool {
	columns := &r.batch.Columns
	switch raw := &columns[schema.ResultTypeRaw]; {
	case columns[schema.ErrorCode].Set(r.index):
		return false
	case raw.Set(r.index):
		return isLikeCode(string(raw.Value(r.index)), true)
	}
	for _, id := range textsOfResults {
		if text := columns[id].Value(r.index); namesCode(text) || isLikeCode(string(text[:min(len(text), maxCodeSearch)]), true) {
			return true
		}
	}
	return len(r.extra) > 0 && r.mayHoldCode(r.extra)
}
