// Package dataset writes a folder of Parquet files, partitioned by day, to which
// every run adds files of its own.
package dataset

import (
	"cmp"
	"fmt"
	"iter"
	"os"
	"path/filepath"
	"slices"

	"signins/schema"
	"signins/schema/versions"
	"signins/writer/files"
	"signins/writer/manifest"
	"signins/writer/parquet"
)

// limits bound the memory of all parts together. Many mixed days reach the first,
// many days in a row the second.
type limits struct {
	groups int // bytes of row groups; above it the largest is written to its file
	parts  int // bytes of all else; above it the part longest unused is closed
}

var defaultLimits = limits{groups: 64 << 20, parts: 32 << 20}

// A Writer adds the files of a run to a folder of Parquet files, partitioned by the
// UTC day of created_at: parts event_date=YYYY-MM-DD/part-RUN-NNNNN.parquet and, in
// _manifests, the manifest of the run, its rejects and digests. It touches no files
// of other runs.
type Writer struct {
	files   *files.Transaction
	path    string
	options Options
	limits  limits
	series  *parquet.Series

	committed []string       // runs, at Open
	noted     map[int64]bool // days, for Committed

	days     map[int64]*part // open parts
	numbers  map[int64]int   // of the next part, by day
	closed   []*part
	sorted   schema.Batch
	batches  int
	sidecars *manifest.Sidecars
	run      string     // name of the run, set by Finish
	index    *Index     // nil if it cannot be read, or the dataset is new
	inputs   []inputKey // of the run, by content, set by Finish
}

// A part is one Parquet file of a day.
type part struct {
	day         int64
	number      int
	file        *files.File
	parquet     *parquet.Writer
	rows        int64
	used        int // number of the batch that wrote to it last
	group, rest int // bytes of memory
}

// Options are the options of a dataset.
type Options struct {
	Parquet parquet.Options // of its parts
	// Overwrite allows to write a run again that the dataset has.
	Overwrite bool
	// Choices are the settings that decide what is written, in a fixed order.
	Choices []string
	// Consulted are the runs in which Committed looks, nil for all before Open, and
	// ConsultedIn is their dataset, "" for this one.
	Consulted   []string
	ConsultedIn string
	// Settled: a run that the dataset has ends with *schema.Unchanged, not as a refusal.
	Settled bool
	// Index is what the inputs of the run were chosen by, nil if they were not.
	Index *Index
}

// IsPath reports whether the path of an output names a dataset: it ends as
// the path of a folder.
func IsPath(output string) bool {
	return output != "" && os.IsPathSeparator(output[len(output)-1])
}

// Open begins to write into the dataset at path, which is made if there is none.
// All its files belong to the transaction, whose Abort removes them.
func Open(t *files.Transaction, path string, o Options) (*Writer, error) {
	d := &Writer{files: t, path: filepath.Clean(path), options: o, limits: defaultLimits, days: map[int64]*part{}, numbers: map[int64]int{}}
	d.sidecars = manifest.NewSidecars(t, filepath.Join(d.path, "run"), files.Replace)
	d.sidecars.Ending = ".json"
	if !o.Overwrite {
		d.sidecars.Existing = files.Refuse
	}
	if err := t.OpenFolder(d.path); err != nil {
		return nil, err
	}
	if err := d.holdOff(); err != nil {
		return nil, err
	}
	if err := d.refuseMixed(); err != nil {
		return nil, err
	}
	t.Check(d.check)
	var err error
	if d.committed, err = committedRuns(d.path); err != nil {
		return nil, err
	}
	d.series, err = parquet.NewSeries(o.Parquet)
	return d, err
}

// Write adds the records of a batch to the parts of their days.
func (d *Writer) Write(b *schema.Batch) error {
	d.batches++
	b, days := d.sortByDay(b)
	if err := d.series.Prepare(b); err != nil {
		return fmt.Errorf("%s: %w", d.path, err)
	}
	for from := 0; from < b.Len; {
		to, _ := slices.BinarySearch(days, days[from]+1)
		if err := d.writeDay(b, days[from], from, to); err != nil {
			return err
		}
		from = to
	}
	return d.shrink()
}

func (d *Writer) writeDay(b *schema.Batch, day int64, from, to int) error {
	p, err := d.part(day)
	if err != nil {
		return err
	}
	p.used = d.batches
	p.rows += int64(to - from)
	if err := p.parquet.WriteRange(b, from, to); err != nil {
		return p.file.Named(err)
	}
	p.group, _, p.rest = p.parquet.MemoryUse()
	return nil
}

// part returns the open part of a day.
func (d *Writer) part(day int64) (*part, error) {
	if p := d.days[day]; p != nil {
		return p, nil
	}
	file, err := d.files.CreatePart(d.path, files.Replace)
	if err != nil {
		return nil, err
	}
	p := &part{day: day, number: d.numbers[day], file: file, parquet: d.series.Create(file)}
	d.numbers[day]++
	d.days[day] = p
	return p, nil
}

// shrink brings the memory of all parts below the limits. It chooses parts by what
// was written to them alone, so that the same input gives the same parts.
func (d *Writer) shrink() error {
	for {
		var fullest, idle *part
		groups, rest := 0, 0
		for _, p := range d.days {
			groups, rest = groups+p.group, rest+p.rest
			if fullest == nil || cmp.Or(cmp.Compare(fullest.group, p.group), cmp.Compare(p.day, fullest.day)) < 0 {
				fullest = p
			}
			if idle == nil || cmp.Or(cmp.Compare(p.used, idle.used), cmp.Compare(p.day, idle.day)) < 0 {
				idle = p
			}
		}
		switch {
		case groups > d.limits.groups:
			if err := fullest.parquet.Shrink(); err != nil {
				return fullest.file.Named(err)
			}
			fullest.group, _, fullest.rest = fullest.parquet.MemoryUse()
		case rest > d.limits.parts && len(d.days) > 1:
			if err := d.close(idle); err != nil {
				return err
			}
		default:
			return nil
		}
	}
}

// close completes a part.
func (d *Writer) close(p *part) error {
	delete(d.days, p.day)
	d.closed = append(d.closed, p)
	err := p.file.Named(p.parquet.Close())
	p.parquet = nil
	return err
}

// WritePair does nothing: parts have sign-ins only.
func (d *Writer) WritePair(*versions.Pair) error { return nil }

// WriteFinding does nothing, either.
func (d *Writer) WriteFinding(*schema.Finding, iter.Seq[schema.RowPlace]) error { return nil }

// Sidecars returns the files beside the parts.
func (d *Writer) Sidecars() *manifest.Sidecars { return d.sidecars }

// Abort releases what the parts hold.
func (d *Writer) Abort() {
	for _, p := range d.days {
		p.parquet.Abort()
	}
	d.days, d.sorted = nil, schema.Batch{}
}
