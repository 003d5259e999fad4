package reader

import (
	"bytes"
	"context"
	"encoding/json"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"testing"

	"signins/schema"
	"signins/schema/jsontext"
	"signins/testdata/fixture"
)

// Benchmarks read the example exports, repeated to some megabytes, from memory.
// MB/s are those of the input.

// example returns an example export, its records repeated n times.
func example(b *testing.B, name string, n int) []byte {
	b.Helper()
	text := fixture.Read(b, filepath.Join("../testdata/examples", name))
	if filepath.Ext(name) == ".csv" {
		header, rows, _ := bytes.Cut(text, []byte("\n"))
		return append(append(header, '\n'), bytes.Repeat(rows, n)...)
	}
	var records []json.RawMessage
	if err := json.Unmarshal(text, &records); err != nil {
		b.Fatal(err)
	}
	var repeated []json.RawMessage
	for range n {
		repeated = append(repeated, records...)
	}
	pretty, err := json.MarshalIndent(repeated, "", "  ")
	if err != nil {
		b.Fatal(err)
	}
	return pretty
}

// asLines writes an array one record a line.
func asLines(b *testing.B, array []byte) []byte {
	b.Helper()
	var records []json.RawMessage
	if err := json.Unmarshal(array, &records); err != nil {
		b.Fatal(err)
	}
	var lines bytes.Buffer
	for _, record := range records {
		if err := json.Compact(&lines, record); err != nil {
			b.Fatal(err)
		}
		lines.WriteByte('\n')
	}
	return lines.Bytes()
}

func BenchmarkScanner(b *testing.B) {
	text := example(b, portalJSON, 20)
	b.SetBytes(int64(len(text)))
	for b.Loop() {
		s := jsontext.Scanner{Data: text}
		if err := s.SkipValue(0); err != nil {
			b.Fatal(err)
		}
	}
}

// BenchmarkCut finds the borders of records in an array, which one goroutine
// does for all parsers.
func BenchmarkCut(b *testing.B) {
	text := example(b, portalJSON, 20)
	b.SetBytes(int64(len(text)))
	for b.Loop() {
		w := &window{place: place{line: 1, eol: '\n', maxRecord: defaultMaxRecord}, chunkSize: defaultChunkSize, r: bytes.NewReader(text), size: int64(len(text))}
		e := &elements{w: w, page: "value", record: &object{}, warnings: new(schema.Tally)}
		for {
			c, err := e.nextChunk()
			if err != nil {
				b.Fatal(err)
			}
			if c == nil {
				break
			}
			c.release()
		}
	}
}

func BenchmarkRead(b *testing.B) {
	array := example(b, portalJSON, 20)
	for _, bench := range []struct {
		name string
		text []byte
	}{
		{"lines", asLines(b, array)}, {"array", array}, {"csv", example(b, portalTable, 60)},
	} {
		b.Run(bench.name, func(b *testing.B) {
			b.SetBytes(int64(len(bench.text)))
			for b.Loop() {
				readAll(b, "-", bytes.NewReader(bench.text))
			}
		})
	}
}

// BenchmarkFile reads a file of lines.
func BenchmarkFile(b *testing.B) {
	text := bytes.Repeat(asLines(b, example(b, portalJSON, 20)), 4)
	path := fixture.Temp(b, "lines.ndjson", string(text))
	b.SetBytes(int64(len(text)))
	for b.Loop() {
		readAll(b, path, nil)
	}
}

func readAll(b *testing.B, path string, stdin io.Reader) {
	inputs, err := Open(b.Context(), []string{path}, Options{Jobs: 1, Stdin: stdin})
	if err != nil {
		b.Fatal(err)
	}
	for _, err := range inputs.Read(context.Background()) {
		if err != nil {
			b.Fatal(err)
		}
	}
}

// Examples for benchmarks.
const (
	portalJSON  = "portal/InteractiveSignIns_2026-06-01_2026-06-30.json"
	portalTable = "portal/InteractiveSignIns_2026-05-01_2026-05-31.csv"
)

// BenchmarkOpen finds and detects small files, as many as files/op, and reads nothing
// further: time and memory of one are those of op by that number.
func BenchmarkOpen(b *testing.B) {
	text := asLines(b, example(b, portalJSON, 1))
	lines, root := bytes.SplitAfter(text, []byte("\n")), b.TempDir()
	const files = 1000
	for i := range files {
		path := filepath.Join(root, strconv.Itoa(i/24), strconv.Itoa(i%24), "PT1H.json")
		if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
			b.Fatal(err)
		}
		fixture.Write(b, path, slices.Concat(lines[i%3], lines[3+i%5]))
	}
	b.ReportAllocs()
	for b.Loop() {
		if ins, err := Open(b.Context(), []string{root}, Options{Jobs: 1}); err != nil || len(ins.List) != files {
			b.Fatal(err)
		}
	}
	b.ReportMetric(files, "files/op")
}
