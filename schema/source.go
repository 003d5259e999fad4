package schema

import (
	"strings"
	"time"
)

// A Source is one input of a run.
type Source struct {
	Path   string // as typed, or argument and relative path; slashes; ARCHIVE!MEMBER
	Member string // path inside an archive, "" for none
	Format string // dialect
	// InteractiveByDefault: exports of that format have interactive sign-ins only
	// unless others were asked for.
	InteractiveByDefault bool
	// Three hints at the category of the input's records, "" where there is none.
	CategoryFromName    string // the file name contains it
	CategoryFromFlag    string // the user named it for inputs that do not
	CategoryFromColumns string // only a table of that category has these columns
}

// File returns the path of the file on disk.
func (s *Source) File() string {
	if s.Member == "" {
		return s.Path
	}
	return s.Path[:len(s.Path)-len(s.Member)-1]
}

// A Reading is what a reader finds out about a source, once it read it to its end.
type Reading struct {
	Source      *Source
	Compression string    // gzip, zstd, zip or ""
	Encoding    string    // its name
	BOM         bool      // a UTF-16 text begins with a byte order mark
	Size        int64     // bytes of the file on disk
	SHA256      string    // of the file on disk
	ModifiedAt  time.Time // of the file, zero for standard input
	Joined      *Joined   // of a file of authentication steps, nil for all others
	Findings    Tally     // counts by codes of Findings
}

// A Located is an input that is not, or no longer, where its name says.
type Located struct {
	Name string // as Source.Path, of an archive for its members
	Path string // to open, "-" for standard input
}

// A Shard is the part of the files of several runs that one of them reads.
type Shard struct {
	Index int `json:"index"` // from 0
	Count int `json:"count"` // of shards
	// Set is a digest of the settings, of Count, and of the names and sizes of all files:
	// shards of one set make a whole.
	Set   string `json:"set"`
	Files int    `json:"files"` // in the set; an archive is one
	List  string `json:"list"`  // the same digest of the files of this shard
}

// MaxShards is the largest Count.
const MaxShards = 100_000

// A Candidate is a file that may be read.
type Candidate struct {
	Path, Member string // as those of a Source
	Size         int64
	ModifiedAt   time.Time
	SHA256       func() (string, error) // reads the file
}

// Known are the files that a run does not read, as the dataset has them.
type Known struct {
	ByPath   int          `json:"by_path"`          // recognised by path, size and time of change
	ByDigest int          `json:"by_digest"`        // recognised by SHA-256
	Inputs   []KnownInput `json:"inputs,omitempty"` // the first maxKnown
}

// maxKnown is how many inputs Known names.
const maxKnown = 1000

// A KnownInput is an input of an earlier run.
type KnownInput struct {
	Path   string `json:"path"`
	Member string `json:"member,omitempty"`
	By     string `json:"by"` // what it was recognised by: path or digest
	Run    string `json:"run"`
}

// Recognised by.
const (
	ByPath   = "path"
	ByDigest = "digest"
)

// Add counts an input.
func (k *Known) Add(in KnownInput) {
	if in.By == ByPath {
		k.ByPath++
	} else {
		k.ByDigest++
	}
	if len(k.Inputs) < maxKnown {
		k.Inputs = append(k.Inputs, in)
	}
}

// Count returns how many there are; nil has none.
func (k *Known) Count() int {
	if k == nil {
		return 0
	}
	return k.ByPath + k.ByDigest
}

// A Reject is a record that could not be read.
type Reject struct {
	Record, Line   int64 // from 1
	Offset, Length int64 // bytes
	Column         string
	Code, Message  string
	Raw            []byte
	// Sum is the SHA-256 of a record that is too long for Raw, which then has only
	// its beginning; nil for all others.
	Sum []byte
}

// A Skipped file was found in a folder and is not read.
type Skipped struct {
	Path   string `json:"path"`
	Reason string `json:"reason"`
	// LikeSignIns: it looks like an export of sign-ins, so that some may be missing.
	LikeSignIns bool `json:"like_sign_ins,omitempty"`
}

// NotAnExport is the reason for a file of another content; what each format lacks follows
// in brackets.
const NotAnExport = "not an export of sign-ins"

// Brief is the reason without what each format lacks.
func (s Skipped) Brief() string {
	if strings.HasPrefix(s.Reason, NotAnExport+" (") {
		return NotAnExport
	}
	return s.Reason
}

// Joined counts the rows of a file of authentication steps:
// Rows = Matched + Unmatched. A matched row has its sign-in among the inputs.
type Joined struct {
	Rows      int64 `json:"rows"`
	Matched   int64 `json:"matched"`
	Unmatched int64 `json:"unmatched"`
}
