// Package iceberg adds datasets of the program to tables of Apache Iceberg. It is a
// module of its own, so that the program does not depend on what that needs.
package iceberg

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/apache/arrow-go/v18/arrow"
	"github.com/apache/arrow-go/v18/arrow/array"
	"github.com/apache/arrow-go/v18/arrow/memory"
	"github.com/apache/arrow-go/v18/parquet/file"
	"github.com/apache/arrow-go/v18/parquet/pqarrow"
	"github.com/apache/iceberg-go"
	"github.com/apache/iceberg-go/catalog/hadoop"
	"github.com/apache/iceberg-go/table"
	"github.com/google/uuid"
)

const examples = "../examples/"

// program is the path of the program under test.
var program string

func TestMain(m *testing.M) {
	os.Exit(func() int {
		folder, err := os.MkdirTemp("", "iceberg")
		if err != nil {
			panic(err)
		}
		defer os.RemoveAll(folder)
		program = filepath.Join(folder, "signins")
		build := exec.Command("go", "build", "-o", program, ".")
		build.Dir = "../.."
		if out, err := build.CombinedOutput(); err != nil {
			panic(fmt.Sprintf("%v: %s", err, out))
		}
		return m.Run()
	}())
}

// load adds inputs to a dataset and returns the files that the run added, as its
// manifest lists them.
func load(t *testing.T, dataset string, arguments ...string) (parts []string) {
	t.Helper()
	before := manifests(t, dataset)
	out, err := exec.Command(program, append([]string{"--quiet", "-o", dataset + "/"}, arguments...)...).CombinedOutput()
	if err != nil {
		t.Fatalf("%v: %s", err, out)
	}
	for _, path := range manifests(t, dataset) {
		if slices.Contains(before, path) {
			continue
		}
		text, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		var run struct{ Outputs []struct{ Path string } }
		if err := json.Unmarshal(text, &run); err != nil {
			t.Fatal(err)
		}
		for _, output := range run.Outputs {
			parts = append(parts, output.Path)
		}
	}
	if len(parts) == 0 {
		t.Fatalf("%s: the run added no files", dataset)
	}
	return parts
}

func manifests(t *testing.T, dataset string) []string {
	t.Helper()
	paths, err := filepath.Glob(filepath.Join(dataset, "_manifests", "*.json"))
	if err != nil {
		t.Fatal(err)
	}
	return paths
}

// create makes an empty table with the columns of a file, by days if asked for. It has
// the field ids of the file if there are any: a catalog that makes a table gives columns
// ids of its own, which is right for files without.
func create(t *testing.T, part string, byDay bool) *table.Table {
	t.Helper()
	warehouse := filepath.Join(t.TempDir(), "warehouse")
	location := filepath.Join(warehouse, "entra", "signins")
	schema := open(t, part).schema
	columns, err := table.ArrowSchemaToIcebergWithFreshIDs(schema, false)
	if hasFieldIDs(schema.Fields()) {
		columns, err = table.ArrowSchemaToIceberg(schema, false, nil)
	}
	if err != nil {
		t.Fatal(err)
	}
	spec := *iceberg.UnpartitionedSpec
	if byDay {
		time, found := columns.FindFieldByName("created_at")
		if !found {
			t.Fatal("no column created_at")
		}
		spec = iceberg.NewPartitionSpec(iceberg.PartitionField{SourceIDs: []int{time.ID}, FieldID: 1000, Transform: iceberg.DayTransform{}, Name: "day"})
	}
	b, err := table.NewMetadataBuilder(2)
	if err != nil {
		t.Fatal(err)
	}
	err = errors.Join(b.SetUUID(uuid.New()), b.AddSchema(columns), b.SetCurrentSchemaID(-1), b.AddSortOrder(&table.UnsortedSortOrder), b.SetDefaultSortOrderID(-1),
		b.AddPartitionSpec(&spec, true), b.SetDefaultSpecID(-1), b.SetLoc(location))
	if err != nil {
		t.Fatal(err)
	}
	metadata, err := b.Build()
	if err != nil {
		t.Fatal(err)
	}
	text, err := json.Marshal(metadata)
	file := filepath.Join(location, "metadata", "v1.metadata.json")
	if err = errors.Join(err, os.MkdirAll(filepath.Dir(file), 0o777), os.WriteFile(file, text, 0o666)); err != nil {
		t.Fatal(err)
	}
	folder, err := hadoop.NewCatalog("local", warehouse, nil)
	if err != nil {
		t.Fatal(err)
	}
	tbl, err := folder.LoadTable(context.Background(), table.Identifier{"entra", "signins"})
	if err != nil {
		t.Fatal(err)
	}
	return tbl
}

