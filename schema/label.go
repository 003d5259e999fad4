package schema

// A LabelColumn is a column of a workbook that says more of the values of text columns.
type LabelColumn struct {
	Title, Doc string
	Group      Group
	Of         []ColumnID // in a row, the first value with a label counts
	// Label returns the label of a value, "" for none. An error fails the output.
	Label func(value []byte) (string, error)
}
