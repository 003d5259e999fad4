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
	return slices.ContainsFunc([]string{"status", "result", "error", "code", "failure"}, func(part string) bool { return strings.Contains(folded, part) })
}

// isLikeCode reports whether a text is 0 or has five digits and more, as error codes
// have.
func isLikeCode(text string) bool {
	return text == "0" || len(text) > 4 && strings.Trim(text, "0123456789") == ""
}

// maxCodeSearch is how many bytes of a value are searched for an error code.
const maxCodeSearch = 4096

// mayHoldCode reports whether a member of extra looks like the error code, or contains
// it.
func (r *rowBuilder) mayHoldCode(extra jsontext.Value) bool {
	for name, value := range extra.Members() {
		switch string(value) {
		case "null", `""`, "{}", "[]":
			continue
		}
		named, known := r.codeLike[string(name)]
		if !known {
			if r.codeLike == nil || len(r.codeLike) > 4096 {
				r.codeLike = map[string]bool{}
			}
			named = namedLikeCode(string(name))
			r.codeLike[string(name)] = named
		}
		value = value[:min(len(value), maxCodeSearch)]
		if named || isLikeCode(strings.Trim(string(value), `"`)) && namedLikeResult(string(name)) || bytes.Contains(value, []byte("AADSTS")) || bytes.Contains(value, []byte("rrorCode")) {
			return true
		}
	}
	return false
}