// add adds files to a table in place.
func add(tbl *table.Table, parts []string) (*table.Table, error) {
	transaction := tbl.NewTransaction()
	if err := transaction.AddFiles(context.Background(), parts, nil, false); err != nil {
		return nil, err
	}
	return transaction.Commit(context.Background())
}

func mustAdd(t *testing.T, tbl *table.Table, parts []string) *table.Table {
	t.Helper()
	tbl, err := add(tbl, parts)
	if err != nil {
		t.Fatal(err)
	}
	return tbl
}

// scan returns the rows that a table has, as JSON with all columns, in order.
func scan(t *testing.T, tbl *table.Table, options ...table.ScanOption) []string {
	t.Helper()
	all, err := tbl.Scan(options...).ToArrowTable(context.Background())
	if err != nil {
		t.Fatal(err)
	}
	defer all.Release()
	return rows(t, all)
}

// A parquetFile is what arrow-go, without Iceberg, reads in a file.
type parquetFile struct {
	schema *arrow.Schema
	rows   []string
}

func open(t *testing.T, path string) (f parquetFile) {
	t.Helper()
	source, err := file.OpenParquetFile(path, false)
	if err != nil {
		t.Fatal(err)
	}
	defer source.Close()
	reader, err := pqarrow.NewFileReader(source, pqarrow.ArrowReadProperties{}, memory.DefaultAllocator)
	if err != nil {
		t.Fatal(err)
	}
	all, err := reader.ReadTable(context.Background())
	if err != nil {
		t.Fatal(err)
	}
	defer all.Release()
	return parquetFile{all.Schema(), rows(t, all)}
}

func rows(t *testing.T, all arrow.Table) (lines []string) {
	t.Helper()
	reader := array.NewTableReader(all, 0)
	defer reader.Release()
	for reader.Next() {
		text, err := reader.RecordBatch().MarshalJSON()
		if err != nil {
			t.Fatal(err)
		}
		var batch []json.RawMessage
		if err := json.Unmarshal(text, &batch); err != nil {
			t.Fatal(err)
		}
		for _, row := range batch {
			lines = append(lines, string(row))
		}
	}
	slices.Sort(lines)
	return lines
}

// direct returns the rows of files without Iceberg.
func direct(t *testing.T, parts []string) (lines []string) {
	t.Helper()
	for _, part := range parts {
		lines = append(lines, open(t, part).rows...)
	}
	slices.Sort(lines)
	return lines
}

func equal(t *testing.T, got, want []string) {
	t.Helper()
	if len(got) != len(want) || len(want) == 0 {
		t.Fatalf("%d rows, want %d", len(got), len(want))
	}
	for i := range want {
		if got[i] != want[i] {
			t.Fatalf("row %d:\n%s\nwant\n%s", i, got[i], want[i])
		}
	}
}

// hasFieldIDs reports whether a file has ids of its columns, and those of lists and
// structs within them.
func hasFieldIDs(fields []arrow.Field) bool {
	for _, field := range fields {
		text, _ := field.Metadata.GetValue(table.ArrowParquetFieldIDKey)
		if id, err := strconv.Atoi(text); err != nil || id < 0 { // arrow-go writes -1 for none
			return false
		}
		if nested, is := field.Type.(arrow.NestedType); is && !hasFieldIDs(nested.Fields()) {
			return false
		}
	}
	return true
}

func TestTableHasTheRowsOfTheDataset(t *testing.T) {
	for _, columns := range []string{"flat", "nested"} {
		for _, byDay := range []bool{true, false} {
			t.Run(fmt.Sprintf("%s, by day: %t", columns, byDay), func(t *testing.T) {
				var flags []string
				if columns == "nested" {
					flags = []string{"--nested"}
				}
				dataset := filepath.Join(t.TempDir(), "lake")
				first := load(t, dataset, append(flags, examples+"graph", examples+"portal")...)
				tbl := mustAdd(t, create(t, first[0], byDay), first)
				equal(t, scan(t, tbl), direct(t, first))

				second := load(t, dataset, append(flags, examples+"diagnostic")...)
				tbl = mustAdd(t, tbl, second)
				equal(t, scan(t, tbl), direct(t, slices.Concat(first, second)))

				if _, err := add(tbl, second); err == nil || !strings.Contains(err.Error(), "already referenced") {
					t.Errorf("the files of a run can be added twice: %v", err)
				}
				resolvesColumns(t, tbl, open(t, first[0]).schema)
			})
		}
	}
}

