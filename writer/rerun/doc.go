// Package rerun prepares to repeat a run from its manifest, and compares what the
// repetition wrote with what the run did.
//
//	manifest --> Prepare    the program is the same, every input has its SHA-256
//	                |         inputs.go: at its recorded path, else in a folder by digest
//	                v
//	              Plan      inputs by their recorded names, settings, outputs in a folder
//	                |
//	   the program converts as the plan says
//	                |
//	                v
//	             Compare    outputs.go: sizes and SHA-256 with those of the manifest,
//	                        bytes with those of the files that are still there;
//	                        numbers.go: what both manifests say of the records
//
// For example, report.xlsx.manifest.json names the input logs/a.json and the output
// results/report.xlsx. With the inputs in evidence/, the plan has
//
//	Inputs    {Name: "logs/a.json", Path: "evidence/case 7/a.json"}
//	Outputs   /tmp/signins.rerun.123/report.xlsx
//
// so that source_file of every row is logs/a.json as before. A run that dropped what a
// dataset had reads the same runs of that dataset again: see Consulted.
package rerun

// Help is the help of the verb that repeats runs.
const Help = `MANIFEST is the manifest of a run: OUTPUT.manifest.json, or that of a run in a
dataset. Its inputs are checked by their SHA-256 and converted again, with the
recorded settings, into FOLDER; then every byte is compared, and every number
of the manifest. The inputs must be at their recorded paths, as seen from this
folder, or in the folder of --inputs, under any name; standard input is read
again. Only the version of signins that wrote the manifest can repeat it.

The status is 0 if all is the same, 5 if an input, an output or a number
differs, 3 if an input is missing, 1 for another version.

Examples:
  signins rerun report.xlsx.manifest.json                keep nothing
  signins rerun -o again/ report.xlsx.manifest.json      keep what is written
  signins rerun --inputs evidence/ report.xlsx.manifest.json
  signins rerun lake/_manifests/0f5c8a90be1f2d34.json    one run of a dataset
`
