package writer

import (
	"cmp"
	"encoding/json"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"

	"github.com/parquet-go/parquet-go/format"

	"signins/schema"
)

// datasetLimits bound what the parts of a dataset hold together. The first is
// reached when many days are mixed, the second when there are many days.
type datasetLimits struct {
	parquet parquetLimits
	groups  int // bytes of row groups at work; beyond, the fullest is relieved
	parts   int // bytes of all else; beyond, the part longest unused is closed
}

var datasetDefaults = datasetLimits{parquet: parquetDefaults, groups: 64 << 20, parts: 32 << 20}

// A Dataset writes a folder of Parquet files, partitioned by the UTC day of
// created_at. A run adds its own files and touches no others: parts
// event_date=YYYY-MM-DD/part-RUN-NNNNN.parquet and, under _manifests, the
// record of the run, its rejects and the digests. Until Commit all of them
// stand in a private folder, whose name readers of datasets skip.
type Dataset struct {
	path      string
	overwrite bool
	options   Options
	limits    datasetLimits
	footer    *format.FileMetaData
	workers   *workerPool

	private string
	made    []string // folders that were not there before
	undo    []func() // takes back what Commit did, to be called last first
	staged  int      // files made in private
	days    map[int64]*part
	numbers map[int64]int // of the next part, by day
	closed  []*part
	rejects *stagedFile // nil until there are any
	sorted  schema.Batch
	batches int
	rows    int64
	lost    int64 // rejects
	run     string
	sealed  bool // the manifest stands
}

// A part is one Parquet file of a day.
type part struct {
	day         int64
	number      int
	file        *stagedFile
	parquet     *Parquet
	rows        int64
	used        int // number of the batch that wrote to it last
	group, rest int // bytes held
}

// openDataset begins writing into the dataset at path, which is made if there
// is none.
func openDataset(path string, overwrite bool, o Options, l datasetLimits) (*Dataset, error) {
	d := &Dataset{
		path: filepath.Clean(path), overwrite: overwrite, options: o, limits: l,
		workers: newWorkerPool(o), days: map[int64]*part{}, numbers: map[int64]int{},
	}
	var err error
	if d.footer, err = emptyFooter(o); err != nil {
		return nil, err
	}
	if err := d.folder(d.path); err != nil {
		return nil, err
	}
	if err := d.refuseMixed(); err != nil {
		return nil, err
	}
	if d.private, err = os.MkdirTemp(d.path, "_signins.*.partial"); err != nil { // mode 0700
		d.Abort()
		return nil, fmt.Errorf("%s: %w", path, bare(err))
	}
	return d, nil
}

// refuseMixed keeps nested and flat columns apart. One run tells what a dataset
// holds.
func (d *Dataset) refuseMixed() error {
	manifests, err := fs.Glob(os.DirFS(d.path), manifestsFolder+"/*.json")
	if err != nil || len(manifests) == 0 {
		return err
	}
	var run struct{ Nested bool }
	text, err := os.ReadFile(filepath.Join(d.path, manifests[0]))
	if err == nil {
		err = json.Unmarshal(text, &run)
	}
	if err != nil {
		return fmt.Errorf("%s: %w", manifests[0], bare(err))
	}
	if run.Nested != d.options.Nested {
		return &schema.Refusal{What: d.path + ": holds columns that are nested or not, other than these", Hint: "a dataset holds files written with --nested or files written without"}
	}
	return nil
}

// folder makes a folder unless it is there.
func (d *Dataset) folder(path string) error {
	err := os.Mkdir(path, 0o700)
	if err == nil {
		d.made = append(d.made, path)
		return nil
	}
	if info, stat := os.Stat(path); stat == nil && info.IsDir() {
		return nil
	}
	return fmt.Errorf("%s: %w", path, bare(err))
}

// Write adds the records of a batch to the parts of their days, and its rejects
// beside them.
func (d *Dataset) Write(b *schema.Batch) error {
	d.batches++
	if err := d.reject(b); err != nil {
		return err
	}
	d.rows += int64(b.Len)
	b, runs := d.byDay(b)
	if err := d.workers.prepare(b); err != nil {
		return fmt.Errorf("%s: %w", d.path, err)
	}
	from := 0
	for _, run := range runs {
		if err := d.writeDay(b, run.day, from, run.end); err != nil {
			return err
		}
		from = run.end
	}
	return d.relieve()
}

func (d *Dataset) writeDay(b *schema.Batch, day int64, from, to int) error {
	p, err := d.part(day)
	if err != nil {
		return err
	}
	p.used = d.batches
	p.rows += int64(to - from)
	if err := p.parquet.writeRange(b, from, to); err != nil {
		return fmt.Errorf("%s: %w", d.path, err)
	}
	p.group, _, p.rest = p.parquet.memoryUse()
	return nil
}

// part returns the open part of a day.
func (d *Dataset) part(day int64) (*part, error) {
	if p := d.days[day]; p != nil {
		return p, nil
	}
	file, err := d.stage()
	if err != nil {
		return nil, err
	}
	p := &part{day: day, number: d.numbers[day], file: file}
	d.numbers[day]++
	p.parquet, err = startParquet(file, d.footer, d.options, d.limits.parquet, d.workers)
	d.days[day] = p
	return p, err
}

// relieve brings what is held down to the limits. Which parts it takes follows
// from what was written alone.
func (d *Dataset) relieve() error {
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
			if err := fullest.parquet.shrink(); err != nil {
				return err
			}
			fullest.group, _, fullest.rest = fullest.parquet.memoryUse()
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
func (d *Dataset) close(p *part) error {
	delete(d.days, p.day)
	d.closed = append(d.closed, p)
	if err := p.parquet.Close(); err != nil {
		return fmt.Errorf("%s: %w", d.path, err)
	}
	p.parquet = nil
	return p.file.sync()
}

func (d *Dataset) reject(b *schema.Batch) (err error) {
	if d.rejects == nil && len(b.Rejects) > 0 {
		if d.rejects, err = d.stage(); err != nil {
			return err
		}
	}
	for i := range b.Rejects {
		if err := writeReject(d.rejects, b.Source, &b.Rejects[i]); err != nil {
			return err
		}
	}
	d.lost += int64(len(b.Rejects))
	return nil
}
