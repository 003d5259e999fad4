package manifest

import (
	"fmt"
	"iter"
	"path/filepath"
)

// A Superseded is a run whose rows a compaction has.
type Superseded struct {
	Run    string `json:"run"`
	SHA256 string `json:"manifest_sha256"`
}

// Supersede adds a run to those that r, a compaction, has the rows of, with the digest of
// its manifest.
func (r *Run) Supersede(run *Run, sha256 string) {
	r.Supersedes = append(r.Supersedes, Superseded{run.Name, sha256})
	r.Inputs, r.InputCount = nil, r.InputCount+run.CountInputs()
	r.Totals.Add(run.Totals)
	sums := run.sums()
	r.Sums.Add(&Input{Category: sums.Category, UnknownFields: sums.UnknownFields, FirstEvent: sums.FirstEvent, LastEvent: sums.LastEvent})
	for _, w := range sums.Warnings {
		r.warn(Warning{w.Code, w.Count, w.Message}, w.Inputs)
	}
}

// supersededInputs yields the inputs of all runs that the run supersedes. An error is
// *Unreadable and the last thing it yields.
func (r *Run) supersededInputs() iter.Seq2[*Input, error] {
	return func(yield func(*Input, error) bool) {
		for _, s := range r.Supersedes {
			run, err := r.loadSuperseded(s)
			if err != nil {
				yield(nil, err)
				return
			}
			for in, err := range run.AllInputs() {
				if !yield(in, err) || err != nil {
					return
				}
			}
		}
	}
}

// loadSuperseded loads the manifest of a run that the run supersedes.
func (r *Run) loadSuperseded(s Superseded) (*Run, error) {
	folder := r.folder
	if filepath.Base(folder) != SupersededFolder {
		folder = filepath.Join(folder, SupersededFolder)
	}
	path := filepath.Join(folder, filepath.Base(s.Run)+RunEnding)
	run, digest, err := LoadDigest(path)
	if digest != "" && digest != s.SHA256 {
		return nil, &Unreadable{path, fmt.Sprintf("has the SHA-256 %s, the manifest that supersedes it says %s", digest, s.SHA256), "it was damaged or edited"}
	}
	return run, err
}
