package writer_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"maps"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"testing"
	"time"

	library "github.com/parquet-go/parquet-go"

	"signins/testdata/fixture"
)

// A blobStore is a folder of blobs of an hour, as Azure writes diagnostic logs: a blob
// grows as long as its hour lasts, and later, where sign-ins come late.
type blobStore struct {
	dir      string
	next     int      // of ids
	ids      []string // of all sign-ins
	modified time.Time
}

// append adds sign-ins to the blob of an hour.
func (s *blobStore) append(t *testing.T, day, hour, signIns int) {
	t.Helper()
	at := time.Date(2026, 5, day, hour, 0, 0, 0, time.UTC)
	path := filepath.Join(s.dir, "insights-logs-signinlogs", at.Format("y=2006/m=01/d=02/h=15/m=00"), "PT1H.json")
	if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
		t.Fatal(err)
	}
	file, err := os.OpenFile(path, os.O_CREATE|os.O_APPEND|os.O_WRONLY, 0o600)
	if err != nil {
		t.Fatal(err)
	}
	defer file.Close()
	for range signIns {
		s.next++
		id, time := fmt.Sprintf("r%06d", s.next), at.Add(time.Duration(s.next%3600)*time.Second).Format(time.RFC3339)
		s.ids = append(s.ids, id)
		fmt.Fprintf(file, `{"time":%q,"category":"SignInLogs","properties":{"id":%q,"createdDateTime":%q,"appId":"a","ipAddress":"192.0.2.1","status":{"errorCode":0}}}`+"\n", time, id, time)
	}
	// Where clocks are coarse, a blob that grows has another time all the same.
	s.modified = s.modified.Add(time.Second)
	if err := os.Chtimes(path, s.modified, s.modified); err != nil {
		t.Fatal(err)
	}
}

// A lakeReport is what verify says of a dataset.
type lakeReport struct {
	Differences int
	Files       []struct{ Status, Role, Path string }
	Totals      struct {
		Runs    int
		Dataset struct {
			Records int
			SignIns int `json:"sign_ins"`
		}
		Shards []struct{ Missing []int }
	}
}

// verifyLake checks a dataset: every sign-in is there once, and nothing differs but blobs
// that grew since they were read.
func verifyLake(t *testing.T, program, dir string, signIns int) (r lakeReport) {
	t.Helper()
	cmd := exec.Command(program, "verify", "--quiet", "--format", "json", "lake/")
	cmd.Dir = dir
	out, _ := cmd.Output() // which shows the status
	err := json.Unmarshal(out, &r)
	for _, file := range r.Files {
		if file.Status != "matched" && (file.Status != "changed" || file.Role != "source") {
			t.Errorf("%+v", file)
		}
	}
	if d := r.Totals.Dataset; err != nil || d.Records != signIns || d.SignIns != signIns {
		t.Fatalf("%d records and %d sign-ins for %d: %v\n%s", d.Records, d.SignIns, signIns, err, out)
	}
	return r
}

// tell runs the program and returns what it says.
func tell(t *testing.T, program, dir string, arguments ...string) string {
	t.Helper()
	cmd := exec.Command(program, arguments...)
	cmd.Dir = dir
	out, err := cmd.CombinedOutput()
	if err != nil {
		t.Fatalf("%v: %v\n%s", arguments, err, out)
	}
	return string(out)
}

