package writer

import (
	"fmt"
	"io/fs"
	"iter"
	"slices"
	"strings"

	"signins/schema"
	"signins/schema/versions"
	"signins/writer/dataset"
	"signins/writer/delta"
	"signins/writer/excel"
	"signins/writer/files"
	"signins/writer/manifest"
	"signins/writer/parquet"
)

// A format is one kind of output. A new one is an element of formats.
type format struct {
	name   string
	ending string // of paths
	is     func(path string) bool
	// flags are those of the command line that have an effect on this format, besides
	// the ones of sharedFlags.
	flags    []string
	findings bool // are listed beside each output, whatever was asked for
	// memory is the limit of memory for garbage collection with up to two parsers, in
	// bytes, 0 for none.
	memory int64
	// room is how much of memory is for what the outputs count and rules keep.
	room int64
	// paths are the files of an output, or the folder that gets files.
	paths  func(path string) []string
	folder bool // an output is a folder
	open   func(t *files.Transaction, path string, o Options) (output, error)
}

// The limits of memory leave room for garbage: in a workbook little beside the names
// that it counts, in a dataset beside the days that are written side by side.
var formats = []format{
	fileFormat(format{name: "xlsx", flags: []string{"sheets", "timezone", "geoip"}, findings: true, memory: 270 << 20, room: 88 << 20},
		func(data *files.File, o Options) (encoder, error) {
			o.Excel.TempDir = data.Private()
			return excel.NewWriter(data, o.Excel)
		}),
	fileFormat(format{name: "parquet", flags: []string{"compression", "nested", "sort"}},
		func(data *files.File, o Options) (encoder, error) { return newParquet(data, o.Parquet) }),
	{
		name: "dataset", ending: "/", is: dataset.IsPath, flags: []string{"compression", "nested", "sort", "new", "shard", "delta"}, memory: 320 << 20,
		folder: true,
		paths:  func(path string) []string { return []string{path} },
		open: func(t *files.Transaction, path string, o Options) (output, error) {
			return dataset.Open(t, path, dataset.Options{Parquet: o.Parquet, Overwrite: o.Overwrite, Choices: o.Choices, Consulted: o.Consulted, ConsultedIn: o.ConsultedIn, AllowRepeat: o.AllowRepeat, Index: o.Index})
		},
	},
}

// MemoryPerJob is how much memory a parser more may take, in bytes, with what it reads
// ahead.
const MemoryPerJob = 40 << 20

// sharedFlags have an effect on every format, and none without an output.
var sharedFlags = []string{"mode", "overwrite", "raw", "findings", "addresses", "users"}

// An output is one output of a run.
//
// Write takes the batches in order and keeps nothing of them, WritePair pairs of versions,
// and after the last batch WriteFinding what a rule sees; rows may be read repeatedly.
// Finish completes the data, checks its rows against the run and adds it to run.Outputs and to the sidecars.
// Abort releases what the output holds; it may follow any of them.
type output interface {
	Write(b *schema.Batch) error
	WritePair(p *versions.Pair) error
	WriteFinding(f *schema.Finding, rows iter.Seq[schema.RowPlace]) error
	Finish(run *manifest.Run) error
	Sidecars() *manifest.Sidecars
	Abort()
}

// Options are those of the formats, for all outputs of a run.
type Options struct {
	Overwrite bool            // replace outputs that exist
	Mode      fs.FileMode     // of files, see files.Transaction
	Notice    func(string)    // called with a line for each killed run; nil for none
	Findings  bool            // are listed beside every output, not only workbooks
	Jobs      int             // parsers that run at once; each above two may take MemoryPerJob
	Parquet   parquet.Options // of files, and of the parts of datasets
	Excel     excel.Options   // without TempDir
	// Choices are the settings that decide what is written, in a fixed order.
	Choices []string
	// Consulted are the runs of a dataset that Outputs.Committed looks at, nil for all
	// that were committed before.
	Consulted   []string
	ConsultedIn string // the dataset that has them, "" for the one among the outputs
	// AllowRepeat and Index are those of the dataset.
	AllowRepeat bool
	Index       *dataset.Index
}

// updateLogs brings the Delta Lake logs of datasets up to their runs.
func (c *Conversion) updateLogs() error {
	for _, path := range c.Paths {
		if !c.Delta || !dataset.IsPath(path) {
			continue
		}
		if err := delta.Update(path, c.Options.Mode); err != nil {
			return schema.OutputFailure(fmt.Errorf("the log of Delta Lake was not written: %w", err))
		}
	}
	return nil
}

// findFormat returns the format of an output, or *schema.Refusal.
func findFormat(path string) (*format, error) {
	var endings []string
	for i := range formats {
		if f := &formats[i]; f.is(path) {
			return f, nil
		}
		endings = append(endings, formats[i].ending)
	}
	last := len(endings) - 1
	return nil, &schema.Refusal{What: path + ": unknown output format", Hint: fmt.Sprintf("end the path in %s, or that of a dataset in %s", strings.Join(endings[:last], " or "), endings[last])}
}

// Formats returns the names of the formats of the outputs.
func (c *Conversion) Formats() (names []string) {
	for _, path := range c.Paths {
		if f, err := findFormat(path); err == nil {
			names = append(names, f.name)
		}
	}
	return names
}

// FormatsTaking returns the names of the formats on which a flag of the command line
// has an effect, nil for a flag that has one without an output.
func FormatsTaking(flag string) (names []string) {
	for _, f := range formats {
		if slices.Contains(sharedFlags, flag) || slices.Contains(f.flags, flag) {
			names = append(names, f.name)
		}
	}
	return names
}

// findingsFlags name files that change findings, and nothing of a run that shows none.
var findingsFlags = []string{"rules", "addresses", "users"}

// ShowsFindings reports whether a run shows what rules see: it was asked to, or has an
// output of a format that always does. The error, for a file in sideFiles that has no
// effect, is *schema.Refusal; sideFiles are paths by the flag that names them.
func (c *Conversion) ShowsFindings(sideFiles map[string]string) (bool, error) {
	var always []string
	shown := c.Options.Findings
	for _, f := range formats {
		if f.findings {
			always = append(always, f.name)
			shown = shown || slices.Contains(c.Formats(), f.name)
		}
	}
	if shown {
		return true, nil
	}
	for _, flag := range findingsFlags {
		if sideFiles[flag] != "" {
			return false, &schema.Refusal{
				What: "--" + flag + " has no effect without --findings or an output of format " + strings.Join(always, " or "),
				Hint: "add --findings, or omit --" + flag,
			}
		}
	}
	return false, nil
}
