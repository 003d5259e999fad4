package manifest

import (
	"encoding/json"
	"io"
	"iter"
	"slices"
	"strings"
	"time"

	"signins/schema"
)

// finding is a line of the file of findings. Records are the rows by source_file.
type finding struct {
	schema.Finding
	First   *string            `json:"first"`
	Last    *string            `json:"last"`
	Records map[string][]int64 `json:"records"`
}

// WriteFinding writes a line for a finding, with the source_record of its rows by
// source_file.
func WriteFinding(w io.Writer, f *schema.Finding, rows iter.Seq[schema.RowPlace]) error {
	records := map[string][]int64{}
	for place := range rows {
		records[place.File] = append(records[place.File], place.Record)
	}
	line := json.NewEncoder(w)
	line.SetEscapeHTML(false)
	return line.Encode(finding{*f, isoTime(f.First), isoTime(f.Last), records})
}

// isoTime writes microseconds since 1970 as ISO 8601, nil for nil.
func isoTime(micros *int64) *string {
	if micros == nil {
		return nil
	}
	text := time.UnixMicro(*micros).UTC().Format("2006-01-02T15:04:05.999999Z")
	return &text
}

// FindingSums are what the rules of a run found.
type FindingSums struct {
	BySeverity  map[string]int64 `json:"by_severity"` // findings; each of schema.Severities that has one
	Inventories int64            `json:"inventories"`
	Ran         int              `json:"rules_run"`
	NotRun      []RuleNotRun     `json:"rules_not_run"`
	Beside      []string         `json:"listed_beside"` // those of Run.OutputArguments
}

// A RuleNotRun is a rule that could not run on the inputs, and why.
type RuleNotRun struct {
	Rule   string `json:"rule"`
	Reason string `json:"reason"`
}

// SetRules notes what became of the rules, sums it, and notes beside which outputs it is
// listed.
func (r *Run) SetRules(rules []schema.RuleResult, beside []string) {
	r.Rules, r.Findings = rules, &FindingSums{BySeverity: map[string]int64{}, NotRun: []RuleNotRun{}, Beside: beside}
	for _, rule := range rules {
		switch {
		case rule.NotRun != "":
			r.Findings.NotRun = append(r.Findings.NotRun, RuleNotRun{rule.ID, rule.NotRun})
			continue
		case rule.Kind == schema.KindInventory:
			r.Findings.Inventories += rule.Findings
		case rule.Findings > 0:
			r.Findings.BySeverity[rule.Severity] += rule.Findings
		}
		r.Findings.Ran++
	}
}

// HasBeside reports whether a kind of sidecar of the run lies beside one of
// OutputArguments: findings may not lie beside all.
func (r *Run) HasBeside(argument, kind string) bool {
	return kind != Findings || r.Findings == nil || slices.Contains(r.Findings.Beside, argument)
}

// String writes the sums for people: "2 high, 5 medium; 3 rules could not run".
func (f *FindingSums) String() string {
	var parts []string
	for _, severity := range schema.Severities {
		if n := f.BySeverity[severity]; n > 0 {
			parts = append(parts, Number(n)+" "+severity)
		}
	}
	text := strings.Join(parts, ", ")
	if parts == nil {
		text = "none"
	}
	if n := f.Inventories; n > 0 {
		text += "; " + Counted(n, "line") + " of inventories"
	}
	if n := len(f.NotRun); n > 0 {
		text += "; " + Counted(n, "rule") + " could not run"
	}
	return text
}
