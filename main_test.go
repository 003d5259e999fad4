package main

import (
	"archive/zip"
	"bytes"
	"cmp"
	"compress/gzip"
	"context"
	"crypto/sha256"
	"encoding/csv"
	"encoding/json"
	"encoding/xml"
	"errors"
	goflag "flag"
	"fmt"
	"io"
	"maps"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"runtime"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"
	"unicode/utf16"
	"unicode/utf8"

	"github.com/klauspost/compress/zstd"
	library "github.com/parquet-go/parquet-go"
	"github.com/rogpeppe/go-internal/testscript"

	"signins/codes"
	"signins/reader"
	"signins/schema"
	"signins/writer/excel"
	"signins/writer/manifest"
	"signins/writer/parquet"
)

func TestMain(m *testing.M) {
	testscript.Main(m, map[string]func(){"signins": main})
}

var update = goflag.Bool("update", false, "rewrite what scripts compare with, and the usage in README.md")

// TestScripts runs the command line as people do.
func TestScripts(t *testing.T) {
	testscript.Run(t, testscript.Params{
		Dir:           "testdata/script",
		UpdateScripts: *update,
		Cmds: map[string]func(ts *testscript.TestScript, neg bool, args []string){
			"examples": examples,
			"exits":    exits,
			"only":     only,
			"private":  private,
			"sizes":    hideSizes,
		},
	})
}

// exits runs a command that must end with the given status: exits 3 signins x.
func exits(ts *testscript.TestScript, _ bool, args []string) {
	want, err := strconv.Atoi(args[0])
	ts.Check(err)
	status := 0
	var exit *exec.ExitError
	switch err := ts.Exec(args[1], args[2:]...); {
	case errors.As(err, &exit):
		status = exit.ExitCode()
	default:
		ts.Check(err)
	}
	if status != want {
		ts.Fatalf("exit status %d, want %d", status, want)
	}
}

// private checks that only their owner can read files.
func private(ts *testscript.TestScript, _ bool, args []string) {
	if runtime.GOOS == "windows" {
		return
	}
	for _, name := range args {
		info, err := os.Stat(ts.MkAbs(name))
		ts.Check(err)
		if info.Mode().Perm() != 0o600 {
			ts.Fatalf("%s has mode %o", name, info.Mode().Perm())
		}
	}
}

// only checks that the folder holds the named files and no others.
func only(ts *testscript.TestScript, _ bool, args []string) {
	entries, err := os.ReadDir(ts.MkAbs("."))
	ts.Check(err)
	var names []string
	for _, e := range entries {
		if e.Name() != ".tmp" {
			names = append(names, e.Name())
		}
	}
	slices.Sort(args)
	if !slices.Equal(names, args) {
		ts.Fatalf("found %s", strings.Join(names, " "))
	}
}

// examples copies the example exports into the folder.
func examples(ts *testscript.TestScript, _ bool, _ []string) {
	ts.Check(os.CopyFS(ts.MkAbs("examples"), os.DirFS(examplesFolder)))
}

// examplesFolder is found before scripts change the folder.
var examplesFolder, _ = filepath.Abs("testdata/examples")

var sizes = regexp.MustCompile(`[0-9,]+ bytes`)

// hideSizes writes what the last command wrote to standard error to sizes.txt,
// without the sizes of files.
func hideSizes(ts *testscript.TestScript, _ bool, _ []string) {
	text := sizes.ReplaceAllString(ts.ReadFile("stderr"), "N bytes")
	ts.Check(os.WriteFile(ts.MkAbs("sizes.txt"), []byte(text), 0o600))
}

// TestInterrupt stops a run that waits for its input.
func TestInterrupt(t *testing.T) {
	t.Parallel()
	if runtime.GOOS == "windows" {
		t.Skip("Windows cannot send an interrupt to another process")
	}
	dir := t.TempDir()
	program := filepath.Join(dir, "signins")
	if out, err := exec.Command("go", "build", "-o", program, ".").CombinedOutput(); err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	record := `{"id":"r","createdDateTime":"2026-05-03T10:00:00Z","appId":"a","status":{"errorCode":0}}` + "\n"
	big := filepath.Join(dir, "big.ndjson")
	putFile(t, big, []byte(strings.Repeat(record, 300000)))
	for _, test := range []struct {
		name, input string
		begun       int // records on standard input
	}{
		{"waiting to see what it is", "-", 0},
		{"waiting for more of it", "-", 20000},
		{"at work", big, 0},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			// On a busy machine the signal may come before the program listens.
			code, wait := -1, 500*time.Millisecond
			for ; code == -1 && wait < 10*time.Second; wait *= 2 {
				code = interrupt(t, test.name, wait, strings.Repeat(record, test.begun), program, "-o", "out.parquet", "-o", "out.xlsx", "-o", "lake/", test.input)
			}
			if code != schema.ExitInterrupted {
				t.Errorf("%s: exit status %d, want %d", test.name, code, schema.ExitInterrupted)
			}
		})
	}
}

