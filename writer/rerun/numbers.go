package rerun

import (
	"bytes"
	"encoding/json"
	"maps"
	"slices"

	"signins/writer/manifest"
)

// compareNumbers finds what a manifest says of the records otherwise than its repetition:
// all that follows from inputs and settings, not when and where the run was.
func (r *Result) compareNumbers(run, again *manifest.Run) error {
	was, err := numbersOf(run)
	if err != nil {
		return err
	}
	is, err := numbersOf(again)
	if err != nil {
		return err
	}
	for i := range was {
		names := maps.Clone(is[i].members) // either may lack one
		maps.Copy(names, was[i].members)
		for _, name := range slices.Sorted(maps.Keys(names)) {
			text := was[i].members[name]
			if other := is[i].members[name]; !bytes.Equal(text, other) {
				r.differ("the manifest says of %s %q: %s, the repetition %s", was[i].of, name, short(text), short(other))
			}
		}
	}
	return nil
}

// numbers are what a manifest says of an input, or of the run.
type numbers struct {
	of      string
	members map[string]json.RawMessage
}

// numbersOf returns the numbers of the run, and of each of its inputs.
func numbersOf(run *manifest.Run) ([]numbers, error) {
	findings := manifest.FindingSums{}
	if run.Findings != nil {
		findings = *run.Findings
		findings.Beside = nil
	}
	all := []numbers{membersOf("the run", struct {
		Totals     any `json:"totals"`
		Duplicates any `json:"duplicates"`
		Findings   any `json:"findings"`
		Workbook   any `json:"workbook"`
		Schema     any `json:"schema_version"`
		Codes      any `json:"codes_table_date"`
		Count      any `json:"input_count"`
		manifest.Sums
	}{run.Totals, run.Duplicates, findings, run.Workbook, run.SchemaVersion, run.CodesTableDate, run.InputCount, run.Sums})}
	for in, err := range run.AllInputs() {
		if err != nil {
			return nil, err
		}
		described := *in
		described.ModifiedAt = "" // of a copy it is another one
		all = append(all, membersOf(in.Name(), described))
	}
	return all, nil
}

// membersOf returns the members of a value as JSON.
func membersOf(of string, value any) numbers {
	n := numbers{of: of}
	text, err := json.Marshal(value)
	if err == nil {
		err = json.Unmarshal(text, &n.members)
	}
	if err != nil {
		panic(err) // they are numbers and texts
	}
	return n
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