// A folder that grows for 30 days is loaded each day, some days twice, with blobs that are
// still written, that grow days later, that come days later, and that are copied to
// another place; now and then the dataset is compacted: every sign-in is in it once.
func TestDailyLoads(t *testing.T) {
	t.Parallel()
	program, dir, random := buildProgram(t), t.TempDir(), rand.New(rand.NewPCG(30, 0))
	store := &blobStore{dir: filepath.Join(dir, "blobs"), modified: time.Date(2026, 5, 1, 0, 0, 0, 0, time.UTC)}
	days := 30
	if testing.Short() {
		days = 8
	}
	load := []string{"--new", "--duplicates", "drop", "-o", "lake/", "blobs"}
	again, compactions := 0, 0
	for day := 1; day <= days; day++ {
		for hour := range 4 {
			if hour != 2 || day%5 != 0 { // which comes late
				store.append(t, day, 6*hour, 1+random.IntN(4))
			}
		}
		if day > 1 {
			store.append(t, day-1, 18, 1+random.IntN(2)) // the last blob of yesterday was not whole
		}
		if day%5 == 2 && day > 5 {
			store.append(t, day-2, 12, 3) // it comes late
		}
		if day%7 == 0 {
			store.append(t, day-3, 0, 2) // it grows days later
		}
		if day%10 == 4 {
			from := filepath.Join(store.dir, "insights-logs-signinlogs", fmt.Sprintf("y=2026/m=05/d=%02d", day-1))
			if err := os.CopyFS(filepath.Join(dir, "blobs", fmt.Sprint("copy", day)), os.DirFS(from)); err != nil {
				t.Fatal(err)
			}
		}
		tell(t, program, dir, load...)
		if day%3 == 0 {
			if said := tell(t, program, dir, load...); !strings.Contains(said, "nothing new, nothing was written") {
				t.Fatalf("day %d, a second time: %s", day, said)
			}
			again++
		}
		if day%4 == 1 && day > 1 {
			compactions++
			if said := tell(t, program, dir, "compact", "lake/"); !strings.Contains(said, fmt.Sprintf(" of %d runs in ", min(day, 5))) {
				t.Fatalf("day %d: %s", day, said)
			}
		}
		if day%9 == 0 {
			if err := os.Remove(filepath.Join(dir, "lake/_manifests/.index")); err != nil {
				t.Fatal(err)
			}
		}
	}
	r := verifyLake(t, program, dir, len(store.ids))
	if r.Totals.Runs-compactions != days || again == 0 || compactions == 0 {
		t.Errorf("%d runs", r.Totals.Runs)
	}
	// The whole folder into a new dataset has the same sign-ins.
	if err := os.Rename(filepath.Join(dir, "lake"), filepath.Join(dir, "daily")); err != nil {
		t.Fatal(err)
	}
	tell(t, program, dir, load[1:]...)
	verifyLake(t, program, dir, len(store.ids))
}

// Eight shards write into one dataset at once, some are killed, and all are started again,
// at once: no sign-in is lost, none is there twice, and no run recovers another one that
// lives.
func TestKillShards(t *testing.T) {
	t.Parallel()
	program, random := buildProgram(t), rand.New(rand.NewPCG(8, 0))
	store := &blobStore{dir: filepath.Join(t.TempDir(), "blobs"), modified: time.Date(2026, 5, 1, 0, 0, 0, 0, time.UTC)}
	for day := range 25 {
		for hour := range 4 {
			store.append(t, day+1, 6*hour, 3)
		}
	}
	count := max(2, *kills/2)
	if testing.Short() {
		count = 1
	}
	const shards = 8
	for i := range count {
		dir := t.TempDir()
		start := func(shard int) (*exec.Cmd, *bytes.Buffer) {
			cmd, out := exec.Command(program, "--quiet", "--new", "-o", "lake/", "--shard", fmt.Sprintf("%d/%d", shard, shards), store.dir), new(bytes.Buffer)
			cmd.Dir, cmd.Stderr = dir, out
			if err := cmd.Start(); err != nil {
				t.Fatal(err)
			}
			return cmd, out
		}
		var running []*exec.Cmd
		for shard := range shards {
			cmd, _ := start(shard)
			running = append(running, cmd)
		}
		for range 4 {
			time.Sleep(time.Duration(random.IntN(250)) * time.Millisecond)
			running[random.IntN(shards)].Process.Kill()
		}
		killed := 0
		for _, cmd := range running {
			if cmd.Wait() != nil {
				killed++
			}
		}
		var said []*bytes.Buffer
		running = nil
		for shard := range shards {
			cmd, out := start(shard)
			running, said = append(running, cmd), append(said, out)
		}
		for shard, cmd := range running {
			if err := cmd.Wait(); err != nil {
				t.Fatalf("kill %d, shard %d: %v\n%s", i, shard, err, said[shard])
			}
		}
		t.Logf("%d of %d were killed or failed", killed, shards)
		r := verifyLake(t, program, dir, len(store.ids))
		if len(r.Totals.Shards) != 1 || len(r.Totals.Shards[0].Missing) > 0 || r.Differences > 0 {
			t.Fatalf("kill %d: %+v", i, r)
		}
		if left, _ := filepath.Glob(dir + "/lake/.signins.*"); len(left) > 0 {
			t.Fatalf("kill %d: %v is left", i, slices.Collect(slices.Values(left)))
		}
	}
}

