package reader

import (
	"bytes"
	"fmt"
	"math"
	"os"
	"path/filepath"
	"runtime/debug"
	"strings"
	"testing"

	"signins/schema"
	"signins/testdata/fixture"
)

// Chunks of short lines are cut from where they are: what is moved is in proportion to
// the text, not to the chunks.
func TestShortChunksMoveLittle(t *testing.T) {
	t.Parallel()
	const size = 1 << 20
	for name, cut := range map[string]func(w *window) cutter{
		"lines":    func(w *window) cutter { return &lineCutter{w: w, warnings: new(schema.Tally)} },
		"rows":     func(w *window) cutter { return &lineCutter{w: w, separator: ',', warnings: new(schema.Tally)} },
		"values":   func(w *window) cutter { return &elements{w: w, warnings: new(schema.Tally)} },
		"elements": func(w *window) cutter { return &elements{w: w, state: atFirst, warnings: new(schema.Tally)} },
	} {
		text := strings.Repeat("{}\n", 5*size/3)
		if name == "elements" {
			text = strings.Repeat("{},", 5*size/3) + "{}]"
		}
		w := &window{place: place{eol: '\n', maxRecord: size}, r: strings.NewReader(text), size: -1, chunkSize: size}
		chunks, moves := 0, 0
		var whole *byte
		for c := cut(w); ; chunks++ {
			chunk, err := c.nextChunk()
			if chunk == nil || err != nil {
				if err != nil {
					t.Errorf("%s: %v", name, err)
				}
				break
			}
			if n := bytes.Count(chunk.data, []byte("{}")); n > chunkRecords {
				t.Errorf("%s: a chunk of %d records", name, n)
			}
			if cap(w.whole) > 0 && whole != &w.whole[:1][0] {
				whole = &w.whole[:1][0]
				moves++
			}
		}
		if chunks < 100 || moves > 2*len(text)/size+10 {
			t.Errorf("%s: %d chunks, the window moved %d times", name, chunks, moves)
		}
	}
}

// Of long records one is in memory at a time, and its memory is free before the next
// one is read.
func TestLongRecordsAlone(t *testing.T) {
	if testing.Short() {
		t.Skip("240 MB of long records")
	}
	const long = 20 << 20
	path := filepath.Join(t.TempDir(), "SignIns.ndjson")
	var text strings.Builder
	for i := range 3 {
		fmt.Fprintf(&text, `{"id":"%d","createdDateTime":"2026-05-01T10:00:00Z","userId":"u","appId":"a","status":{"errorCode":0},"userAgent":"%s"}`+"\n", i, strings.Repeat("x", long))
		text.WriteString(strings.Repeat("\x00", long) + "\n")
	}
	fixture.Write(t, path, text.String())
	text.Reset()
	ins, err := Open(t.Context(), []string{path}, Options{Jobs: 4})
	if err != nil {
		t.Fatal(err)
	}
	before, records := fixture.Heap(), int64(0)
	for b, err := range ins.Read(t.Context()) {
		if err != nil {
			t.Fatal(err)
		}
		schema.Garbage.SetUsual(100, 0)
		if percent := debug.SetGCPercent(100); percent > 10 {
			t.Errorf("at record %d: garbage of %d %%", records+1, percent)
		}
		if limit := debug.SetMemoryLimit(-1); limit > before+8*long+(48<<20) {
			t.Errorf("at record %d: a limit of %d bytes", records+1, limit)
		}
		if records += b.Seen; fixture.Heap() > before+2*long+(24<<20) {
			t.Errorf("at record %d: %d MiB more than before", records, (fixture.Heap()-before)>>20)
		}
	}
	if records != 6 {
		t.Errorf("%d records", records)
	}
	if percent, limit := debug.SetGCPercent(100), debug.SetMemoryLimit(-1); percent != 100 || limit != math.MaxInt64 {
		t.Errorf("garbage of %d %% and a limit of %d bytes behind them", percent, limit)
	}
}

