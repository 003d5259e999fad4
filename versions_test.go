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

// TestDropKeepsTheBestVersion keeps the newest version, of those the fullest, of those the
// first, and counts what is dropped, for any number of parsers and in all outputs.
func TestDropKeepsTheBestVersion(t *testing.T) {
	t.Chdir(t.TempDir())
	t.Setenv("SOURCE_DATE_EPOCH", "0")
	azure := func(ingested, id, more string) string {
		return fmt.Sprintf(`{"time":"2026-05-02T%sZ","category":"SignInLogs","properties":{"id":%q,"createdDateTime":"2026-05-01T08:00:00Z","appId":"a","status":{"errorCode":0}%s}}`+"\n", ingested, id, more)
	}
	// Records 1 to 9 of a, and 1 to 5 of b.
	putFile(t, "a.ndjson", []byte(azure("09:00:00", "newest", `,"userId":"u"`)+azure("09:00:01", "newest", "")+azure("09:00:00", "newest", "")+
		azure("09:00:00", "fullest", "")+azure("09:00:00", "fullest", `,"userId":"u"`)+azure("09:00:00", "first", "")+azure("09:00:00", "first", "")+
		azure("09:00:00", "alone", "")+azure("09:00:00", "later", "")))
	putFile(t, "b.ndjson", []byte(azure("09:00:00", "first", "")+azure("09:00:09", "later", `,"ipAddress":"192.0.2.1"`)+"{bad\n"+
		azure("09:00:00", "fullest", `,"userId":"v"`)+azure("09:00:00", "newest", `,"userId":"w"`)))
	var lists []string
	for _, jobs := range []string{"--jobs=1", "--jobs=4"} {
		said := runWith(t, schema.ExitRejects, nil, jobs, "--overwrite", "--duplicates", "drop", "-o", "out.parquet", "-o", "out.xlsx", "-o", "lake/", "a.ndjson", "b.ndjson")
		if !strings.Contains(said, "records     14 seen, 5 written, 1 rejected, 8 dropped as duplicates") || !strings.Contains(said, "sign-ins    5 granted") {
			t.Error(said)
		}
		lists = append(lists, read(t, "out.parquet.duplicates.ndjson")+read(t, "out.parquet")+read(t, "out.xlsx"))
	}
	if lists[0] != lists[1] {
		t.Error("four parsers give another result than one")
	}
	var kept []string
	for _, row := range parquetValues(t, read(t, "out.parquet")) {
		if row["duplicate_of"] != nil || row["duplicate_kind"] != nil {
			t.Errorf("duplicate of %v", row["duplicate_of"])
		}
		kept = append(kept, fmt.Sprint(row["source_file"], "#", row["source_record"], " ", row["id"]))
	}
	if want := []string{"a.ndjson#2 newest", "a.ndjson#5 fullest", "a.ndjson#6 first", "a.ndjson#8 alone", "b.ndjson#2 later"}; !slices.Equal(kept, want) {
		t.Errorf("kept %q, want %q", kept, want)
	}
	var listed []string
	for _, v := range parseVersions(t, read(t, "out.parquet.duplicates.ndjson")) {
		listed = append(listed, v.Counted.File+" "+v.Repeat.File+" "+v.String())
	}
	want := []string{
		"a.ndjson a.ndjson newest compatible 2 1 user_id:<nil>/u", "a.ndjson a.ndjson fullest compatible 5 4 user_id:u/<nil>",
		"b.ndjson a.ndjson later compatible 2 9 ip_address:192.0.2.1/<nil>",
		"a.ndjson b.ndjson fullest conflicting 5 4 user_id:u/v", "a.ndjson b.ndjson newest compatible 2 5 user_id:<nil>/w",
	}
	if !slices.Equal(listed, want) {
		t.Errorf("%q,\nwant %q", listed, want)
	}
	var record manifest.Run
	if err := json.Unmarshal([]byte(read(t, "out.parquet.manifest.json")), &record); err != nil {
		t.Fatal(err)
	}
	a, b := record.Inputs[0], record.Inputs[1]
	if got := fmt.Sprint(a.Records, *a.Duplicates, b.Records, *b.Duplicates, record.Duplicates.Kinds); got != "{9 4 0 5 0} {2 3 3 0} {5 1 1 3 0} {1 2 1 1} {3 5 4 1}" {
		t.Errorf("counts %s", got)
	}
	if len(record.Consulted) != 0 {
		t.Errorf("consulted %v", record.Consulted)
	}
}

