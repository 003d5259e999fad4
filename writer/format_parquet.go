package writer

import (
	"signins/writer/files"
	"signins/writer/parquet"
)

// parquetFormat is one Parquet file.
var parquetFormat = fileFormat(
	format{name: "parquet", flags: []string{"compression", "nested"}},
	func(data *files.File, o Options) (encoder, error) { return parquet.NewWriter(data, o.Parquet) })
