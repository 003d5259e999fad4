package source

import (
	"fmt"
	"os"
	"path"
	"path/filepath"
	"runtime"
	"strings"

	"signins/schema"
)

// Expand replaces every argument with a wildcard by the files and folders that match
// it, in bytewise order of names, on Windows, whose shells leave that to programs:
// exports\*.csv becomes exports\a.csv and exports\b.csv. * matches any characters, ?
// any one, letters of either case. On other systems these characters may be part of a
// name, and the arguments are returned as they are. The error for an argument that
// nothing matches is *schema.Refusal.
func Expand(arguments []string) ([]string, error) {
	if runtime.GOOS != "windows" {
		return arguments, nil
	}
	return expandWildcards(arguments)
}

func expandWildcards(arguments []string) (expanded []string, err error) {
	for _, argument := range arguments {
		volume := filepath.VolumeName(argument) // \\?\C: has a question mark that is none
		if !strings.ContainsAny(argument[len(volume):], "*?") {
			expanded = append(expanded, argument)
			continue
		}
		found := matchPath(volume, argument[len(volume):])
		if len(found) == 0 {
			return nil, &schema.Refusal{What: schema.EscapeInvalid(argument) + ": no file matches", Hint: fmt.Sprintf("* matches any characters, ? any one; a folder is searched by its name alone: %q", filepath.Dir(argument))}
		}
		expanded = append(expanded, found...)
	}
	return expanded, nil
}

// matchPath returns the paths that are start followed by what the pattern matches, one
// part of the pattern after the other. Separators stay as they are typed.
func matchPath(start, pattern string) (found []string) {
	rest := strings.TrimLeft(pattern, separators)
	start += pattern[:len(pattern)-len(rest)]
	part, rest := rest, ""
	if i := strings.IndexAny(part, separators); i >= 0 {
		part, rest = part[:i], part[i:]
	}
	if !strings.ContainsAny(part, "*?") {
		if start += part; rest != "" {
			return matchPath(start, rest)
		}
		if _, err := os.Lstat(start); err == nil {
			found = append(found, start)
		}
		return found
	}
	dir := start
	if dir == "" {
		dir = "."
	}
	entries, _ := os.ReadDir(dir) // what cannot be listed has no match
	for _, entry := range entries {
		if !matchName(part, entry.Name()) {
			continue
		}
		if rest == "" {
			found = append(found, start+entry.Name())
		} else {
			found = append(found, matchPath(start+entry.Name(), rest)...)
		}
	}
	return found
}

// separators divide the parts of a path on this system.
var separators = "/" + string(filepath.Separator)

// matchName reports whether a pattern of * and ? matches a name. [ and \ are letters.
func matchName(pattern, name string) bool {
	escaped := strings.NewReplacer(`\`, `\\`, "[", `\[`).Replace(strings.ToLower(pattern))
	matched, _ := path.Match(escaped, strings.ToLower(name))
	return matched
}
