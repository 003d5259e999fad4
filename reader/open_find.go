package reader

import (
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"signins/schema"
)

// A found is a file to look at.
type found struct {
	path   string // to open
	name   string // as typed, or argument and relative path; slashes
	walked bool   // found in a folder, not named
	// argument numbers the one that led here.
	argument int

	archive *archive // that holds it, nil for none
	entry   int      // which of the archive's
	member  string   // its name there
	size    uint64   // its size there, as the archive says
}

// A Skipped is a file of a walked folder that is no export of sign-ins.
type Skipped struct{ Path, Reason string }

// find lists the files that arguments name, folders walked bytewise by slash
// path. Standard input is "-".
func find(arguments []string) (files []found, skipped []schema.Skipped, err error) {
	for i, arg := range arguments {
		if arg == "-" {
			files = append(files, found{path: arg, name: arg, argument: i})
			continue
		}
		info, err := os.Stat(arg)
		if err != nil {
			return nil, nil, &Error{Path: schema.EscapeInvalid(arg), What: reason(err), Cause: err}
		}
		if !info.IsDir() {
			files = append(files, found{path: arg, name: schema.EscapeInvalid(filepath.ToSlash(arg)), argument: i})
			continue
		}
		inside, passed, err := walk(arg)
		if err != nil {
			return nil, nil, err
		}
		for k := range inside {
			inside[k].argument = i
		}
		files, skipped = append(files, inside...), append(skipped, passed...)
	}
	return files, skipped, nil
}

// unfold replaces archives by what they hold.
func unfold(files []found) (all []found, skipped []schema.Skipped, err error) {
	for _, f := range files {
		var a *archive
		if err = nil; f.path != "-" {
			a, err = openArchive(f.path)
		}
		why := (&Input{Source: schema.Source{Path: f.name}}).error(err)
		switch {
		case err != nil && f.walked && !looksNamed(f.name) && !why.damaged:
			skipped = append(skipped, schema.Skipped{Path: f.name, Reason: why.What})
		case err != nil:
			return nil, nil, why
		case a == nil:
			all = append(all, f)
		default:
			inside, passed := a.members(f)
			a.close()
			all, skipped = append(all, inside...), append(skipped, passed...)
		}
	}
	return all, skipped, nil
}

// walk lists the files below a folder.
func walk(root string) (files []found, skipped []schema.Skipped, err error) {
	// The root may be a link itself, which WalkDir would not follow.
	real, err := filepath.EvalSymlinks(root)
	if err != nil {
		return nil, nil, &Error{Path: schema.EscapeInvalid(filepath.ToSlash(root)), What: reason(err), Cause: err}
	}
	err = filepath.WalkDir(real, func(path string, entry fs.DirEntry, err error) error {
		if err != nil {
			return &Error{Path: schema.EscapeInvalid(filepath.ToSlash(path)), What: reason(err), Cause: err}
		}
		name := slashName(root, real, path)
		mode := entry.Type()
		if mode&fs.ModeSymlink != 0 {
			info, err := os.Stat(path)
			if err != nil || info.IsDir() {
				skipped = append(skipped, schema.Skipped{Path: name, Reason: "a symbolic link to a folder or to nothing"})
				return nil
			}
			mode = info.Mode().Type()
		}
		switch {
		case mode.IsDir() && strings.HasPrefix(entry.Name(), ".signins.") && strings.HasSuffix(entry.Name(), ".partial"):
			return fs.SkipDir // what another run is writing
		case mode.IsDir():
		case !mode.IsRegular():
			skipped = append(skipped, schema.Skipped{Path: name, Reason: "not a regular file"})
		default:
			files = append(files, found{path: path, name: name, walked: true})
		}
		return nil
	})
	slices.SortFunc(files, func(a, b found) int { return strings.Compare(a.name, b.name) })
	return files, skipped, err
}

// slashName is the argument followed by the relative path.
func slashName(root, real, path string) string {
	rel, err := filepath.Rel(real, path)
	if err != nil {
		rel = path
	}
	base := strings.TrimRight(filepath.ToSlash(root), "/")
	return schema.EscapeInvalid(base + "/" + filepath.ToSlash(rel))
}

// reason says what went wrong with a file, without its path.
func reason(err error) string {
	if pathError, ok := err.(*fs.PathError); ok {
		err = pathError.Err
	}
	return err.Error()
}
