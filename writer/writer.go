// Package writer turns batches into files: Parquet, an Excel workbook, the
// rejects and the manifest. Files appear under their final names together and
// complete, or not at all.
package writer

import (
	"time"

	"signins/schema"
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

// Options are what all formats need to know of a run.
type Options struct {
	// Tool names and versions the program, as it stands in footers and properties.
	Tool Tool
	// CodesTableDate is the date of the error code table, YYYY-MM-DD.
	CodesTableDate string
	// Compression is one of Compressions, "" for the first.
	Compression string
	// Nested has Parquet columns of nestedColumns as lists of structs.
	Nested bool
	// Choices are the settings that decide what is written, in a fixed order.
	Choices []string
	// TempDir is a private directory for spill files, on the output's volume.
	TempDir string
	// Run is the record of the run, complete by the time Close is called.
	Run *Run
	// Sheets are the sheets of a workbook to write, as Sheets names them; none
	// for all.
	Sheets []string
	// Zone is the time zone of a workbook's column of local time, nil for none.
	Zone *time.Location
}
