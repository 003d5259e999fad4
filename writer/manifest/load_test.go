package manifest

import (
	"encoding/json"
	"os"
	"path/filepath"
	"reflect"
	"runtime"
	"strings"
	"testing"
	"time"

	"signins/schema"
	"signins/testdata/fixture"
)

// exampleRun is a run with a value in every member.
func exampleRun() *Run {
	return &Run{
		ManifestVersion: Version, SchemaVersion: 2, Nested: true, CodesTableDate: "2026-11-23",
		Tool: Tool{Name: "signins", Version: "v1", Commit: "c", SHA256: "ef", OS: "plan9", Architecture: "mips", Go: "go1.26", Modules: []Module{{"m", "v2"}}},
		Command: Command{
			Identity: &Identity{"ada", "lab"}, Arguments: []string{"-o", "x"}, Settings: map[string]string{"raw": "true"},
			SideFiles: []SideFile{{"codes", "own.csv", 9, "ba"}}, OutputArguments: []string{"x"},
		},
		StartedAt: time.Unix(5, 0).UTC(), FinishedAt: time.Unix(6, 0).UTC(), Name: "05af", InputCount: 1,
		Inputs: []*Input{{
			Path: "a.zip", Member: "b.json", Size: 9, SHA256: strings.Repeat("ab", 32), ModifiedAt: "2026-05-01T00:00:00Z", Compression: "zip",
			Encoding: "UTF-8", BOM: true, Dialect: "graph-json", Category: map[string]int64{"adfs": 1}, Records: Records{2, 1, 1, 0, 0},
			Joined: &schema.Joined{Rows: 1}, FirstEvent: "x", LastEvent: "y", UnknownFields: map[string]int64{"f": 1}, Warnings: []Warning{{"c", 1, "m"}},
		}},
		Skipped:  []schema.Skipped{{Path: "s", Reason: "r", LikeSignIns: true}},
		Outputs:  []Output{{Path: "x", Format: "parquet", Size: 8, SHA256: strings.Repeat("cd", 32), Rows: 1}},
		Sidecars: []Sidecar{{Rejects, 7, "dd"}},
		Totals:   Records{2, 1, 1, 0, 0},
		Sums: Sums{
			Category: map[string]int64{"adfs": 1}, FirstEvent: "x", LastEvent: "y", UnknownFields: map[string]int64{"f": 1}, Warnings: []WarningSum{{"c", 1, 1, "m"}},
		},
		Workbook: &Workbook{Sheets: 8, Cut: 1, Escaped: 2},
	}
}

// What cannot be read has a hint, that of its own if there is one.
func TestUnreadableHints(t *testing.T) {
	t.Parallel()
	for want, err := range map[string]*Unreadable{readHint: {Path: "x", What: "permission denied"}, "do this": {Path: "x", What: "y", Hint: "do this"}} {
		if status, hint := err.Exit(); status != schema.ExitInput || hint != want {
			t.Errorf("status %d, hint %q, want %q", status, hint, want)
		}
	}
}

// A manifest is read back as it was written.
func TestLoad(t *testing.T) {
	t.Parallel()
	want, dir := exampleRun(), t.TempDir()
	text, err := json.MarshalIndent(want, "", "  ")
	if err != nil {
		t.Fatal(err)
	}
	path := filepath.Join(dir, "x.manifest.json")
	fixture.Write(t, path, text)
	got, err := Load(path)
	if err != nil {
		t.Fatal(err)
	}
	if want.folder = dir; !reflect.DeepEqual(got, want) {
		t.Errorf("got %+v, want %+v", got, want)
	}
	n := 0
	for in, err := range got.AllInputs() {
		if n++; err != nil || in != got.Inputs[0] {
			t.Errorf("input %+v, %v", in, err)
		}
		break
	}
	if n != 1 {
		t.Errorf("%d inputs", n)
	}
}

