// Package writer turns batches into files: Parquet, an Excel workbook, the
// rejects and the manifest. Files appear under their final names together and
// complete, or not at all.
package writer

import (
	"signins/schema"
	"signins/writer/excel"
	"signins/writer/parquet"
)

// A Writer writes batches to one output.
//
// Write takes the batches in order and keeps nothing of them. Close completes
// the output and releases what the writer holds; Abort releases it without
// completing, and may follow a failed Write or Close.
type Writer interface {
	Write(b *schema.Batch) error
	Close() error
	Abort()
	// Rows returns how many records were written.
	Rows() int64
}

// Options are those of the formats, for all outputs of a run.
type Options struct {
	Parquet parquet.Options // of files, and of the parts of datasets
	Excel   excel.Options   // but for TempDir
	// Choices are the settings that decide what is written, in a fixed order.
	Choices []string
}
