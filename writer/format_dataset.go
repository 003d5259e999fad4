package writer

import (
	"signins/writer/dataset"
	"signins/writer/files"
)

// datasetFormat is a folder of Parquet files by day. Its limit of memory leaves room
// for garbage beside the days that are written side by side.
var datasetFormat = format{
	name: "dataset", ending: "/", is: dataset.IsPath, flags: []string{"compression", "nested"}, memory: 320 << 20,
	folder: true,
	paths:  func(path string) []string { return []string{path} },
	open: func(t *files.Transaction, path string, o Options) (output, error) {
		d, err := dataset.Open(t, path, dataset.Options{Parquet: o.Parquet, Overwrite: o.Overwrite, Choices: o.Choices})
		if err != nil {
			return nil, err
		}
		return d, nil
	},
}