// What is no manifest of a known version is refused with its place and a hint.
func TestParseRefuses(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]string{
		``:                             "m: is no manifest: byte 0: unexpected end",
		`{"manifest_version":1`:        "m: is no manifest: byte 21: unexpected end",
		`{"manifest_version":1}x`:      "m: is no manifest: byte 23: invalid character 'x'",
		`[]`:                           "m: is no manifest: byte 1:  is a array",
		`{}`:                           "m: is no manifest: it has no manifest_version",
		`null`:                         "m: is no manifest: it has no manifest_version",
		`{"manifest_version":"1"}`:     "manifest_version is a string",
		`{"manifest_version":0}`:       "has manifest_version 0; this program reads 1 to ",
		`{"manifest_version":99}`:      "has manifest_version 99; this program reads 1 to ",
		`{"manifest_version":1,"x":}`:  "invalid character",
		`{"manifest_version":1,"x":1}`: `unknown field "x"`,
		`{"manifest_version":1,"inputs":[{"path":"a","pth":"b"}]}`: `unknown field "pth"`,
		`{"manifest_version":1,"inputs":[null]}`:                   "input 1 is null",
		`{"manifest_version":1,"totals":{"seen":1.5}}`:             "totals.seen is a number 1.5",
		`{"manifest_version":1,"totals":{"seen":1e30}}`:            "totals.seen is a number 1e30",
		`{"manifest_version":1,"outputs":{}}`:                      "outputs is a object",
		`{"manifest_version":1,"started_at":"yesterday"}`:          "yesterday",
	} {
		t.Run(text, func(t *testing.T) {
			t.Parallel()
			_, err := parse("lake/_manifests/m", []byte(text))
			refused, ok := err.(*Unreadable)
			if !ok || !strings.Contains(err.Error(), want) {
				t.Fatalf("%v, want %s", err, want)
			}
			foreign := strings.Contains(err.Error(), "is no manifest: ") && !strings.Contains(want, "null") // as files of other programs are
			if status, hint := refused.Exit(); status != schema.ExitInput || strings.Contains(hint, "move it away") != foreign || hint == "" {
				t.Errorf("status %d, hint %q", status, hint)
			}
			if _, err := parse("x.parquet.manifest.json", []byte(text)); strings.Contains(err.(*Unreadable).Hint, "move it away") {
				t.Errorf("beside an output: hint %q", err.(*Unreadable).Hint)
			}
		})
	}
	if _, err := parse("m", []byte(`{"manifest_version":1,"inputs":null}`)); err != nil {
		t.Errorf("an old manifest: %v", err)
	}
}

// Only a regular file of some size is read.
func TestReadFileRefuses(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	long := filepath.Join(dir, "long")
	fixture.Write(t, long, "")
	if err := os.Truncate(long, maxSize+1); err != nil {
		t.Fatal(err)
	}
	paths := map[string]string{filepath.Join(dir, "none"): "no such file", dir: "is not a regular file", long: "is longer than 256 MiB"}
	if runtime.GOOS != "windows" {
		paths[filepath.Join(dir, "long", "x")] = "not a directory"
	}
	for path, want := range paths {
		if _, err := Load(path); err == nil || !strings.HasPrefix(err.Error(), path+": "+want) {
			t.Errorf("%v, want %s", err, want)
		}
	}
}

// Digests are read back as they were written, and no other way.
func TestParseSums(t *testing.T) {
	t.Parallel()
	digest := strings.Repeat("0f", 32)
	names := []string{"a", "a b", `a\b`, "a\nb", "a\rb", `\n`, "../event_date=2026-05-01/p.parquet", "é"}
	var text string
	for _, name := range names {
		text += sumLine(digest, name)
	}
	sums, err := ParseSums("s", []byte(text))
	if err != nil || len(sums) != len(names) {
		t.Fatalf("%v, %v", sums, err)
	}
	for i, sum := range sums {
		if sum != (Sum{digest, names[i]}) {
			t.Errorf("%q, want %q", sum, names[i])
		}
	}
	for _, line := range []string{
		"\n", digest + "\n", digest + "  \n", digest + " a\n", digest + " *a\n", digest + "  a", digest[1:] + "  a\n", digest + "0  a\n",
		strings.ToUpper(digest) + "  a\n", `\` + digest + "  a\n", digest + `  a\b` + "\n", `\` + digest + `  a\x` + "\n", digest + "  a\r\n",
		"x" + digest[1:] + "  a\n",
	} {
		if _, err := ParseSums("s", []byte(digest+"  a\n"+line)); err == nil || !strings.HasPrefix(err.Error(), "s:2: is no line") {
			t.Errorf("%q: %v", line, err)
		}
	}
}
