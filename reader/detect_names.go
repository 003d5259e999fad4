package reader

import (
	"path"
	"strings"

	"signins/schema"
)

// categoryNames are words of file and folder names that tell a category, in
// the order they are tried: longer words before words they contain.
var categoryNames = []struct{ word, category string }{
	{"noninteractive", schema.NonInteractiveUser},
	{"microsoftserviceprincipalsignin", schema.MicrosoftServicePrincipal},
	{"serviceprincipalsignin", schema.ServicePrincipal},
	{"serviceprincipal", schema.ServicePrincipal},
	{"applicationsignin", schema.ServicePrincipal},
	{"managedidentity", schema.ManagedIdentity},
	{"msisignin", schema.ManagedIdentity},
	{"adfssignin", schema.ADFS},
	{"interactivesignin", schema.InteractiveUser},
	{"interactiveuser", schema.InteractiveUser},
}

// namedCategory returns the category that the name of a file tells, or that of
// the nearest folder which is a storage container of one log; "" if none does.
func namedCategory(file string) string {
	dir, base := path.Split(file)
	if c := categoryOf(base); c != "" {
		return c
	}
	parts := strings.Split(strings.Trim(dir, "/"), "/")
	for i := len(parts) - 1; i >= 0; i-- {
		container, ok := strings.CutPrefix(strings.ToLower(parts[i]), "insights-logs-")
		switch {
		case !ok:
		case container == "signinlogs":
			return schema.InteractiveUser
		default:
			return categoryOf(container)
		}
	}
	return ""
}

func categoryOf(name string) string {
	folded := string(fold(nil, []byte(name)))
	for _, n := range categoryNames {
		if !strings.Contains(folded, n.word) {
			continue
		}
		// Collectors name files after two kinds at once.
		rest := strings.ReplaceAll(folded, n.word, "")
		if n.category == schema.NonInteractiveUser && strings.Contains(rest, "interactive") {
			return ""
		}
		return n.category
	}
	return ""
}

// looksNamed reports whether the name of a file says that it should be an
// export of sign-ins, whatever it holds.
func looksNamed(file string) bool {
	if strings.HasPrefix(path.Base(file), "._") {
		return false // what a Mac keeps beside a file
	}
	base := string(fold(nil, []byte(path.Base(file))))
	return strings.Contains(base, "signin") && (strings.Contains(base, ".json") || strings.Contains(base, ".csv") || strings.Contains(base, ".ndjson")) ||
		base == "pt1h.json"
}
