package excel

import (
	"fmt"
	"testing"

	"signins/schema"
)

// TestSharedStrings shares texts that repeat and not those that do not,
// and gives them back either way.
func TestSharedStrings(t *testing.T) {
	t.Parallel()
	var batches []*schema.Batch
	for n := range 10 {
		batches = append(batches, excelBatch(1000, func(row int, c *[schema.NumColumns]schema.Vector) {
			c[schema.ID].SetText(row, fmt.Sprintf(" id %d_x0041_", n*1000+row))
			c[schema.AppDisplayName].SetText(row, fmt.Sprintf("app %d & <Söhne>\r\n", row%50))
		}))
	}
	x, book := writeExcel(t, nil, batches...)
	for i, row := range book.sheets[SignInSheet].table() {
		if id, app := row["Request ID"].text, row["Application"].text; id != fmt.Sprintf(" id %d_x0041_", i) || app != fmt.Sprintf("app %d & <Söhne>\r\n", i%1000%50) {
			t.Fatalf("row %d: %q, %q", i, id, app)
		}
	}
	if n := x.parts.book.texts.dict.Len(); n < 50 || n > 6000 {
		t.Errorf("%d shared texts", n)
	}
}
