package schema

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

// A Located is an input that is not, or no longer, where its name says.
type Located struct {
	Name string // as Source.Path, of an archive for its members
	Path string // to open, "-" for standard input
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

// Joined counts the rows of a file of authentication steps:
// Rows = Matched + Unmatched. A matched row has its sign-in among the inputs.
type Joined struct {
	Rows      int64 `json:"rows"`
	Matched   int64 `json:"matched"`
	Unmatched int64 `json:"unmatched"`
}