// interrupt interrupts a command after a while and returns its exit status, -1
// where it did not listen. It stops at once and leaves nothing behind.
func interrupt(t *testing.T, name string, after time.Duration, stdin string, command ...string) int {
	t.Helper()
	cmd := exec.Command(command[0], command[1:]...)
	cmd.Dir = t.TempDir()
	pipe, err := cmd.StdinPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	io.WriteString(pipe, stdin)
	time.Sleep(after)
	cmd.Process.Signal(os.Interrupt)
	begin := time.Now()
	cmd.Wait()
	if took := time.Since(begin); took > 5*time.Second {
		t.Errorf("%s: it took %s to stop", name, took)
	}
	if left, _ := os.ReadDir(cmd.Dir); len(left) > 0 {
		t.Errorf("%s: %s is left behind", name, left[0].Name())
	}
	return cmd.ProcessState.ExitCode()
}

// allowedImports are the packages of the program that each one may import, its
// tests as well. Packages that are not listed import none.
var allowedImports = map[string]string{
	"codes":               "schema schema/nested",
	"codes/rules":         "codes reader schema schema/setting testdata/cases",
	"reader":              "reader/source schema schema/jsontext schema/nested",
	"reader/source":       "schema",
	"schema":              "schema/jsontext",
	"schema/jsontext":     "",
	"schema/nested":       "schema schema/jsontext",
	"schema/setting":      "schema",
	"writer":              "schema writer/dataset writer/excel writer/files writer/manifest writer/parquet",
	"writer/dataset":      "schema writer/files writer/manifest writer/parquet",
	"writer/excel":        "schema schema/jsontext schema/nested writer/manifest",
	"writer/files":        "schema",
	"writer/manifest":     "schema writer/files",
	"writer/parquet":      "schema schema/jsontext schema/nested writer/parquet/zstd",
	"writer/parquet/zstd": "",
}

// TestStar checks who imports whom: reader, codes and writer know schema and
// libraries, schema knows the standard library alone, and below writer only
// dataset uses another format.
func TestStar(t *testing.T) {
	out, err := exec.Command("go", "list", "-f", `{{.ImportPath}} {{join .Imports " "}} {{join .TestImports " "}} {{join .XTestImports " "}}`, "./...").Output()
	if err != nil {
		t.Fatal(err)
	}
	listed := maps.Clone(allowedImports)
	for line := range strings.Lines(string(out)) {
		paths := strings.Fields(line)
		pkg, inside := strings.CutPrefix(paths[0], "signins/")
		if !inside {
			continue // main
		}
		delete(listed, pkg)
		for _, path := range paths[1:] {
			imported, inside := strings.CutPrefix(path, "signins/")
			library := strings.Contains(strings.Split(path, "/")[0], ".")
			if inside && imported != pkg && !slices.Contains(strings.Fields(allowedImports[pkg]), imported) || library && strings.HasPrefix(pkg, "schema") && pkg != "schema/setting" {
				t.Errorf("%s imports %s", pkg, path)
			}
		}
	}
	for pkg := range listed {
		t.Errorf("there is no package %s", pkg)
	}
}

// TestUsageInReadme compares the README's help with that of the program.
func TestUsageInReadme(t *testing.T) {
	readme, err := os.ReadFile("README.md")
	if err != nil {
		t.Fatal(err)
	}
	before, rest, _ := strings.Cut(string(readme), "```text\n")
	usage, after, found := strings.Cut(rest, "```\n")
	switch {
	case *update && found:
		err = os.WriteFile("README.md", []byte(before+"```text\n"+mainHelp()+"```\n"+after), 0o644)
	case usage != mainHelp():
		t.Error("README.md does not hold the text that --help prints: go test . -update")
	}
	if err != nil {
		t.Error(err)
	}
}

