// Package verify checks what runs have written, and the sources they have read, against
// their manifests. It reads everything again and writes nothing.
//
//	PATH --> record.go      the manifest, and where the files of its run should be
//	           |
//	           +--> consistent.go   the manifest does not contradict itself, addition.go
//	           +--> sums.go         the digests beside it, rejects and other lines
//	           +--> hash.go         size and SHA-256 of every file, read once
//	           +--> rows.go         rows by source, from parquet.go or workbook.go
//	           +--> raw.go          raw_record against the bytes of the sources
//	           |
//	         dataset.go     all runs of a dataset, and files that belong to none
//	         distinct.go    its sign-ins, each counted once
//	         shards.go      runs that share a list of files, and those that are missing
//	         sources.go     sources at their path, else in folders by digest
//	           |
//	           v
//	         report.go      a line for each file
//
// For example, report.xlsx of a run over a.json and b.json, of which b.json was renamed
// since and a sheet edited, is reported as
//
//	matched   report.xlsx.manifest.json (manifest)
//	matched   report.xlsx.sha256 (digests)
//	changed   report.xlsx (output)
//	            has the SHA-256 5f..., the manifest says 1c...
//	matched   a.json (source)
//	moved     b.json (source, is now archive/2026-05.json)
package verify

// Help is the help of the verb that calls Check.
const Help = `PATH is an output, its manifest (or .sha256), or a dataset. All files of the run
are hashed and read again, rows are counted by source, and the numbers of the
manifest added up. Sources are looked for at their recorded path, then in the
FOLDERs by their SHA-256. Nothing is written.

Each file is matched, changed, moved (a source found under another name),
missing, new (in no manifest) or not checked (elsewhere, and no FOLDER given).
The status is 5 if a file or a shard is missing, if a file has changed, or if a
dataset has a part that no manifest names; 3 if the manifest cannot be read.

Examples:
  signins verify report.xlsx                             outputs and sources
  signins verify report.xlsx evidence/                   sources moved there
  signins verify --raw signins.parquet                   raw_record of every row
  signins verify --format json lake/                     all runs of a dataset
`
