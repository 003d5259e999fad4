package rules_test

import (
	"fmt"
	"hash/fnv"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"signins/codes/rules"
	"signins/testdata/cases"
	"signins/testdata/golden"
)

// On sign-ins full of ties, repeats and nulls the rows of every rule are those of the
// golden file, with the default constants and with others. (DuckDB answers alike: see
// .ci/rules.js.)
func TestMessySignInsComputeTheSameRows(t *testing.T) {
	dir := t.TempDir()
	if err := cases.WriteMessy(dir, 6000); err != nil {
		t.Fatal(err)
	}
	var got strings.Builder
	for _, settings := range []string{"default.csv", "rules.csv"} {
		set, _, err := rules.Load(filepath.Join("..", "..", ".ci", settings))
		if err != nil {
			t.Fatal(err)
		}
		fmt.Fprintln(&got, settings)
		got.WriteString(digest(t, dir, read(t, set, dir), set))
	}
	golden.Check(t, "testdata/messy.golden", got.String())
}

// digest returns a line for each rule: findings, rows, sign-ins, and a hash of all rows.
func digest(t *testing.T, dir string, e *rules.Evaluator, set *rules.Set) string {
	t.Helper()
	type sums struct{ findings, rows, signIns int64 }
	counts, all := map[string]sums{}, map[string][]string{}
	for f, rows := range e.Findings() {
		c := counts[f.Rule]
		counts[f.Rule] = sums{c.findings + 1, c.rows + f.Rows, c.signIns + f.SignIns}
		for place := range rows {
			all[f.Rule] = append(all[f.Rule], fmt.Sprint(f.Subject, " ", strings.TrimPrefix(place.File, filepath.ToSlash(dir)), " ", place.Record))
		}
	}
	var text strings.Builder
	for _, r := range set.Rules() {
		hash := fnv.New64a()
		slices.Sort(all[r.ID])
		hash.Write([]byte(strings.Join(all[r.ID], "\n")))
		c := counts[r.ID]
		fmt.Fprintf(&text, "%s %d %d %d %016x\n", r.ID, c.findings, c.rows, c.signIns, hash.Sum64())
	}
	return text.String()
}
