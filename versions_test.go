package main

import (
	"archive/zip"
	"bytes"
	"compress/gzip"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"maps"
	"os"
	"os/exec"
	"path/filepath"
	"reflect"
	"runtime"
	"slices"
	"strings"
	"testing"
	"time"

	library "github.com/parquet-go/parquet-go"

	"signins/schema"
	"signins/writer/manifest"
)

// plantedVersions are exports of four sign-ins in three dialects. Of v1 each says more or
// less; v2 has another error code in the second one, and policies in another order in the
// third, v3 another address; v4 is twice the same.
var plantedVersions = []struct{ name, text string }{
	{"InteractiveSignIns.csv", `Date (UTC),Request ID,Username,IP address,Sign-in error code,Status
2026-05-01T08:00:01Z,v1,ana@contoso.example,192.0.2.1,0,Success
2026-05-01T08:00:02Z,v2,bo@contoso.example,192.0.2.2,50126,Failure
`},
	{"InteractiveSignIns.ndjson", `{"id":"v1","createdDateTime":"2026-05-01T08:00:01.125Z","userPrincipalName":"ana@contoso.example","deviceDetail":{"deviceId":"d1"},"status":{"errorCode":0}}
{"id":"v2","createdDateTime":"2026-05-01T08:00:02Z","userPrincipalName":"bo@contoso.example","ipAddress":"192.0.2.2","status":{"errorCode":50074},"appliedConditionalAccessPolicies":[{"id":"p","result":"success"}]}
{"id":"v3","createdDateTime":"2026-05-02T08:00:03Z","userPrincipalName":"cy@contoso.example","ipAddress":"192.0.2.3","status":{"errorCode":0},"appliedConditionalAccessPolicies":[{"id":"p","result":"success"}]}
`},
	{"PT1H.json", `{"time":"2026-05-02T09:00:00Z","category":"SignInLogs","properties":{"id":"v3","createdDateTime":"2026-05-02T08:00:03.4Z","userPrincipalName":"cy@contoso.example","ipAddress":"192.0.2.30","status":{"errorCode":0},"appliedConditionalAccessPolicies":[ {"result":"success", "id":"p"} ]}}
{"time":"2026-05-02T09:01:00Z","category":"SignInLogs","properties":{"id":"v4","createdDateTime":"2026-05-02T08:00:04Z","userPrincipalName":"di@contoso.example","status":{"errorCode":0}}}
{"time":"2026-05-02T09:02:00Z","category":"SignInLogs","properties":{"id":"v4","createdDateTime":"2026-05-02T08:00:04Z","userPrincipalName":"di@contoso.example","status":{"errorCode":0}}}
`},
}

// listedVersion is a line of a list of duplicates.
type listedVersion struct {
	ID, Category, Kind string
	Counted, Repeat    struct {
		File, Member string
		Record       int64
	}
	Columns []struct {
		Column, Kind    string
		Counted, Repeat any
	}
}

// String writes a version without files: 1:2 is record 2 of the first input.
func (v listedVersion) String() string {
	text := fmt.Sprintf("%s %s %d %d", v.ID, v.Kind, v.Counted.Record, v.Repeat.Record)
	for _, c := range v.Columns {
		text += fmt.Sprintf(" %s:%v/%v", c.Column, c.Counted, c.Repeat)
	}
	return text
}

func parseVersions(t *testing.T, list string) (versions []listedVersion) {
	t.Helper()
	for line := range strings.Lines(list) {
		var v listedVersion
		if err := json.Unmarshal([]byte(line), &v); err != nil {
			t.Fatalf("%v: %s", err, line)
		}
		versions = append(versions, v)
	}
	return versions
}

// runWith runs the program with a standard input and returns what it says.
func runWith(t *testing.T, want int, stdin io.Reader, arguments ...string) string {
	t.Helper()
	var messages strings.Builder
	if status := run(arguments, stdin, io.Discard, &messages); status != want {
		t.Fatalf("%q: exit status %d, want %d: %s", arguments, status, want, messages.String())
	}
	return messages.String()
}

