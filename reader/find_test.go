package reader

import (
	"archive/zip"
	"context"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"signins/schema"
	"signins/testdata/fixture"
)

// names strips the root from paths.
func names(root string, paths []string) []string {
	list := []string{}
	for _, p := range paths {
		list = append(list, strings.TrimPrefix(p, root))
	}
	return list
}

// foundIn returns the files that arguments lead to, in order, and those skipped.
func foundIn(t *testing.T, root string, arguments ...string) (paths, skipped []string, err error) {
	t.Helper()
	ins, err := Open(t.Context(), arguments, Options{})
	if ins != nil {
		for _, in := range ins.List {
			paths = append(paths, in.Source.Path)
		}
		for _, s := range ins.Skipped {
			skipped = append(skipped, strings.TrimPrefix(s.Path, root)+": "+s.Reason)
		}
	}
	return names(root, paths), skipped, err
}

// A folder is walked in the order of the bytes of slash paths, whatever the
// depth.
func TestWalkOrder(t *testing.T) {
	t.Parallel()
	want := []string{"/B/z.json", "/C.json", "/a-b.json", "/a.json", "/a/b.json", "/a/b/c.json", "/a0.json", "/b.json", "/ä.json"}
	files := map[string]string{}
	for _, name := range want {
		files[name] = signIn(name) + "\n"
	}
	root := fixture.Tree(t, files)
	for _, argument := range []string{root, root + "/", root + "//", filepath.Join(root, "a", "..")} {
		t.Run(caseName(argument), func(t *testing.T) {
			got, _, err := foundIn(t, root, argument)
			if !slices.Equal(got, want) || err != nil {
				t.Errorf("%s: %v, %v", argument, got, err)
			}
		})
	}
	out := collect(t, Options{Jobs: 4}, root)
	if got := out.values("id"); !slices.Equal(got, want) {
		t.Errorf("read in the order %v", got)
	}
	if got := names(root, out.values("source_file")); !slices.Equal(got, want) {
		t.Errorf("source_file %v", got)
	}
}

func TestArgumentsKeepTheirOrderAndSpelling(t *testing.T) {
	root := fixture.Tree(t, map[string]string{"d/1.json": signIn("1") + "\n", "2.json": signIn("2") + "\n", "0.json": signIn("0") + "\n"})
	t.Chdir(root)
	out := collect(t, Options{}, "2.json", "./d", "d/../0.json")
	if got := out.values("source_file"); !slices.Equal(got, []string{"2.json", "./d/1.json", "d/../0.json"}) || out.err != nil {
		t.Errorf("%v, %v", got, out.err)
	}
	out = collect(t, Options{}, ".")
	if got := out.values("source_file"); !slices.Equal(got, []string{"./0.json", "./2.json", "./d/1.json"}) || out.err != nil {
		t.Errorf("%v, %v", got, out.err)
	}
}

// Record numbers and rejects count by input.
func TestRecordNumbersStartAnewInEveryInput(t *testing.T) {
	t.Parallel()
	root := fixture.Tree(t, map[string]string{"1.json": signIn("a") + "\n{\n" + signIn("b") + "\n", "2.csv": portal("c,,,", "d,,,"), "3.json": "[" + signIn("e") + ",5]"})
	out := collect(t, Options{Jobs: 4}, root)
	if got := out.values("source_record"); !slices.Equal(got, []string{"1", "3", "1", "2", "1"}) || out.rejects[0].Record != 2 || out.rejects[1].Record != 2 {
		t.Errorf("%v, rejects %v, %v", got, out.rejects, out.err)
	}
	if got := out.values("source_format"); !slices.Equal(got, []string{"graph-json", "graph-json", "portal-csv", "portal-csv", "graph-json"}) {
		t.Errorf("%v", got)
	}
}