// Exports share a detection if they are parsed alike: JSON whatever its members are, as
// long as both have an identity or none and a time or none; CSV with equal titles.
func TestDetectionsSharedByWhatMatters(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		name, first, second string
		shared              bool
	}{
		{"a member more", `{"status":{"errorCode":0},"userId":"u","createdDateTime":"2026-05-01T10:00:00Z"}`, `{"id":"b","status":{"errorCode":0},"isInteractive":true,"createdDateTime":"2026-05-01T10:00:00Z"}`, true},
		{"without an identity", `{"status":{"errorCode":0},"userId":"u","createdDateTime":"2026-05-01T10:00:00Z"}`, `{"status":{"errorCode":0},"isInteractive":true,"createdDateTime":"2026-05-01T10:00:00Z"}`, false},
		{"equal titles", portalThree, portalThree, true},
		{"other titles", portalThree, strings.Replace(portalThree, "\n", ",more\n", 1), false},
	} {
		ins, err := Open(t.Context(), []string{fixture.Tree(t, map[string]string{"a.txt": test.first, "b.txt": test.second})}, Options{})
		if err != nil || len(ins.List) != 2 {
			t.Fatal(test.name, err, ins.Skipped)
		}
		if shared := ins.List[0].detection == ins.List[1].detection; shared != test.shared {
			t.Errorf("%s: shared %v", test.name, shared)
		}
	}
}

// A file that is cut during the run is said to have changed, not to be damaged.
func TestCutDuringRun(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "SignIns.json")
	record := `{"id":"1","createdDateTime":"2026-05-01T10:00:00Z","userId":"u","appId":"a","status":{"errorCode":0}}`
	fixture.Write(t, path, "["+record+","+record+"]")
	for _, salvage := range []bool{false, true} {
		ins, err := Open(t.Context(), []string{path}, Options{Salvage: salvage})
		if err != nil {
			t.Fatal(err)
		}
		var last error
		first := true
		for _, err := range ins.Read(t.Context()) {
			last = err
		}
		if last != nil {
			t.Errorf("not changed: %v", last)
		}
		ins, err = Open(t.Context(), []string{path}, Options{Salvage: salvage})
		if err != nil {
			t.Fatal(err)
		}
		if err := os.Truncate(path, int64(len(record)+20)); err != nil {
			t.Fatal(err)
		}
		for _, err := range ins.Read(t.Context()) {
			last, first = err, false
		}
		if last == nil || first || !strings.Contains(last.Error(), "the file changed while it was read") {
			t.Errorf("salvage %v: %v", salvage, last)
		}
		fixture.Write(t, path, "["+record+","+record+"]")
	}
}

// So it is where the file is cut while it is parsed.
func TestCutWhileParsed(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "SignIns.json")
	record := `{"id":"1","createdDateTime":"2026-05-01T10:00:00Z","userId":"u","appId":"a","status":{"errorCode":0}}`
	text := "[" + strings.Repeat(record+",", 20_000) + record + "]"
	fixture.Write(t, path, text)
	ins, err := Open(t.Context(), []string{path}, Options{Jobs: 1, chunkSize: 32 << 10})
	if err != nil {
		t.Fatal(err)
	}
	var last error
	for b, err := range ins.Read(t.Context()) {
		if last = err; err == nil && b.Columns[schema.SourceRecord].Nums[0] == 1 {
			if err := os.Truncate(path, int64(len(text)-10)); err != nil {
				t.Fatal(err)
			}
		}
	}
	if last == nil || !strings.Contains(last.Error(), "the file changed while it was read") {
		t.Errorf("error %v", last)
	}
}

// A row of very many cells is a reject that says how many, and takes little memory.
func TestRowOfManyCells(t *testing.T) {
	t.Parallel()
	for _, cell := range []string{",", `"",`} {
		s := rowScanner{data: []byte(strings.Repeat(cell, 3*maxCells) + "\na,b\n"), separator: ',', eol: '\n'}
		_, next, err := s.scan(0)
		if err != nil || s.count() != 3*maxCells+1 || cap(s.cells) > 2*maxCells {
			t.Errorf("%s: %d cells, %d in memory, %v", cell, s.count(), cap(s.cells), err)
		}
		if _, _, err := s.scan(next); err != nil || s.count() != 2 {
			t.Errorf("%s: the row behind it has %d cells, %v", cell, s.count(), err)
		}
	}
}