func read(t *testing.T, path string) string {
	t.Helper()
	text, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

func packGzip(t *testing.T, text string) []byte {
	var out bytes.Buffer
	w := gzip.NewWriter(&out)
	if _, err := io.WriteString(w, text); err != nil {
		t.Fatal(err)
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return out.Bytes()
}

// putPlanted writes the planted exports in a container and returns the inputs.
func putPlanted(t *testing.T, container string) (inputs []string, stdin io.Reader) {
	t.Helper()
	var archive bytes.Buffer
	members := zip.NewWriter(&archive)
	for i, p := range plantedVersions {
		switch {
		case container == "zip":
			w, err := members.Create(p.name)
			if err == nil {
				_, err = io.WriteString(w, p.text)
			}
			if err != nil {
				t.Fatal(err)
			}
		case container == "gzip":
			putFile(t, p.name+".gz", packGzip(t, p.text))
			inputs = append(inputs, p.name+".gz")
		case container == "standard input" && i == 1:
			// Only a file has a name that tells the kind of sign-in.
			text := strings.ReplaceAll(p.text, `"status"`, `"signInEventTypes":["interactiveUser"],"status"`)
			inputs, stdin = append(inputs, "-"), strings.NewReader(text)
		default:
			putFile(t, p.name, []byte(p.text))
			inputs = append(inputs, p.name)
		}
	}
	if container == "zip" {
		if err := members.Close(); err != nil {
			t.Fatal(err)
		}
		putFile(t, "all.zip", archive.Bytes())
		inputs = []string{"all.zip"}
	}
	return inputs, stdin
}

// TestVersionsThatDiffer lists the versions planted, whatever the exports come in and
// however many parsers there are.
func TestVersionsThatDiffer(t *testing.T) {
	t.Setenv("SOURCE_DATE_EPOCH", "0")
	for _, container := range []string{"plain", "gzip", "zip", "standard input"} {
		t.Run(container, func(t *testing.T) {
			t.Chdir(t.TempDir())
			var lists []string
			for _, jobs := range []string{"--jobs=1", "--jobs=4"} {
				inputs, stdin := putPlanted(t, container)
				said := runWith(t, 0, stdin, append([]string{jobs, "--overwrite", "-o", "out.xlsx", "-o", "lake/"}, inputs...)...)
				if !strings.Contains(said, "duplicates  4 records (1 the same, 3 with differences, of which 2 conflicting)") {
					t.Error(said)
				}
				lists = append(lists, read(t, "out.xlsx.duplicates.ndjson"))
			}
			if lists[0] != lists[1] {
				t.Error("four parsers give another list than one")
			}
			var got []string
			for _, v := range parseVersions(t, lists[0]) {
				text := strings.ReplaceAll(v.String(), " sign_in_event_types:<nil>/[interactiveUser]", "")
				got = append(got, strings.ReplaceAll(text, " sign_in_event_types:[interactiveUser]/<nil>", ""))
			}
			want := []string{
				"v1 compatible 1 1 ip_address:192.0.2.1/<nil> sign_in_status:success/<nil> device_id:<nil>/d1",
				"v2 conflicting 2 2 sign_in_status:failure/<nil> error_code:50126/50074 conditional_access_policies:<nil>/[map[id:p result:success]]",
				"v3 conflicting 3 1 ip_address:192.0.2.3/192.0.2.30 source_category:<nil>/SignInLogs",
			}
			slices.Sort(got)
			for i := range got {
				got[i], want[i] = sortWords(got[i]), sortWords(want[i])
			}
			if !slices.Equal(got, want) {
				t.Errorf("%q,\nwant %q", got, want)
			}
			sums, _ := filepath.Glob("lake/_manifests/*.sha256")
			lake, _ := filepath.Glob("lake/_manifests/*.duplicates.ndjson")
			if len(sums) != 1 || len(lake) != 1 || read(t, lake[0]) != lists[0] || !strings.Contains(read(t, sums[0]), "  "+filepath.Base(lake[0])+"\n") {
				t.Errorf("the dataset has %q and %q", sums, lake)
			}
			if !strings.Contains(read(t, "out.xlsx.sha256"), "  out.xlsx.duplicates.ndjson\n") {
				t.Error("the list has no digest")
			}
			checkCounts(t, read(t, "out.xlsx.manifest.json"))
		})
	}
}

func sortWords(text string) string {
	words := strings.Fields(text)
	slices.Sort(words)
	return strings.Join(words, " ")
}

// checkCounts checks the counts of the planted versions, by input and pair of inputs.
func checkCounts(t *testing.T, text string) {
	t.Helper()
	var run manifest.Run
	if err := json.Unmarshal([]byte(text), &run); err != nil {
		t.Fatal(err)
	}
	kinds := fmt.Sprint(run.Duplicates.Kinds)
	for _, in := range run.Inputs {
		kinds += fmt.Sprint(" ", *in.Duplicates)
	}
	for _, p := range run.Duplicates.Pairs {
		kinds += fmt.Sprint(" ", p.Kinds)
	}
	if want := "{1 3 1 2} {0 0 0 0} {0 2 1 1} {1 1 0 1} {0 2 1 1} {0 1 0 1} {1 0 0 0}"; kinds != want {
		t.Errorf("counts %s, want %s", kinds, want)
	}
}

// TestListOfVersionsGoes: a run without versions that differ removes the list of the run
// that it replaces; and the list is an output of this program, not an input.
func TestListOfVersionsGoes(t *testing.T) {
	t.Chdir(t.TempDir())
	inputs, _ := putPlanted(t, "plain")
	runWith(t, 0, nil, append([]string{"-o", "out.parquet"}, inputs...)...)
	if said := runWith(t, 0, nil, "."); !strings.Contains(said, "skipped ./out.parquet.duplicates.ndjson: this is a list of duplicates of this program") {
		t.Error(said)
	}
	if err := os.Remove("out.parquet"); err != nil {
		t.Fatal(err)
	}
	runWith(t, 1, nil, append([]string{"-o", "out.parquet"}, inputs...)...)
	runWith(t, 0, nil, "--overwrite", "-o", "out.parquet", inputs[0])
	if left, _ := filepath.Glob("out.parquet.*"); len(left) != 2 {
		t.Errorf("%v are left", left)
	}
}

// TestDifferencesEqualThoseInParquet compares the versions of sign-ins in the Parquet
// file, row by row, and finds those that are listed.
func TestDifferencesEqualThoseInParquet(t *testing.T) {
	t.Chdir(t.TempDir())
	putOverlappingExports(t, 500)
	for _, p := range plantedVersions {
		putFile(t, filepath.Join("planted", p.name), []byte(p.text))
	}
	runWith(t, 0, nil, "--quiet", "-o", "out.parquet", "logs", "planted")
	rows := parquetValues(t, read(t, "out.parquet"))
	places := map[string]map[string]any{}
	for _, row := range rows {
		places[fmt.Sprintf("%s#%d", row["source_file"], row["source_record"])] = row
	}
	var want []string
	for _, row := range rows {
		if row["duplicate_kind"] != "differs" {
			continue
		}
		columns, kind := columnsThatDiffer(places[row["duplicate_of"].(string)], row)
		want = append(want, fmt.Sprint(row["duplicate_of"], " ", row["source_file"], "#", row["source_record"], " ", kind, " ", columns))
	}
	var got []string
	for _, v := range parseVersions(t, read(t, "out.parquet.duplicates.ndjson")) {
		var columns []string
		for _, c := range v.Columns {
			if c.Column != "sign_in_status" {
				columns = append(columns, c.Column)
			}
		}
		slices.Sort(columns)
		got = append(got, fmt.Sprint(v.Counted.File, "#", v.Counted.Record, " ", v.Repeat.File, "#", v.Repeat.Record, " ", v.Kind, " ", columns))
	}
	if len(want) < 500 || !slices.Equal(got, want) {
		for i := range min(len(got), len(want)) {
			if got[i] != want[i] {
				t.Errorf("%s,\nwant %s", got[i], want[i])
				break
			}
		}
		t.Errorf("%d versions, want %d", len(got), len(want))
	}
}

// notFromSources are the columns whose values are no source's.
var notFromSources = strings.Fields(`sign_in_category access_verdict sign_in_status error_name error_meaning is_passthrough ingested_at sign_in_count
	row_kind category_basis status_basis error_category error_tags error_known passthrough_basis is_cross_tenant cross_tenant_direction
	is_cae_token source_format source_file source_record source_line source_offset source_length issues extra
	raw_record error_remediation duplicate_of duplicate_kind`)

// columnsThatDiffer compares two rows.
func columnsThatDiffer(a, b map[string]any) (columns []string, kind string) {
	kind = "compatible"
	for name := range maps.Keys(a) {
		v, w := a[name], b[name]
		if slices.Contains(notFromSources, name) || reflect.DeepEqual(v, w) {
			continue
		}
		if name == "created_at" && v.(int64)/1e6 == w.(int64)/1e6 && (v.(int64)%1e6 == 0 || w.(int64)%1e6 == 0) {
			continue
		}
		var x, y any
		if text, isText := v.(string); isText && w != nil && json.Unmarshal([]byte(text), &x) == nil && json.Unmarshal([]byte(w.(string)), &y) == nil && reflect.DeepEqual(x, y) {
			continue
		}
		if columns = append(columns, name); v != nil && w != nil {
			kind = "conflicting"
		}
	}
	slices.Sort(columns)
	return columns, kind
}

// parquetValues returns the rows of a Parquet file by column: texts, whole numbers, and
// lists as texts.
func parquetValues(t *testing.T, data string) (rows []map[string]any) {
	t.Helper()
	file, err := library.OpenFile(strings.NewReader(data), int64(len(data)))
	if err != nil {
		t.Fatal(err)
	}
	paths, reader, buffer := file.Schema().Columns(), library.NewReader(file), make([]library.Row, 64)
	defer reader.Close()
	for {
		n, err := reader.ReadRows(buffer)
		for _, row := range buffer[:n] {
			values := map[string]any{}
			row.Range(func(index int, list []library.Value) bool {
				name := paths[index][0]
				switch v := list[0]; {
				case v.IsNull() && v.DefinitionLevel() == 0:
					values[name] = nil
				case len(paths[index]) > 1:
					values[name] = fmt.Sprint(list)
				case v.Kind() == library.ByteArray:
					values[name] = string(v.ByteArray())
				default:
					values[name] = int64(v.Uint64())
				}
				return true
			})
			rows = append(rows, values)
		}
		if err == io.EOF {
			return rows
		}
		if err != nil {
			t.Fatal(err)
		}
	}
}

// A lastAct is a standard input that does something when it was read to its end.
type lastAct struct {
	io.Reader
	act func()
}

func (l *lastAct) Read(p []byte) (int, error) {
	n, err := l.Reader.Read(p)
	if err == io.EOF && l.act != nil {
		l.act()
		l.act = nil
	}
	return n, err
}

// TestSourceChangesBetweenReadings ends with status 3, names the file and leaves nothing,
// though size and time are what they were.
func TestSourceChangesBetweenReadings(t *testing.T) {
	record := `{"id":"%d","createdDateTime":"2026-05-01T08:00:01Z","appId":"a","status":{"errorCode":%d}}` + "\n"
	var long strings.Builder // longer than what shows the dialect
	for i := range 20000 {
		fmt.Fprintf(&long, record, i, 0)
	}
	for _, mode := range []string{"keep", "drop"} {
		t.Run(mode, func(t *testing.T) {
			t.Chdir(t.TempDir())
			temp := t.TempDir()
			t.Setenv("TMPDIR", temp)
			before, after := fmt.Sprintf(record, 1, 1), fmt.Sprintf(record, 1, 2)
			putFile(t, "log.ndjson", []byte(before))
			info, err := os.Stat("log.ndjson")
			if err != nil {
				t.Fatal(err)
			}
			stdin := &lastAct{strings.NewReader(long.String()), func() {
				if err := errors.Join(os.WriteFile("log.ndjson", []byte(after), 0o600), os.Chtimes("log.ndjson", info.ModTime(), info.ModTime())); err != nil {
					t.Error(err)
				}
			}}
			said := runWith(t, schema.ExitInput, stdin, "--duplicates", mode, "-o", "out.parquet", "-o", "lake/", "log.ndjson", "-")
			if !strings.Contains(said, "error: log.ndjson: the content changed after it was read") {
				t.Error(said)
			}
			for _, dir := range []string{".", temp} {
				if left, _ := os.ReadDir(dir); len(left) > 0 && (dir == temp || len(left) != 1) {
					t.Errorf("%s has %v", dir, left)
				}
			}
			// A run without outputs keeps standard input elsewhere, and leaves nothing, too.
			putFile(t, "log.ndjson", []byte(before))
			runWith(t, 0, strings.NewReader(long.String()), "--duplicates", mode, "log.ndjson", "-")
			if left, _ := os.ReadDir(temp); len(left) > 0 {
				t.Errorf("%v is left", left)
			}
		})
	}
}

// TestInterruptBetweenReadings interrupts the program while it compares versions.
func TestInterruptBetweenReadings(t *testing.T) {
	t.Parallel()
	if runtime.GOOS == "windows" {
		t.Skip("Windows cannot send an interrupt to another process")
	}
	dir := t.TempDir()
	program := filepath.Join(dir, "signins")
	if out, err := exec.Command("go", "build", "-o", program, ".").CombinedOutput(); err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	for file := range 2 {
		var text strings.Builder
		for i := range 60000 {
			fmt.Fprintf(&text, `{"id":"%d","createdDateTime":"2026-05-03T10:00:00Z","appId":"a","userPrincipalName":"%s","status":{"errorCode":%d}}`+"\n", i, strings.Repeat("u", 300), file)
		}
		putFile(t, filepath.Join(dir, fmt.Sprint(file, ".ndjson")), []byte(text.String()))
	}
	for _, mode := range []string{"keep", "drop"} {
		work, temp := t.TempDir(), t.TempDir()
		cmd := exec.Command(program, "--duplicates", mode, "-o", "out.parquet", filepath.Join(dir, "0.ndjson"), filepath.Join(dir, "1.ndjson"))
		cmd.Dir, cmd.Env = work, append(os.Environ(), "TMPDIR="+temp)
		if err := cmd.Start(); err != nil {
			t.Fatal(err)
		}
		for range 10000 {
			if lists, _ := filepath.Glob(filepath.Join(work, ".signins.*", "*.duplicates.ndjson")); len(lists) > 0 {
				break
			}
			time.Sleep(2 * time.Millisecond)
		}
		cmd.Process.Signal(os.Interrupt)
		cmd.Wait()
		if code := cmd.ProcessState.ExitCode(); code != schema.ExitInterrupted {
			t.Errorf("%s: exit status %d", mode, code)
		}
		for _, dir := range []string{work, temp} {
			if left, _ := os.ReadDir(dir); len(left) > 0 {
				t.Errorf("%s: %v is left", mode, left)
			}
		}
	}
}