func TestSameFileTwiceIsRefused(t *testing.T) {
	root := fixture.Tree(t, map[string]string{"a.json": signIn("1") + "\n", "d/b.json": signIn("1") + "\n", "link.json": "-> a.json"})
	if err := os.Link(filepath.Join(root, "d/b.json"), filepath.Join(root, "hard.json")); err != nil {
		t.Fatal(err)
	}
	t.Chdir(root)
	for _, c := range []struct {
		arguments []string
		want      string
	}{
		{[]string{"a.json", "a.json"}, "a.json: is named twice"}, {[]string{"a.json", "./a.json"}, "./a.json: is the same file as a.json"},
		{[]string{"a.json", "link.json"}, "link.json: is the same file as a.json"}, {[]string{"d", "d/b.json"}, "d/b.json: is named twice"},
		{[]string{"d/b.json", "hard.json"}, "hard.json: is the same file as d/b.json"}, {[]string{"d", "d"}, "d/b.json: is named twice"},
	} {
		t.Run(caseName(c.arguments), func(t *testing.T) {
			_, err := Open(t.Context(), c.arguments, Options{})
			var repeated *schema.Refusal
			if !errors.As(err, &repeated) || err.Error() != c.want {
				t.Errorf("%v: %v", c.arguments, err)
			}
		})
	}
	// A folder may hold a file twice; it is read once.
	inputs, err := Open(t.Context(), []string{"."}, Options{})
	if err != nil || len(inputs.List) != 2 || len(inputs.Skipped) != 2 || inputs.Skipped[1].Reason != "the same file as ./a.json, which is read" {
		t.Errorf("%+v, %v", inputs.Skipped, err)
	}
	if _, err := Open(t.Context(), []string{"-", "-"}, Options{Stdin: strings.NewReader(signIn("1"))}); err == nil {
		t.Error("standard input twice: no error")
	}
	if _, err := Open(t.Context(), []string{"a.json", "d/b.json"}, Options{}); err != nil {
		t.Errorf("equal content in two files: %v", err)
	}
}

func TestSymbolicLinks(t *testing.T) {
	t.Parallel()
	root := fixture.Tree(t, map[string]string{
		"real/a.json": signIn("a") + "\n", "in/file.json": "-> ../real/a.json", "in/folder": "-> ../real", "in/loop": "-> .", "in/nothing.json": "-> missing", "named": "-> real",
	})
	got, skipped, err := foundIn(t, root, filepath.Join(root, "in"))
	if !slices.Equal(got, []string{"/in/file.json"}) || err != nil {
		t.Errorf("%v, %v", got, err)
	}
	if len(skipped) != 3 || !strings.Contains(strings.Join(skipped, "\n"), "/in/folder: a symbolic link") {
		t.Errorf("skipped %q", skipped)
	}
	if got, _, err := foundIn(t, root, filepath.Join(root, "in", "file.json")); !slices.Equal(got, []string{"/in/file.json"}) || err != nil {
		t.Errorf("named link to a file: %v, %v", got, err)
	}
	if got, skipped, err := foundIn(t, root, filepath.Join(root, "named")); !slices.Equal(got, []string{"/named/a.json"}) || err != nil {
		t.Errorf("named link to a folder: %v, skipped %q, %v", got, skipped, err)
	}
}

// What a run writes, or left behind when it was killed, is not read by another.
func TestFoldersOfOtherRunsAreSkipped(t *testing.T) {
	t.Parallel()
	root := fixture.Tree(t, map[string]string{"1.json": signIn("1") + "\n", ".signins.123.partial/x.json": signIn("2") + "\n"})
	got, skipped, err := foundIn(t, root, root)
	if !slices.Equal(got, []string{"/1.json"}) || len(skipped) > 0 || err != nil {
		t.Errorf("%v, skipped %q, %v", got, skipped, err)
	}
}

