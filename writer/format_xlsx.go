package writer

import (
	"io"

	"signins/writer/excel"
)

// xlsxFormat is an Excel workbook. Its limit of memory leaves little room for
// garbage beside the names that the workbook counts.
var xlsxFormat = fileFormat(
	format{name: "xlsx", flags: []string{"sheets", "timezone"}, memory: 270 << 20},
	func(w io.Writer, tempDir string, o Options) (encoder, error) {
		o.Excel.TempDir = tempDir
		return excel.NewWriter(w, o.Excel)
	})
