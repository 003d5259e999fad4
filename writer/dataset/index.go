package dataset

import (
	"bytes"
	"crypto/sha256"
	"encoding/binary"
	"encoding/hex"
	"encoding/json"
	"errors"
	"io/fs"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"signins/schema"
	"signins/writer/manifest"
)

// An Index knows the inputs of all runs of a dataset, those of superseded manifests as
// well. It is cached in a file, 54 bytes an input, so that a run does not read all
// manifests again: of a run whose manifest has another size or time than the cache says,
// and of all if the cache is damaged or not there, the manifest is read.
type Index struct {
	folder string                 // of the manifests
	runs   map[string]*indexedRun // by name
	stale  bool                   // the file differs

	places   map[inputKey]string // names of runs by path, size and time, nil before they are needed
	contents map[inputKey]string // and by SHA-256
	sizes    map[int64]bool
}

// An indexedRun is a run in the index.
type indexedRun struct {
	Size     int64         `json:"size"` // of the manifest
	Modified int64         `json:"modified"`
	Inputs   []byte        `json:"inputs"` // indexedInputs
	Shard    *schema.Shard `json:"shard,omitempty"`
	// Supersedes are the names of the runs whose rows a compaction has, nil for any other run.
	Supersedes []string `json:"supersedes,omitempty"`
}

// An inputKey is the beginning of a SHA-256, of what is the same where inputs are.
type inputKey [16]byte

// placeKey is that of a file of which only the directory is read.
func placeKey(path, member string, size int64, modified string) inputKey {
	return keyOf("place", path, member, string(binary.BigEndian.AppendUint64(nil, uint64(size))), modified)
}

// contentKey is that of a file that was read, whatever its name.
func contentKey(digest, member string) inputKey { return keyOf("content", digest, member) }

func keyOf(texts ...string) inputKey {
	sum := sha256.Sum256([]byte(strings.Join(texts, "\x00")))
	return inputKey(sum[:16])
}

const (
	indexName   = ".index"              // hidden from readers of the dataset, and no manifest
	inputLength = 8 + 2*len(inputKey{}) // size, place, content
	maxIndex    = 1 << 30
)

// LoadIndex returns the index of the dataset at path. The error is *manifest.Unreadable.
func LoadIndex(path string) (*Index, error) {
	x := &Index{folder: filepath.Join(filepath.Clean(path), manifest.Folder)}
	x.runs = readIndex(filepath.Join(x.folder, indexName))
	return x, x.refresh()
}

// readIndex reads the file, a line with the digest of the rest and JSON. One that cannot
// be read, or is damaged, has no runs.
func readIndex(path string) (runs map[string]*indexedRun) {
	if info, err := os.Lstat(path); err != nil || !info.Mode().IsRegular() || info.Size() > maxIndex {
		return nil
	}
	text, err := os.ReadFile(path)
	digest, text, _ := bytes.Cut(text, []byte("\n"))
	if err != nil || string(digest) != indexDigest(text) || json.Unmarshal(text, &runs) != nil {
		return nil
	}
	return runs
}

// indexDigest is the first line of a file with this text.
func indexDigest(text []byte) string {
	sum := sha256.Sum256(append([]byte("signins index 2\n"), text...))
	return hex.EncodeToString(sum[:])
}

// refresh makes the index that of the manifests which are there now.
func (x *Index) refresh() error {
	before := x.runs
	x.runs = map[string]*indexedRun{}
	for _, folder := range []string{x.folder, filepath.Join(x.folder, manifest.SupersededFolder)} {
		entries, err := os.ReadDir(folder)
		if err != nil && !errors.Is(err, fs.ErrNotExist) {
			return &manifest.Unreadable{Path: folder, What: err.Error()}
		}
		for _, entry := range entries {
			name, isManifest := manifest.RunOf(entry.Name())
			info, err := entry.Info()
			if !isManifest || err != nil { // gone: of a run that was undone
				continue
			}
			if known := before[name]; known != nil && known.Size == info.Size() && known.Modified == info.ModTime().UnixNano() {
				x.runs[name] = known
				continue
			}
			x.stale = true
			if err := x.add(name, filepath.Join(folder, entry.Name()), info); err != nil {
				return err
			}
		}
	}
	x.stale = x.stale || len(before) != len(x.runs)
	x.places, x.contents, x.sizes = nil, nil, nil
	return x.lost()
}

