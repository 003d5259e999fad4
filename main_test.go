package main

import (
	"archive/zip"
	"bufio"
	"bytes"
	"cmp"
	"context"
	"crypto/sha256"
	"encoding/csv"
	"encoding/json"
	"encoding/xml"
	"errors"
	"fmt"
	"io"
	"maps"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"reflect"
	"regexp"
	"runtime"
	"runtime/debug"
	"runtime/pprof"
	"slices"
	"strconv"
	"strings"
	"testing"
	"unicode/utf16"
	"unicode/utf8"

	"github.com/klauspost/compress/zstd"
	library "github.com/parquet-go/parquet-go"
	"github.com/rogpeppe/go-internal/testscript"
	"github.com/xuri/excelize/v2"

	"signins/codes"
	"signins/reader"
	"signins/schema"
	"signins/schema/duplicates"
	"signins/testdata/cases"
	"signins/testdata/fixture"
	"signins/testdata/golden"
	"signins/testdata/mmdb"
	"signins/writer/excel"
	"signins/writer/manifest"
	"signins/writer/parquet"
	"signins/writer/rerun"
)

func TestMain(m *testing.M) {
	testscript.Main(m, map[string]func(){"signins": main})
}

// TestScripts runs the command line as people do.
func TestScripts(t *testing.T) {
	testscript.Run(t, testscript.Params{
		Dir:           "testdata/script",
		UpdateScripts: *golden.Update,
		Cmds: map[string]func(ts *testscript.TestScript, neg bool, args []string){
			"examples": examples,
			"exits":    exits,
			"geoip":    makePlaces,
			"many":     many,
			"mode":     checkModes,
			"only":     only,
			"private":  private,
			"sizes":    hideSizes,
			"zip":      zipFiles,
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

// makePlaces makes a database of places for --geoip: geoip places.mmdb Berlin.
func makePlaces(ts *testscript.TestScript, _ bool, args []string) {
	ts.Check(os.WriteFile(ts.MkAbs(args[0]), mmdb.Make(6, map[string]any{
		"192.0.2.0/24":  mmdb.Fields{"country": mmdb.Fields{"iso_code": "DE"}, "city": mmdb.Fields{"names": mmdb.Fields{"en": args[1]}}},
		"2001:db8::/32": mmdb.Fields{"autonomous_system_number": mmdb.Number(64496), "autonomous_system_organization": "Example Net"},
	}), 0o600))
}

// many makes a folder with so many exports of one sign-in: many 1001 logs.
func many(ts *testscript.TestScript, _ bool, args []string) {
	n, err := strconv.Atoi(args[0])
	ts.Check(err)
	ts.Check(os.MkdirAll(ts.MkAbs(args[1]), 0o700))
	for i := range n {
		record := fmt.Sprintf(`{"id":"r%d","createdDateTime":"2026-05-01T10:%02d:00Z","appId":"a","status":{"errorCode":0}}`+"\n", i, i%60)
		ts.Check(os.WriteFile(ts.MkAbs(filepath.Join(args[1], fmt.Sprintf("%04d.json", i))), []byte(record), 0o600))
	}
}

// zipFiles packs files: zip logs.zip a.json b.json.
func zipFiles(ts *testscript.TestScript, _ bool, args []string) {
	var entries []string
	for _, name := range args[1:] {
		entries = append(entries, name, ts.ReadFile(name))
	}
	ts.Check(os.WriteFile(ts.MkAbs(args[0]), []byte(fixture.Zip(entries...)), 0o600))
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

// checkModes checks the modes of files: mode 640 x lake/*.
func checkModes(ts *testscript.TestScript, _ bool, args []string) {
	if runtime.GOOS == "windows" {
		return
	}
	for _, pattern := range args[1:] {
		names, err := filepath.Glob(ts.MkAbs(pattern))
		if ts.Check(err); len(names) == 0 {
			ts.Fatalf("there is no %s", pattern)
		}
		for _, name := range names {
			info, err := os.Stat(name)
			ts.Check(err)
			if got := fmt.Sprintf("%o", info.Mode().Perm()); got != args[0] {
				ts.Fatalf("%s has mode %s", name, got)
			}
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

// TestTopLevel keeps the top level short: packages are below it.
func TestTopLevel(t *testing.T) {
	entries, err := os.ReadDir(".")
	if err != nil {
		t.Fatal(err)
	}
	for _, entry := range entries {
		switch name := entry.Name(); name {
		case "README.md", "codes", "go.mod", "go.sum", "main.go", "main_test.go", "reader", "schema", "testdata", "writer":
		default:
			if !strings.HasPrefix(name, ".") {
				t.Errorf("%s is at the top level", name)
			}
		}
	}
}

// allowedImports are the packages of the program that each one may import, its
// tests as well. Packages that are not listed import none.
var allowedImports = map[string]string{
	"codes":               "codes/sidefile schema schema/nested testdata/fixture",
	"codes/labels":        "codes/sidefile schema testdata/fixture testdata/mmdb",
	"codes/sidefile":      "schema testdata/fixture",
	"codes/rules":         "codes codes/labels codes/sidefile reader schema schema/setting testdata/cases testdata/fixture testdata/golden",
	"reader":              "reader/source schema schema/jsontext schema/nested schema/setting testdata/fixture testdata/golden",
	"reader/source":       "schema testdata/fixture",
	"schema":              "schema/jsontext testdata/golden",
	"schema/duplicates":   "schema testdata/fixture",
	"schema/jsontext":     "testdata/fixture",
	"schema/nested":       "schema schema/jsontext",
	"schema/setting":      "schema",
	"schema/versions":     "schema schema/jsontext",
	"writer":              "schema schema/duplicates schema/nested schema/setting schema/versions testdata/fixture writer/dataset writer/delta writer/excel writer/files writer/manifest writer/order writer/parquet",
	"writer/compact":      "schema schema/nested testdata/fixture writer writer/delta writer/files writer/manifest writer/order writer/parquet writer/verify",
	"writer/dataset":      "schema schema/versions testdata/fixture writer/files writer/manifest writer/order writer/parquet",
	"writer/delta":        "schema schema/nested testdata/fixture writer/manifest",
	"writer/excel":        "schema schema/duplicates schema/jsontext schema/nested schema/versions testdata/fixture testdata/golden writer/manifest writer/order",
	"writer/files":        "schema testdata/fixture",
	"writer/manifest":     "schema schema/duplicates schema/jsontext schema/versions testdata/fixture testdata/golden writer/files",
	"writer/order":        "schema",
	"writer/parquet":      "schema schema/jsontext schema/nested testdata/fixture writer/parquet/zstd",
	"writer/parquet/zstd": "",
	"writer/rerun":        "schema testdata/fixture writer/files writer/manifest",
	"writer/verify":       "schema schema/duplicates testdata/fixture writer writer/compact writer/dataset writer/delta writer/excel writer/files writer/manifest writer/parquet",
}

// TestStar checks who imports whom: reader, codes and writer know schema and
// libraries, schema knows the standard library alone, and below writer only
// dataset uses another format.
func TestStar(t *testing.T) {
	if _, err := exec.LookPath("go"); err != nil && runtime.GOOS == "windows" {
		t.Skip("under Wine there is no go command")
	}
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
	readme := fixture.Read(t, "README.md")
	before, rest, _ := strings.Cut(string(readme), "```text\n")
	usage, after, found := strings.Cut(rest, "```\n")
	switch {
	case *golden.Update && found:
		fixture.Write(t, "README.md", before+"```text\n"+mainHelp()+"```\n"+after)
	case usage != mainHelp():
		t.Error("README.md does not hold the text that --help prints: go test . -update")
	}
}

// TestReadmeLength keeps README.md short: what is longer goes to a page of a package.
func TestReadmeLength(t *testing.T) {
	readme := fixture.Read(t, "README.md")
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
		text := fixture.Read(t, page)
		for _, found := range link.FindAllStringSubmatch(string(text), -1) {
			if _, err := os.Stat(filepath.Join(filepath.Dir(page), found[1])); err != nil {
				t.Errorf("%s: %v", page, err)
			}
		}
		dir := strings.TrimPrefix(filepath.Dir(page), ".github") // whose page is about all folders
		for _, found := range code.FindAllStringSubmatch(string(text), -1) {
			name, path := found[1], filepath.Join(dir, strings.ReplaceAll(found[2], "NAME", "*"))
			files, err := filepath.Glob(path)
			if err != nil || len(files) == 0 {
				t.Errorf("%s: no file %s", page, path)
				continue
			}
			source, err := os.ReadFile(files[0])
			if err != nil || name != "" && !regexp.MustCompile(`(?m)^(const|func|var) `+name+`\b`).Match(source) {
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
		t.Run(v.Name, func(t *testing.T) {
			help := v.FullHelp()
			for line := range strings.Lines(help + mainHelp()) {
				if strings.TrimRight(line, " ") != line || utf8.RuneCountInString(line) > 81 {
					t.Errorf("line %q", line)
				}
			}
			if !strings.HasPrefix(help, "Usage:\n  "+v.Usage+"\n") || !strings.Contains(mainHelp(), "  "+v.Usage+"  ") {
				t.Errorf("%s is missing", v.Usage)
			}
			words := strings.Join(strings.Fields(help), " ")
			if v.Flags == nil {
				return
			}
			for i, f := range v.Flags(new(settings)) {
				if i == 0 && f.Heading == "" || f.Help == "" || !strings.Contains(words, "--"+f.Name+" ") || !strings.Contains(words, f.Help) {
					t.Errorf("--%s has no heading or help", f.Name)
				}
			}
		})
	}
	words := strings.Join(strings.Fields(mainHelp()), " ")
	for _, word := range slices.Concat(reader.Formats(), reader.DateOrders, schema.KnownCategories, parquet.Compressions, duplicates.Modes, excel.SheetNames()) {
		if !strings.Contains(words, word) {
			t.Errorf("--help does not list %s", word)
		}
	}
}

// TestSpellings parses flags in several spellings: what they mean is the same.
func TestSpellings(t *testing.T) {
	t.Parallel()
	convert := &verbs()[0]
	for _, spellings := range [][]string{
		{"", "--max-record=64MiB --compression zstd", "--duplicates keep", "--raw=false --max-record 64M", "--encoding utf-8", "--jobs 3 --quiet"},
		{"--encoding windows-1252", "--encoding latin1", "--encoding=CP1252"},
		{"--since 2026-05-01", "--since 2026-05-01T00:00Z", "--since=2026-05-01T02:00:00+02:00"},
		{"--user anna --user B", "--user b --user=ANNA --user b"}, {"--address 192.0.2.7", "--address ::ffff:192.0.2.7/128"}, {"--app x"}, {"--until 2026-05-01"}, {"--salvage", "--salvage=true"}, {"--raw"}, {"--nested"}, {"--duplicates ignore"}, {"--from graph-json"}, {"--category adfs"}, {"--date-order dmy"},
	} {
		t.Run(spellings[0], func(t *testing.T) {
			var first []string
			for i, spelling := range spellings {
				s, err := parse(convert, append(strings.Fields(spelling), "-o", "out.parquet", "in.json"))
				if err != nil {
					t.Fatal(err)
				}
				if i == 0 {
					first = s.conversion.Options.Choices
				}
				if plain, _ := parse(convert, []string{"in.json"}); !slices.Equal(s.conversion.Options.Choices, first) || slices.Equal(s.conversion.Options.Choices, plain.conversion.Options.Choices) != (spellings[0] == "") {
					t.Errorf("%s: %q, %s: %q", spelling, s.conversion.Options.Choices, spellings[0], first)
				}
			}
		})
	}
}

// TestRecordedFlags makes sure that a manifest has every flag that changes an output, in a
// spelling that means the same when it is read back.
func TestRecordedFlags(t *testing.T) {
	t.Parallel()
	// These change no byte of an output, or are recorded in another way.
	others := []string{"output", "overwrite", "mode", "codes", "rules", "addresses", "users", "geoip", "jobs", "quiet", "identify", "files-from", "new", "shard", "delta"}
	convert, s := &verbs()[0], newSettings()
	for _, f := range convert.Flags(s) {
		if recorded := f.InRunID || f.InWorkbook; recorded == slices.Contains(others, f.Name) {
			t.Errorf("--%s: recorded %t", f.Name, recorded)
		}
	}
	for _, flags := range []string{
		"", "--since 2026-05-01 --until 2026-06-01T10:11:12.123456+02:00", "--max-record 1M --encoding latin1 --raw --nested", "--encoding utf-16le --date-order dmy",
		"--timezone Europe/Berlin --sheets Sign-ins,summary,error-codes --input-timezone America/St_Johns --salvage", "--compression none --from graph-json --category adfs", "--timezone UTC", "--user b,c --user A --app \"x\" --address 192.0.2.7 --address 2001:db8::/32",
	} {
		t.Run(flags, func(t *testing.T) {
			first, err := parse(convert, append(strings.Fields(flags), "-o", "out.parquet", "-o", "out.xlsx", "in.json"))
			if err != nil {
				t.Fatal(err)
			}
			again, err := first.repeat(&rerun.Plan{Run: &manifest.Run{Command: first.command}, Outputs: []string{"b/out.parquet", "b/out.xlsx"}})
			if err != nil {
				t.Fatal(err)
			}
			a, b := &first.conversion.Options, &again.conversion.Options
			if !slices.Equal(a.Choices, b.Choices) || !maps.Equal(first.command.Settings, again.command.Settings) || again.conversion.Span != first.conversion.Span ||
				!reflect.DeepEqual(again.conversion.Selection, first.conversion.Selection) || a.Parquet.Compression != b.Parquet.Compression ||
				again.reading.MaxRecord != first.reading.MaxRecord || again.reading.InputZone.String() != first.reading.InputZone.String() ||
				!slices.Equal(a.Excel.Sheets, b.Excel.Sheets) || excel.ZoneName(a.Excel.Zone) != excel.ZoneName(b.Excel.Zone) {
				t.Errorf("%+v is repeated as %+v", first, again)
			}
		})
	}
}

// Labels and places stand in columns of their own, and a database that turns out to be
// damaged leaves nothing behind.
func TestLabelsInAWorkbook(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	places := mmdb.Make(4, map[string]any{"192.0.2.0/24": mmdb.Fields{"country": mmdb.Fields{"iso_code": "DE"}, "city": mmdb.Fields{"names": mmdb.Fields{"en": "Cologne"}}}})
	fixture.Write(t, dir+"/geo.mmdb", places)
	fixture.Write(t, dir+"/addresses.csv", "cidr,label\n192.0.2.0/24,office\n")
	fixture.Write(t, dir+"/users.csv", "user,label\n0A0A,administrator\n")
	fixture.Write(t, dir+"/logs.json", `[{"id":"r1","createdDateTime":"2026-05-01T10:00:00Z","appId":"a","userId":"0a0a","ipAddress":"192.0.2.7","location":{"city":"Bonn"},"status":{"errorCode":0}}]`)
	var text strings.Builder
	convert := func() int {
		return run([]string{"--quiet", "--addresses", dir + "/addresses.csv", "--users", dir + "/users.csv", "--geoip", dir + "/geo.mmdb", "--overwrite", "-o", dir + "/out.xlsx", dir + "/logs.json"}, nil, &text, &text)
	}
	if status := convert(); status != 0 {
		t.Fatalf("exit status %d\n%s", status, text.String())
	}
	book, err := excelize.OpenFile(dir + "/out.xlsx")
	if err != nil {
		t.Fatal(err)
	}
	defer book.Close()
	rows, err := book.GetRows("Sign-ins")
	if err != nil || len(rows) != 2 {
		t.Fatalf("%d rows, %v", len(rows), err)
	}
	for title, want := range map[string]string{"Address label": "office", "User label": "administrator", "Place by GeoIP": "DE, Cologne", "City": "Bonn"} {
		if at := slices.Index(rows[0], title); at < 0 || rows[1][at] != want {
			t.Errorf("%s is not %s in %q", title, want, rows)
		}
	}
	before := fixture.Read(t, dir+"/out.xlsx")
	places[bytes.Index(places, []byte("iso_code"))-1] = 0xff
	fixture.Write(t, dir+"/geo.mmdb", places)
	text.Reset()
	if status := convert(); status != schema.ExitUsage || !strings.Contains(text.String(), "geo.mmdb: 192.0.2.7: no database in the MaxMind format, or a damaged one: ") || !bytes.Equal(before, fixture.Read(t, dir+"/out.xlsx")) {
		t.Errorf("exit status %d\n%s", status, text.String())
	}
}

// readSheets are the rows of the sheets of a workbook by their names; the lower table of Findings is named
// "Findings, Inventories".
type readSheets map[string][][]string

func readWorkbook(t *testing.T, inputs ...string) readSheets {
	t.Helper()
	path := t.TempDir() + "/out.xlsx"
	var text strings.Builder
	if status := run(append([]string{"--quiet", "-o", path}, inputs...), nil, &text, &text); status != 0 {
		t.Fatalf("exit status %d\n%s", status, text.String())
	}
	book, err := excelize.OpenFile(path)
	if err != nil {
		t.Fatal(err)
	}
	defer book.Close()
	sheets := readSheets{}
	for _, name := range book.GetSheetList() {
		if sheets[name], err = book.GetRows(name); err != nil {
			t.Fatal(err)
		}
	}
	rows := sheets["Findings"]
	begin := slices.IndexFunc(rows, func(row []string) bool { return strings.HasPrefix(strings.Join(row, ""), "Inventories: ") })
	sheets["Findings"], sheets["Findings, Inventories"] = rows[:begin], rows[begin+1:]
	return sheets
}

// filter returns the rows of a sheet that have one of some values in a column, the other
// columns by title.
func (s readSheets) filter(sheet, title string, values []string) (rows []map[string]string) {
	if len(s[sheet]) == 0 {
		return nil
	}
	titles := s[sheet][0]
	for _, row := range s[sheet][1:] {
		line := map[string]string{}
		for i, value := range row {
			if i < len(titles) {
				line[titles[i]] = value
			}
		}
		if slices.Contains(values, line[title]) {
			rows = append(rows, line)
		}
	}
	return rows
}

// Each question of the workbook's page has an answer where the page says: the sheet has
// rows with the value in the column that is to be filtered, and what is to be read there.
// The examples have all but travel and policies that would fail, planted cases have those.
func TestQuestionsHaveAnswers(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	list, _ := cases.Planted()
	fixture.Write(t, dir+"/signins.ndjson", cases.Graph(list))
	examples, planted := readWorkbook(t, "testdata/examples"), readWorkbook(t, dir+"/signins.ndjson")
	lines := regexp.MustCompile(`(?m)^\| ([^|]+\?) \| ([^|]+) \| ([^|]+) \| ([^|]+) \|$`).FindAllStringSubmatch(string(fixture.Read(t, "writer/excel/WORKBOOK.md")), -1)
	if len(lines) != 15 {
		t.Errorf("%d questions", len(lines))
	}
	for _, line := range lines {
		question, sheets, filters, titles := line[1], strings.Split(line[2], "; "), strings.Split(line[3], "; "), strings.Split(line[4], "; ")
		for i, sheet := range sheets {
			column, list, _ := strings.Cut(filters[i], ": ")
			values := []string{list}
			if column == "Result" {
				values = strings.Split(list, ", ")
			}
			rows := examples.filter(sheet, column, values)
			if list == "Faster than travel" {
				rows = planted.filter(sheet, column, values)
			}
			if len(rows) == 0 {
				t.Errorf("%s: %s has no row with %s", question, sheet, filters[i])
				continue
			}
			for title := range strings.SplitSeq(titles[min(i, len(titles)-1)], ", ") {
				if !slices.ContainsFunc(rows, func(row map[string]string) bool { return row[title] != "" }) {
					t.Errorf("%s: no row of %s with %s has a value in %s", question, sheet, filters[i], title)
				}
			}
		}
	}
	if rows := planted.filter("Conditional access", "Result", []string{"reportOnlyFailure"}); len(rows) == 0 {
		t.Error("no policy would fail")
	}
	dates := []string{}
	for _, row := range examples.filter("Sign-ins", "Username", []string{"adm-alex@contoso.example"}) {
		dates = append(dates, row["Date (UTC)"])
	}
	if len(dates) < 50 || !slices.IsSorted(dates) {
		t.Errorf("the sign-ins of one user are at %q", dates)
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
			fixture.Write(t, name, content)
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

// TestEachSignInCountsOnce converts events that each have three records, in the
// portal's CSV, in Graph's JSON and as Azure delivers them, shuffled over 40 files.
func TestEachSignInCountsOnce(t *testing.T) {
	t.Chdir(t.TempDir())
	t.Setenv("SOURCE_DATE_EPOCH", "0")
	events := 20000
	if testing.Short() {
		events = 2000
	}
	want := putOverlappingExports(t, events)
	var outputs [2]map[string]string
	for i, jobs := range []string{"--jobs=1", "--jobs=4"} {
		_, outputs[i] = runOnce(t, []string{"--quiet", jobs, "-o", "out.parquet", "logs"})
	}
	checkRun(t, 0, outputs[0], true)
	if outputs[0]["out.parquet"] != outputs[1]["out.parquet"] {
		t.Error("four parsers give another result than one")
	}
	of, kinds := parquetTexts(t, outputs[0]["out.parquet"], "duplicate_of"), parquetTexts(t, outputs[0]["out.parquet"], "duplicate_kind")
	if !slices.Equal(of, want.of) || !slices.Equal(kinds, want.kinds) {
		t.Errorf("%d and %d columns of duplicates are not the %d expected", len(of), len(kinds), len(want.of))
	}
	var record manifest.Run
	if err := json.Unmarshal([]byte(outputs[0]["out.parquet.manifest.json"]), &record); err != nil {
		t.Fatal(err)
	}
	counted := int64(0)
	for _, in := range record.Inputs {
		counted += in.Category[schema.InteractiveUser]
	}
	same := int64(strings.Count(strings.Join(kinds, " "), duplicates.Same))
	d := record.Duplicates
	if counted != int64(events) || d.Total() != 2*int64(events) || d.Same != same || same == 0 || d.DifferentVerdicts != int64(events/100) || len(record.Inputs) != 40 {
		t.Errorf("%d sign-ins of %d are counted, %+v, %d are the same, %d inputs", counted, events, d, same, len(record.Inputs))
	}
}

// TestRepeatsInRealLogs has a log that its owner published, with one record twice.
func TestRepeatsInRealLogs(t *testing.T) {
	log, err := filepath.Abs("../shared/samples/DataDog__azure-log-forwarding-orchestration/managed_identity_sign_in_logs.json")
	if _, missing := os.Stat(log); err != nil || missing != nil {
		t.Skipf("the sample is missing: %v", missing)
	}
	var said strings.Builder
	if status := run([]string{log}, nil, io.Discard, &said); status != 0 || !strings.Contains(said.String(), "23 managed_identity, 1 duplicate\n") || !strings.Contains(said.String(), "(1 the same, 0 with differences)") {
		t.Errorf("exit status %d: %s", status, said.String())
	}
}

// TestMemoryOfDuplicates leaves room for the ids in the limit of memory of a workbook.
func TestMemoryOfDuplicates(t *testing.T) {
	before := debug.SetMemoryLimit(-1)
	defer debug.SetMemoryLimit(before)
	t.Chdir(t.TempDir())
	fixture.Write(t, "a.ndjson", runSeeds[0])
	limits := map[string]int64{}
	for _, mode := range duplicates.Modes {
		runOnce(t, []string{"--quiet", "--duplicates", mode, "-o", "out.xlsx", "a.ndjson"})
		limits[mode] = debug.SetMemoryLimit(-1)
	}
	if limits[duplicates.Keep] <= limits[duplicates.Ignore] || limits[duplicates.Ignore] == before {
		t.Errorf("limits %v", limits)
	}
}

// TestManyRecords warns while the run goes on, and in the manifest.
func TestManyRecords(t *testing.T) {
	t.Chdir(t.TempDir())
	fixture.Write(t, "a.ndjson", strings.Repeat(runSeeds[0], 4))
	for warnAt, want := range map[int64]int{3: 1, 4: 0} {
		s, err := parse(&verbs()[0], []string{"--quiet", "--overwrite", "-o", "out.parquet", "a.ndjson"})
		if err != nil {
			t.Fatal(err)
		}
		var said strings.Builder
		s.stdout, s.stderr, s.conversion.WarnAt = io.Discard, &said, warnAt
		if status, err := s.runConvert(); status != 0 || err != nil {
			t.Fatal(status, err)
		}
		record, err := os.ReadFile("out.parquet.manifest.json")
		line := "signins: warning: many_records: so many records were looked at for duplicates"
		if err != nil || strings.Count(said.String(), line) != want || strings.Contains(said.String(), "--duplicates ignore") != (want == 1) || strings.Count(string(record), `"many_records"`) != 2*want {
			t.Errorf("a warning at %d: %q, %v", warnAt, said.String(), err)
		}
	}
}

// A repeatTable is duplicate_of and duplicate_kind of all rows.
type repeatTable struct{ of, kinds []string }

// putOverlappingExports writes three records for each event into files below logs, and
// returns what the search for duplicates should find. One event in ten is twice in the
// CSV, with the same values, and not in the JSON; one in a hundred has another result in
// what Azure delivered.
func putOverlappingExports(t *testing.T, events int) (want repeatTable) {
	t.Helper()
	type row struct{ id, text string }
	const files = 40
	random := rand.New(rand.NewPCG(1, 2))
	var rows [files][]row
	put := func(format int, id, text string) {
		file := random.IntN(files/3)*3 + format
		rows[file] = append(rows[file], row{id, text})
	}
	for i := range events {
		id, at, user, code := fmt.Sprintf("00000000-0000-4000-8000-%012d", i), fmt.Sprintf("2026-05-%02dT10:00:%02dZ", 1+i%28, i%60), fmt.Sprintf("user%d@contoso.example", i%97), 0
		line := fmt.Sprintf("%s,%s,%s,none,%d\n", at, id, user, code)
		graph := func(code int) string {
			return fmt.Sprintf(`{"id":%q,"createdDateTime":%q,"userPrincipalName":%q,"appId":"a","isInteractive":true,"crossTenantAccessType":"none","status":{"errorCode":%d}}`+"\n", id, at, user, code)
		}
		put(0, id, line)
		if i%10 == 0 {
			put(0, id, line)
		} else {
			put(1, id, graph(code))
		}
		if i%100 == 7 {
			code = 50126
		}
		put(2, id, fmt.Sprintf(`{"time":"2026-06-01T00:00:%02dZ","category":"SignInLogs","properties":%s}`+"\n", random.IntN(60), strings.TrimSpace(graph(code))))
	}
	rows[files-1] = []row{{rows[0][0].id, rows[0][0].text}, {rows[0][1].id, rows[0][1].text}}
	rows[0] = rows[0][2:]
	type first struct{ place, text string }
	seen := map[string]first{}
	for file := range rows {
		random.Shuffle(len(rows[file]), func(i, j int) { rows[file][i], rows[file][j] = rows[file][j], rows[file][i] })
		head, name := "", fmt.Sprintf("logs/%02d_InteractiveSignIns.%s", file, []string{"csv", "json", "ndjson"}[file%3])
		if file%3 == 0 {
			head = "Date (UTC),Request ID,Username,Cross tenant access type,Sign-in error code\n"
		}
		var content strings.Builder
		content.WriteString(head)
		for i, r := range rows[file] {
			content.WriteString(r.text)
			of, kind := "", ""
			if before, repeats := seen[r.id]; !repeats {
				seen[r.id] = first{fmt.Sprintf("%s#%d", name, i+1), r.text}
			} else if of, kind = before.place, duplicates.Differs; before.text == r.text {
				kind = duplicates.Same
			}
			want.of, want.kinds = append(want.of, of), append(want.kinds, kind)
		}
		fixture.Write(t, name, content.String())
	}
	return want
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
	if memory, err := os.Stat("/dev/shm"); err == nil && memory.IsDir() {
		// An input has ten seconds, and two runs wait for the disk a dozen times.
		f.Setenv("TMPDIR", "/dev/shm")
	}
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
			fixture.Write(t, "folder/InteractiveSignIns.json", runSeeds[0])
		}
		fixture.Write(t, input, content)
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

// TestEveryRunVerifies converts small exports of every dialect, plain, packed and in
// another encoding, and verifies what was written: every row, and every raw record.
func TestEveryRunVerifies(t *testing.T) {
	t.Parallel()
	for i, seed := range runSeeds {
		for turn, content := range [][]byte{[]byte(seed), packedSeed(0, seed), packedSeed(1, seed), packedSeed(2, seed), packedSeed(3, seed)} {
			if testing.Short() && (turn != i%5 || i%2 == 1) {
				continue
			}
			t.Run(fmt.Sprintf("%d %d", i, turn), func(t *testing.T) {
				t.Parallel()
				dir := t.TempDir()
				fixture.Write(t, dir+"/logs/export", content)
				fixture.Write(t, dir+"/logs/good.json", runSeeds[0])
				flags := []string{"--quiet", "--raw", "--salvage", "--input-timezone=UTC", "--nested=" + strconv.FormatBool(turn%2 == 1), "-o", dir + "/out.parquet", "-o", dir + "/out.xlsx", "-o", dir + "/lake/"}
				var text strings.Builder
				if status := run(append(flags, dir+"/logs"), nil, &text, &text); status != 0 && status != schema.ExitRejects {
					t.Fatalf("exit status %d\n%s", status, text.String())
				}
				rows := parquetRows(t, string(fixture.Read(t, dir+"/out.parquet")))
				for _, name := range []string{"/out.parquet", "/lake"} {
					text.Reset()
					status := run([]string{"verify", "--quiet", "--raw", dir + name}, nil, &text, &text)
					if raw := fmt.Sprintf("raw          %d records equal", 2*rows); status != 0 || rows > 0 && !strings.Contains(text.String(), raw) {
						t.Errorf("exit status %d, want %s\n%s", status, raw, text.String())
					}
				}
			})
		}
	}
}

// packedSeed is text in another encoding or a container, by turns.
func packedSeed(turn int, text string) []byte {
	var b bytes.Buffer
	switch turn % 4 {
	case 0:
		b.WriteString(fixture.Gzip(text))
	case 1:
		w, _ := zstd.NewWriter(&b)
		io.WriteString(w, text)
		w.Close()
	case 2:
		b.WriteString(fixture.Zip("a.json", text, "b/MSISignIns.csv", text))
	default:
		for _, unit := range utf16.Encode([]rune("\ufeff" + text)) {
			b.Write([]byte{byte(unit), byte(unit >> 8)})
		}
	}
	return b.Bytes()
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
	var repeats, pairs int64
	for _, in := range record.Inputs {
		if !in.Records.Balanced() || in.Duplicates == nil {
			t.Errorf("%s: %+v, duplicates %+v", in.Path, in.Records, in.Duplicates)
			continue
		}
		total.Add(in.Records)
		repeats += in.Duplicates.Total()
	}
	for _, pair := range record.Duplicates.Pairs {
		pairs += pair.Total()
	}
	if n := record.Duplicates.Total(); n != repeats || n != pairs {
		t.Errorf("%d duplicates in all, %d by input, %d by pair of inputs", n, repeats, pairs)
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
		lines := fixture.Read(b, "testdata/examples/graph/servicePrincipal.ndjson")
		lines = append(bytes.TrimSpace(lines), '\n')
		path = filepath.Join(b.TempDir(), "lines.ndjson")
		fixture.Write(b, path, bytes.Repeat(lines, 1+32<<20/len(lines)))
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

// stages are those of a run, by a function that has them on its stack. Of several the
// first one counts. single: at most one goroutine of a run is in it at a time, perFile: of
// a file.
var stages = []struct {
	name, function  string
	single, perFile bool
}{
	{name: "detect", function: "signins/reader/source.SideBySide"},
	{name: "open", function: "signins/reader.Open", single: true},
	{name: "hash", function: "sha256.block", single: true, perFile: true},
	{name: "cut", function: "signins/reader.(*pipeline).readInputs", single: true},
	{name: "annotate", function: "signins/codes.(*Table).Annotate"},
	{name: "fingerprint", function: "signins/schema/duplicates.(*Index).Fingerprint"},
	{name: "parse", function: "signins/reader.(*pipeline).parseJobs"},
	{name: "columns", function: "signins/writer/parquet.(*Series).each"},
	{name: "deliver", function: "signins/writer.(*Conversion).Convert", single: true},
	{name: "garbage", function: "runtime.gcBgMarkWorker"},
	{name: "other", function: ""},
}

// BenchmarkStages is where the processor time of a run goes: seconds for a million
// records, by stage. SIGNINS_BENCH may name a folder. A stage in which one goroutine of a
// run is at a time bounds the run, however many processors there are.
func BenchmarkStages(b *testing.B) {
	path, dir := benchInput(b), b.TempDir()
	out, profile := filepath.Join(dir, "out.parquet"), filepath.Join(dir, "cpu.pprof")
	busy, records := map[string]float64{}, 0.0
	for b.Loop() {
		file, err := os.Create(profile)
		if err == nil {
			err = pprof.StartCPUProfile(file)
		}
		if err != nil {
			b.Fatal(err)
		}
		status := run([]string{"--quiet", "--overwrite", "-o", out, path}, nil, os.Stdout, os.Stderr)
		pprof.StopCPUProfile()
		if file.Close(); status != 0 {
			b.Fatalf("exit status %d", status)
		}
		addStages(b, busy, profile)
		record, err := manifest.Load(out + ".manifest.json")
		if err != nil {
			b.Fatal(err)
		}
		records += float64(record.Totals.Written)
	}
	total, most := 0.0, 0.0
	for _, s := range stages {
		unit := s.name
		if total += busy[s.name]; s.single {
			unit += "/1" // processor
		}
		if s.single && !s.perFile {
			most = max(most, busy[s.name])
		}
		b.ReportMetric(busy[s.name]*1e6/records, unit)
	}
	b.ReportMetric(total*1e6/records, "all")
	b.ReportMetric(100*most/total, "most/1_%")
}

// addStages adds the seconds of a profile to its stages.
func addStages(b *testing.B, busy map[string]float64, profile string) {
	b.Helper()
	traces, err := exec.Command("go", "tool", "pprof", "-traces", "-unit=s", profile).Output()
	if err != nil {
		b.Fatal(err)
	}
	_, samples, _ := strings.Cut(string(traces), "-----------+")
	for sample := range strings.SplitSeq(samples, "-----------+") {
		_, stack, _ := strings.Cut(sample, "\n")
		value, _, _ := strings.Cut(strings.TrimSpace(stack), " ")
		seconds, err := strconv.ParseFloat(strings.TrimSuffix(value, "s"), 64)
		if err != nil && strings.TrimSpace(stack) != "" {
			b.Fatalf("%v in %s", err, sample)
		}
		for _, s := range stages {
			if strings.Contains(stack, s.function) {
				busy[s.name] += seconds
				break
			}
		}
	}
}

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
	text := fixture.Read(t, path)
	return string(text)
}

// putPlanted writes the planted exports in a container and returns the inputs.
func putPlanted(t *testing.T, container string) (inputs []string, stdin io.Reader) {
	t.Helper()
	var members []string
	for i, p := range plantedVersions {
		switch {
		case container == "zip":
			members = append(members, p.name, p.text)
		case container == "gzip":
			fixture.Write(t, p.name+".gz", fixture.Gzip(p.text))
			inputs = append(inputs, p.name+".gz")
		case container == "standard input" && i == 1:
			// Only a file has a name that tells the kind of sign-in.
			text := strings.ReplaceAll(p.text, `"status"`, `"signInEventTypes":["interactiveUser"],"status"`)
			inputs, stdin = append(inputs, "-"), strings.NewReader(text)
		default:
			fixture.Write(t, p.name, p.text)
			inputs = append(inputs, p.name)
		}
	}
	if container == "zip" {
		fixture.Write(t, "all.zip", fixture.Zip(members...))
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
		fixture.Write(t, filepath.Join("planted", p.name), p.text)
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
	for name, v := range a {
		w := b[name]
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
			fixture.Write(t, "log.ndjson", before)
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
			if !strings.Contains(said, "error: log.ndjson: the file changed while it was read") {
				t.Error(said)
			}
			for _, dir := range []string{".", temp} {
				if left, _ := os.ReadDir(dir); len(left) > 0 && (dir == temp || len(left) != 1) {
					t.Errorf("%s has %v", dir, left)
				}
			}
			// A run without outputs keeps standard input elsewhere, and leaves nothing, too.
			fixture.Write(t, "log.ndjson", before)
			runWith(t, 0, strings.NewReader(long.String()), "--duplicates", mode, "log.ndjson", "-")
			if left, _ := os.ReadDir(temp); len(left) > 0 {
				t.Errorf("%v is left", left)
			}
		})
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
	fixture.Write(t, "a.ndjson", azure("09:00:00", "newest", `,"userId":"u"`)+azure("09:00:01", "newest", "")+azure("09:00:00", "newest", "")+
		azure("09:00:00", "fullest", "")+azure("09:00:00", "fullest", `,"userId":"u"`)+azure("09:00:00", "first", "")+azure("09:00:00", "first", "")+
		azure("09:00:00", "alone", "")+azure("09:00:00", "later", ""))
	fixture.Write(t, "b.ndjson", azure("09:00:00", "first", "")+azure("09:00:09", "later", `,"ipAddress":"192.0.2.1"`)+"{bad\n"+
		azure("09:00:00", "fullest", `,"userId":"v"`)+azure("09:00:00", "newest", `,"userId":"w"`))
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
	fixture.Write(t, "a.ndjson", fmt.Appendf(nil, record, ""))
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
			fixture.Write(t, "1.ndjson", record("01", "same", "")+record("01", "differs", `,"ipAddress":"192.0.2.1"`)+record("02", "other day", "")+record("03", "unread day", ""))
			fixture.Write(t, "2.ndjson", record("01", "differs", `,"ipAddress":"192.0.2.2"`)+record("01", "new", "")+record("01", "same", "")+record("01", "differs", `,"userId":"u"`)+
				record("02", "other day", "")+record("04", "unread day", "")+record("01", "new", ""))
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
			drop(0, "2.ndjson")
			drop(0, "1.ndjson")
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
			fixture.Write(t, "3.ndjson", record("01", "new", "")+record("01", "same", ""))
			drop(0, "3.ndjson")
			third := slices.DeleteFunc(manifests(), func(name string) bool { return before[name] != "" })
			run = manifest.Run{}
			if err := json.Unmarshal([]byte(read(t, third[0])), &run); err != nil || len(run.Consulted) != 2 || len(run.Outputs) != 0 || run.Totals.DuplicatesDropped != 2 {
				t.Errorf("%v: consulted %v, outputs %v, %+v", err, run.Consulted, run.Outputs, run.Totals)
			}
		})
	}
}

// Of what is dropped, a sign-in with versions of different verdicts is counted once, also
// where one of them is in the dataset.
func TestDropComparesVerdicts(t *testing.T) {
	t.Chdir(t.TempDir())
	record := func(id string, code int) string {
		return fmt.Sprintf(`{"id":%q,"createdDateTime":"2026-05-01T08:00:00Z","appId":"a","status":{"errorCode":%d}}`+"\n", id, code)
	}
	fixture.Write(t, "1.ndjson", record("equal", 0)+record("other", 0)+record("both", 0)+record("here", 0))
	fixture.Write(t, "2.ndjson", record("equal", 0)+record("other", 50126)+record("both", 50126)+record("both", 0)+record("new", 0)+record("new", 50126))
	for i, want := range []int64{0, 3} {
		runWith(t, 0, nil, "--duplicates", "drop", "-o", "lake/", "-o", "out.parquet", "--overwrite", fmt.Sprint(i+1, ".ndjson"))
		var run manifest.Run
		if err := json.Unmarshal([]byte(read(t, "out.parquet.manifest.json")), &run); err != nil || run.Duplicates.DifferentVerdicts != want {
			t.Errorf("%v: %+v", err, run.Duplicates)
		}
	}
}

// What is dropped is not missing: warnings of what the inputs lack are those of a run that
// keeps it.
func TestDropWarnsAsKeepDoes(t *testing.T) {
	t.Chdir(t.TempDir())
	var early, all strings.Builder
	for i := range 20 * 200 {
		day, kind := i/200+1, []string{"interactiveUser", "nonInteractiveUser"}[i%2]
		line := fmt.Sprintf(`{"id":"%d","createdDateTime":"2026-05-%02dT08:00:00Z","appId":"a","crossTenantAccessType":"none","signInEventTypes":[%q],"status":{"errorCode":0}}`+"\n", i, day, kind)
		all.WriteString(line)
		if i%2 == 1 || day > 8 && day < 14 {
			early.WriteString(line)
		}
	}
	fixture.Write(t, "early.ndjson", early.String())
	fixture.Write(t, "all.ndjson", all.String())
	warnings := func(path string) string {
		run, err := manifest.Load(path)
		if err != nil {
			t.Fatal(err)
		}
		return fmt.Sprintf("%+v %+v", run.Warnings, run.Inputs[len(run.Inputs)-1].Warnings)
	}
	runWith(t, 0, nil, "-o", "keep.parquet", "all.ndjson")
	runWith(t, 0, nil, "--duplicates", "drop", "-o", "two.parquet", "early.ndjson", "all.ndjson")
	runWith(t, 0, nil, "--duplicates", "drop", "-o", "lake/", "early.ndjson")
	runWith(t, 0, nil, "--duplicates", "drop", "-o", "lake/", "-o", "drop.parquet", "all.ndjson")
	want := warnings("keep.parquet.manifest.json")
	for _, path := range []string{"two", "drop"} {
		if got := warnings(path + ".parquet.manifest.json"); got != want {
			t.Errorf("%s:\n%s\nwant\n%s", path, got, want)
		}
	}
	// An input of which all is dropped has the kinds that it has.
	runWith(t, 0, nil, "--duplicates", "drop", "-o", "none.parquet", "all.ndjson", "early.ndjson")
	if got := warnings("none.parquet.manifest.json"); got != want {
		t.Errorf("%s\nwant\n%s", got, want)
	}
}

// TestDropIntoSeveralDatasets is refused before anything is read.
func TestDropIntoSeveralDatasets(t *testing.T) {
	t.Chdir(t.TempDir())
	fixture.Write(t, "a.ndjson", `{"id":"1","createdDateTime":"2026-05-01T08:00:00Z","appId":"a","status":{"errorCode":0}}`+"\n")
	said := runWith(t, 1, nil, "--duplicates", "drop", "-o", "one/", "-o", "two/", "a.ndjson")
	if left, _ := os.ReadDir("."); !strings.Contains(said, "one dataset only") || len(left) != 1 {
		t.Errorf("%s, %v", said, left)
	}
}

// TestDropFromABrokenPart fails, naming the part, and leaves the dataset as it was.
func TestDropFromABrokenPart(t *testing.T) {
	t.Chdir(t.TempDir())
	record := `{"id":"%d","createdDateTime":"2026-05-01T08:00:00Z","appId":"a","status":{"errorCode":0}}` + "\n"
	fixture.Write(t, "a.ndjson", fmt.Appendf(nil, record, 1))
	fixture.Write(t, "b.ndjson", fmt.Appendf(nil, record, 2))
	runWith(t, 0, nil, "-o", "lake/", "a.ndjson")
	parts, _ := filepath.Glob("lake/*/*.parquet")
	fixture.Write(t, parts[0], "PAR1 broken PAR1")
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
	fixture.Write(t, "a.ndjson", fmt.Sprintf(record, "")+fmt.Sprintf(record, "0"))
	runWith(t, 0, nil, "-o", "out.parquet", "a.ndjson")
	list := parseVersions(t, read(t, "out.parquet.duplicates.ndjson"))
	if len(list) != 1 || list[0].String() != "1 compatible 1 2" {
		t.Errorf("%v", list)
	}
}

// TestShuffledDays converts sign-ins of 60 days in no order, more than wait in memory,
// with one and with four parsers.
func TestShuffledDays(t *testing.T) {
	t.Chdir(t.TempDir())
	t.Setenv("SOURCE_DATE_EPOCH", "0")
	records, days := 30_000, 60
	if testing.Short() {
		records, days = 1000, 15 // all wait in memory
	}
	file, err := os.Create("shuffled.ndjson")
	if err != nil {
		t.Fatal(err)
	}
	out, random := bufio.NewWriter(file), rand.New(rand.NewPCG(1, 0))
	for n := range records {
		day := random.IntN(days)
		fmt.Fprintf(out, `{"id":"%d","createdDateTime":"2026-%02d-%02dT08:00:00Z","userPrincipalName":"user%d@contoso.example","status":{"errorCode":0},"appliedConditionalAccessPolicies":[{"id":"%x"}]}`+"\n",
			n, 5+day/30, 1+day%30, n%500, random.Perm(900))
	}
	if err := out.Flush(); err != nil {
		t.Fatal(err)
	}
	file.Close()
	var outputs []map[string]string
	for _, jobs := range []string{"--jobs=1", "--jobs=4"} {
		runWith(t, 0, nil, jobs, "--overwrite", "-o", "lake/", "shuffled.ndjson")
		parts := map[string]string{}
		names, _ := filepath.Glob("lake/event_date=*/*")
		for _, name := range names {
			parts[name] = read(t, name)
		}
		outputs = append(outputs, parts)
	}
	if !maps.Equal(outputs[0], outputs[1]) {
		t.Error("four parsers give other parts than one")
	}
	var all []string
	for name, data := range outputs[0] {
		ids := parquetTexts(t, data, "id")
		if !slices.IsSortedFunc(ids, func(a, b string) int { return number(t, a) - number(t, b) }) {
			t.Errorf("%s is not in the order of the input", name)
		}
		all = append(all, ids...)
	}
	slices.Sort(all)
	if len(outputs[0]) != days || len(slices.Compact(all)) != records {
		t.Errorf("%d parts with %d sign-ins", len(outputs[0]), len(all))
	}
	if left, _ := filepath.Glob("lake/.signins.*"); len(left) > 0 {
		t.Errorf("%s are there", strings.Join(left, ", "))
	}
}

func number(t *testing.T, text string) int {
	n, err := strconv.Atoi(text)
	if err != nil {
		t.Fatal(err)
	}
	return n
}
