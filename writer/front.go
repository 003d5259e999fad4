package writer

import (
	"time"

	"signins/schema"
	"signins/writer/dataset"
	"signins/writer/excel"
	"signins/writer/manifest"
	"signins/writer/parquet"
)

// What the command line needs of the formats.

// Compressions are the names of the codecs of Parquet, the default first.
var Compressions = parquet.Compressions

// An Unbalanced error tells that the numbers of a run do not add up.
type Unbalanced = manifest.Unbalanced

// BuildTool tells from the build what this program is.
func BuildTool() manifest.Tool { return manifest.BuildTool() }

// IsDataset reports whether the path of an output names a dataset.
func IsDataset(output string) bool { return dataset.IsPath(output) }

// NestedMembers returns the members of the columns that parquet.Options.Nested
// writes as lists of structs.
func NestedMembers() map[schema.ColumnID][]schema.Member { return parquet.NestedMembers() }

// SheetNames returns the names of all sheets of a workbook.
func SheetNames() []string { return excel.SheetNames() }

// Sheets returns the sheets of a workbook that a comma-separated list names.
func Sheets(list string) ([]string, error) { return excel.Sheets(list) }

// Zone returns the time zone of a name such as Europe/Berlin.
func Zone(name string) (*time.Location, error) { return excel.Zone(name) }