// What is no export is an error where it is named and skipped, with the
// reason, where it is found in a folder.
func TestForeignFilesInAFolderAreSkipped(t *testing.T) {
	t.Parallel()
	root := fixture.Tree(t, map[string]string{
		"1.json": signIn("1") + "\n", "audit.json": `[{"activityDateTime":"x","initiatedBy":{}}]`, "notes.txt": "hello\n", "picture.png": "\x89PNG\r\n", "nothing": "",
		"page.html": "<!DOCTYPE html><html>", "other.json": `{"a":1}`, "archive.zip": "PK\x03\x04", "odd.txt": "\xff\xfeab\x00", "other.gz": "\x1f\x8b\x08\x00", "broken.json": `{"a":`,
	})
	got, skipped, err := foundIn(t, root, root)
	if !slices.Equal(got, []string{"/1.json"}) || len(skipped) != 10 || err != nil {
		t.Errorf("%v, skipped %q, %v", got, skipped, err)
	}
	if all := strings.Join(skipped, "\n"); !strings.Contains(all, "/audit.json: this is a directory audit log") || !strings.Contains(all, "/nothing: empty") {
		t.Errorf("skipped %q", skipped)
	}
	if err := os.Remove(filepath.Join(root, "1.json")); err != nil {
		t.Fatal(err)
	}
	var none *NoExport
	if _, err := Open(t.Context(), []string{root}, Options{}); !errors.As(err, &none) || len(none.Skipped) != 10 || !strings.Contains(none.Skipped[1].Reason, "a directory audit log") {
		t.Errorf("%v", err)
	}
}

// A file that should be an export, going by its name or what can be read of it,
// is not passed over because it is damaged.
func TestDamagedExportInAFolderIsAnError(t *testing.T) {
	t.Parallel()
	bundle := fixture.ZipBy(zip.Store, "MSISignIns.json", signIn("1")+"\n")
	for name, content := range map[string]string{
		"InteractiveSignIns_2026-01-01_2026-01-31.json": `[{"createdDateTime":"2026-01-02T03:0`,
		"NonInteractiveSignIns_2026-01-01.csv":          "",
		"MSISignIns.csv":                                " \n",
		"insights-logs-signinlogs/y=2026/PT1H.json":     `{"time":"2026`,
		"20260102-SignInLogs.json":                      "[",
		"export.json":                                   strings.TrimSuffix(signIn("1"), "}") + `,"x":tru`,
		"ApplicationSignIns_2026.csv":                   `"Date (UTC)","Request ID","Username`,
		"SignIns.json":                                  "\xef\xbb\xbf",
		"PT1H.json":                                     strings.Repeat("\x00", 100),
		"InteractiveSignIns.json":                       "<!DOCTYPE html>",
		"InteractiveSignIns.csv":                        "\xff\xfeD\x00a\x00",
		"bundle.zip":                                    string(bundle[:len(bundle)-9]),
		"member.zip":                                    strings.Replace(string(bundle), "2026", "2027", 1),
		"logs.gz":                                       fixture.Gzip(signIn("1") + "\n")[:80],
		"logs.txt":                                      string(utf16Bytes(binary.LittleEndian, "\ufeff"+signIn("1")+"\n")) + "\x00",
	} {
		t.Run(caseName(name), func(t *testing.T) {
			root := fixture.Tree(t, map[string]string{"good.json": signIn("1") + "\n", name: content})
			out := collect(t, Options{}, root)
			if out.err == nil || !strings.Contains(out.err.Error(), name) {
				t.Errorf("%s: %v, skipped %v", name, out.err, out.skipped)
			}
		})
	}
}

// Of a damaged archive the name of its first member is known, packed as that is: a member
// that is no export does not make an error of it.
func TestDamagedArchiveInAFolder(t *testing.T) {
	t.Parallel()
	for member, read := range map[string]bool{"notes.txt": true, "MSISignIns.json": false} {
		packed := fixture.Zip(member, signIn("1")+"\n")
		root := fixture.Tree(t, map[string]string{"good.json": signIn("1") + "\n", "bundle.zip": packed[:len(packed)-9]})
		out := collect(t, Options{}, root)
		if (out.err == nil) != read || len(out.skipped) == 0 == read {
			t.Errorf("%s: %v, skipped %v", member, out.err, out.skipped)
		}
	}
}

// Macs put files of their own beside those they copy or pack, named alike.
func TestFilesOfMacsAreSkipped(t *testing.T) {
	t.Parallel()
	const fork = "\x00\x05\x16\x07\x00\x02\x00\x00Mac OS X"
	export := portal("1,u,,")
	root := fixture.Tree(t, map[string]string{
		"InteractiveSignIns.csv": export, "._InteractiveSignIns.csv": fork, ".DS_Store": "\x00\x00\x00\x01Bud1",
		"MSISignIns.zip": fixture.Zip("MSISignIns.csv", export, "__MACOSX/._MSISignIns.csv", fork),
	})
	out := collect(t, Options{}, root)
	if len(out.rows) != 2 || out.err != nil || len(out.skipped) != 3 || !strings.Contains(fmt.Sprint(out.skipped), "a Mac keeps") {
		t.Errorf("%d rows, skipped %v, %v", len(out.rows), out.skipped, out.err)
	}
}

