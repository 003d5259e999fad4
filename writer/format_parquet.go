package writer

import (
	"io"

	"signins/writer/parquet"
)

// parquetFormat is one Parquet file.
var parquetFormat = fileFormat(
	format{name: "parquet", flags: []string{"compression", "nested"}},
	func(w io.Writer, _ string, o Options) (encoder, error) { return parquet.NewWriter(w, o.Parquet) })
