package delta

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"signins/schema"
	"signins/testdata/fixture"
	"signins/writer/manifest"
)

// TestMain is a program that adds runs to a dataset without end, if asked for.
func TestMain(m *testing.M) {
	if dataset := os.Getenv("DELTA_ADDS_TO"); dataset != "" {
		for n := 0; ; n++ {
			name := fmt.Sprintf("%08x%08x", os.Getpid(), n)
			if err := errors.Join(commit(dataset, name, "2026-05-01"), Update(dataset, 0)); err != nil {
				panic(err)
			}
		}
	}
	os.Exit(m.Run())
}

// commit writes the manifest of a run with a part for each day, and with other outputs.
func commit(dataset, name string, days ...string) error {
	text := fmt.Sprintf(`{"schema_version":2,"finished_at":"2026-06-%02dT08:00:00Z","outputs":[{"path":"report.xlsx","size":5,"rows":3},{"path":"other/event_date=2026-05-01/part-0f5c-00000.parquet","size":5,"rows":3}`, len(name))
	for _, day := range days {
		text += fmt.Sprintf(`,{"path":"out/lake/event_date=%s/part-%s-00000.parquet","size":100,"rows":3}`, day, name)
	}
	folder := filepath.Join(dataset, manifest.Folder)
	temp := filepath.Join(folder, "."+name)
	return errors.Join(os.MkdirAll(folder, 0o777), os.WriteFile(temp, []byte(text+"]}"), 0o666), os.Rename(temp, filepath.Join(folder, name+".json")))
}

func mustCommit(t *testing.T, dataset, name string, days ...string) {
	t.Helper()
	if err := commit(dataset, name, days...); err != nil {
		t.Fatal(err)
	}
}

func update(t *testing.T, dataset string) {
	t.Helper()
	if err := Update(dataset, 0); err != nil {
		t.Fatal(err)
	}
}

// versions returns the text of all versions, and fails if there is another file.
func versions(t *testing.T, dataset string) (texts []string) {
	t.Helper()
	entries, err := os.ReadDir(filepath.Join(dataset, Folder))
	if err != nil {
		t.Fatal(err)
	}
	for n, entry := range entries {
		if entry.Name() != fmt.Sprintf("%020d.json", n) {
			t.Errorf("file %d of the log is %s", n, entry.Name())
		}
		text := fixture.Read(t, filepath.Join(dataset, Folder, entry.Name()))
		texts = append(texts, string(text))
	}
	return texts
}

// actions returns the names of the actions in a version, with paths.
func actions(t *testing.T, text string) (names []string) {
	t.Helper()
	for line := range strings.Lines(text) {
		var a map[string]struct{ Path string }
		if err := json.Unmarshal([]byte(line), &a); err != nil || len(a) != 1 {
			t.Fatalf("%v: %s", err, line)
		}
		for name, value := range a {
			names = append(names, strings.TrimSpace(name+" "+value.Path))
		}
	}
	return names
}

func wantActions(t *testing.T, text string, want ...string) {
	t.Helper()
	if got := actions(t, text); !slices.Equal(got, want) {
		t.Errorf("actions are %q, want %q", got, want)
	}
}

func TestLogHasTheRuns(t *testing.T) {
	dataset := t.TempDir()
	mustCommit(t, dataset, "aa", "2026-05-01", "__HIVE_DEFAULT_PARTITION__")
	update(t, dataset)
	mustCommit(t, dataset, "bbbb", "2026-05-01")
	mustCommit(t, dataset, "cc") // no parts: it is no change
	update(t, dataset)
	update(t, dataset)
	log := versions(t, dataset)
	if len(log) != 2 {
		t.Fatalf("%d versions, want 2", len(log))
	}
	wantActions(t, log[0], "protocol", "metaData", "add event_date=2026-05-01/part-aa-00000.parquet",
		"add event_date=__HIVE_DEFAULT_PARTITION__/part-aa-00000.parquet", "commitInfo")
	wantActions(t, log[1], "add event_date=2026-05-01/part-bbbb-00000.parquet", "commitInfo")
	at := time.Date(2026, 6, 2, 8, 0, 0, 0, time.UTC).UnixMilli()
	for _, want := range []string{
		fmt.Sprintf(`{"add":{"dataChange":true,"modificationTime":%d,"partitionValues":{"event_date":"2026-05-01"},"path":"event_date=2026-05-01/part-aa-00000.parquet","size":100,"stats":"{\"numRecords\":3}"}}`, at),
		`"partitionValues":{"event_date":null}`, `"partitionColumns":["event_date"]`, fmt.Sprintf(`"timestamp":%d`, at),
	} {
		if !strings.Contains(log[0], want) {
			t.Errorf("version 0 lacks %s:\n%s", want, log[0])
		}
	}
}

