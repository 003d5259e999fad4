package verify

import (
	"fmt"
	"path/filepath"

	"signins/writer/manifest"
)

// maxCount is more than any file has bytes and any run has records: sums of such numbers
// do not overflow.
const maxCount = 1 << 50

// inconsistencies returns in what a manifest contradicts itself.
func inconsistencies(r *record) (list []string, err error) {
	found := func(format string, values ...any) { list = append(list, fmt.Sprintf(format, values...)) }
	var sum manifest.Records
	var added addition
	for in, err := range r.run.AllInputs() {
		if err != nil {
			return nil, err
		}
		if !plausible(in.Records) {
			found("%s: its records are no counts", in.Name())
			continue
		}
		if sum.Add(in.Records); !plausible(sum) {
			found("the sums of the inputs are no counts")
			return list, nil
		}
		if !in.Records.Balanced() {
			found("%s: %d records seen are not those written, rejected, dropped and filtered", in.Name(), in.Records.Seen)
		}
		if in.Size < 0 || in.Size > maxCount || !manifest.IsDigest(in.SHA256) {
			found("%s: has no size and SHA-256", in.Name())
		}
		added.add(in)
	}
	if r.run.Shard != nil && !isShard(r.run.Shard) {
		found("its shard is none")
	}
	if sum != r.run.Totals {
		found("the totals are not the sums of the inputs: %s; those are %s", r.run.Totals.Text("written"), sum.Text("written"))
	}
	list = append(list, added.compare(r.run)...)
	compareOutputs(r, found)
	return list, nil
}

// compareOutputs calls found for what a manifest says of its outputs and contradicts itself.
func compareOutputs(r *record, found func(format string, values ...any)) {
	rows, seen := map[string]int64{}, map[string]bool{}
	for _, out := range r.outputs {
		if out.Rows < 0 || out.Rows > maxCount || out.Size < 0 || out.Size > maxCount || !manifest.IsDigest(out.SHA256) || seen[filepath.Clean(out.path)] {
			found("%s: has no rows, size and SHA-256, or is listed twice", out.Path)
			continue
		}
		seen[filepath.Clean(out.path)] = true
		rows[out.group] += out.Rows
	}
	for _, out := range r.outputs {
		if n, first := rows[out.group]; first && n != r.run.Totals.Written {
			found("%s: %d rows are listed, but %d records were written", out.group, n, r.run.Totals.Written)
		}
		delete(rows, out.group)
	}
	if !r.owns && (r.dataset == "" || r.run.Totals.Written > 0) {
		found("it does not describe the output that it lies beside")
	}
}

// plausible reports whether all numbers are counts of records.
func plausible(r manifest.Records) bool {
	for _, n := range []int64{r.Seen, r.Written, r.Rejected, r.DuplicatesDropped, r.Filtered} {
		if n < 0 || n > maxCount {
			return false
		}
	}
	return true
}