func TestCategoryFromNames(t *testing.T) {
	t.Parallel()
	for path, want := range map[string]string{
		"InteractiveSignIns_2026-01-01_2026-01-31.csv":                       schema.InteractiveUser,
		"x/NonInteractiveSignIns_2026-01-01_2026-01-31 (1).csv":              schema.NonInteractiveUser,
		"ApplicationSignIns_2026-01-01.json":                                 schema.ServicePrincipal,
		"MSISignIns_2026-01-01.csv":                                          schema.ManagedIdentity,
		"20260101-interactiveUser-nonInteractiveUser-SignInLogs.json":        "",
		"20260101-servicePrincipal-SignInLogs.json":                          schema.ServicePrincipal,
		"20260101-managedIdentity-SignInLogs.json":                           schema.ManagedIdentity,
		"20260101-interactiveUser-SignInLogs.json":                           schema.InteractiveUser,
		"20260101-SignInLogsGraph.json":                                      "",
		"export.csv":                                                         "",
		"insights-logs-signinlogs/tenantId=1/y=2026/PT1H.json":               schema.InteractiveUser,
		"a/insights-logs-noninteractiveusersigninlogs/PT1H.json":             schema.NonInteractiveUser,
		"a/insights-logs-serviceprincipalsigninlogs/y=2026/PT1H.json":        schema.ServicePrincipal,
		"a/insights-logs-managedidentitysigninlogs/PT1H.json":                schema.ManagedIdentity,
		"a/insights-logs-microsoftserviceprincipalsigninlogs/PT1H.json":      schema.MicrosoftServicePrincipal,
		"insights-logs-adfssigninlogs/PT1H.json":                             schema.ADFS,
		"NonInteractiveSignIns/export.csv":                                   "",
		"insights-logs-auditlogs/PT1H.json":                                  "",
		"insights-logs-signinlogs/NonInteractiveSignIns.csv":                 schema.NonInteractiveUser,
		"insights-logs-auditlogs/insights-logs-managedidentitysigninlogs/PT": schema.ManagedIdentity,
	} {
		t.Run(caseName(path), func(t *testing.T) {
			if got := categoryFromName(path); got != want {
				t.Errorf("%s: %q, want %q", path, got, want)
			}
		})
	}
}

// A countdown is a context that is done after Err was called n times.
type countdown struct {
	context.Context
	n *int
}

func (c countdown) Err() error {
	if *c.n--; *c.n < 0 {
		return context.Canceled
	}
	return nil
}

// Open ends with its context: in a walk, in the scan ahead for the order of dates,
// and while standard input waits.
func TestOpenEndsWithItsContext(t *testing.T) {
	t.Parallel()
	root := fixture.Tree(t, map[string]string{"a.json": signIn("1") + "\n", "b.json": signIn("2") + "\n", "dates.csv": "CreatedDateTime,ResultType,UserPrincipalName\n" + strings.Repeat("3/4/2026 5:06,0,u\n", 1000)})
	steps := 0
	for {
		n := steps
		_, err := Open(countdown{t.Context(), &n}, []string{root}, Options{chunkSize: 1 << 10})
		if e, ok := err.(*Error); ok && strings.Contains(e.What, "order of day and month") {
			break // it came to an end
		}
		if !errors.Is(err, context.Canceled) {
			t.Fatalf("after %d: %v", steps, err)
		}
		steps++
	}
	if steps < 20 {
		t.Errorf("the context was asked %d times", steps)
	}
	ctx, cancel := context.WithCancelCause(t.Context())
	waiting, feed := io.Pipe()
	defer feed.Close()
	cause := errors.New("enough")
	time.AfterFunc(10*time.Millisecond, func() { cancel(cause) })
	if _, err := Open(ctx, []string{"-"}, Options{Stdin: waiting}); !errors.Is(err, cause) {
		t.Errorf("standard input: %v", err)
	}
}