func TestRunsThatAreGoneAreRemoved(t *testing.T) {
	dataset := t.TempDir()
	mustCommit(t, dataset, "aa", "2026-05-01")
	mustCommit(t, dataset, "bb", "2026-05-01")
	update(t, dataset)
	if err := os.Remove(filepath.Join(dataset, manifest.Folder, "aa.json")); err != nil {
		t.Fatal(err)
	}
	mustCommit(t, dataset, "cc", "2026-05-01") // as a compaction of aa
	update(t, dataset)
	mustCommit(t, dataset, "aa", "2026-05-01")
	update(t, dataset)
	log := versions(t, dataset)
	if len(log) != 3 {
		t.Fatalf("%d versions, want 3", len(log))
	}
	wantActions(t, log[1], "add event_date=2026-05-01/part-cc-00000.parquet", "remove event_date=2026-05-01/part-aa-00000.parquet", "commitInfo")
	wantActions(t, log[2], "add event_date=2026-05-01/part-aa-00000.parquet", "commitInfo")
}

func TestSameRunsGiveTheSameLog(t *testing.T) {
	var logs [2][]string
	for i := range logs {
		dataset := t.TempDir()
		mustCommit(t, dataset, "aa", "2026-05-01", "2026-05-02")
		update(t, dataset)
		logs[i] = versions(t, dataset)
	}
	if !slices.Equal(logs[0], logs[1]) {
		t.Errorf("%s\n%s", logs[0], logs[1])
	}
}

func TestVersionsHaveTheirMode(t *testing.T) {
	if runtime.GOOS == "windows" {
		t.Skip("Windows has no modes of files")
	}
	dataset := t.TempDir()
	mustCommit(t, dataset, "aa", "2026-05-01")
	if err := Update(dataset, 0o400); err != nil {
		t.Fatal(err)
	}
	info, err := os.Stat(filepath.Join(dataset, Folder, fmt.Sprintf(versionName, 0)))
	if err != nil || info.Mode().Perm()&0o222 != 0 {
		t.Errorf("%v: mode %v, want 0400", err, info.Mode())
	}
}

func TestProgramsUpdateAtTheSameTime(t *testing.T) {
	dataset := t.TempDir()
	const programs, runs = 8, 12
	var wait sync.WaitGroup
	for p := range programs {
		wait.Go(func() {
			for r := range runs {
				if err := errors.Join(commit(dataset, fmt.Sprintf("%02x%02x", p, r), "2026-05-01"), Update(dataset, 0)); err != nil {
					t.Error(err)
				}
			}
		})
	}
	wait.Wait()
	added := map[string]int{}
	for _, text := range versions(t, dataset) {
		for _, name := range actions(t, text) {
			added[name]++
		}
	}
	files := 0
	for name, n := range added {
		if strings.HasPrefix(name, "add ") {
			if files++; n != 1 {
				t.Errorf("%d times %s", n, name)
			}
		}
	}
	if files != programs*runs || added["protocol"] != 1 || added["metaData"] != 1 {
		t.Errorf("%d files, want %d; %d protocols, %d descriptions", files, programs*runs, added["protocol"], added["metaData"])
	}
}

// A program that adds runs is killed again and again. All versions are whole, and the next
// update makes the log that of all runs.
func TestKilled(t *testing.T) {
	dataset, kills := t.TempDir(), 40
	if testing.Short() {
		kills = 20
	}
	for kill := range kills {
		program := exec.Command(os.Args[0])
		program.Env = append(os.Environ(), "DELTA_ADDS_TO="+dataset)
		if err := program.Start(); err != nil {
			t.Fatal(err)
		}
		begun := fmt.Sprintf("%08x%08x.json", program.Process.Pid, 0)
		for deadline := time.Now().Add(time.Minute); time.Now().Before(deadline); time.Sleep(time.Millisecond) {
			if _, err := os.Stat(filepath.Join(dataset, manifest.Folder, begun)); err == nil {
				break
			}
		}
		time.Sleep(time.Duration(kill) * 700 * time.Microsecond)
		_ = program.Process.Kill()
		if err := program.Wait(); err == nil {
			t.Fatal("the program ended by itself")
		}
		if _, err := readLog(dataset); err != nil {
			t.Fatal(err)
		}
	}
	update(t, dataset)
	log, err := readLog(dataset)
	if err != nil {
		t.Fatal(err)
	}
	manifests, err := filepath.Glob(filepath.Join(dataset, manifest.Folder, "*.json"))
	if err != nil || len(log.files) != len(manifests) || len(manifests) < 20 {
		t.Errorf("%v: %d files of %d runs", err, len(log.files), len(manifests))
	}
}

