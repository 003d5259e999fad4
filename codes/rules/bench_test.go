package rules_test

import (
	"testing"

	"signins/codes"
	"signins/codes/rules"
	"signins/reader"
	"signins/testdata/cases"
	"signins/testdata/fixture"
)

// BenchmarkEvaluator measures what the rules cost for 100,000 sign-ins: Add while they
// are read, Findings at the end.
func BenchmarkEvaluator(b *testing.B) {
	path := fixture.Temp(b, "signins.ndjson", cases.Graph(cases.Ordinary(100_000, 6)))
	for b.Loop() {
		inputs, err := reader.Open(b.Context(), []string{path}, reader.Options{Jobs: 1, MaxRecord: 1 << 20})
		if err != nil {
			b.Fatal(err)
		}
		e := rules.NewEvaluator(rules.Default())
		for batch, err := range inputs.Read(b.Context()) {
			if err != nil {
				b.Fatal(err)
			}
			codes.Embedded().Annotate(batch)
			e.Add(batch)
		}
		found := 0
		for _, rows := range e.Findings() {
			for range rows {
				found++
			}
		}
		if found == 0 {
			b.Fatal("no finding")
		}
	}
}
