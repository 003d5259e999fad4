package writer

import (
	"context"
	"errors"
	"io"
	"iter"
	"os"
	"path/filepath"
	"testing"

	"signins/schema"
	"signins/schema/duplicates"
	"signins/writer/dataset"
	"signins/writer/manifest"
)

// oneInput is an input with a batch of one sign-in, or an error behind it.
type oneInput struct {
	source  schema.Source
	prepare func(*schema.Batch)
	err     error
	closed  bool
	known   bool
}

func (in *oneInput) Count() int { return 1 }

func (in *oneInput) Has(string) bool { return false }

func (in *oneInput) Unchanged() bool { return in.known }

func (in *oneInput) Prepare(prepare func(*schema.Batch)) { in.prepare = prepare }

func (in *oneInput) Read(context.Context) iter.Seq2[*schema.Batch, error] {
	return func(yield func(*schema.Batch, error) bool) {
		b := &schema.Batch{Source: &in.source, Seen: 1, Len: 1}
		b.Columns[schema.ID].SetText(0, "1")
		b.Seal()
		in.prepare(b)
		if yield(b, nil) && in.err != nil {
			yield(nil, in.err)
		}
	}
}

func (in *oneInput) ReadAgain(ctx context.Context, _ func(*schema.Source) bool, _ bool) iter.Seq2[*schema.Batch, error] {
	return in.Read(ctx)
}

func (in *oneInput) Spool(func() (io.ReadWriteSeeker, error)) error { return nil }

func (in *oneInput) Completed(src *schema.Source) iter.Seq2[int, schema.Reading] {
	return func(yield func(int, schema.Reading) bool) {
		if src == nil && !in.closed {
			in.closed = true
			yield(0, schema.Reading{Source: &in.source, Size: 7, SHA256: "ab"})
		}
	}
}

func (in *oneInput) Readings() iter.Seq[schema.Reading] {
	return func(yield func(schema.Reading) bool) {
		yield(schema.Reading{Source: &in.source, Size: 7, SHA256: "ab"})
	}
}

// A conversion finishes reading before files appear, describes the input, and leaves
// nothing if reading fails.
func TestConvert(t *testing.T) {
	t.Parallel()
	broken := errors.New("broken")
	for _, mode := range duplicates.Modes {
		for _, fails := range []error{nil, broken} {
			dir, finished, annotated := t.TempDir(), 0, 0
			in := &oneInput{source: schema.Source{Path: "a.json", Format: "graph-json"}, err: fails}
			run := manifest.NewRun(manifest.Command{}, false, "")
			c := &Conversion{
				Inputs: in, Span: schema.Always, Annotate: func(*schema.Batch) { annotated++ }, Paths: []string{dir + "/a.parquet"}, Run: run,
				Duplicates: mode, WarnAt: 9, Finished: func() {
					finished++
					if _, err := os.Stat(dir + "/a.parquet"); err == nil {
						t.Errorf("%s: files before reading ends", mode)
					}
				},
			}
			verdicts, err := c.Convert(t.Context())
			if !errors.Is(err, fails) || finished != 1 || annotated == 0 {
				t.Fatalf("%s: %v, finished %d, annotated %d", mode, err, finished, annotated)
			}
			files := names(t, dir)
			if fails != nil && len(files) > 0 {
				t.Errorf("%s: %v is left", mode, files)
			}
			if fails == nil && (len(files) != 3 || verdicts[""] != 1 || len(run.Inputs) != 1 || run.Inputs[0].Size != 7 || run.Inputs[0].Dialect != "graph-json" || run.Exit() != 0) {
				t.Errorf("%s: %v, verdicts %v, inputs %+v", mode, files, verdicts, run.Inputs)
			}
		}
	}
	one := &Conversion{Inputs: &oneInput{}, Paths: []string{"one/", "two/"}, Duplicates: duplicates.Drop}
	if _, err := one.Convert(t.Context()); err == nil {
		t.Error("duplicates are dropped into two datasets")
	}
}

