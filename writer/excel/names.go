package excel

// What a reader of workbooks needs to find the sign-ins: the name of their sheet, which
// further pages continue with a space and a number, the title of the column that has their
// time as text, and the note in place of rows where there are none.
const (
	SignInSheet = "Sign-ins"
	TimeTitle   = "Date (UTC, ISO 8601)"
	EmptyNote   = "No sign-ins were written."
)

// CellText returns the text that a cell shows for a value.
func CellText(value string) string {
	text, _ := fitCell([]byte(value))
	return string(text)
}