// resolvesColumns says how a table finds its columns in files.
func resolvesColumns(t *testing.T, tbl *table.Table, schema *arrow.Schema) {
	t.Helper()
	if !hasFieldIDs(schema.Fields()) {
		t.Log("files have no field ids: columns are found by name")
	} else {
		t.Log("files have field ids: columns are found by them")
	}
	if tbl.NameMapping() == nil {
		t.Error("the table has no mapping of names")
	}
}

func TestOneDayReadsTheFilesOfOneDay(t *testing.T) {
	dataset := filepath.Join(t.TempDir(), "lake")
	first := load(t, dataset, examples+"graph", examples+"portal")
	second := load(t, dataset, examples+"diagnostic")
	parts := slices.Concat(first, second)
	const day = "event_date=2026-05-17"
	wanted := slices.DeleteFunc(slices.Clone(parts), func(part string) bool { return !strings.Contains(part, day) })
	if len(wanted) != 2 || len(parts) < 50 {
		t.Fatalf("%d of %d files are of the day", len(wanted), len(parts))
	}
	from, to := at(t, "2026-05-17T00:00:00Z"), at(t, "2026-05-18T00:00:00Z")
	filter := iceberg.NewAnd(
		iceberg.GreaterThanEqual(iceberg.Reference("created_at"), from),
		iceberg.LessThan(iceberg.Reference("created_at"), to))

	tbl := mustAdd(t, create(t, parts[0], true), parts)
	tasks, err := tbl.Scan(table.WithRowFilter(filter)).PlanFiles(context.Background())
	if err != nil {
		t.Fatal(err)
	}
	var planned []string
	for _, task := range tasks {
		planned = append(planned, task.File.FilePath())
	}
	slices.Sort(planned)
	slices.Sort(wanted)
	if !slices.Equal(planned, wanted) {
		t.Errorf("planned are %q, want %q", planned, wanted)
	}
	equal(t, scan(t, tbl, table.WithRowFilter(filter)), direct(t, wanted))
}

func at(t *testing.T, text string) iceberg.Timestamp {
	t.Helper()
	when, err := time.Parse(time.RFC3339, text)
	if err != nil {
		t.Fatal(err)
	}
	return iceberg.Timestamp(when.UnixMicro())
}

// Sign-ins without a time have a partition, too, and files of several days have none.
func TestPartitionsAreDays(t *testing.T) {
	folder := t.TempDir()
	source := filepath.Join(folder, "signins.ndjson")
	const record = `{"id":"00000000-0000-4000-8000-00000000000%d","createdDateTime":%s,"userPrincipalName":"anna@contoso.example","appDisplayName":"Portal","status":{"errorCode":0},"isInteractive":true,"appliedConditionalAccessPolicies":[]}` + "\n"
	text := fmt.Sprintf(record, 1, `"2026-05-17T08:00:00Z"`) + fmt.Sprintf(record, 2, "null") + fmt.Sprintf(record, 3, `"2026-05-18T08:00:00Z"`)
	if err := os.WriteFile(source, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	parts := load(t, filepath.Join(folder, "lake"), source)
	if len(parts) != 3 {
		t.Fatalf("%d files, want 3", len(parts))
	}
	tbl := mustAdd(t, create(t, parts[0], true), parts)
	equal(t, scan(t, tbl), direct(t, parts))
	null := scan(t, tbl, table.WithRowFilter(iceberg.IsNull(iceberg.Reference("created_at"))))
	if len(null) != 1 || !strings.Contains(null[0], "00000000-0000-4000-8000-000000000002") {
		t.Errorf("without a time are %q", null)
	}

	single := filepath.Join(folder, "signins.parquet")
	if out, err := exec.Command(program, "--quiet", "-o", single, source).CombinedOutput(); err != nil {
		t.Fatalf("%v: %s", err, out)
	}
	if _, err := add(tbl, []string{single}); err == nil || !strings.Contains(err.Error(), "partition") {
		t.Errorf("a file of several days is added to a table by day: %v", err)
	}
}