// TestDropOfStandardInput chooses among a file and standard input, which is kept meanwhile.
func TestDropOfStandardInput(t *testing.T) {
	t.Chdir(t.TempDir())
	record := `{"id":"1","createdDateTime":"2026-05-01T08:00:00Z","appId":"a","status":{"errorCode":0}%s}` + "\n"
	putFile(t, "a.ndjson", fmt.Appendf(nil, record, ""))
	runWith(t, 0, strings.NewReader(fmt.Sprintf(record, `,"userId":"u"`)), "--duplicates", "drop", "-o", "out.parquet", "a.ndjson", "-")
	if files := parquetTexts(t, read(t, "out.parquet"), "source_file"); !slices.Equal(files, []string{"-"}) {
		t.Errorf("kept of %v", files)
	}
}

// TestDropWhatADatasetHas drops, also from a workbook beside, what earlier runs committed
// on the same days, keeps their versions, and lists those that differ. The same run again
// is refused, and written again it is the same.
func TestDropWhatADatasetHas(t *testing.T) {
	for _, nested := range []bool{false, true} {
		t.Run(fmt.Sprint("nested ", nested), func(t *testing.T) {
			t.Chdir(t.TempDir())
			t.Setenv("SOURCE_DATE_EPOCH", "0")
			record := func(day, id, more string) string {
				return fmt.Sprintf(`{"id":%q,"createdDateTime":"2026-05-%sT08:00:00Z","appId":"a","status":{"errorCode":0},"appliedConditionalAccessPolicies":[{"id":"p","result":"success"}]%s}`+"\n", id, day, more)
			}
			putFile(t, "1.ndjson", []byte(record("01", "same", "")+record("01", "differs", `,"ipAddress":"192.0.2.1"`)+record("02", "other day", "")+record("03", "unread day", "")))
			putFile(t, "2.ndjson", []byte(record("01", "differs", `,"ipAddress":"192.0.2.2"`)+record("01", "new", "")+record("01", "same", "")+record("01", "differs", `,"userId":"u"`)+
				record("02", "other day", "")+record("04", "unread day", "")+record("01", "new", "")))
			drop := func(status int, more ...string) string {
				arguments := []string{"--duplicates", "drop", "-o", "lake/"}
				if nested {
					arguments = append(arguments, "--nested")
				}
				return runWith(t, status, nil, append(arguments, more...)...)
			}
			drop(0, "1.ndjson")
			manifests := func() (list []string) {
				list, _ = filepath.Glob("lake/_manifests/*.json")
				return list
			}
			first := manifests()
			said := drop(0, "-o", "out.xlsx", "2.ndjson")
			if !strings.Contains(said, "records     7 seen, 2 written, 0 rejected, 5 dropped as duplicates") {
				t.Error(said)
			}
			second := slices.DeleteFunc(manifests(), func(name string) bool { return name == first[0] })
			var run manifest.Run
			if err := json.Unmarshal([]byte(read(t, second[0])), &run); err != nil {
				t.Fatal(err)
			}
			if len(run.Consulted) != 1 || !strings.Contains(first[0], run.Consulted[0]) {
				t.Errorf("consulted %v, runs %v", run.Consulted, first)
			}
			if got := fmt.Sprint(run.Totals, run.Duplicates.Kinds); got != "{7 2 0 5 0} {3 2 1 1}" {
				t.Errorf("counts %s", got)
			}
			if p := run.Duplicates.Pairs[0]; p.Repeats != "2.ndjson" || !strings.HasPrefix(p.First, "lake/event_date=2026-05-01/part-") || p.Same != 1 || p.Differs != 2 {
				t.Errorf("pairs %+v", run.Duplicates.Pairs)
			}
			var listed []string
			for _, v := range parseVersions(t, read(t, "out.xlsx.duplicates.ndjson")) {
				if !strings.HasPrefix(v.Counted.File, "lake/event_date=2026-05-01/part-"+run.Consulted[0]) {
					t.Errorf("counted in %s", v.Counted.File)
				}
				listed = append(listed, v.String())
			}
			want := []string{"differs conflicting 2 1 ip_address:192.0.2.1/192.0.2.2", "differs compatible 2 4 ip_address:192.0.2.1/<nil> user_id:<nil>/u"}
			if !slices.Equal(listed, want) {
				t.Errorf("%q,\nwant %q", listed, want)
			}
			rows := map[string]int{}
			parts, _ := filepath.Glob("lake/*/*.parquet")
			for _, part := range parts {
				for _, id := range parquetTexts(t, read(t, part), "id") {
					rows[id]++
				}
			}
			if want := map[string]int{"same": 1, "differs": 1, "other day": 1, "unread day": 2, "new": 1}; !maps.Equal(rows, want) {
				t.Errorf("the dataset has %v", rows)
			}
			before := map[string]string{}
			for _, path := range append(parts, manifests()...) {
				before[path] = read(t, path)
			}
			drop(1, "2.ndjson")
			drop(1, "1.ndjson")
			drop(0, "--overwrite", "2.ndjson")
			for path, text := range before {
				if !strings.Contains(path, "_manifests") && read(t, path) != text {
					t.Errorf("%s is not the same when the run is written again", path)
				}
			}
			if again := manifests(); len(again) != 2 {
				t.Errorf("runs %v", again)
			}
			// A run with nothing new has no part, and says which runs have its sign-ins.
			putFile(t, "3.ndjson", []byte(record("01", "new", "")+record("01", "same", "")))
			drop(0, "3.ndjson")
			third := slices.DeleteFunc(manifests(), func(name string) bool { return before[name] != "" })
			run = manifest.Run{}
			if err := json.Unmarshal([]byte(read(t, third[0])), &run); err != nil || len(run.Consulted) != 2 || len(run.Outputs) != 0 || run.Totals.DuplicatesDropped != 2 {
				t.Errorf("%v: consulted %v, outputs %v, %+v", err, run.Consulted, run.Outputs, run.Totals)
			}
		})
	}
}

