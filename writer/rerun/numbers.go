package rerun

import (
	"bytes"
	"encoding/json"
	"maps"
	"slices"

	"signins/writer/manifest"
)

// compareNumbers finds what a manifest says of the records otherwise than its repetition,
// which has the same inputs: all that follows from inputs and settings, not when and where
// the run was.
func (r *Result) compareNumbers(run, again *manifest.Run) error {
	r.compareMembers("the run", numbersOf(run), numbersOf(again))
	return eachInput(run, again, func(was, is *manifest.Input) {
		r.compareMembers(was.Name(), withoutTime(was), withoutTime(is))
	})
}

// withoutTime returns an input without its time: a copy of the file has another one.
func withoutTime(in *manifest.Input) manifest.Input {
	described := *in
	described.ModifiedAt = ""
	return described
}

// numbersOf returns what a manifest says of the whole run.
func numbersOf(run *manifest.Run) any {
	findings := manifest.FindingSums{}
	if run.Findings != nil {
		findings = *run.Findings
		findings.Beside = nil
	}
	return struct {
		Totals     any `json:"totals"`
		Duplicates any `json:"duplicates"`
		Findings   any `json:"findings"`
		Workbook   any `json:"workbook"`
		Schema     any `json:"schema_version"`
		Codes      any `json:"codes_table_date"`
		Count      any `json:"input_count"`
		manifest.Sums
	}{run.Totals, run.Duplicates, findings, run.Workbook, run.SchemaVersion, run.CodesTableDate, run.InputCount, run.Sums}
}

// compareMembers finds the members of JSON that differ, also those that one side lacks.
func (r *Result) compareMembers(of string, was, is any) {
	before, after := membersOf(was), membersOf(is)
	names := maps.Clone(after)
	maps.Copy(names, before)
	for _, name := range slices.Sorted(maps.Keys(names)) {
		if text, other := before[name], after[name]; !bytes.Equal(text, other) {
			r.differ("the manifest says of %s %q: %s, the repetition %s", of, name, short(text), short(other))
		}
	}
}

// membersOf returns the members of a value as JSON.
func membersOf(value any) (members map[string]json.RawMessage) {
	text, err := json.Marshal(value)
	if err == nil {
		err = json.Unmarshal(text, &members)
	}
	if err != nil {
		panic(err) // they are numbers and texts
	}
	return members
}

// short returns the beginning of a text for a message.
func short(text []byte) []byte {
	const most = 80
	switch {
	case text == nil:
		return []byte("nothing")
	case len(text) > most:
		return append(bytes.ToValidUTF8(text[:most:most], nil), "..."...)
	}
	return text
}
