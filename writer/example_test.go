package writer_test

import (
	"context"
	"fmt"
	"os"
	"path/filepath"

	"signins/schema"
	"signins/writer"
	"signins/writer/manifest"
)

// A run opens its outputs, writes batches, and commits. Until then no file has its
// final name.
func Example() {
	dir, _ := os.MkdirTemp("", "example")
	defer os.RemoveAll(dir)
	outputs, err := writer.Open(context.Background(), []string{filepath.Join(dir, "signins.parquet")}, writer.Options{})
	if err != nil {
		fmt.Println(err)
		return
	}
	defer outputs.Abort() // without effect after Commit

	batch := &schema.Batch{Source: &schema.Source{Path: "logs.json", Format: "graph-json"}, Seen: 1, Len: 1}
	batch.Columns[schema.UserPrincipalName].SetText(0, "ana@contoso.example")
	batch.Seal()
	run := &manifest.Run{Inputs: []*manifest.Input{}, Totals: manifest.Records{Seen: 1, Written: 1}}
	for _, step := range []func() error{
		func() error { return outputs.Write(batch) },
		func() error { return outputs.Commit(run) },
	} {
		if err := step(); err != nil {
			fmt.Println(err)
		}
		files, _ := filepath.Glob(filepath.Join(dir, "signins*"))
		fmt.Println(len(files), "files")
	}
	fmt.Println(run.Outputs[0].Format, run.Outputs[0].Rows)
	// Output:
	// 0 files
	// 3 files
	// parquet 1
}