// lost returns an error if the manifest of a superseded run is gone: its rows are in the
// dataset, but not what it read.
func (x *Index) lost() error {
	for _, name := range slices.Sorted(maps.Keys(x.runs)) {
		for _, superseded := range x.runs[name].Supersedes {
			if x.runs[superseded] == nil {
				return &manifest.Unreadable{
					Path: filepath.Join(x.folder, manifest.SupersededFolder, superseded+manifest.RunEnding), What: "is missing, and with it the inputs of rows that the compaction " + name + " has",
					Hint: "put it back from a copy of the dataset, or load all inputs into a new one",
				}
			}
		}
	}
	return nil
}

// add reads the manifest of a run.
func (x *Index) add(name, path string, info fs.FileInfo) error {
	run, err := manifest.Load(path)
	if _, gone := os.Lstat(path); gone != nil {
		return nil
	}
	if err != nil {
		return err
	}
	r := &indexedRun{Size: info.Size(), Modified: info.ModTime().UnixNano(), Shard: run.Shard}
	x.runs[name] = r
	if len(run.Supersedes) > 0 { // its inputs are those of other runs
		for _, s := range run.Supersedes {
			r.Supersedes = append(r.Supersedes, s.Run)
		}
		return nil
	}
	for in, err := range run.AllInputs() {
		if err != nil {
			return err
		}
		place, content := placeKey(in.Path, in.Member, in.Size, in.ModifiedAt), contentKey(in.SHA256, in.Member)
		r.Inputs = binary.BigEndian.AppendUint64(r.Inputs, uint64(in.Size))
		r.Inputs = append(append(r.Inputs, place[:]...), content[:]...)
	}
	return nil
}

// each calls found with the inputs of a run.
func (r *indexedRun) each(found func(size int64, place, content inputKey)) {
	for rest := r.Inputs; len(rest) >= inputLength; rest = rest[inputLength:] {
		found(int64(binary.BigEndian.Uint64(rest)), inputKey(rest[8:]), inputKey(rest[8+len(inputKey{}):]))
	}
}

// Find returns the input that a candidate is, nil for a new one. One that has path, size
// and time of an input is not read, nor is one with a size that no input has.
func (x *Index) Find(c schema.Candidate) (*schema.KnownInput, error) {
	if x.places == nil {
		x.places, x.contents, x.sizes = map[inputKey]string{}, map[inputKey]string{}, map[int64]bool{}
		for name, run := range x.runs {
			run.each(func(size int64, place, content inputKey) {
				x.sizes[size], x.places[place], x.contents[content] = true, name, name
			})
		}
	}
	in := &schema.KnownInput{Path: c.Path, Member: c.Member, By: schema.ByPath}
	if in.Run = x.places[placeKey(c.Path, c.Member, c.Size, c.ModifiedAt.Format(time.RFC3339Nano))]; in.Run != "" {
		return in, nil
	}
	if !x.sizes[c.Size] {
		return nil, nil
	}
	digest, err := c.SHA256()
	if in.By, in.Run = schema.ByDigest, x.contents[contentKey(digest, c.Member)]; in.Run == "" {
		return nil, err
	}
	return in, err
}

// Lacks reports whether no run of the dataset is that shard of its set; false for nil.
func (x *Index) Lacks(s *schema.Shard) bool {
	if s == nil {
		return false
	}
	for _, run := range x.runs {
		if run.Shard != nil && run.Shard.Set == s.Set && run.Shard.Index == s.Index {
			return false
		}
	}
	return true
}

// overlap returns how many of the inputs with these keys the runs have that are wanted.
func (x *Index) overlap(inputs []inputKey, wanted func(run string) bool) (n int) {
	own := map[inputKey]int{}
	for _, key := range inputs {
		own[key]++
	}
	for name, run := range x.runs {
		if !wanted(name) {
			continue
		}
		run.each(func(_ int64, _, content inputKey) {
			n += own[content]
			delete(own, content)
		})
	}
	return n
}

// write writes the file anew if it differs. Nothing depends on it: errors are no matter,
// and what is damaged is not used.
func (x *Index) write(mode fs.FileMode) {
	if !x.stale {
		return
	}
	text, err := json.Marshal(x.runs)
	if err != nil {
		return
	}
	name := filepath.Join(x.folder, indexName)
	text = append([]byte(indexDigest(text)+"\n"), text...)
	if os.WriteFile(name+".new", text, mode) != nil || os.Rename(name+".new", name) != nil {
		os.Remove(name + ".new")
		return
	}
	x.stale = false
}