// TestDropIntoSeveralDatasets is refused before anything is read.
func TestDropIntoSeveralDatasets(t *testing.T) {
	t.Chdir(t.TempDir())
	putFile(t, "a.ndjson", []byte(`{"id":"1","createdDateTime":"2026-05-01T08:00:00Z","appId":"a","status":{"errorCode":0}}`+"\n"))
	said := runWith(t, 1, nil, "--duplicates", "drop", "-o", "one/", "-o", "two/", "a.ndjson")
	if left, _ := os.ReadDir("."); !strings.Contains(said, "one dataset only") || len(left) != 1 {
		t.Errorf("%s, %v", said, left)
	}
}

// TestDropFromABrokenPart fails, naming the part, and leaves the dataset as it was.
func TestDropFromABrokenPart(t *testing.T) {
	t.Chdir(t.TempDir())
	record := `{"id":"%d","createdDateTime":"2026-05-01T08:00:00Z","appId":"a","status":{"errorCode":0}}` + "\n"
	putFile(t, "a.ndjson", fmt.Appendf(nil, record, 1))
	putFile(t, "b.ndjson", fmt.Appendf(nil, record, 2))
	runWith(t, 0, nil, "-o", "lake/", "a.ndjson")
	parts, _ := filepath.Glob("lake/*/*.parquet")
	putFile(t, parts[0], []byte("PAR1 broken PAR1"))
	said := runWith(t, schema.ExitOutput, nil, "--duplicates", "drop", "-o", "lake/", "b.ndjson")
	if manifests, _ := filepath.Glob("lake/_manifests/*.json"); !strings.Contains(said, "error: "+parts[0]+": looking for duplicates: ") || len(manifests) != 1 {
		t.Errorf("%s, %v", said, manifests)
	}
}

// TestRemainderOfNothing: two times of which one has a seventh digit, 0, are the same; the
// pair is compatible, without a column.
func TestRemainderOfNothing(t *testing.T) {
	t.Chdir(t.TempDir())
	record := `{"id":"1","createdDateTime":"2026-05-01T08:00:00.123456%sZ","appId":"a","status":{"errorCode":0}}` + "\n"
	putFile(t, "a.ndjson", []byte(fmt.Sprintf(record, "")+fmt.Sprintf(record, "0")))
	runWith(t, 0, nil, "-o", "out.parquet", "a.ndjson")
	list := parseVersions(t, read(t, "out.parquet.duplicates.ndjson"))
	if len(list) != 1 || list[0].String() != "1 compatible 1 2" {
		t.Errorf("%v", list)
	}
}
