package reader_test

import (
	"context"
	"fmt"

	"signins/reader"
	"signins/schema"
)

// Open finds the exports in a folder; Read yields their records in batches, by
// column.
func ExampleOpen() {
	ctx := context.Background()
	inputs, err := reader.Open(ctx, []string{"../testdata/examples/portal"}, reader.Options{Jobs: 2})
	if err != nil {
		fmt.Println(err)
		return
	}
	records := map[*schema.Source]int{}
	for batch, err := range inputs.Read(ctx) {
		if err != nil {
			fmt.Println(err)
			return
		}
		records[batch.Source] += batch.Len
	}
	for _, in := range inputs.List {
		fmt.Println(in.Source.Format, records[&in.Source], in.SHA256[:8])
	}
	// Output:
	// portal-csv 200 f24541a1
	// portal-csv 300 6793a3dc
	// graph-json 120 0f979bbb
	// auth-details-csv 0 c79f1e38
	// portal-csv 200 2d2907ef
	// graph-json 80 a996fce2
	// portal-csv 300 c84de10f
}