// A conversion begins a record that names its outputs, writes nothing if all inputs are
// known, and refuses to replace what is read.
func TestBegin(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	c := NewConversion()
	c.Paths = []string{dir + "/a.parquet"}
	known, err := c.Begin(t.Context(), manifest.Command{Arguments: []string{"x"}})
	if err != nil || known != nil || c.Run.Arguments[0] != "x" || len(c.Run.OutputArguments) != 1 || c.Run.OutputArguments[0] != filepath.ToSlash(c.Paths[0]) {
		t.Fatalf("%v, %+v", err, c.Run)
	}
	c.Inputs = &oneInput{known: true}
	if verdicts, err := c.Convert(t.Context()); err != nil || verdicts != nil || len(names(t, dir)) > 0 {
		t.Errorf("%v, %v: %v", verdicts, err, names(t, dir))
	}
	// A shard that the dataset lacks is written, be it empty.
	if c.Options.Index, err = dataset.LoadIndex(dir + "/lake/"); err != nil {
		t.Fatal(err)
	}
	c.Run.Shard, c.Annotate, c.Finished = &schema.Shard{Count: 2}, func(*schema.Batch) {}, func() {}
	if verdicts, err := c.Convert(t.Context()); err != nil || len(verdicts) != 1 || len(names(t, dir)) != 3 {
		t.Errorf("%v, %v: %v", verdicts, err, names(t, dir))
	}
	var refused *schema.Refusal
	if _, err := c.Begin(t.Context(), manifest.Command{}); !errors.As(err, &refused) || !refused.Taken {
		t.Errorf("an output that exists: %v", err)
	}
	c.Reads = c.Paths
	if _, err := c.Convert(t.Context()); !errors.As(err, &refused) {
		t.Errorf("an output that is an input: %v", err)
	}
}

// Settings that contradict each other are refused.
func TestCheck(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		change  func(c *Conversion)
		shard   *schema.Shard
		refused bool
	}{
		"all":            {func(*Conversion) {}, nil, false},
		"empty span":     {func(c *Conversion) { c.Span = schema.Span{Since: 5, Until: 5} }, nil, true},
		"new, a file":    {func(c *Conversion) { c.OnlyNew, c.Paths = true, []string{"a.xlsx"} }, nil, true},
		"new, a dataset": {func(c *Conversion) { c.OnlyNew, c.Paths = true, []string{"lake/"} }, nil, false},
		"shard":          {func(*Conversion) {}, &schema.Shard{Count: 2}, true},
	} {
		c := NewConversion()
		test.change(&c)
		err := c.Check(test.shard)
		if _, ok := errors.AsType[*schema.Refusal](err); ok != test.refused || (err == nil) == test.refused {
			t.Errorf("%s: %v", name, err)
		}
	}
}

// oneFinding are rules that find one finding, of a row.
type oneFinding struct {
	row   int64
	added int
}

func (r *oneFinding) Add(b *schema.Batch) { r.added += b.Len }

func (r *oneFinding) Kept() int64 { return 0 }

func (r *oneFinding) Findings() iter.Seq2[schema.Finding, iter.Seq[schema.RowPlace]] {
	return func(yield func(schema.Finding, iter.Seq[schema.RowPlace]) bool) {
		yield(schema.Finding{Rule: "r", Kind: schema.KindFinding, Severity: "low", Rows: 1}, func(yield func(schema.RowPlace) bool) {
			yield(schema.RowPlace{File: "a.json", Record: 1, Row: r.row})
		})
	}
}

func (r *oneFinding) Results() []schema.RuleResult {
	return []schema.RuleResult{{ID: "r", Findings: 1}}
}

// Rules see all rows and are released before the outputs are completed; one that fails
// fails the run, and without rules there are no findings.
func TestConvertWithRules(t *testing.T) {
	t.Parallel()
	convert := func(rules Rules) (*Conversion, *manifest.Run, []string, error) {
		dir := t.TempDir()
		run := manifest.NewRun(manifest.Command{}, false, "")
		c := &Conversion{
			Inputs: &oneInput{source: schema.Source{Path: "a.json", Format: "graph-json"}}, Span: schema.Always, Annotate: func(*schema.Batch) {},
			Paths: []string{dir + "/a.xlsx"}, Run: run, Duplicates: duplicates.Keep, WarnAt: 9, Rules: rules, Finished: func() {},
		}
		_, err := c.Convert(t.Context())
		return c, run, names(t, dir), err
	}
	good := &oneFinding{}
	if c, run, files, err := convert(good); err != nil || good.added != 1 || c.Rules != nil || run.Findings == nil || len(files) != 4 {
		t.Errorf("%v: %d rows seen, released: %v, %+v, %v", err, good.added, c.Rules == nil, run.Findings, files)
	}
	if _, _, files, err := convert(&oneFinding{row: 7}); err == nil || len(files) > 0 {
		t.Errorf("a finding of a row that is not there: %v, %v is left", err, files)
	}
	if _, run, files, err := convert(nil); err != nil || run.Findings != nil || len(files) != 3 {
		t.Errorf("without rules: %v, %+v, %v", err, run.Findings, files)
	}
}
