package writer

import (
	"signins/writer/excel"
	"signins/writer/files"
)

// xlsxFormat is an Excel workbook. Its limit of memory leaves little room for
// garbage beside the names that the workbook counts.
var xlsxFormat = fileFormat(
	format{name: "xlsx", flags: []string{"sheets", "timezone"}, memory: 270 << 20},
	func(data *files.File, o Options) (encoder, error) {
		o.Excel.TempDir = data.Private()
		return excel.NewWriter(data, o.Excel)
	})
