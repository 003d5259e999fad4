// Package manifest keeps the record of a run: what was read, what became of each
// record, and what was written. It also names and writes the files beside an
// output.
package manifest

import (
	"os"
	"runtime"
	"runtime/debug"
	"strconv"
	"strings"
	"time"

	"signins/schema"
	"signins/schema/duplicates"
)

// Version numbers the structure of Run as JSON.
const Version = 1

// Run is the record of a run, written as manifest.json.
type Run struct {
	ManifestVersion int              `json:"manifest_version"`
	SchemaVersion   int              `json:"schema_version"`
	Nested          bool             `json:"nested,omitempty"` // Parquet columns are
	CodesTableDate  string           `json:"codes_table_date"`
	Tool            Tool             `json:"tool"`
	Arguments       []string         `json:"arguments"`
	StartedAt       time.Time        `json:"started_at"`
	FinishedAt      time.Time        `json:"finished_at"`
	Inputs          []*Input         `json:"inputs"`
	Skipped         []schema.Skipped `json:"skipped"`
	Outputs         []Output         `json:"outputs"`
	Totals          Records          `json:"totals"`
	// Duplicates are nil unless they were looked for, also those of each input.
	Duplicates *duplicates.Report `json:"duplicates,omitempty"`
	// Consulted are the earlier runs of the dataset whose sign-ins were dropped from this
	// one, as far as they have parts in its days.
	Consulted []string  `json:"runs_consulted,omitempty"`
	Workbook  *Workbook `json:"workbook,omitempty"`
}

// NewRun begins the record of a run of this program.
func NewRun(arguments []string, nested bool, codesTableDate string) *Run {
	return &Run{
		ManifestVersion: Version, SchemaVersion: schema.Version, Nested: nested, CodesTableDate: codesTableDate, Tool: BuildTool(),
		Arguments: arguments, StartedAt: now(), Skipped: []schema.Skipped{}, Outputs: []Output{},
	}
}

// Finish notes the time at which a run ends.
func (r *Run) Finish() { r.FinishedAt = now() }

// now is the time for manifests; SOURCE_DATE_EPOCH makes it repeatable.
func now() time.Time {
	if seconds, err := strconv.ParseInt(os.Getenv("SOURCE_DATE_EPOCH"), 10, 64); err == nil {
		return time.Unix(seconds, 0).UTC()
	}
	return time.Now().UTC().Truncate(time.Millisecond)
}

// Workbook counts the cells of a workbook that do not show a whole value: a cut
// cell ends in a mark, an escaped one has \u0000 or \xNN for a character.
type Workbook struct {
	Sheets  int   `json:"sheets"`
	Cut     int64 `json:"cells_cut"`
	Escaped int64 `json:"cells_escaped"`
}

// Tool identifies the program.
type Tool struct {
	Name    string   `json:"name"`
	Version string   `json:"version"`
	Commit  string   `json:"commit"`
	Go      string   `json:"go"`
	Modules []Module `json:"modules"`
}

// BuildTool reads the identity of this program from its build information.
func BuildTool() Tool {
	tool := Tool{Name: "signins", Version: "devel", Go: runtime.Version(), Modules: []Module{}}
	info, ok := debug.ReadBuildInfo()
	if !ok {
		return tool
	}
	if v := strings.Trim(info.Main.Version, "()"); v != "" {
		tool.Version = v
	}
	for _, setting := range info.Settings {
		if setting.Key == "vcs.revision" {
			tool.Commit = setting.Value
		}
	}
	for _, m := range info.Deps {
		tool.Modules = append(tool.Modules, Module{Path: m.Path, Version: m.Version})
	}
	return tool
}

// Module is a library the program was built with.
type Module struct {
	Path    string `json:"path"`
	Version string `json:"version"`
}

// Input is what was read of one source. SHA256 and Size are those of the file
// on disk; FirstEvent and LastEvent are RFC 3339 or empty.
type Input struct {
	Path        string `json:"path"`
	Member      string `json:"member"`
	Size        int64  `json:"size"`
	SHA256      string `json:"sha256"`
	ModifiedAt  string `json:"modified_at"`
	Compression string `json:"compression"`
	Encoding    string `json:"encoding"`
	BOM         bool   `json:"bom"`
	Dialect     string `json:"dialect"`
	// Category counts sign-ins, each once, with the input that has it first.
	Category      map[string]int64  `json:"category"`
	Records       Records           `json:"records"`
	Duplicates    *duplicates.Kinds `json:"duplicates,omitempty"`
	Joined        *schema.Joined    `json:"joined,omitempty"`
	FirstEvent    string            `json:"first_event"`
	LastEvent     string            `json:"last_event"`
	UnknownFields map[string]int64  `json:"unknown_fields"`
	Warnings      []Warning         `json:"warnings"`
}

// Name is the path with the member of an archive behind it.
func (in *Input) Name() string {
	if in.Member == "" {
		return in.Path
	}
	return in.Path + "!" + in.Member
}

// Records accounts for the records of an input or a run:
// Seen = Written + Rejected + DuplicatesDropped + Filtered.
type Records struct {
	Seen              int64 `json:"seen"`
	Written           int64 `json:"written"`
	Rejected          int64 `json:"rejected"`
	DuplicatesDropped int64 `json:"duplicates_dropped"`
	Filtered          int64 `json:"filtered"`
}

// Add adds o to r.
func (r *Records) Add(o Records) {
	r.Seen += o.Seen
	r.Written += o.Written
	r.Rejected += o.Rejected
	r.DuplicatesDropped += o.DuplicatesDropped
	r.Filtered += o.Filtered
}

// Balanced reports whether every record seen is accounted for.
func (r Records) Balanced() bool {
	return r.Seen == r.Written+r.Rejected+r.DuplicatesDropped+r.Filtered
}

// Warning is one kind of finding and how often it occurred.
type Warning struct {
	Code    string `json:"code"`
	Count   int64  `json:"count"`
	Message string `json:"message"`
}

// Output is one file of data that was written.
type Output struct {
	Path   string `json:"path"`
	Format string `json:"format"`
	Size   int64  `json:"size"`
	SHA256 string `json:"sha256"`
	Rows   int64  `json:"rows"`

	// Argument is the output that the file is a part of, as the command line names
	// it, "" if the file is all of it.
	Argument string `json:"-"`
}