func TestFilesOfKilledProgramsAreRemoved(t *testing.T) {
	dataset := t.TempDir()
	folder := filepath.Join(dataset, Folder)
	old, recent := filepath.Join(folder, ".signins-1.tmp"), filepath.Join(folder, ".signins-2.tmp")
	err := errors.Join(os.Mkdir(folder, 0o777), os.WriteFile(old, nil, 0o666), os.WriteFile(recent, nil, 0o666),
		os.Chtimes(old, time.Now(), time.Now().Add(-2*stale)))
	if err != nil {
		t.Fatal(err)
	}
	mustCommit(t, dataset, "aa", "2026-05-01")
	update(t, dataset)
	if _, err := os.Stat(old); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("of a program that was killed: %v", err)
	}
	if _, err := os.Stat(recent); err != nil {
		t.Errorf("of a program at work: %v", err)
	}
}

func TestLogOfAnotherProgramIsRefused(t *testing.T) {
	for name, change := range map[string]func(folder string) error{
		"another engine": func(folder string) error {
			return os.WriteFile(filepath.Join(folder, fmt.Sprintf(versionName, 1)), []byte(`{"commitInfo":{"operation":"OPTIMIZE","engineInfo":"Apache-Spark"}}`+"\n"), 0o666)
		},
		"no engine": func(folder string) error {
			return os.WriteFile(filepath.Join(folder, fmt.Sprintf(versionName, 1)), []byte(`{"remove":{"path":"event_date=2026-05-01/part-aa-00000.parquet"}}`+"\n"), 0o666)
		},
		"a version is missing": func(folder string) error {
			return os.Rename(filepath.Join(folder, fmt.Sprintf(versionName, 0)), filepath.Join(folder, fmt.Sprintf(versionName, 3)))
		},
	} {
		t.Run(name, func(t *testing.T) {
			dataset := t.TempDir()
			mustCommit(t, dataset, "aa", "2026-05-01")
			update(t, dataset)
			if err := change(filepath.Join(dataset, Folder)); err != nil {
				t.Fatal(err)
			}
			err := Update(dataset, 0)
			if _, refused := errors.AsType[*schema.Refusal](err); !refused || !strings.Contains(err.Error(), "another program") {
				t.Errorf("the error is %v", err)
			}
		})
	}
}

// A log of an earlier version of the columns gets those that it lacks, behind the others.
func TestNewColumnsAreAppended(t *testing.T) {
	dataset := t.TempDir()
	mustCommit(t, dataset, "aa", "2026-05-01")
	update(t, dataset)
	first := filepath.Join(dataset, Folder, fmt.Sprintf(versionName, 0))
	text := fixture.Read(t, first)
	last := schema.Columns[schema.NumColumns-1].Name
	older := bytes.Replace(text, fmt.Appendf(nil, `,{\"name\":\"%s\",\"type\":\"string\",\"nullable\":true,\"metadata\":{}}]`, last), []byte("]"), 1)
	if len(older) == len(text) {
		t.Fatalf("no column %s in %s", last, text)
	}
	if err := os.WriteFile(first, older, 0o666); err != nil {
		t.Fatal(err)
	}
	mustCommit(t, dataset, "bb", "2026-05-01")
	update(t, dataset)
	log := versions(t, dataset)
	wantActions(t, log[1], "metaData", "add event_date=2026-05-01/part-bb-00000.parquet", "commitInfo")
	now, _, _ := strings.Cut(log[1], "\n")
	if !strings.Contains(string(text), now) {
		t.Errorf("the table is described by\n%s\nwant that of\n%s", now, text)
	}
}

func TestColumnsHaveTypesOfDelta(t *testing.T) {
	for _, nested := range []bool{false, true} {
		text, err := json.Marshal(columns(nested))
		if err != nil {
			t.Fatal(err)
		}
		wanted := []string{`{"name":"event_date","type":"date","nullable":true,"metadata":{}},{"name":"created_at","type":"timestamp"`,
			`"name":"error_code","type":"integer"`, `"name":"location_latitude","type":"double"`, `"name":"raw_record","type":"binary"`, `"name":"source_offset","type":"long"`,
			`"name":"is_interactive","type":"boolean"`, `{"containsNull":true,"elementType":"string","type":"array"}`}
		if nested {
			wanted = append(wanted, `"name":"authentication_processing_details","type":{"containsNull":true,"elementType":{"type":"struct","fields":[{"name":"key","type":"string"`,
				`"name":"succeeded","type":"boolean"`)
		}
		for _, want := range wanted {
			if !bytes.Contains(text, []byte(want)) {
				t.Errorf("nested %t: %s is not in %s", nested, want, text)
			}
		}
		if bytes.Contains(text, []byte(`"type":""`)) {
			t.Errorf("a column has no type: %s", text)
		}
	}
}
