package verify

import (
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"signins/schema"
	"signins/testdata/fixture"
	"signins/writer/manifest"
)

// Every way to name a run that nobody touched is matched, and nothing is written.
func TestUntouchedRun(t *testing.T) {
	t.Parallel()
	for _, nested := range []bool{false, true} {
		dir := t.TempDir()
		run := small
		run.nested = nested
		run.write(t, dir)
		before := names(t, dir)
		record, err := filepath.Glob(dir + "/lake/_manifests/*.json")
		if err != nil || len(record) != 1 {
			t.Fatal(record, err)
		}
		for _, name := range []string{
			"x.xlsx", "x.parquet", "x.xlsx.manifest.json", "x.parquet.sha256", "x.xlsx.rejects.ndjson", "lake", "lake/", "lake/_manifests",
			"lake/_manifests/" + filepath.Base(record[0]), "lake/_manifests/" + strings.TrimSuffix(filepath.Base(record[0]), ".json") + ".sha256",
		} {
			t.Run(name, func(t *testing.T) {
				r := check(t, dir+"/"+name, Options{Raw: true})
				want(t, r, dir, 0, "matched x.xlsx: raw records are compared in Parquet alone")
				// A manifest, digests, rejects, a workbook, a file, three parts, two sources.
				if tot := r.Totals; r.Result != "matched" || tot.Runs != 1 || tot.Matched != 10 || tot.Rows != 24 || *tot.RawRecords != 16 {
					t.Errorf("%s: %+v", r.Result, tot)
				}
				if lake := strings.TrimSuffix(strings.TrimSuffix(name, "/_manifests"), "/") == "lake"; lake != (r.Totals.Dataset != nil) {
					t.Errorf("counts of a dataset: %v", r.Totals.Dataset)
				}
			})
		}
		if after := names(t, dir); !slices.Equal(after, before) {
			t.Errorf("files %v, before %v", after, before)
		}
	}
}

// What is no run cannot be verified.
func TestUnreadable(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	fixture.Write(t, dir+"/a.json", `{"id":1}`)
	fixture.Write(t, dir+"/x.parquet", "PAR1")
	fixture.Write(t, dir+"/y.parquet.manifest.json", `{"manifest_version":1`)
	for name, want := range map[string]string{
		"none":                    "no such file or folder",
		"a.json":                  "is no manifest: it has no manifest_version",
		"x.parquet":               "x.parquet.manifest.json: no such file",
		"":                        "is no dataset: it has no folder _manifests",
		"y.parquet.manifest.json": "is no manifest: byte 21",
	} {
		_, err := Check(filepath.Join(dir, "")+"/"+name, Options{})
		refused, ok := err.(*manifest.Unreadable)
		if !ok || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: %v, want %s", name, err, want)
			continue
		}
		if status, _ := refused.Exit(); status != schema.ExitInput {
			t.Errorf("%s: status %d", name, status)
		}
	}
	_, err := Check(dir, Options{Folders: []string{dir + "/a.json"}})
	if _, ok := err.(*schema.Refusal); !ok {
		t.Errorf("a file as a folder: %v", err)
	}
}

// Each flipped bit of every file that a run has written is found.
func TestBitFlips(t *testing.T) {
	t.Parallel()
	flips := 1000
	if testing.Short() {
		flips = 200
	}
	random := rand.New(rand.NewPCG(1, 2))
	var sets [][2]string // the path to check, a file of the run; data more often, as it is larger
	for _, output := range []string{"x.xlsx", "x.parquet", "lake/"} {
		dir := t.TempDir()
		run := small
		run.outputs, run.sheets = []string{output}, []string{"Sign-ins", "Rejected"}
		run.write(t, dir)
		for _, name := range names(t, dir) {
			set := [2]string{dir + "/" + output, name}
			switch base := filepath.Base(name); {
			case filepath.Ext(name) == filepath.Ext(output) || filepath.Ext(name) == ".parquet":
				sets = append(sets, set, set, set, set)
			case base != "a.json" && base != "b.json.gz":
				sets = append(sets, set)
			}
		}
	}
	if len(sets) != 3*3+5*4 {
		t.Fatalf("%d files", len(sets))
	}
	for i := range flips {
		path, name := sets[i%len(sets)][0], sets[i%len(sets)][1]
		data := fixture.Read(t, name)
		bit := random.IntN(8 * len(data))
		data[bit/8] ^= 1 << (bit % 8)
		fixture.Write(t, name, data)
		if r, err := Check(path, Options{}); err == nil && r.Exit() != schema.ExitUnbalanced {
			t.Errorf("%s: bit %d is not found", filepath.Base(name), bit)
		}
		data[bit/8] ^= 1 << (bit % 8)
		fixture.Write(t, name, data)
	}
	for path := range pathsOf(sets) {
		if r := check(t, path, Options{}); r.Exit() != 0 {
			t.Errorf("%s is not as before: %v", path, lines(r, ""))
		}
	}
}

