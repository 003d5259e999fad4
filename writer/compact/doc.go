// Package compact joins the parts of each day of a dataset.
//
//	lake/event_date=2026-05-01/part-A-00000.parquet  --+
//	lake/event_date=2026-05-01/part-B-00000.parquet  --+--> lake/event_date=2026-05-01/part-C-00000.parquet
//	lake/_manifests/A.json, A.sha256                 -----> lake/_manifests/superseded/A.json, A.sha256
//	lake/_manifests/B.json, B.sha256                 -----> lake/_manifests/superseded/B.json, B.sha256
//	                                                        lake/_manifests/C.json, C.sha256
//
//	Compact
//	  lock the dataset, recover runs that were killed
//	  load       manifests, and the names of all parts: both are the same, or nothing is done
//	  isCompact  no two parts of a day could be one
//	  join       day by day, parts by name: digest --> parquet.Reader --> parquet.Writer,
//	             through order.Rows where all runs are sorted by the same columns
//	  supersede  copies manifests and what is beside them, and writes the one of C
//	  files.Transaction.Commit: exchange the folders of days, and all else, or nothing
//
// C is a digest of the manifests of A and B, so that the same dataset gives the same names.
package compact

// Help is the help of the verb that compacts datasets.
const Help = `DATASET is the folder of a dataset. The parts of each day become one, or a few
of 512 MiB or 10,000,000 rows; all rows stay as they are, with source_file and
all else that says where they come from, in the order of the names of parts or,
where all runs have the same --sort, in that. Rows to be sorted are in private
files in DATASET meanwhile. Columns that an earlier version did not have are
null. All days are written anew, and need that much space until the end.

The runs are superseded by one that names them. Their manifests, and the files
beside, are then in DATASET/_manifests/superseded, where verify, --new and
shards find them. Nothing else may be in the folders of days.

No run may write into the dataset meanwhile: runs wait for a minute, then they
end with 1; so does compact if a run is at work. On Linux each day changes at
once, for readers as well; elsewhere, and on file systems that cannot exchange
two folders, a day may be missing for a moment, but is never there twice. A
kill leaves the earlier or the new day, and the next run takes all back, or
completes it.

A log that --delta keeps follows. Other tables that list files, as Iceberg does,
do not: remove the earlier files from the table and add the new ones, or use its
own compaction.

Examples:
  signins compact lake/
  signins verify lake/                                   all rows of all runs
`
