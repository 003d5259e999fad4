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
		fmt.Println(in.Source.Format, records[&in.Source], in.SHA256()[:8])
	}
	// Output:
	// portal-csv 200 976bc97e
	// portal-csv 314 dd559f54
	// graph-json 132 f08a726f
	// auth-details-csv 0 33606ee9
	// portal-csv 200 4ecca45d
	// graph-json 80 2ac4df4b
	// portal-csv 303 2cf48963
}
