// Package writer turns batches into files: Parquet, an Excel workbook, a dataset,
// and beside each its rejects, duplicates, digests and manifest. All files of a run appear
// under their final names together, or none of them. Flags of the command line set the
// first fields of a Conversion (flags.go).
//
//	inputs                                                     Conversion (convert.go)
//	  |       parsers filter batches and call Annotate: Inputs.Prepare
//	  v
//	search    marks or drops records that repeat a sign-in, lists those that differ
//	  |
//	  v      +--> manifest.Accounts, Rules
//	batch -->+--> fileOutput (file.go) --> excel.Writer   --+
//	  Write  +--> fileOutput (file.go) --> parquet.Writer --+--> files.File, in a private folder
//	         +--> dataset.Writer --------> parquet.Writer --+         |
//	                                       one for each day           |
//	WriteFindings   what Rules found, with rows: into the workbook    |
//	                and OUTPUT.findings.ndjson                        |
//	Commit                                                            |
//	  Finish  completes the data, names parts, fills Run.Outputs      |
//	  Seal    adds digests and manifests                              v
//	  files.Transaction.Commit: sync all --> lock folders --> check again
//	          --> write journals, for the run after one that is killed
//	          --> set earlier files aside --> give final names, manifests last
//
// For example, signins -o report.xlsx -o lake/ with sign-ins of one day, one reject and
// two versions of a sign-in that differ makes these files, in this order:
//
//	report.xlsx
//	lake/event_date=2026-05-01/part-0f5c8a90be1f2d34-00000.parquet
//	report.xlsx.rejects.ndjson
//	lake/_manifests/0f5c8a90be1f2d34.rejects.ndjson
//	report.xlsx.duplicates.ndjson
//	lake/_manifests/0f5c8a90be1f2d34.duplicates.ndjson
//	report.xlsx.sha256
//	lake/_manifests/0f5c8a90be1f2d34.sha256
//	report.xlsx.manifest.json
//	lake/_manifests/0f5c8a90be1f2d34.json
//
// If the last one cannot get its name, all others lose theirs again, the folder
// lake is removed, and an earlier report.xlsx is back.
//
// With --sort, order.Rows keeps the rows of a Parquet file or of all parts, until the last
// batch, in memory and in private files, and gives them back sorted. Rows of days that come
// mixed go through it, too.
//
// More than 1,000 inputs are spilled while they are read, and appear as one more file
// beside each output: report.xlsx.inputs.ndjson.
//
// Open and Recover complete or take back what a killed run left: see package
// files. Package manifest has the record of a run. Package verify reads all outputs again,
// later and elsewhere, and compares them with it; package rerun plans to repeat a run from
// it, and compares what was written. Package compact joins the parts of a dataset's days.
package writer

// Help is the help of the verb that converts.
const Help = `INPUT is an export, a folder (searched recursively) or - for standard input. The
content decides the format, whatever the name. Inputs are never changed, and
nothing is sent anywhere. Without an output, signins reports what it found.

Examples:
  signins Downloads/                                     report what is there
  signins -o report.xlsx Downloads/                      workbook for an auditor
  signins -o report.xlsx -o signins.parquet Downloads/   write both at once
  signins -o lake/ --new Downloads/                      add to a dataset by day
  signins -o anna.xlsx --user anna@contoso.example logs/ one user's sign-ins
  signins verify report.xlsx                             check what was written
`
