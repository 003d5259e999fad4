// Package dataset writes a folder of Parquet files, partitioned by day, to which
// every run adds files of its own.
package dataset

import (
	"errors"
	"iter"
	"os"
	"path/filepath"

	"signins/schema"
	"signins/schema/versions"
	"signins/writer/files"
	"signins/writer/manifest"
	"signins/writer/order"
	"signins/writer/parquet"
)

// limits bound the memory of all parts together.
type limits struct {
	groups   int // bytes of row groups; above it one is written to its file
	rows     int // bytes of rows for days written later; above it they are spilled
	metadata int // bytes of the metadata of row groups; above it all is spilled
	few      int // rows of a small batch, or of a day in a batch with many days
}

var defaultLimits = limits{groups: 64 << 20, rows: order.RowMemory, metadata: 16 << 20, few: 256}

const (
	// largeGroups is how many row groups share limits.groups where all are large enough
	// to be written as they are.
	largeGroups = 4
	// manyDays is how many days a batch has where rows are not in order of time.
	manyDays = 16
)

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

	days     map[int64]*part
	groups   map[int64]*part // that have a row group in memory
	memory   limits          // that is in use, without rows
	spill    order.Rows      // by day, all where parts are sorted
	metadata blockFile       // of row groups
	finished []*part         // in order of days
	sorted   schema.Batch
	batches  int
	sidecars *manifest.Sidecars
	run      string     // name of the run, set by Finish
	index    *Index     // nil if it cannot be read, or the dataset is new
	inputs   []inputKey // of the run, by content, set by Finish
}

// A part is the Parquet file of a day. Its rows are written as they come until a row
// group of it ends early because memory is short. Those after it are spilled, and all where
// parts are sorted.
type part struct {
	day     int64
	file    *files.File
	parquet *parquet.Writer
	rows    int64
	used    int // number of the batch that wrote to it last
	memory  limits
	spilled bool // its next rows are
	// metadata is that of its row groups, as far as it is spilled.
	metadata []block
	finished bool
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
	// AllowRepeat: a run that the dataset has ends with *schema.Unchanged, not as a refusal.
	AllowRepeat bool
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
	d := &Writer{files: t, path: filepath.Clean(path), options: o, limits: defaultLimits, days: map[int64]*part{}, groups: map[int64]*part{}}
	d.sidecars = manifest.NewSidecars(t, filepath.Join(d.path, "run"), files.Replace)
	d.sidecars.Ending = manifest.RunEnding
	d.spill.By = o.Parquet.Sort
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
	if d.committed, err = manifest.Runs(d.path); err != nil {
		return nil, err
	}
	d.series, err = parquet.NewSeries(o.Parquet)
	return d, err
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
	_ = errors.Join(d.spill.Remove(), d.metadata.remove()) // with the private folder, if not now
	d.days, d.groups, d.sorted = nil, nil, schema.Batch{}
}
