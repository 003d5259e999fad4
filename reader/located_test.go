package reader

import (
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"signins/schema"
	"signins/testdata/fixture"
)

// readNames returns source_file and id of all rows.
func readNames(t *testing.T, ins *Inputs, err error) (rows []string) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
	for b, err := range ins.Read(t.Context()) {
		if err != nil {
			t.Fatal(err)
		}
		for row := range b.Len {
			file, id := &b.Columns[schema.SourceFile], &b.Columns[schema.ID]
			rows = append(rows, string(file.Dict.Value(file.Code(row)))+" "+string(id.Dict.Value(id.Code(row))))
		}
	}
	return rows
}

// Files that were moved have rows with their earlier names, members of archives and
// standard input too, and one file may have two names.
func TestOpenLocated(t *testing.T) {
	t.Parallel()
	archive := fixture.Zip("a.json", signIn("a.json")+"\n", "readme.txt", "The exports of May.\n", "b.json", signIn("b.json")+"\n")
	root := fixture.Tree(t, map[string]string{"1": archive, "2": fixture.Gzip(signIn("packed") + "\n"), "InteractiveSignIns.json": signIn("plain") + "\n"})
	in := func(name string) string { return filepath.Join(root, name) }
	ins, err := OpenLocated(t.Context(), []schema.Located{
		{Name: "logs/x.zip", Path: in("1")}, {Name: "logs/y.gz", Path: in("2")}, {Name: "-", Path: "-"},
		{Name: "logs/NonInteractiveSignIns.json", Path: in("InteractiveSignIns.json")}, {Name: "again.json", Path: in("InteractiveSignIns.json")},
	}, Options{Stdin: strings.NewReader(signIn("piped") + "\n")})
	got := readNames(t, ins, err)
	want := []string{"logs/x.zip!a.json a.json", "logs/x.zip!b.json b.json", "logs/y.gz packed", "- piped", "logs/NonInteractiveSignIns.json plain", "again.json plain"}
	if !slices.Equal(got, want) {
		t.Errorf("got %q, want %q", got, want)
	}
	if from := ins.List[len(ins.List)-2].Source.CategoryFromName; from != schema.NonInteractiveUser {
		t.Errorf("category %q by name", from)
	}
	_, err = OpenLocated(t.Context(), []schema.Located{{Name: "gone.json", Path: in("gone.json")}}, Options{})
	if e, ok := err.(*Error); !ok || e.Path != "gone.json" {
		t.Errorf("error %v", err)
	}
}

// Inputs are complete, with size and digest, once batches of later ones come; files of
// authentication steps when all were read. Each is yielded once.
func TestCompleted(t *testing.T) {
	t.Parallel()
	files := map[string]string{
		"AuthDetails_1.csv":        detailsHead + "a-1,2026-01-02T03:04:05Z,Password,,true,,\n",
		"InteractiveSignIns_1.csv": portalThree + portalRow("a-1"), "InteractiveSignIns_2.csv": portalThree,
		"z_AuthDetails.csv": detailsHead + "a-9,2026-01-02T03:04:05Z,Password,,true,,\n", "zz.json": "[]",
	}
	for i := range 30 {
		files[fmt.Sprintf("b%02d.ndjson", i)] = strings.Repeat(signIn("x")+"\n", 40)
	}
	root := fixture.Tree(t, files)
	ins, err := Open(t.Context(), []string{root}, Options{Jobs: 3, chunkSize: 1000})
	if err != nil {
		t.Fatal(err)
	}
	var order []string
	complete := func(src *schema.Source) {
		for i, in := range ins.Completed(src) {
			order = append(order, filepath.Base(in.Source.Path))
			info, err := os.Stat(in.Source.Path)
			if err != nil || in.Source != &ins.List[i].Source || in.Source == src || in.Size != info.Size() || len(in.SHA256) != 64 || (in.Joined != nil) != strings.Contains(in.Source.Path, "AuthDetails") {
				t.Errorf("input %d, %s: size %d, digest %s, joined %+v", i, in.Source.Path, in.Size, in.SHA256, in.Joined)
			}
		}
	}
	var want []string
	for b, err := range ins.Read(t.Context()) {
		if err != nil {
			t.Fatal(err)
		}
		complete(b.Source)
		if base := filepath.Base(b.Source.Path); base == "b07.ndjson" {
			want = []string{"InteractiveSignIns_1.csv", "InteractiveSignIns_2.csv", "b00.ndjson", "b01.ndjson", "b02.ndjson", "b03.ndjson", "b04.ndjson", "b05.ndjson", "b06.ndjson"}
			if !slices.Equal(order, want) {
				t.Fatalf("complete before %s: %v", base, order)
			}
		}
	}
	if len(want) == 0 {
		t.Error("no batch of b07.ndjson")
	}
	complete(nil)
	complete(nil)
	last := len(files) - 2
	if len(order) != len(files) || order[last-1] != "zz.json" || order[last] != "AuthDetails_1.csv" || order[last+1] != "z_AuthDetails.csv" {
		t.Errorf("in the end: %v", order)
	}
}
