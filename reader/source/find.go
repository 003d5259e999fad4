package source

import (
	"cmp"
	"context"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"sync/atomic"

	"signins/schema"
)

// Find lists the files that arguments name, in their order, and then those of a list, nil
// for none: files, folders searched recursively in bytewise order of slash paths, "-" for
// standard input. An archive is one file, see Archive. Skipped are links to folders, pipes,
// devices, and in folders the parts and manifests of datasets of this program. Files of the
// list count as found in a folder. As many folders as jobs are read at once. The error is an
// *Error, or that of ctx.
func Find(ctx context.Context, arguments []string, list *List, jobs int) (files []*File, skipped []schema.Skipped, err error) {
	for i, arg := range arguments {
		if arg == "-" {
			files = append(files, &File{path: arg, Name: arg, Argument: i, Size: -1})
			continue
		}
		info, err := os.Stat(arg)
		if err != nil {
			return nil, nil, withPath(schema.EscapeInvalid(arg), err)
		}
		if !info.IsDir() {
			files = append(files, &File{path: arg, Name: schema.EscapeInvalid(filepath.ToSlash(arg)), Argument: i, Size: -1})
			continue
		}
		inside, irregular, err := walk(ctx, arg, jobs)
		if err != nil {
			return nil, nil, err
		}
		for _, f := range inside {
			f.Argument = i
		}
		files, skipped = append(files, inside...), append(skipped, irregular...)
	}
	if list != nil {
		listed, irregular, err := list.find(ctx, len(arguments), jobs)
		if err != nil {
			return nil, nil, err
		}
		files, skipped = append(files, listed...), append(skipped, irregular...)
	}
	return files, skipped, nil
}

// Locate returns files as Find does those that arguments name, which may be under other
// names: the name of a Located is that of its File, or of the archive for its members.
func Locate(list []schema.Located) (files []*File) {
	for i, l := range list {
		files = append(files, &File{path: l.Path, Name: l.Name, Argument: i, Size: -1})
	}
	return files
}

// SideBySide calls do with every number below n, jobs of them at once, and waits for all.
func SideBySide(jobs, n int, do func(i int)) {
	var next atomic.Int64
	var group sync.WaitGroup
	for range min(max(1, jobs), n) {
		group.Go(func() {
			for i := int(next.Add(1)) - 1; i < n; i = int(next.Add(1)) - 1 {
				do(i)
			}
		})
	}
	group.Wait()
}

// A listing is what one folder below a root has. Paths are below the root, with slashes.
type listing struct {
	files   []*File
	skipped []schema.Skipped
	folders []string
	err     error
}

// walk lists the files below a folder, by their names. It reads the folders of one level
// side by side: in the storage of Azure there are two for each blob, and to read them takes
// as long as to detect what the blob is.
func walk(ctx context.Context, root string, jobs int) (files []*File, skipped []schema.Skipped, err error) {
	// The root may be a link itself.
	real, err := filepath.EvalSymlinks(root)
	if err != nil {
		return nil, nil, withPath(schema.EscapeInvalid(filepath.ToSlash(root)), err)
	}
	for level := []string{""}; len(level) > 0; {
		found := make([]listing, len(level))
		SideBySide(jobs, len(level), func(i int) { found[i].list(ctx, root, real, level[i]) })
		level = nil
		for _, l := range found {
			if l.err != nil {
				return nil, nil, l.err
			}
			files, skipped, level = append(files, l.files...), append(skipped, l.skipped...), append(level, l.folders...)
		}
	}
	files, datasets := withoutDatasets(files)
	skipped = append(skipped, datasets...)
	slices.SortFunc(files, func(a, b *File) int { return strings.Compare(a.Name, b.Name) })
	folder := func(s schema.Skipped) string { return strings.ReplaceAll(s.Path, "/", "\x00") } // a before a.json
	slices.SortFunc(skipped, func(a, b schema.Skipped) int { return strings.Compare(folder(a), folder(b)) })
	return files, skipped, nil
}