func pathsOf(sets [][2]string) map[string]bool {
	paths := map[string]bool{}
	for _, set := range sets {
		paths[set[0]] = true
	}
	return paths
}

// Each byte that is cut off or added is found, and so is each file that is missing.
func TestCutAndMissing(t *testing.T) {
	t.Parallel()
	for _, output := range []string{"x.xlsx", "x.parquet", "lake/"} {
		t.Run(output, func(t *testing.T) {
			t.Parallel()
			dir := t.TempDir()
			run := small
			run.outputs, run.sheets = []string{output}, []string{"Sign-ins"}
			run.write(t, dir)
			for _, name := range names(t, dir) {
				data := fixture.Read(t, name)
				for _, damaged := range [][]byte{data[:len(data)-1], append(slices.Clone(data), 0), nil, {}} {
					fixture.Write(t, name, damaged)
					if damaged == nil {
						os.Remove(name)
					}
					source := filepath.Base(name) == "a.json" || filepath.Base(name) == "b.json.gz"
					r, err := Check(dir+"/"+output, Options{})
					if found := err != nil || r.Exit() == schema.ExitUnbalanced; found == (source && damaged == nil) {
						t.Errorf("%s with %d of %d bytes: %v, %v", name, len(damaged), len(data), r, err)
					}
					fixture.Write(t, name, data)
				}
			}
		})
	}
}

// A manifest that cannot be read any more is a difference if the digests beside it prove
// that, whatever names the run; else it is an error.
func TestDamagedManifest(t *testing.T) {
	t.Parallel()
	for _, output := range []string{"x.parquet", "x.xlsx"} {
		dir, _ := writeSmall(t, output, "Sign-ins")
		base := dir + "/" + output
		whole, sums := fixture.Read(t, base+".manifest.json"), fixture.Read(t, base+".sha256")
		cut := whole[:len(whole)/2]
		for _, path := range []string{base, base + ".manifest.json", base + ".sha256"} {
			fixture.Write(t, base+".manifest.json", cut)
			want(t, check(t, path, Options{}), dir, 5, "changed "+output+".manifest.json: ..is no manifest..; "+output+".sha256 names it with the SHA-256 "+sum(whole))
		}
		os.Remove(base + ".manifest.json")
		for _, path := range []string{base, base + ".manifest.json", base + ".sha256"} {
			want(t, check(t, path, Options{}), dir, 5, "missing "+output+".manifest.json: ..no such file..names it with the SHA-256 "+sum(whole))
		}

		fixture.Write(t, base+".manifest.json", cut)
		for name, list := range map[string]string{
			"the same digest": strings.Replace(string(sums), sum(whole), sum(cut), 1),
			"no digest of it": sum(nil) + "  " + output + "\n",
			"no digests":      "x",
		} {
			fixture.Write(t, base+".sha256", list)
			_, err := Check(base, Options{})
			if _, unreadable := err.(*manifest.Unreadable); !unreadable {
				t.Errorf("%s with %s: %v", output, name, err)
			}
		}
		os.Remove(base + ".sha256")
		if _, err := Check(base, Options{}); err == nil {
			t.Errorf("%s without digests: no error", output)
		}
		fixture.Write(t, base+".sha256", sums)
		os.Remove(base + ".manifest.json")
		if err := os.Mkdir(base+".manifest.json", 0o700); err != nil {
			t.Fatal(err)
		}
		if _, err := Check(base, Options{}); err == nil {
			t.Errorf("%s with a folder as its manifest: no error", output)
		}
	}
}
