package source

import (
	"cmp"
	"crypto/sha256"
	"encoding/binary"
	"encoding/hex"
	"encoding/json"
	"hash"
	"path"
	"path/filepath"
	"regexp"
	"slices"
	"strings"

	"signins/schema"
)

// Assign returns the files of a shard, in their order, and completes s. The files were found
// by Find for arguments; choices are the settings of the run. A file is assigned by a hash of
// its name, wherever it is in the list, so that machines that list a folder at different
// times agree; all names of one file are in one shard, which then reads it once. The error is
// an *Error, or *schema.Refusal.
func Assign(files []*File, arguments []string, choices []string, s *schema.Shard) (own []*File, err error) {
	all, first := make([]shardFile, len(files)), map[identity]string{} // the least name of each file
	for i, f := range files {
		if f.IsStdin() {
			return nil, &schema.Refusal{What: "standard input is read whole by each shard", Hint: "write it to a file, and name that"}
		}
		at, err := stampAt(f.path)
		if err != nil {
			return nil, withPath(f.Name, err)
		}
		d := shardFile{relativeName(f, arguments), at.size, at.file}
		if other, linked := first[d.file]; !linked || d.name < other {
			first[d.file] = d.name
		}
		all[i] = d
	}
	var list []shardFile
	for i, f := range files {
		d := all[i]
		name := d.name
		if d.file != (identity{}) {
			name = first[d.file]
		}
		sum := sha256.Sum256([]byte(shardKey(name)))
		if binary.BigEndian.Uint64(sum[:])%uint64(s.Count) == uint64(s.Index) {
			own, list = append(own, f), append(list, d)
		}
	}
	s.Files = len(all)
	s.Set, s.List = digestFiles(all, choices, s.Count), digestFiles(list, choices, s.Count)
	return own, nil
}

// A shardFile is a file on disk that a shard has: an archive is one file.
type shardFile struct {
	name string // relative
	size int64
	file identity
}

// digestFiles returns a digest of settings, the number of shards and files in any order.
func digestFiles(files []shardFile, choices []string, count int) string {
	slices.SortFunc(files, func(a, b shardFile) int { return cmp.Or(cmp.Compare(a.name, b.name), cmp.Compare(a.size, b.size)) })
	sum := sha256.New()
	encode(sum, []any{choices, count})
	for _, f := range files {
		encode(sum, []any{f.name, f.size})
	}
	return hex.EncodeToString(sum.Sum(nil)[:8])
}

// encode adds texts and numbers to a digest, which takes all.
func encode(to hash.Hash, values []any) { _ = json.NewEncoder(to).Encode(values) }

// relativeName returns the path of a file, or of its archive, below its argument; that of
// a named or listed file as it is named.
func relativeName(f *File, arguments []string) string {
	name := f.archiveName()
	if f.Argument < len(arguments) {
		root := schema.EscapeInvalid(strings.TrimRight(filepath.ToSlash(arguments[f.Argument]), "/")) + "/"
		name = strings.TrimPrefix(name, root)
	}
	return path.Clean(name)
}

// archiveName is the name of the file on disk.
func (f *File) archiveName() string { return strings.TrimSuffix(f.Name, "!"+f.Member) }

var (
	dayFolder = regexp.MustCompile(`(?:^|/)d=\d{1,2}/`)
	extension = regexp.MustCompile(`^(.+?)(\.[A-Za-z]+)?(?i:\.(?:gz|gzip|zst|zip))?$`)
	steps     = regexp.MustCompile(`(?i)_AuthDetails`)
)

// shardKey returns what files have in common that belong into one shard: the folder of
// their day, y=2026/m=05/d=01/ in the storage of Azure; else the name without extensions
// and without what the portal adds to that of the second file of one download:
//
//	tenant/y=2026/m=05/d=01/h=07/m=00/PT1H.json         tenant/y=2026/m=05/d=01/
//	InteractiveSignIns_2026-05-01_2026-05-31.csv.gz     InteractiveSignIns_2026-05-01_2026-05-31
//	InteractiveSignIns_AuthDetails_2026-05-01_2026-05-31.csv     the same
func shardKey(name string) string {
	if day := dayFolder.FindStringIndex(name); day != nil {
		return name[:day[1]]
	}
	return stem(name)
}

// stem returns a name without extensions and without _AuthDetails.
func stem(name string) string {
	folder, base := path.Split(name)
	return folder + steps.ReplaceAllString(extension.ReplaceAllString(base, "$1"), "")
}