// TestReadmeLength keeps README.md short: what is longer goes to a page of a package.
func TestReadmeLength(t *testing.T) {
	readme, err := os.ReadFile("README.md")
	if err != nil {
		t.Fatal(err)
	}
	if n := len(strings.Fields(string(readme))); n > 2200 {
		t.Errorf("README.md has %d words, more than 2,200", n)
	}
}

// TestPages checks what README.md and the pages of packages name: a link leads to a
// file, `NAME` in `FILE` to a declaration, and a file of code exists.
func TestPages(t *testing.T) {
	link := regexp.MustCompile(`\]\(([^)#:]+)\)`)
	code := regexp.MustCompile("(?:`(\\w+)` in )?`([\\w/]+\\.(?:go|csv))`")
	for _, page := range findPages(t) {
		text, err := os.ReadFile(page)
		if err != nil {
			t.Fatal(err)
		}
		for _, found := range link.FindAllStringSubmatch(string(text), -1) {
			if _, err := os.Stat(filepath.Join(filepath.Dir(page), found[1])); err != nil {
				t.Errorf("%s: %v", page, err)
			}
		}
		for _, found := range code.FindAllStringSubmatch(string(text), -1) {
			name, path := found[1], filepath.Join(filepath.Dir(page), strings.ReplaceAll(found[2], "NAME", "*"))
			files, err := filepath.Glob(path)
			if err != nil || len(files) == 0 {
				t.Errorf("%s: no file %s", page, path)
				continue
			}
			source, err := os.ReadFile(files[0])
			if err != nil || name != "" && !regexp.MustCompile(`(?m)^(var|func) `+name+`\b`).Match(source) {
				t.Errorf("%s: %s does not declare %s: %v", page, path, name, err)
			}
		}
	}
}

