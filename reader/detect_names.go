package reader

import (
	"path"
	"slices"
	"strings"

	"signins/schema"
)

// categoryNames are words in file and folder names, and their category. They are
// tried in this order: longer words before words that they contain.
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

// categoryFromName returns the category in the name of a file, or else that of the
// nearest folder that is a storage container of one log; "" if there is none.
func categoryFromName(file string) string {
	dir, base := path.Split(file)
	if c := categoryInName(base); c != "" {
		return c
	}
	for _, folder := range slices.Backward(strings.Split(strings.Trim(dir, "/"), "/")) {
		container, ok := strings.CutPrefix(strings.ToLower(folder), "insights-logs-")
		switch {
		case !ok:
		case container == "signinlogs":
			return schema.InteractiveUser
		default:
			return categoryInName(container)
		}
	}
	return ""
}

// categoryInName returns the category in one name, "" if there is none or two.
func categoryInName(name string) string {
	folded := fold(name)
	for _, n := range categoryNames {
		if !strings.Contains(folded, n.word) {
			continue
		}
		// Collectors name files after two categories at once.
		rest := strings.ReplaceAll(folded, n.word, "")
		if n.category == schema.NonInteractiveUser && strings.Contains(rest, "interactive") {
			return ""
		}
		return n.category
	}
	return ""
}

// namedLikeExport reports whether a file has the name of a sign-in export, whatever
// it holds.
func namedLikeExport(file string) bool {
	if strings.HasPrefix(path.Base(file), "._") {
		return false // a Mac's metadata of the file
	}
	if isSidecar(file) {
		return false
	}
	base := fold(path.Base(file))
	return strings.Contains(base, "signin") && (strings.Contains(base, ".json") || strings.Contains(base, ".csv") || strings.Contains(base, ".ndjson")) ||
		base == "pt1h.json"
}

// namedLikeSignIns is namedLikeExport for names that say what the file holds, by
// themselves or, as for PT1H.json, by their folder.
func namedLikeSignIns(file string) bool {
	return namedLikeExport(file) && (categoryFromName(file) != "" || strings.Contains(fold(path.Base(file)), "signin"))
}

// sidecars end the names of files that this program writes beside its outputs.
var sidecars = []string{".manifest.json", ".rejects.ndjson", ".duplicates.ndjson", ".findings.ndjson", ".inputs.ndjson", ".sha256"}

func isSidecar(file string) bool {
	return slices.ContainsFunc(sidecars, func(end string) bool { return strings.HasSuffix(file, end) })
}
