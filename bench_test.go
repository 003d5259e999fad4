package main

import (
	"bytes"
	"context"
	"os"
	"path/filepath"
	"strconv"
	"testing"

	"signins/codes"
	"signins/reader"
	"signins/schema"
)

// benchInput is the export that SIGNINS_BENCH names, or some megabytes of
// example lines.
func benchInput(b *testing.B) (path string) {
	b.Helper()
	path = os.Getenv("SIGNINS_BENCH")
	if path == "" {
		lines, err := os.ReadFile("testdata/examples/graph/servicePrincipal.ndjson")
		if err != nil {
			b.Fatal(err)
		}
		lines = append(bytes.TrimSpace(lines), '\n')
		path = filepath.Join(b.TempDir(), "lines.ndjson")
		if err := os.WriteFile(path, bytes.Repeat(lines, 1+32<<20/len(lines)), 0o600); err != nil {
			b.Fatal(err)
		}
	}
	info, err := os.Stat(path)
	if err != nil {
		b.Fatal(err)
	}
	b.SetBytes(info.Size())
	return path
}

// benchBatches reads an export with one parser.
func benchBatches(b *testing.B, path string, each func(*schema.Batch)) {
	b.Helper()
	inputs, err := reader.Open([]string{path}, reader.Options{Jobs: 1})
	if err != nil {
		b.Fatal(err)
	}
	for batch, err := range inputs.Read(context.Background()) {
		if err != nil {
			b.Fatal(err)
		}
		each(batch)
	}
}

func BenchmarkRead(b *testing.B) {
	path := benchInput(b)
	for b.Loop() {
		benchBatches(b, path, func(*schema.Batch) {})
	}
}

func BenchmarkReadAndAnnotate(b *testing.B) {
	path, table := benchInput(b), codes.Embedded()
	for b.Loop() {
		benchBatches(b, path, func(batch *schema.Batch) { table.Annotate(batch) })
	}
}

// BenchmarkRun is the whole program, by output.
func BenchmarkRun(b *testing.B) {
	for _, output := range []string{"out.parquet", "lake/"} {
		for _, nested := range []bool{false, true} {
			b.Run(output+" nested="+strconv.FormatBool(nested), func(b *testing.B) {
				path, dir := benchInput(b), b.TempDir()
				arguments := []string{"--quiet", "--overwrite", "--nested=" + strconv.FormatBool(nested), "-o", dir + "/" + output, path}
				for b.Loop() {
					if status := run(arguments, nil, os.Stdout, os.Stderr); status != 0 {
						b.Fatalf("exit status %d", status)
					}
				}
			})
		}
	}
}