func findPages(t *testing.T) (pages []string) {
	err := filepath.WalkDir(".", func(path string, entry os.DirEntry, err error) error {
		if filepath.Ext(path) == ".md" {
			pages = append(pages, path)
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return pages
}

// TestHelp checks the help of every verb: 80 columns, a way to write the command, all
// flags under headings, and all words that are values of a flag.
func TestHelp(t *testing.T) {
	t.Parallel()
	for _, v := range verbs() {
		t.Run(v.name, func(t *testing.T) {
			help := v.fullHelp()
			for line := range strings.Lines(help + mainHelp()) {
				if strings.TrimRight(line, " ") != line || utf8.RuneCountInString(line) > 81 {
					t.Errorf("line %q", line)
				}
			}
			if !strings.HasPrefix(help, "Usage:\n  "+v.usage+"\n") || !strings.Contains(mainHelp(), "  "+v.usage+"  ") {
				t.Errorf("%s is missing", v.usage)
			}
			words := strings.Join(strings.Fields(help), " ")
			for i, f := range v.flags(new(settings)) {
				if i == 0 && f.Heading == "" || f.Help == "" || !strings.Contains(words, "--"+f.Name+" ") || !strings.Contains(words, f.Help) {
					t.Errorf("--%s has no heading or help", f.Name)
				}
			}
		})
	}
	words := strings.Join(strings.Fields(mainHelp()), " ")
	for _, word := range slices.Concat(reader.Formats(), reader.DateOrders, schema.KnownCategories, parquet.Compressions, excel.SheetNames()) {
		if !strings.Contains(words, word) {
			t.Errorf("--help does not list %s", word)
		}
	}
}

// TestSpellings parses flags in several spellings: what they mean is the same.
func TestSpellings(t *testing.T) {
	t.Parallel()
	convert := verbs()[0]
	for _, spellings := range [][]string{
		{"", "--max-record=64MiB --compression zstd", "--raw=false --max-record 64M", "--encoding utf-8", "--jobs 3 --quiet"},
		{"--encoding windows-1252", "--encoding latin1", "--encoding=CP1252"},
		{"--since 2026-05-01", "--since 2026-05-01T00:00Z", "--since=2026-05-01T02:00:00+02:00"},
		{"--until 2026-05-01"}, {"--salvage", "--salvage=true"}, {"--raw"}, {"--nested"}, {"--from graph-json"}, {"--category adfs"}, {"--date-order dmy"},
	} {
		t.Run(spellings[0], func(t *testing.T) {
			var first []string
			for i, spelling := range spellings {
				s, err := convert.parse(append(strings.Fields(spelling), "-o", "out.parquet", "in.json"))
				if err != nil {
					t.Fatal(err)
				}
				if i == 0 {
					first = s.choices
				}
				if plain, _ := convert.parse([]string{"in.json"}); !slices.Equal(s.choices, first) || slices.Equal(s.choices, plain.choices) != (spellings[0] == "") {
					t.Errorf("%s: %q, %s: %q", spelling, s.choices, spellings[0], first)
				}
			}
		})
	}
}

// TestNaughtyStrings converts strings that break programs, as
// names of users, applications, devices and cities: in Parquet they are the same,
// byte for byte.
func TestNaughtyStrings(t *testing.T) {
	naughty := naughtyStrings(t)
	columns := []string{"user_principal_name", "app_display_name", "device_browser", "device_display_name", "location_city"}
	for name, content := range naughtyExports(naughty) {
		t.Run(name, func(t *testing.T) {
			t.Chdir(t.TempDir())
			putFile(t, name, content)
			status, files := runOnce(t, []string{"--quiet", "-o", "out.parquet", name})
			checkRun(t, status, files, true)
			for i, column := range columns {
				if name == "portal.csv" && i > 2 {
					continue // it has none
				}
				if got := parquetTexts(t, files["out.parquet"], column); !slices.Equal(got, naughty) {
					t.Errorf("%s, %s: %d rows are not the %d strings", name, column, len(got), len(naughty))
				}
			}
		})
	}
}

// naughtyStrings are those of the corpus.
func naughtyStrings(t *testing.T) (list []string) {
	t.Helper()
	text, err := os.ReadFile(filepath.Join("..", "shared", "corpora", "blns", "blns.json"))
	switch {
	case err == nil:
	case os.Getenv("CI") == "true":
		t.Fatalf("the corpus is missing: %v", err)
	default:
		t.Skipf("the corpus is missing: %v", err)
	}
	if err := json.Unmarshal(text, &list); err != nil || len(list) != 515 {
		t.Fatalf("%d strings, want 515: %v", len(list), err)
	}
	return list
}

// naughtyExports writes a record for each string, as lines of JSON and as CSV of
// two dialects.
func naughtyExports(naughty []string) map[string][]byte {
	var lines, portal, table bytes.Buffer
	portalRows, tableRows := csv.NewWriter(&portal), csv.NewWriter(&table)
	portalRows.Write([]string{"Date (UTC)", "Request ID", "Username", "Application", "Browser"})
	tableRows.Write([]string{"TimeGenerated [UTC]", "ResultType", "UserPrincipalName", "AppDisplayName", "DeviceDetail", "LocationDetails", "Id"})
	const date = "2026-01-02T03:04:05Z"
	for _, s := range naughty {
		device, _ := json.Marshal(map[string]string{"displayName": s, "browser": s})
		place, _ := json.Marshal(map[string]string{"city": s})
		name, _ := json.Marshal(s)
		fmt.Fprintf(&lines, `{"createdDateTime":%q,"appId":"a","userPrincipalName":%s,"appDisplayName":%s,"deviceDetail":%s,"location":%s}`+"\n", date, name, name, device, place)
		portalRows.Write([]string{date, "1", s, s, s})
		tableRows.Write([]string{date, "0", s, s, string(device), string(place), "1"})
	}
	portalRows.Flush()
	tableRows.Flush()
	return map[string][]byte{"lines.json": lines.Bytes(), "portal.csv": portal.Bytes(), "table.csv": table.Bytes()}
}

// parquetTexts reads a column of a file, null as "".
func parquetTexts(t *testing.T, data, column string) (texts []string) {
	t.Helper()
	file, err := library.OpenFile(strings.NewReader(data), int64(len(data)))
	if err != nil {
		t.Fatal(err)
	}
	leaf, ok := file.Schema().Lookup(column)
	if !ok {
		t.Fatalf("no column %s", column)
	}
	rows := library.NewReader(file)
	defer rows.Close()
	for buffer := make([]library.Row, 64); ; {
		n, err := rows.ReadRows(buffer)
		for _, row := range buffer[:n] {
			row.Range(func(index int, values []library.Value) bool {
				if index == leaf.ColumnIndex {
					texts = append(texts, string(values[0].ByteArray()))
				}
				return true
			})
		}
		if err == io.EOF {
			return texts
		}
		if err != nil {
			t.Fatal(err)
		}
	}
}

// runSeeds are small exports of every dialect.
var runSeeds = []string{
	`{"id":"1","createdDateTime":"2026-01-02T03:04:05.1234567Z","appId":"a","status":{"errorCode":50126},"location":{"city":"Köln"},"new":[1.10]}` + "\n",
	`[{"id":"1","createdDateTime":"2026-01-02T03:04:05Z","appId":"a"},{"id":"2","createdDateTime":"","appId":"a","appliedConditionalAccessPolicies":[{"result":"success"}]},5]`,
	"{\n" + `"@odata.context":"#auditLogs/signIns","@odata.nextLink":"x","value":[{"createdDateTime":"2026-01-02T03:04:05Z","appId":"a","authenticationDetails":[]}]}`,
	`{"records":[{"time":"1/2/2026 3:04:05 AM","category":"SignInLogs","resultType":"0","properties":{"createdDateTime":"2026-01-02T03:04:05Z","id":"1","userType":"Guest"}}]}` + "\r\n{bad\n",
	"Date (UTC),Request ID,Username,User,Sign-in error code,Status\n2026-01-02T03:04:05Z,1,a@contoso.example,\"Zoë\nB\",0,Success\n2026-01-02T03:04:05Z,2,,=x,,\n",
	"Request ID,Date,Authentication method,Authentication method detail,Succeeded,Result detail,Requirement\n1,2026-01-02T03:04:05Z,Password,,true,Correct password,\nx,,,,,,\n",
	"TimeGenerated [UTC],CreatedDateTime [UTC],Id,ResultType,UserPrincipalName,DeviceDetail,Type\n\"1/2/2026, 3:04:05.123 AM\",\"1/14/2026, 3:04 AM\",1,0,u,\"{\"\"a\"\":\"\"{}\"\"}\",SigninLogs\n",
	`{"tables":[{"name":"PrimaryResult","columns":[{"name":"TimeGenerated"},{"name":"ResultType"},{"name":"UserPrincipalName"}],"rows":[["2026-01-02T03:04:05Z","0","u"],[]]}]}`,
	`[{"TimeGenerated":"2026-01-02T03:05:00Z","CreatedDateTime":"2026-01-02T03:04:05Z","Id":"1","ResultType":"0","Type":"AADServicePrincipalSignInLogs"}]`,
	`[{"CreatedDateTime":"\/Date(1598901896013)\/","Id":"1","AppId":"a","Status":{"ErrorCode":0,"AdditionalProperties":{}}}]`,
	"#TYPE x\n\"CreatedDateTime\",\"Id\",\"AppId\",\"Status.ErrorCode\",\"Location\"\n\"15/11/2025 1:02:03\",\"1\",\"a\",\"0\",\"Microsoft.Graph.X\"\n",
	"sep=;\r\nDate (UTC);Request ID;Username;Latency\n14.1.2026 03:04;1;\"a;\tb\";1,5\n;2;;\"",
	`[null,{},{"category":"AuditLogs","properties":{}},{"category":"SignInLogs","properties":{"createdDateTime":"2026-01-02T03:04:05Z","id":"1"}}]`,
	"Timestamp,RequestId,ErrorCode,LogonType,AccountUpn\n2026-01-02T03:04:05.1234567Z,1,0,\"[\"\"interactiveUser\"\"]\",u\n",
}

// FuzzRun converts any bytes as a file, alone and in a folder with a good one. Every
// record is accounted for and can be read again, the number of parsers changes
// nothing, and refused files leave no output.
func FuzzRun(f *testing.F) {
	f.Setenv("SOURCE_DATE_EPOCH", "0")
	flags := [][]string{nil, {"--salvage"}, {"--nested", "--raw"}, {"--date-order=dmy"}, {"--encoding=windows-1252"}, {"--since=2026-01-02", "--until=2026-01-03"}, {"-o", "out.xlsx"}}
	for _, format := range reader.Formats() {
		flags = append(flags, []string{"--from=" + format})
	}
	names := []string{"export", "InteractiveSignIns_2026-01-01_2026-01-31.csv", "folder/PT1H.json", "folder/AuthDetails.csv"}
	for i, seed := range runSeeds {
		f.Add([]byte(seed), byte(i%len(names)), byte(i%len(flags)))
		f.Add([]byte(seed[:len(seed)*2/3]), byte(0), byte(1))
		f.Add(packedSeed(i, seed), byte(2*i), byte(i/2))
	}
	f.Fuzz(func(t *testing.T, content []byte, name, flag byte) {
		t.Chdir(t.TempDir())
		input := names[int(name)%len(names)]
		folder, _, inside := strings.Cut(input, "/") // a good one beside it
		if inside {
			putFile(t, "folder/InteractiveSignIns.json", []byte(runSeeds[0]))
		}
		putFile(t, input, content)
		arguments := append([]string{"--quiet", "--jobs=1", "-o", "out.parquet", folder}, flags[int(flag)%len(flags)]...)
		inside = inside && !strings.HasPrefix(arguments[len(arguments)-1], "--from")
		status, files := runOnce(t, arguments)
		checkRun(t, status, files, inside)
		arguments[1] = "--jobs=2"
		again, others := runOnce(t, arguments)
		for name, text := range others {
			if want := strings.Replace(files[name], `"--jobs=1"`, `"--jobs=2"`, 1); text != want && !strings.HasSuffix(name, ".sha256") {
				t.Errorf("%s is another with two parsers:\n%s\nwant\n%s", name, text, want)
			}
		}
		if now, err := os.ReadFile(input); again != status || len(others) != len(files) || err != nil || !bytes.Equal(now, content) {
			t.Errorf("exit status %d and %d, %d files and %d, %v", status, again, len(files), len(others), err)
		}
	})
}

// packedSeed is text in another encoding or a container, by turns.
func packedSeed(turn int, text string) []byte {
	var b bytes.Buffer
	switch turn % 4 {
	case 0:
		w := gzip.NewWriter(&b)
		io.WriteString(w, text)
		w.Close()
	case 1:
		w, _ := zstd.NewWriter(&b)
		io.WriteString(w, text)
		w.Close()
	case 2:
		w := zip.NewWriter(&b)
		for _, name := range []string{"a.json", "b/MSISignIns.csv"} {
			entry, _ := w.Create(name)
			io.WriteString(entry, text)
		}
		w.Close()
	default:
		for _, unit := range utf16.Encode([]rune("\ufeff" + text)) {
			b.Write([]byte{byte(unit), byte(unit >> 8)})
		}
	}
	return b.Bytes()
}

func putFile(t testing.TB, path string, content []byte) {
	t.Helper()
	if err := cmp.Or(os.MkdirAll(filepath.Dir(path), 0o700), os.WriteFile(path, content, 0o600)); err != nil {
		t.Fatal(err)
	}
}

// runOnce runs the program, and removes and returns the files that it wrote.
func runOnce(t *testing.T, arguments []string) (status int, files map[string]string) {
	t.Helper()
	var messages strings.Builder
	inputs, files := map[string]bool{}, map[string]string{}
	before, _ := os.ReadDir(".")
	for _, entry := range before {
		inputs[entry.Name()] = true
	}
	status = run(arguments, nil, io.Discard, &messages)
	if status != 0 && status != schema.ExitRejects && status != schema.ExitInput || strings.Count(messages.String(), "\n") > 8 {
		t.Errorf("exit status %d: %s", status, messages.String())
	}
	after, _ := os.ReadDir(".")
	for _, entry := range after {
		if inputs[entry.Name()] {
			continue
		}
		text, err := os.ReadFile(entry.Name())
		if err = cmp.Or(err, os.Remove(entry.Name())); err != nil {
			t.Errorf("%s is left: %v", entry.Name(), err)
		}
		files[entry.Name()] = string(text)
	}
	return status, files
}

// checkRun makes sure that what a run left adds up.
func checkRun(t *testing.T, status int, files map[string]string, good bool) {
	t.Helper()
	if status == schema.ExitInput {
		if len(files) > 0 {
			t.Errorf("refused, but left %v", slices.Collect(maps.Keys(files)))
		}
		return
	}
	var record manifest.Run
	if err := json.Unmarshal([]byte(files["out.parquet.manifest.json"]), &record); err != nil {
		t.Fatal(err)
	}
	var total manifest.Records
	for _, in := range record.Inputs {
		if !in.Records.Balanced() {
			t.Errorf("%s: %+v", in.Path, in.Records)
		}
		total.Add(in.Records)
	}
	rejects := int64(strings.Count(files["out.parquet.rejects.ndjson"], "\n"))
	missed := slices.ContainsFunc(record.Skipped, func(skip schema.Skipped) bool { return skip.LikeSignIns })
	if total != record.Totals || rejects != total.Rejected || (status == schema.ExitRejects) != (rejects > 0 || missed) {
		t.Errorf("exit status %d, %d rejects, %+v in all, inputs %+v", status, rejects, record.Totals, total)
	}
	if good && total.Written+total.Filtered == 0 {
		t.Error("the good file is not read")
	}
	wellFormed(t, files["out.xlsx"])
	if rows := parquetRows(t, files["out.parquet"]); rows != total.Written {
		t.Errorf("%d rows, %d were written", rows, total.Written)
	}
	for name, text := range files {
		sum := fmt.Sprintf("%x  %s\n", sha256.Sum256([]byte(text)), name)
		if beside := files[strings.Join(strings.SplitN(name, ".", 3)[:2], ".")+".sha256"]; !strings.HasSuffix(name, ".sha256") && !strings.Contains(beside, sum) {
			t.Errorf("%s lacks %s", beside, sum)
		}
	}
}

// parquetRows reads every value of a file.
func parquetRows(t *testing.T, data string) (n int64) {
	t.Helper()
	file, err := library.OpenFile(strings.NewReader(data), int64(len(data)))
	if err != nil {
		t.Fatal(err)
	}
	rows := library.NewReader(file)
	defer rows.Close()
	for buffer := make([]library.Row, 64); ; {
		got, err := rows.ReadRows(buffer)
		n += int64(got)
		switch {
		case err == io.EOF:
			return n
		case err != nil:
			t.Fatal(err)
		}
	}
}

// wellFormed parses all that a workbook is made of.
func wellFormed(t *testing.T, book string) {
	t.Helper()
	archive, err := zip.NewReader(strings.NewReader(book), int64(len(book)))
	if book == "" {
		return
	}
	if err != nil {
		t.Fatal(err)
	}
	for _, part := range archive.File {
		text, err := part.Open()
		if err != nil {
			t.Fatal(err)
		}
		decoder := xml.NewDecoder(text)
		for err == nil {
			_, err = decoder.Token()
		}
		if err != io.EOF {
			t.Errorf("%s: %v", part.Name, err)
		}
	}
}

// benchInput is the export that SIGNINS_BENCH names, or some megabytes of
// example lines.
func benchInput(b *testing.B) (path string) {
	b.Helper()
	path = os.Getenv("SIGNINS_BENCH")
	if path == "" {
		lines, err := os.ReadFile("testdata/examples/graph/servicePrincipal.ndjson")
		if err != nil {
			b.Fatal(err)
		}
		lines = append(bytes.TrimSpace(lines), '\n')
		path = filepath.Join(b.TempDir(), "lines.ndjson")
		putFile(b, path, bytes.Repeat(lines, 1+32<<20/len(lines)))
	}
	info, err := os.Stat(path)
	if err != nil {
		b.Fatal(err)
	}
	b.SetBytes(info.Size())
	return path
}

// BenchmarkAnnotate is what the rules cost for each record.
func BenchmarkAnnotate(b *testing.B) {
	table := codes.Embedded()
	inputs, err := reader.Open(b.Context(), []string{benchInput(b)}, reader.Options{Jobs: 1})
	if err != nil {
		b.Fatal(err)
	}
	for batch, err := range inputs.Read(context.Background()) {
		if err != nil {
			b.Fatal(err)
		}
		b.SetBytes(0)
		for b.Loop() {
			table.Annotate(batch)
		}
		b.ReportMetric(float64(b.N)*float64(batch.Len)/b.Elapsed().Seconds(), "records/s")
		return
	}
}

// BenchmarkRun is the whole program, by output.
func BenchmarkRun(b *testing.B) {
	for _, output := range []string{"out.parquet", "lake/"} {
		for _, nested := range []bool{false, true} {
			b.Run(output+" nested="+strconv.FormatBool(nested), func(b *testing.B) {
				path, dir := benchInput(b), b.TempDir()
				arguments := []string{"--quiet", "--overwrite", "--nested=" + strconv.FormatBool(nested), "-o", dir + "/" + output, path}
				for b.Loop() {
					if status := run(arguments, nil, os.Stdout, os.Stderr); status != 0 {
						b.Fatalf("exit status %d", status)
					}
				}
			})
		}
	}
}
