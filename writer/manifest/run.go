// Package manifest keeps the record of a run: what was read, what became of each
// record, and what was written. It also names and writes the files beside an
// output.
package manifest

import (
	"fmt"
	"os"
	"slices"
	"strconv"
	"time"

	"signins/schema"
	"signins/schema/duplicates"
)

// Version numbers the structure of Run as JSON.
const Version = 2

// Run is the record of a run, written as manifest.json; MANIFEST.md describes it.
type Run struct {
	ManifestVersion int    `json:"manifest_version"`
	SchemaVersion   int    `json:"schema_version"`
	Nested          bool   `json:"nested,omitempty"` // Parquet columns are
	CodesTableDate  string `json:"codes_table_date"`
	Tool            Tool   `json:"tool"`
	Command
	StartedAt  time.Time `json:"started_at"`
	FinishedAt time.Time `json:"finished_at"`

	Name string `json:"run,omitempty"` // of the run in datasets

	InputCount int `json:"input_count"`
	// InputsFile has the inputs in place of Inputs where they are more than MaxListed. It
	// is the name of a file beside the manifest.
	InputsFile string   `json:"inputs_file,omitempty"`
	Inputs     []*Input `json:"inputs,omitzero"`

	// Shard is the part of all files that the run has read, nil for all.
	Shard *schema.Shard `json:"shard,omitempty"`
	// Known are the inputs that were left out as earlier runs of the dataset have them, nil
	// if they were not looked for.
	Known *schema.Known `json:"known,omitempty"`
	// Overlap is how many inputs other runs of the dataset have, too.
	Overlap int `json:"inputs_in_other_runs,omitempty"`

	Skipped  []schema.Skipped `json:"skipped"`
	Outputs  []Output         `json:"outputs"`
	Sidecars []Sidecar        `json:"sidecars,omitempty"` // beside each output, the digests and the manifest aside
	Totals   Records          `json:"totals"`
	Sums
	// Duplicates are nil unless they were looked for, also those of each input.
	Duplicates *duplicates.Report `json:"duplicates,omitempty"`
	// Consulted are the earlier runs of the dataset whose sign-ins were dropped from this
	// one, as far as they have parts in its days.
	Consulted []string `json:"runs_consulted,omitempty"`
	// Findings are nil unless rules ran.
	Findings *FindingSums `json:"findings,omitempty"`
	Workbook *Workbook    `json:"workbook,omitempty"`
	// Supersedes are the runs whose rows a compaction has, nil for any other run. Their
	// inputs are its inputs, and in their manifests alone.
	Supersedes []Superseded `json:"supersedes,omitempty"`

	// Manifests are where the run was written, once Outputs have committed it.
	Manifests []string `json:"-"`
	// Rules are what became of each rule, nil unless rules ran.
	Rules []schema.RuleResult `json:"-"`

	more   *lines // the inputs where they are more than MaxListed, else nil
	folder string // that Load found the manifest in
}

// A Command is what was asked of a run.
type Command struct {
	// Identity is who ran the program and where, nil unless that was asked for.
	Identity  *Identity `json:"identity,omitempty"`
	Arguments []string  `json:"arguments"` // as typed
	// Settings are the values of the flags that change outputs, by name.
	Settings  map[string]string `json:"settings"`
	SideFiles []SideFile        `json:"side_files,omitempty"`
	// OutputArguments are the outputs as the command line names them.
	OutputArguments []string `json:"output_arguments"`
}

// A SideFile is a file that is no input and changes outputs.
type SideFile struct {
	Flag   string `json:"flag"` // that names it
	Path   string `json:"path"`
	Size   int64  `json:"size,omitempty"` // 0 in manifests of before, which do not have it
	SHA256 string `json:"sha256"`
}

// NewRun begins the record of a run of this program.
func NewRun(c Command, nested bool, codesTableDate string) *Run {
	run := &Run{
		ManifestVersion: Version, SchemaVersion: schema.Version, Nested: nested, CodesTableDate: codesTableDate, Tool: BuildTool(),
		Command: c, StartedAt: now(), Inputs: []*Input{}, Skipped: []schema.Skipped{}, Outputs: []Output{},
	}
	if len(c.OutputArguments) > 0 { // only then is the record written
		run.Tool.SHA256 = HashProgram()
	}
	return run
}

// Exit returns the status of the program after the run: one for records that were
// rejected, or sign-ins that were not read, or 0.
func (r *Run) Exit() int {
	missed := slices.ContainsFunc(r.Skipped, func(skip schema.Skipped) bool { return skip.LikeSignIns })
	if r.Totals.Rejected > 0 || missed {
		return schema.ExitRejects
	}
	return 0
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

	more bool // a line of inputs did not have space for all
}

// Describe returns an input as its reading describes it, without records.
func Describe(r schema.Reading) *Input {
	in := &Input{
		Path: r.Source.File(), Member: r.Source.Member, Size: r.Size, SHA256: r.SHA256,
		Compression: r.Compression, Encoding: r.Encoding, BOM: r.BOM, Dialect: r.Source.Format, Joined: r.Joined,
	}
	if !r.ModifiedAt.IsZero() {
		in.ModifiedAt = r.ModifiedAt.Format(time.RFC3339Nano)
	}
	return in
}

// warn adds a warning.
func (in *Input) warn(code string, n int64) {
	in.Warnings = append(in.Warnings, newWarning(code, n))
}

func newWarning(code string, n int64) Warning { return Warning{code, n, schema.Warnings[code]} }

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

// Text is the account in words, written being what became of those that were kept.
func (r Records) Text(written string) string {
	text := fmt.Sprintf("%s seen, %s %s, %s rejected", Number(r.Seen), Number(r.Written), written, Number(r.Rejected))
	if r.DuplicatesDropped > 0 {
		text += ", " + Number(r.DuplicatesDropped) + " dropped as duplicates"
	}
	if r.Filtered > 0 {
		text += ", " + Number(r.Filtered) + " filtered"
	}
	return text
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
