package parquet

import (
	"io"

	"github.com/parquet-go/parquet-go/format"

	"signins/schema"
)

// A Series begins files with the same columns, such as the parts of a dataset.
// They are written side by side by one goroutine and share the memory of its
// workers.
type Series struct {
	options Options
	footer  *format.FileMetaData
	workers *workerPool
}

// NewSeries returns a series without files.
func NewSeries(o Options) (*Series, error) {
	footer, err := emptyFooter(o)
	if err != nil {
		return nil, err
	}
	return &Series{o, footer, newWorkerPool(o)}, nil
}

// Prepare makes a batch ready for WriteRange, which then writes its records to
// whatever files of the series.
func (s *Series) Prepare(b *schema.Batch) error { return s.workers.prepare(b) }

// Create begins a file of the series. It is as one of NewWriter, but its
// records come by WriteRange.
func (s *Series) Create(w io.Writer) (*Writer, error) {
	return startWriter(w, s.footer, s.options, defaultLimits, s.workers)
}