// list lists the folder inside of root, which is real on disk.
func (l *listing) list(ctx context.Context, root, real, inside string) {
	if l.err = context.Cause(ctx); l.err != nil {
		return
	}
	name := strings.TrimRight(filepath.ToSlash(root), "/") + "/"
	folder := filepath.Join(real, filepath.FromSlash(inside))
	at := folder
	if !os.IsPathSeparator(at[len(at)-1]) {
		at += string(filepath.Separator)
	}
	if inside != "" {
		inside += "/"
	}
	entries, err := os.ReadDir(folder)
	if err != nil {
		l.err = withPath(schema.EscapeInvalid(filepath.ToSlash(folder)), err)
		return
	}
	for _, entry := range entries {
		inside, at, mode := inside+entry.Name(), at+entry.Name(), entry.Type()
		if mode&fs.ModeSymlink != 0 {
			info, err := os.Stat(at)
			if err != nil || info.IsDir() {
				l.skipped = append(l.skipped, schema.Skipped{Path: schema.EscapeInvalid(name + inside), Reason: "a symbolic link to a folder or to nothing"})
				continue
			}
			mode = info.Mode().Type()
		}
		switch {
		case mode.IsDir() && strings.HasPrefix(entry.Name(), ".signins.") && strings.HasSuffix(entry.Name(), ".partial"): // another run writes there
		case mode.IsDir():
			l.folders = append(l.folders, inside)
		case !mode.IsRegular():
			l.skipped = append(l.skipped, schema.Skipped{Path: schema.EscapeInvalid(name + inside), Reason: irregular})
		default:
			f := &File{path: at, Name: schema.EscapeInvalid(name + inside), Walked: true, Size: -1}
			if f.Name == f.path {
				f.Name = f.path // in memory once
			}
			l.files = append(l.files, f)
		}
	}
}

// irregular is why pipes, devices and the like are not read.
const irregular = "not a regular file"

// Interruptible returns a reader of r whose Read ends with the cause of ctx when
// ctx is done, even while r waits for more. A read of r that waits goes on in a
// goroutine of its own until r ends.
func Interruptible(ctx context.Context, r io.Reader) io.Reader {
	if ctx.Done() == nil {
		return r
	}
	in, out := io.Pipe()
	go func() {
		_, err := io.Copy(out, r)
		out.CloseWithError(err)
	}()
	context.AfterFunc(ctx, func() { out.CloseWithError(context.Cause(ctx)) })
	return in
}

// A Set finds files that are one file under two names. The zero value is empty.
type Set struct {
	files      map[setKey]*File
	identities []identity // in order, in place of files once it is sealed
}

// A setKey is what two inputs share that are one.
type setKey struct {
	identity
	member string
}

// Add returns the file of the set that is the same as f, which was previewed.
// If there is none it returns nil, and f belongs to the set.
func (s *Set) Add(f *File) *File {
	key := setKey{f.before.file, f.Member}
	if key.identity == (identity{}) {
		return nil // standard input, or a system that does not know
	}
	if other := s.files[key]; other != nil {
		return other
	}
	if s.files == nil {
		s.files = map[setKey]*File{}
	}
	s.files[key] = f
	return nil
}

// Seal ends adding files, and lets go of those that were added.
func (s *Set) Seal() {
	s.identities = make([]identity, 0, len(s.files))
	for key := range s.files {
		s.identities = append(s.identities, key.identity)
	}
	slices.SortFunc(s.identities, compareIdentities)
	s.identities, s.files = slices.Compact(s.identities), nil
}

func compareIdentities(a, b identity) int {
	return cmp.Or(cmp.Compare(a.device, b.device), cmp.Compare(a.number, b.number))
}

// Has reports whether a path names a file of the sealed set, or an archive with one in it.
func (s *Set) Has(path string) bool {
	at, err := stampAt(path)
	if err != nil || at.file == (identity{}) {
		return false
	}
	_, found := slices.BinarySearchFunc(s.identities, at.file, compareIdentities)
	return found
}
