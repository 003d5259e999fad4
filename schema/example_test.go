package schema_test

import (
	"fmt"

	"signins/schema"
)

// A batch is filled row by row, and read column by column: null where nothing
// was set, whatever the reason.
func Example() {
	var b schema.Batch
	b.Reset(&schema.Source{Path: "InteractiveSignIns.csv", Format: "portal-csv"})

	user, code := &b.Columns[schema.UserPrincipalName], &b.Columns[schema.ErrorCode]
	user.SetText(0, "ada@example.com")
	code.SetNum(0, 50126)
	user.SetText(1, "ada@example.com")
	user.SetCode(2, schema.Null)
	code.SetNum(2, 0)
	b.Len = 3
	b.Seal()

	fmt.Println(schema.Columns[schema.ErrorCode].Name, schema.Columns[schema.ErrorCode].Kind)
	for row := range b.Len {
		n, ok := code.Num(row)
		fmt.Printf("%q %d %t\n", user.Value(row), n, ok)
	}
	fmt.Println(user.Dict.Len(), "user")
	// Output:
	// error_code int32
	// "ada@example.com" 50126 true
	// "ada@example.com" 0 false
	// "" 0 true
	// 1 user
}
