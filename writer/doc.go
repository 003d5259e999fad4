// Package writer turns batches into files: Parquet, an Excel workbook, a dataset,
// and beside each its rejects, digests and manifest. All files of a run appear
// under their final names together, or none of them.
//
//	                 +--> file (format_xlsx.go)    --> excel.Writer   --+
//	batch --Write--> +--> file (format_parquet.go) --> parquet.Writer --+--> files.File, in a private folder
//	                 +--> dataset.Writer           --> parquet.Writer --+              |
//	                                                   one for each day                |
//	Finish   completes the data, names parts after the run, fills Run.Outputs          |
//	Commit   adds digests and manifests, then files.Transaction:                       v
//	         sync all --> lock folders --> check again --> set earlier files aside --> final names, manifests last
//
// For example, signins -o report.xlsx -o lake/ with sign-ins of one day and one
// reject leaves
//
//	report.xlsx
//	report.xlsx.rejects.ndjson
//	report.xlsx.sha256
//	lake/event_date=2026-05-01/part-0f5c8a90be1f2d34-00000.parquet
//	lake/_manifests/0f5c8a90be1f2d34.rejects.ndjson
//	lake/_manifests/0f5c8a90be1f2d34.sha256
//	report.xlsx.manifest.json
//	lake/_manifests/0f5c8a90be1f2d34.json
//
// which appear in this order.
package writer