// placesOf returns how often each record of a source is in the parts of a dataset, as
// readers find them.
func placesOf(t *testing.T, lake string) map[string]int {
	t.Helper()
	names, err := filepath.Glob(filepath.Join(lake, "event_date=*", "*.parquet"))
	if err != nil {
		t.Fatal(err)
	}
	places := map[string]int{}
	for _, name := range names {
		data := fixture.Read(t, name)
		file, err := library.OpenFile(bytes.NewReader(data), int64(len(data)))
		if err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		type place struct {
			File   string `parquet:"source_file"`
			Record int64  `parquet:"source_record"`
		}
		rows := library.NewGenericReader[place](file)
		read := make([]place, file.NumRows())
		if n, err := rows.Read(read); n != len(read) {
			t.Fatalf("%s: %d rows, %v", name, n, err)
		}
		rows.Close()
		for _, p := range read {
			places[fmt.Sprint(filepath.Base(filepath.Dir(name)), p.File, p.Record)]++
		}
	}
	return places
}

// A compaction is killed, also while another run waits for it: readers find every record
// of each day at any time, none twice, and whatever runs next completes it or takes it back.
func TestKillCompact(t *testing.T) {
	t.Parallel()
	program, dir := buildProgram(t), t.TempDir()
	store := &blobStore{dir: filepath.Join(dir, "blobs"), modified: time.Date(2026, 5, 1, 0, 0, 0, 0, time.UTC)}
	store.append(t, 5, 0, 7)
	for _, inputs := range []string{"graph", "portal", ""} {
		tell(t, program, dir, "--quiet", "-o", "lake/", filepath.Join(examplesFolder, inputs))
	}
	base := placesOf(t, filepath.Join(dir, "lake"))
	copyLake := func() string {
		to := t.TempDir()
		if err := os.CopyFS(filepath.Join(to, "lake"), os.DirFS(filepath.Join(dir, "lake"))); err != nil {
			t.Fatal(err)
		}
		return to
	}
	timed, begin := copyLake(), time.Now()
	tell(t, program, timed, "compact", "lake/")
	took, count := min(time.Since(begin), 30*time.Second), *kills // a run waits a minute
	if testing.Short() {
		count = 2
	}
	recovered := 0
	for i := range count {
		to := copyLake()
		lake, want := filepath.Join(to, "lake"), maps.Clone(base)
		compact := exec.Command(program, "compact", "lake/")
		compact.Dir = to
		if err := compact.Start(); err != nil {
			t.Fatal(err)
		}
		load, said := exec.Command(program, "--quiet", "--new", "-o", "lake/", store.dir), new(bytes.Buffer)
		load.Dir, load.Stderr = to, said
		if i%3 == 0 {
			if err := load.Start(); err != nil {
				t.Fatal(err)
			}
		}
		time.Sleep(took * time.Duration(2*i+1) / time.Duration(2*count))
		compact.Process.Kill()
		compact.Wait()
		if i%3 == 0 {
			if err := load.Wait(); err != nil {
				t.Fatalf("kill %d: %v\n%s", i, err, said)
			}
			for record := range 7 {
				path := filepath.ToSlash(filepath.Join(store.dir, "insights-logs-signinlogs/y=2026/m=05/d=05/h=00/m=00/PT1H.json"))
				want[fmt.Sprint("event_date=2026-05-05", path, record+1)]++
			}
		}
		// Only Linux exchanges folders at once.
		if found := placesOf(t, lake); runtime.GOOS == "linux" && !maps.Equal(found, want) {
			t.Fatalf("kill %d: %d records are found, not %d", i, len(found), len(want))
		}
		next := []string{"compact", "lake/"}
		if i%2 == 1 { // a run that has nothing to write recovers it, too
			next = []string{"--new", "--quiet", "-o", "lake/", examplesFolder}
		}
		if strings.Contains(tell(t, program, to, next...), "of a run that was killed while its outputs appeared") {
			recovered++
		}
		if found := placesOf(t, lake); !maps.Equal(found, want) {
			t.Fatalf("kill %d, recovered: %d records are found, not %d", i, len(found), len(want))
		}
		cmd := exec.Command(program, "verify", "--quiet", "lake/")
		cmd.Dir = to
		if out, err := cmd.Output(); err != nil {
			t.Fatalf("kill %d: %v\n%s", i, err, out)
		}
		if left, _ := filepath.Glob(filepath.Join(lake, ".signins.*")); left != nil {
			t.Fatalf("kill %d: %v is left", i, left)
		}
	}
	t.Logf("%d of %d were killed while they appeared", recovered, count)
}
