package verify

import (
	"archive/zip"
	"bytes"
	"encoding/binary"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/parquet-go/parquet-go/encoding/thrift"
	"github.com/parquet-go/parquet-go/format"

	"signins/schema"
	"signins/schema/duplicates"
	"signins/testdata/fixture"
	"signins/writer/manifest"
	"signins/writer/parquet"
)

// rewrite writes a Parquet file again, with other rows of the sources.
func rewrite(t *testing.T, path string, o parquet.Options, batches ...*schema.Batch) {
	t.Helper()
	var data bytes.Buffer
	p, err := parquet.NewWriter(&data, o)
	if err != nil {
		t.Fatal(err)
	}
	for _, b := range batches {
		if err := p.Write(b); err != nil {
			t.Fatal(err)
		}
	}
	if err := p.Close(); err != nil {
		t.Fatal(err)
	}
	fixture.Write(t, path, data.Bytes())
}

// rewriteSmall writes the Parquet file of small again, with another first source, or rows
// of it that edit has changed.
func rewriteSmall(t *testing.T, dir string, o parquet.Options, source testSource, edit func(first *schema.Batch)) {
	t.Helper()
	_, first := source.make(dir, true)
	_, second := small.sources[1].make(dir, true)
	edit(first)
	first.Seal()
	rewrite(t, dir+"/x.parquet", o, first, second)
}

// wantDifference computes the digests of an output again that was edited, and expects a
// difference that says what.
func wantDifference(t *testing.T, dir, output, what string) {
	t.Helper()
	reseal(t, dir+"/"+output, ".manifest.json", nothing)
	r := check(t, dir+"/"+output, Options{})
	if got := strings.Join(lines(r, dir), "\n") + "\n"; r.Exit() != 5 || !strings.HasPrefix(got, "changed "+output+": ") || !strings.Contains(got, what) {
		t.Errorf("status %d\n%s\nwant\n%s", r.Exit(), got, what)
	}
}

// optionsOf returns those with which a run was written.
func optionsOf(run *manifest.Run) parquet.Options {
	return parquet.Options{ToolVersion: run.Tool.Version, CodesTableDate: run.CodesTableDate}
}

// Rows that were deleted, added or given another source or time are found although
// whoever did it has computed all digests again.
func TestTamperedRows(t *testing.T) {
	t.Parallel()
	fewer, more, other, later := small.sources[0], small.sources[0], small.sources[0], small.sources[0]
	fewer.records--
	more.records++
	other.name = "c.json"
	for name, c := range map[string]struct {
		source testSource
		edit   func(b *schema.Batch, run *manifest.Run)
		says   string
	}{
		"fewer":          {fewer, nil, "changed x.parquet: has 7 rows, the manifest says 8; 4 rows of ..a.json, the manifest says 5"},
		"fewer, counted": {fewer, func(_ *schema.Batch, run *manifest.Run) { run.Outputs[0].Rows-- }, "changed x.parquet.manifest.json: ..x.parquet: 7 rows are listed, but 8 records were written"},
		"fewer, all counted": {fewer, func(_ *schema.Batch, run *manifest.Run) {
			run.Outputs[0].Rows--
			run.Totals.Written--
			run.Totals.Seen--
		}, "changed x.parquet.manifest.json: the totals are not the sums of the inputs"},
		"fewer, by input": {fewer, func(_ *schema.Batch, run *manifest.Run) { run.Inputs[0].Records.Written-- }, "changed x.parquet.manifest.json: ..a.json: 5 records seen are not those"},
		"more":            {more, nil, "changed x.parquet: has 9 rows, the manifest says 8; 6 rows of ..a.json, the manifest says 5"},
		"another source":  {other, nil, `changed x.parquet: 5 rows of sources that are no inputs, such as "..c.json"; 0 rows of ..a.json, the manifest says 5`},
		"another time":    {later, func(b *schema.Batch, _ *manifest.Run) { b.Columns[schema.CreatedAt].SetNum(0, 0) }, `changed x.parquet: events of ..a.json are from "1970-01-01T00:00:00Z" to "2026-05-02T02:00:00Z", the manifest says from "2026-05-01T23:00:00Z"`},
		"a raw record": {later, func(b *schema.Batch, _ *manifest.Run) {
			b.Columns[schema.RawRecord].SetText(1, `{"id":"9","createdDateTime":"é"}`)
		}, "changed x.parquet: row 2: raw_record is not what ..a.json has at byte 32"},
		"a raw record longer": {later, func(b *schema.Batch, _ *manifest.Run) { b.Columns[schema.RawRecord].SetText(1, `{}`) }, "changed x.parquet: row 2: raw_record has 2 bytes, source_length is 33"},
		"an offset":           {later, func(b *schema.Batch, _ *manifest.Run) { b.Columns[schema.SourceOffset].SetNum(4, 1<<40) }, "changed x.parquet: row 5: raw_record is not what ..a.json has at byte 1099511627776"},
		"a negative offset":   {later, func(b *schema.Batch, _ *manifest.Run) { b.Columns[schema.SourceOffset].SetNum(4, -1) }, "changed x.parquet: raw records: row 5 has no place in an input"},
		"no raw record":       {later, func(b *schema.Batch, _ *manifest.Run) { b.Columns[schema.RawRecord].Clear(2) }, "changed x.parquet: 1 row without a raw record"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			checkTampered(t, c.source, c.edit, c.says, nil)
			checkTampered(t, c.source, c.edit, c.says, []schema.ColumnID{schema.ID})
		})
	}
}

// checkTampered edits the rows of a file, which is sorted or not, and expects a difference.
func checkTampered(t *testing.T, source testSource, edit func(b *schema.Batch, run *manifest.Run), says string, sort []schema.ColumnID) {
	t.Helper()
	dir := t.TempDir()
	run := small
	run.outputs, run.sort = []string{"x.parquet"}, sort
	record := run.write(t, dir)
	_, first := source.make(dir, true)
	_, second := small.sources[1].make(dir, true)
	if edit == nil {
		edit = func(*schema.Batch, *manifest.Run) {}
	}
	edit(first, &manifest.Run{Outputs: make([]manifest.Output, 1), Inputs: []*manifest.Input{{}}})
	rewrite(t, dir+"/x.parquet", parquet.Options{ToolVersion: record.Tool.Version, CodesTableDate: record.CodesTableDate, Sort: sort}, first, second)
	reseal(t, dir+"/x.parquet", ".manifest.json", func(run *manifest.Run) { edit(first, run) })
	r := check(t, dir+"/x.parquet", Options{Raw: true})
	got := strings.Join(lines(r, dir), "\n")
	pattern := regexp.MustCompile("(?m)^" + strings.ReplaceAll(regexp.QuoteMeta(says), `\.\.`, ".*"))
	if r.Exit() != schema.ExitUnbalanced || !pattern.MatchString(got) {
		t.Errorf("sorted by %v: status %d\n%s\nwant\n%s", sort, r.Exit(), got, says)
	}
}

// The columns of duplicates are filled together, with words that they have; rows that
// repeat others are counted.
func TestRepeats(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		of, kind string
		says     []string
	}{
		"none": {"", "", nil}, "same": {"a#1", "same", nil}, "differs": {"a#1", "differs", nil},
		"another word": {"a#1", "like", []string{`changed x.parquet: from row 3 on: duplicate_kind is "like"`}},
		"no kind":      {"a#1", "", []string{"changed x.parquet: from row 3 on: duplicate_of and duplicate_kind are not both"}},
		"no record":    {"", "same", []string{"changed x.parquet: from row 3 on: duplicate_of and duplicate_kind are not both"}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			dir, record := writeSmall(t, "x.parquet")
			rewriteSmall(t, dir, optionsOf(record), small.sources[0], func(first *schema.Batch) {
				for id, text := range map[schema.ColumnID]string{schema.DuplicateOf: c.of, schema.DuplicateKind: c.kind} {
					if text != "" {
						first.Columns[id].SetText(2, text)
					}
				}
			})
			reseal(t, dir+"/x.parquet", ".manifest.json", func(run *manifest.Run) {
				if c.of != "" {
					run.Inputs[0].Category[schema.InteractiveUser]--
					run.Category[schema.InteractiveUser]--
				}
			})
			r := check(t, dir+"/x.parquet", Options{})
			status, repeats := 5, int64(0)
			if c.says == nil {
				status = 0
				if c.of != "" {
					repeats = 1
				}
			}
			want(t, r, dir, status, c.says...)
			if r.Totals.Repeats != repeats {
				t.Errorf("%d repeats", r.Totals.Repeats)
			}
		})
	}
}

// Rows of several sources that are no inputs are counted together, and the first is named.
func TestRowsOfOtherSources(t *testing.T) {
	t.Parallel()
	dir, record := writeSmall(t, "x.parquet")
	rewriteSmall(t, dir, optionsOf(record), small.sources[0], func(first *schema.Batch) {
		for row, kind := range []string{duplicates.Same, duplicates.Differs, duplicates.Differs} {
			first.Columns[schema.SourceFile].SetText(row, []string{"first.json", "second.json", "third.json"}[row])
			first.Columns[schema.DuplicateOf].SetText(row, "a#1")
			first.Columns[schema.DuplicateKind].SetText(row, kind)
		}
	})
	reseal(t, dir+"/x.parquet", ".manifest.json", nothing)
	r := check(t, dir+"/x.parquet", Options{})
	want(t, r, dir, 5, `changed x.parquet: 3 rows of sources that are no inputs, such as "first.json"; 2 rows of a.json, the manifest says 5`)
	if r.Totals.Repeats != 3 {
		t.Errorf("%d repeats", r.Totals.Repeats)
	}
}

// The rows of an input that repeat others are as many as the manifest says, unless some
// were dropped, which has counted them, too.
func TestRepeatsByInput(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		kinds duplicates.Kinds
		drop  bool
		says  []string
	}{
		"as counted": {duplicates.Kinds{Same: 1}, false, nil},
		"fewer":      {duplicates.Kinds{Same: 2}, false, []string{"changed x.parquet: 1 row of a.json repeat others (1 the same), the manifest says 2 (2)"}},
		"more":       {duplicates.Kinds{Same: 1, Differs: 1}, false, []string{"changed x.parquet: 1 row of a.json repeat others (1 the same), the manifest says 2 (1)"}},
		"another":    {duplicates.Kinds{Differs: 1}, false, []string{"changed x.parquet: 1 row of a.json repeat others (1 the same), the manifest says 1 (0)"}},
		"dropped":    {duplicates.Kinds{Same: 2}, true, nil},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			dir, record := writeSmall(t, "x.parquet")
			rewriteSmall(t, dir, optionsOf(record), small.sources[0], func(first *schema.Batch) {
				first.Columns[schema.DuplicateOf].SetText(2, "a#1")
				first.Columns[schema.DuplicateKind].SetText(2, duplicates.Same)
			})
			reseal(t, dir+"/x.parquet", ".manifest.json", func(run *manifest.Run) {
				run.Inputs[0].Duplicates = &c.kinds
				run.Inputs[0].Category[schema.InteractiveUser]--
				run.Category[schema.InteractiveUser]--
				if c.drop {
					run.Duplicates = &duplicates.Report{Kinds: duplicates.Kinds{Same: 1}, Pairs: []duplicates.Pair{{Kinds: duplicates.Kinds{Same: 1}}}}
					run.Inputs[1].Duplicates = &c.kinds
					for _, n := range []*manifest.Records{&run.Inputs[1].Records, &run.Totals} {
						n.Seen, n.DuplicatesDropped = n.Seen+1, 1
					}
				}
			})
			want(t, check(t, dir+"/x.parquet", Options{}), dir, len(c.says)*5, c.says...)
		})
	}
}

// A footer that does not belong to the run is found, and so is a file of other columns.
func TestTamperedFooter(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		options parquet.Options
		says    string
	}{
		"version": {parquet.Options{ToolVersion: "v9", CodesTableDate: "2026-11-28"}, `its footer has signins.tool_version "v9", the manifest says`},
		"codes":   {parquet.Options{CodesTableDate: "2026-11-29"}, `its footer has signins.codes_table_date "2026-11-29", the manifest says "2026-11-28"`},
		"nested":  {parquet.Options{CodesTableDate: "2026-11-28", Nested: true}, `its footer has signins.schema "nested", the manifest says "flat"`},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			dir, record := writeSmall(t, "x.parquet")
			if c.options.ToolVersion == "" {
				c.options.ToolVersion = record.Tool.Version
			}
			rewriteSmall(t, dir, c.options, small.sources[0], func(*schema.Batch) {})
			wantDifference(t, dir, "x.parquet", c.says)
		})
	}
}

// The columns of another version of the schema are as many as it has, those of this
// version all of them.
func TestSchemaVersions(t *testing.T) {
	t.Parallel()
	dir, _ := writeSmall(t, "x.parquet")
	reseal(t, dir+"/x.parquet", ".manifest.json", func(run *manifest.Run) { run.SchemaVersion = 1 })
	want(t, check(t, dir+"/x.parquet", Options{}), dir, 5, `changed x.parquet: its footer has signins.schema_version "2", the manifest says "1"`)
	data := bytes.Replace(fixture.Read(t, dir+"/x.parquet"), []byte("signins.schema_version\x18\x012"), []byte("signins.schema_version\x18\x011"), 1)
	fixture.Write(t, dir+"/x.parquet", data)
	reseal(t, dir+"/x.parquet", ".manifest.json", nothing)
	want(t, check(t, dir+"/x.parquet", Options{}), dir, 0)
	data = bytes.Replace(data, []byte("duplicate_kind"), []byte("duplicate_kinf"), 1)
	fixture.Write(t, dir+"/x.parquet", data)
	reseal(t, dir+"/x.parquet", ".manifest.json", nothing)
	want(t, check(t, dir+"/x.parquet", Options{}), dir, 5, "changed x.parquet: column 159 is duplicate_kinf of another name or type, not duplicate_kind")
}

// A page that contradicts its own checksum is found even if the file has the digest of
// the manifest; so is a file that is none.
func TestDamagedParquet(t *testing.T) {
	t.Parallel()
	for name, damage := range map[string]func(data []byte) []byte{
		"crc32 checksum mismatch in page of column ": func(data []byte) []byte {
			footer, _ := footerOf(t, data)
			chunk := footer.RowGroups[0].Columns[2].MetaData
			data[chunk.DataPageOffset+chunk.TotalCompressedSize-1] ^= 4 // it is in the page, wherever that is: paths are of any length
			return data
		},
		"x.parquet: is no Parquet file\n": func(data []byte) []byte { return data[:20] },
		"is no Parquet file:":             func(data []byte) []byte { data[len(data)-100] ^= 0xff; return data },
		"its footer is longer than the file": func(data []byte) []byte {
			binary.LittleEndian.PutUint32(data[len(data)-8:], uint32(len(data)-11))
			return data
		},
		"is no Parquet file.": func([]byte) []byte { return nil },
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			dir, _ := writeSmall(t, "x.parquet")
			fixture.Write(t, dir+"/x.parquet", damage(fixture.Read(t, dir+"/x.parquet")))
			wantDifference(t, dir, "x.parquet", strings.Trim(name, ":,."))
		})
	}
}

// footerOf returns the footer of a Parquet file, and where it begins.
func footerOf(t *testing.T, data []byte) (footer format.FileMetaData, begin int) {
	t.Helper()
	end := len(data) - 8
	begin = end - int(binary.LittleEndian.Uint32(data[end:]))
	if err := thrift.Unmarshal(new(thrift.CompactProtocol), data[begin:end], &footer); err != nil {
		t.Fatal(err)
	}
	return footer, begin
}

// editFooter writes a Parquet file again with another footer.
func editFooter(t *testing.T, path string, edit func(footer *format.FileMetaData)) {
	t.Helper()
	data := fixture.Read(t, path)
	footer, begin := footerOf(t, data)
	edit(&footer)
	encoded, err := thrift.Marshal(new(thrift.CompactProtocol), &footer)
	if err != nil {
		t.Fatal(err)
	}
	data = append(data[:begin:begin], encoded...)
	data = binary.LittleEndian.AppendUint32(data, uint32(len(encoded)))
	fixture.Write(t, path, append(data, "PAR1"...))
}

// A footer with another number of rows than the pages have is found, and so are columns
// whose pages are those of others.
func TestFooterAgainstPages(t *testing.T) {
	t.Parallel()
	for says, edit := range map[string]func(footer *format.FileMetaData){
		"column 2 is sign_in_category of another name or type, not sign_in_category": func(footer *format.FileMetaData) {
			footer.Schema[2] = footer.Schema[3]
			footer.Schema[2].Name = "sign_in_category"
			footer.Schema[2].LogicalType, footer.Schema[2].ConvertedType = format.SchemaElement{}.LogicalType, format.SchemaElement{}.ConvertedType
		},
		"has 8 rows, its footer says 9":                            func(footer *format.FileMetaData) { footer.NumRows++ },
		"column created_at has 8 rows, the row group 9":            func(footer *format.FileMetaData) { footer.RowGroups[0].NumRows++ },
		"has 16 rows, its footer says 8":                           func(footer *format.FileMetaData) { footer.RowGroups = append(footer.RowGroups, footer.RowGroups[0]) },
		"is no Parquet file: ":                                     func(footer *format.FileMetaData) { footer.RowGroups[0].Columns = footer.RowGroups[0].Columns[:3] },
		"columns source_file and created_at have not as many rows": func(footer *format.FileMetaData) { footer.RowGroups[0].Columns[0].MetaData.DataPageOffset = 1 << 40 },
	} {
		t.Run(says, func(t *testing.T) {
			t.Parallel()
			dir, _ := writeSmall(t, "x.parquet")
			editFooter(t, dir+"/x.parquet", edit)
			wantDifference(t, dir, "x.parquet", says)
		})
	}
}

// rezip writes a workbook again, with other parts: edit returns nil for one to leave out.
func rezip(t *testing.T, path string, edit func(name string, part []byte) []byte, added ...string) {
	t.Helper()
	in, err := zip.OpenReader(path)
	if err != nil {
		t.Fatal(err)
	}
	defer in.Close()
	var out bytes.Buffer
	w := zip.NewWriter(&out)
	for _, file := range in.File {
		part, err := file.Open()
		if err != nil {
			t.Fatal(err)
		}
		text, err := io.ReadAll(part)
		if err != nil {
			t.Fatal(err)
		}
		if text = edit(file.Name, text); text == nil {
			continue
		}
		to, err := w.Create(file.Name)
		if err == nil {
			_, err = to.Write(text)
		}
		if err != nil {
			t.Fatal(err)
		}
	}
	for _, name := range added {
		if _, err := w.Create(name); err != nil {
			t.Fatal(err)
		}
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	fixture.Write(t, path, out.Bytes())
}

// What was done to a workbook is found although all digests were computed again.
func TestTamperedWorkbook(t *testing.T) {
	t.Parallel()
	const signIns = "xl/worksheets/sheet1.xml"
	replace := func(part, old, new string) func(string, []byte) []byte {
		return func(name string, text []byte) []byte {
			if name == part {
				if !bytes.Contains(text, []byte(old)) {
					panic(part + " does not contain " + old)
				}
				return bytes.Replace(text, []byte(old), []byte(new), 1)
			}
			return text
		}
	}
	lastRow := regexp.MustCompile(`<row r="9".*</row>`)
	for says, edit := range map[string]func(name string, text []byte) []byte{
		"has 7 rows, the manifest says 8": func(name string, text []byte) []byte {
			if name == signIns {
				return lastRow.ReplaceAll(text, nil)
			}
			return text
		},
		"row 7 is followed by row 9":                   replace(signIns, `<row r="8"`, `<row r="9"`),
		"has a formula":                                replace(signIns, `<v>`, `<f>1+1</f><v>`),
		"ends where it did not begin":                  replace(signIns, `</cols>`, `</colz>`),
		"unexpected element or text: \"</rov>":         replace(signIns, `</row>`, `</rov>`),
		"unexpected element or text: \" <c r=":         replace(signIns, `<c r="K3"`, ` <c r="K3"`),
		"a cell is out of order":                       replace(signIns, `<c r="K3"`, `<c r="A3"`),
		"behind row 3: a cell is out of order":         replace(signIns, `<c r="K3"`, `<c r="K4"`),
		"an element is out of order":                   replace(signIns, `</row>`, ``),
		"there is no shared string 900":                replace(signIns, `t="s"><v>`, `t="s"><v>900`),
		"has rows twice":                               replace(signIns, `</sheetData>`, `</sheetData><sheetData></sheetData>`),
		"row 8 is out of order":                        replace(signIns, `<row r="9"`, `<row r="8"`),
		"shared string 0: unexpected element or text":  replace("xl/sharedStrings.xml", `<si>`, `<si><r>`),
		"sheet Sign-ins: has no part for it in xl/":    replace("xl/_rels/workbook.xml.rels", `sheet1.xml`, `sheet9.xml`),
		"sheet Sign-ins: has no part for it":           replace("xl/_rels/workbook.xml.rels", `worksheets/`, `Worksheets/`),
		"unexpected EOF":                               replace(signIns, `</worksheet>`, ``),
		"has a longer text":                            replace(signIns, `<cols>`, strings.Repeat(" ", maxText+1)+`<cols>`),
		"has a longer text than any cell":              replace(signIns, `<t>`, `<t>`+strings.Repeat(" ", maxElement)),
		"elements nest too deep":                       replace(signIns, `<cols>`, strings.Repeat("<x>", maxDepth)+`<cols>`),
		"has no columns of source and time":            replace(signIns, `Source file`, `Source fill`),
		"is no time":                                   replace(signIns, `2026-05-02T00:00:00Z`, `2026-05-02 00:00:00Z`),
		`to "2026-05-02T03:00:00Z", the manifest says`: replace(signIns, `2026-05-02T02:00:00Z`, `2026-05-02T03:00:00Z`),
		"5 rows of sources that are no inputs":         replace("xl/sharedStrings.xml", "a.json", "c.json"),
		"has a relation to http://x":                   replace("xl/_rels/workbook.xml.rels", `</Relationships>`, `<Relationship TargetMode="External" Target="http://x"/></Relationships>`),
		"has a link that leads out of the workbook":    replace(signIns, `<printOptions`, `<hyperlinks><hyperlink ref="A1" r:id="rId1" location="A2"/></hyperlinks><printOptions`),
		"sheet1.xml: has a link that leads out":        replace(signIns, `<printOptions`, `<hyperlinks><hyperlink ref="A1"/></hyperlinks><printOptions`),
		"has 2 sheets, which is not what":              replace("xl/workbook.xml", `<sheets>`, `<sheets><sheet name="x" r:id="rId1"/>`),
		"has no part xl/workbook.xml":                  without("xl/workbook.xml"),
		"has no part xl/_rels/workbook.xml.rels":       without("xl/_rels/workbook.xml.rels"),
		"has no sheet Sign-ins":                        replace("xl/workbook.xml", `name="Sign-ins"`, `name="Sign-in"`),
	} {
		t.Run(says, func(t *testing.T) {
			t.Parallel()
			dir, _ := writeSmall(t, "x.xlsx", "Sign-ins")
			rezip(t, dir+"/x.xlsx", edit)
			wantDifference(t, dir, "x.xlsx", says)
		})
	}
}

func without(part string) func(string, []byte) []byte {
	return func(name string, text []byte) []byte {
		if name == part {
			return nil
		}
		return text
	}
}

// A workbook with a part more is found.
func TestAddedPart(t *testing.T) {
	t.Parallel()
	for part, says := range map[string]string{"x.bin": "has the part x.bin, which no workbook of this program has", "xl/styles.xml": "xl/styles.xml is there twice"} {
		dir, _ := writeSmall(t, "x.xlsx", "Sign-ins")
		rezip(t, dir+"/x.xlsx", func(_ string, text []byte) []byte { return text }, part)
		wantDifference(t, dir, "x.xlsx", says)
	}
}

// A workbook that is no archive, or a damaged one, is found.
func TestDamagedWorkbook(t *testing.T) {
	t.Parallel()
	for says, damage := range map[string]func(data []byte) []byte{
		"is no workbook: ": func([]byte) []byte { return []byte("PK") },
		"checksum error":   func(data []byte) []byte { i := bytes.Index(data, []byte("PK\x01\x02")); data[i+16] ^= 1; return data },
		"flate: corrupt input": func(data []byte) []byte {
			header := bytes.Index(data, []byte("xl/worksheets/sheet1.xml")) - 30
			name, extra := binary.LittleEndian.Uint16(data[header+26:]), binary.LittleEndian.Uint16(data[header+28:])
			data[header+30+int(name)+int(extra)] |= 6 // a kind of block that there is not
			return data
		},
	} {
		t.Run(says, func(t *testing.T) {
			t.Parallel()
			dir, _ := writeSmall(t, "x.xlsx", "Sign-ins")
			fixture.Write(t, dir+"/x.xlsx", damage(fixture.Read(t, dir+"/x.xlsx")))
			wantDifference(t, dir, "x.xlsx", says)
		})
	}
}

// Without the sheet of sign-ins a workbook is only right if other sheets were asked for.
func TestWorkbookWithoutSignIns(t *testing.T) {
	t.Parallel()
	dir, _ := writeSmall(t, "x.xlsx", "Sources")
	want(t, check(t, dir+"/x.xlsx", Options{}), dir, 0, "matched x.xlsx: has no sheet Sign-ins: its rows are not counted")
	for _, arguments := range [][]string{nil, {"--sheets=sources,sign-ins"}, {"--sheets", "sources", "--sheets", "Sign-Ins"}, {"--sheets"}, {"--sheets", "x"}} {
		reseal(t, dir+"/x.xlsx", ".manifest.json", func(run *manifest.Run) { run.Arguments = arguments })
		want(t, check(t, dir+"/x.xlsx", Options{}), dir, 5, "changed x.xlsx: has no sheet Sign-ins")
	}
	reseal(t, dir+"/x.xlsx", ".manifest.json", func(run *manifest.Run) { run.Arguments = []string{"--sheets=sources"} })
	want(t, check(t, dir+"/x.xlsx", Options{}), dir, 0, "matched x.xlsx: has no sheet Sign-ins: its rows are not counted")
}

// A workbook without sign-ins says so in place of rows. The note hides no row.
func TestEmptyWorkbook(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	run := testRun{outputs: []string{"x.xlsx"}, sheets: []string{"Sign-ins"}, sources: []testSource{{name: "a.json", rejects: 1}}}
	run.write(t, dir)
	want(t, check(t, dir+"/x.xlsx", Options{}), dir, 0)
	rezip(t, dir+"/x.xlsx", func(name string, text []byte) []byte {
		return bytes.Replace(text, []byte("No sign-ins were"), []byte("Some sign-ins were"), 1)
	})
	reseal(t, dir+"/x.xlsx", ".manifest.json", nothing)
	want(t, check(t, dir+"/x.xlsx", Options{}), dir, 5, "changed x.xlsx: has 1 row, the manifest says 0; 1 row of sources that are no inputs")
}

// Names that a cell cannot hold as they are, and rows on several pages, are counted.
func TestWorkbookNames(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	run := testRun{outputs: []string{"x.xlsx"}, sources: []testSource{
		{name: "a_x0041_&.json", records: 2, first: 1}, {name: "b b.json", records: 1, first: 3}, {name: "empty.json"},
		{name: "c\uffffd.json", records: 1, first: 4},
	}}
	run.write(t, dir)
	want(t, check(t, dir+"/x.xlsx", Options{}), dir, 0)
}

// The digests beside an output, and the files of lines that they name, are compared with
// the manifest, each way.
func TestTamperedSums(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		edit func(t *testing.T, base string)
		says []string
	}{
		"no digests": {func(t *testing.T, base string) { os.Remove(base + ".sha256") }, []string{"missing x.parquet.sha256"}},
		"a folder in place of digests": {func(t *testing.T, base string) {
			os.Remove(base + ".sha256")
			os.Mkdir(base+".sha256", 0o700)
		}, []string{"changed x.parquet.sha256: ..is not a regular file"}},
		"another name":   {editSums("  x.parquet\n", "  y.parquet\n"), []string{"changed x.parquet.sha256: does not have the digest of x.parquet that the manifest has; names y.parquet, which is no file of the run"}},
		"a name outside": {editSums("  x.parquet.rejects.ndjson\n", "  ../x.parquet.rejects.ndjson\n"), []string{"changed x.parquet.sha256: does not name x.parquet.rejects.ndjson, which the manifest has; names ../x.parquet.rejects.ndjson, which is no file of the run; does not name x.parquet.rejects.ndjson, the manifest has 2 rejects", "new x.parquet.rejects.ndjson: is not in the digests"}},
		"no manifest": {func(t *testing.T, base string) {
			text := string(fixture.Read(t, base+".sha256"))
			fixture.Write(t, base+".sha256", text[:strings.LastIndex(text[:len(text)-1], "\n")+1])
		}, []string{"changed x.parquet.sha256: does not have the digest of x.parquet.manifest.json"}},
		"another manifest": {func(t *testing.T, base string) {
			fixture.Write(t, base+".manifest.json", bytes.Replace(fixture.Read(t, base+".manifest.json"), []byte(`"started_at": "2`), []byte(`"started_at": "1`), 1))
		}, []string{"changed x.parquet.manifest.json: has the SHA-256 "}},
		"another digest": {func(t *testing.T, base string) {
			editSums(sum(fixture.Read(t, base)), strings.Repeat("0", 64))(t, base)
		}, []string{"changed x.parquet.sha256: does not have the digest of x.parquet that the manifest has"}},
		"a line twice": {func(t *testing.T, base string) {
			text := string(fixture.Read(t, base+".sha256"))
			fixture.Write(t, base+".sha256", text+text[:strings.Index(text, "\n")+1])
		}, []string{"changed x.parquet.sha256: names x.parquet twice"}},
		"another file of lines": {func(t *testing.T, base string) { fixture.Write(t, base+".notes.ndjson", "{}\n") }, []string{"new x.parquet.notes.ndjson: is not in the digests"}},
		"a reject fewer": {func(t *testing.T, base string) {
			text := string(fixture.Read(t, base+".rejects.ndjson"))
			fixture.Write(t, base+".rejects.ndjson", text[:strings.Index(text, "\n")+1])
			reseal(t, base, ".manifest.json", nothing)
		}, []string{"changed x.parquet.rejects.ndjson: ..b.json.gz: 1 reject too few"}},
		"a reject more": {func(t *testing.T, base string) {
			text := string(fixture.Read(t, base+".rejects.ndjson"))
			fixture.Write(t, base+".rejects.ndjson", text+text[:strings.Index(text, "\n")+1])
			reseal(t, base, ".manifest.json", nothing)
		}, []string{"changed x.parquet.rejects.ndjson: ..b.json.gz: 1 reject too many"}},
		"no reject":     {editRejects(`{"file":`, `{"fill":`), []string{"changed x.parquet.rejects.ndjson: line 1 is no reject of an input"}},
		"another input": {editRejects(`b.json.gz`, `c.json.gz`), []string{"changed x.parquet.rejects.ndjson: line 1 is no reject of an input"}},
		"a long reject": {editRejects(`"raw":"{"`, `"raw":"`+strings.Repeat("{", 200<<10)+`"`), nil},
		"an open reject": {func(t *testing.T, base string) {
			text := fixture.Read(t, base+".rejects.ndjson")
			fixture.Write(t, base+".rejects.ndjson", text[:len(text)-1])
			reseal(t, base, ".manifest.json", nothing)
		}, []string{"changed x.parquet.rejects.ndjson: line 2 is no reject of an input"}},
		"another text of a reject, its digest computed again": {func(t *testing.T, base string) {
			path, before := base+".rejects.ndjson", sum(fixture.Read(t, base+".rejects.ndjson"))
			fixture.Write(t, path, bytes.Replace(fixture.Read(t, path), []byte("bad_json"), []byte("too_long"), 1))
			editSums(before, sum(fixture.Read(t, path)))(t, base)
		}, []string{"changed x.parquet.sha256: does not have the digest of x.parquet.rejects.ndjson that the manifest has"}},
		"a file of lines more, with its digest": {func(t *testing.T, base string) {
			fixture.Write(t, base+".notes.ndjson", "{}\n")
			fixture.Write(t, base+".sha256", append(fixture.Read(t, base+".sha256"), sum([]byte("{}\n"))+"  x.parquet.notes.ndjson\n"...))
		}, []string{"changed x.parquet.sha256: names x.parquet.notes.ndjson, which is no file of the run"}},
		"a manifest of version 1": {func(t *testing.T, base string) {
			reseal(t, base, ".manifest.json", func(run *manifest.Run) { run.ManifestVersion, run.Sidecars = 1, nil })
		}, nil},
		"a name outside, version 1": {func(t *testing.T, base string) {
			reseal(t, base, ".manifest.json", func(run *manifest.Run) { run.ManifestVersion, run.Sidecars = 1, nil })
			editSums("  x.parquet.rejects.ndjson\n", "  ../x.parquet.rejects.ndjson\n")(t, base)
		}, []string{"changed x.parquet.sha256: does not name x.parquet.rejects.ndjson, the manifest has 2 rejects; names ../x.parquet.rejects.ndjson, which is no file", "new x.parquet.rejects.ndjson: is not in the digests"}},
		"missing rejects": {func(t *testing.T, base string) { os.Remove(base + ".rejects.ndjson") }, []string{"missing x.parquet.rejects.ndjson"}},
		"other rejects":   {func(t *testing.T, base string) { fixture.Write(t, base+".rejects.ndjson", "") }, []string{"changed x.parquet.rejects.ndjson: has the SHA-256 e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855, the digests say"}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			dir, _ := writeSmall(t, "x.parquet")
			c.edit(t, dir+"/x.parquet")
			r := check(t, dir+"/x.parquet", Options{})
			status := 5
			if c.says == nil || strings.HasPrefix(c.says[len(c.says)-1], "new ") && len(c.says) == 1 {
				status = 0
			}
			want(t, r, dir, status, c.says...)
		})
	}
}

func editSums(old, new string) func(t *testing.T, base string) {
	return func(t *testing.T, base string) {
		fixture.Write(t, base+".sha256", bytes.Replace(fixture.Read(t, base+".sha256"), []byte(old), []byte(new), 1))
	}
}

func editRejects(old, new string) func(t *testing.T, base string) {
	return func(t *testing.T, base string) {
		fixture.Write(t, base+".rejects.ndjson", bytes.Replace(fixture.Read(t, base+".rejects.ndjson"), []byte(old), []byte(new), 1))
		reseal(t, base, ".manifest.json", nothing)
	}
}

// A manifest of another run beside an output is found, and one of no output.
func TestForeignManifest(t *testing.T) {
	t.Parallel()
	dir, _ := writeSmall(t, "x.parquet")
	for _, ending := range []string{"", ".sha256", ".rejects.ndjson", ".manifest.json"} {
		if err := os.Rename(dir+"/x.parquet"+ending, dir+"/y.parquet"+ending); err != nil {
			t.Fatal(err)
		}
	}
	r := check(t, dir+"/y.parquet", Options{})
	if got := lines(r, dir); r.Exit() != 5 || !strings.HasPrefix(got[0], "changed y.parquet.manifest.json: it does not describe the output that it lies beside") {
		t.Errorf("status %d: %s", r.Exit(), got)
	}
	if filepath.Base(r.Path) != "y.parquet" {
		t.Error(r.Path)
	}
}

// The totals of a manifest are the sums of its inputs, and those are what the rows add up
// to: sign-ins by category, the first and the last event, records that repeat others.
func TestTotals(t *testing.T) {
	t.Parallel()
	const other = schema.ServicePrincipal
	repeated := func(total, first duplicates.Kinds, pairs ...duplicates.Kinds) func(*manifest.Run) {
		return func(run *manifest.Run) {
			run.Duplicates = &duplicates.Report{Kinds: total, Pairs: []duplicates.Pair{{Kinds: pairs[0]}}}
			if len(pairs) > 1 {
				run.Duplicates.More = &duplicates.More{Kinds: pairs[1]}
			}
			run.Inputs[0].Duplicates, run.Inputs[1].Duplicates = &first, &duplicates.Kinds{}
		}
	}
	for name, c := range map[string]struct {
		edit func(run *manifest.Run)
		says []string
	}{
		"as written": {nothing, nil},
		"a category of the total": {func(run *manifest.Run) { run.Category[other]++ },
			[]string{"changed x.parquet.manifest.json: sign-ins by category are map[interactive_user:8 service_principal:1], those of the inputs map[interactive_user:8]", "changed x.parquet: sign-ins by category are map[interactive_user:8], the manifest says map[interactive_user:8 service_principal:1]"}},
		"a category of an input": {func(run *manifest.Run) { run.Inputs[1].Category[other], run.Category[other] = 1, 1 },
			[]string{"changed x.parquet: sign-ins of b.json.gz by category are map[interactive_user:3], the manifest says map[interactive_user:3 service_principal:1]"}},
		"another category": {func(run *manifest.Run) {
			run.Inputs[1].Category, run.Category = map[string]int64{other: 3}, map[string]int64{other: 3, schema.InteractiveUser: 5}
		}, []string{"changed x.parquet: sign-ins of b.json.gz by category are map[interactive_user:3], the manifest says map[service_principal:3]"}},
		"no category": {func(run *manifest.Run) { run.Inputs[0].Category, run.Inputs[1].Category, run.Category = nil, nil, nil },
			[]string{"changed x.parquet: sign-ins of a.json by category are map[another category:5], the manifest says map[]; sign-ins of b.json.gz"}},
		"the first event": {func(run *manifest.Run) { run.FirstEvent = run.LastEvent },
			[]string{`changed x.parquet.manifest.json: events are from "2026-05-02T02:00:00Z" to "2026-05-02T02:00:00Z", those of the inputs from "2026-05-01T23:00:00Z"`, `changed x.parquet: events are from "2026-05-01T23:00:00Z" to`}},
		"the last event": {func(run *manifest.Run) { run.LastEvent = run.FirstEvent },
			[]string{"changed x.parquet.manifest.json: events are from ..", "changed x.parquet: events are from .."}},
		"version 1": {func(run *manifest.Run) {
			run.ManifestVersion, run.Category, run.FirstEvent, run.LastEvent = 1, nil, "", ""
			run.Inputs[0].Category = map[string]int64{other: 9}
		}, nil},
		"no repeats":        {repeated(duplicates.Kinds{}, duplicates.Kinds{}, duplicates.Kinds{}), nil},
		"pairs":             {repeated(duplicates.Kinds{}, duplicates.Kinds{}, duplicates.Kinds{Same: 1}), []string{"changed x.parquet.manifest.json: pairs of inputs have other repeats than the run"}},
		"the other pairs":   {repeated(duplicates.Kinds{}, duplicates.Kinds{}, duplicates.Kinds{}, duplicates.Kinds{Conflicting: 1}), []string{"changed x.parquet.manifest.json: pairs of inputs have other repeats than the run"}},
		"repeats of inputs": {repeated(duplicates.Kinds{Same: 1}, duplicates.Kinds{}, duplicates.Kinds{Same: 1}), []string{"changed x.parquet.manifest.json: 1 record repeat others (1 the same), those of the inputs are 0 (0)"}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			dir, _ := writeSmall(t, "x.parquet")
			reseal(t, dir+"/x.parquet", ".manifest.json", c.edit)
			want(t, check(t, dir+"/x.parquet", Options{}), dir, min(len(c.says), 1)*5, c.says...)
		})
	}
}

// A row that is a summary of several sign-ins counts as many.
func TestSignInCount(t *testing.T) {
	t.Parallel()
	for count, sum := range map[int64]int64{7: 7, 0: 1, -1: 1, 1<<31 - 1: 1<<31 - 1, 1 << 31: 1} {
		t.Run(fmt.Sprint(count), func(t *testing.T) {
			t.Parallel()
			dir, record := writeSmall(t, "x.parquet")
			rewriteSmall(t, dir, optionsOf(record), small.sources[0], func(first *schema.Batch) {
				first.Columns[schema.SignInCount].SetNum(2, count)
				first.Columns[schema.SignInCategory].SetText(3, schema.ServicePrincipal)
			})
			reseal(t, dir+"/x.parquet", ".manifest.json", func(run *manifest.Run) {
				for _, counts := range []map[string]int64{run.Inputs[0].Category, run.Category} {
					counts[schema.InteractiveUser] += sum - 2
					counts[schema.ServicePrincipal]++
				}
			})
			want(t, check(t, dir+"/x.parquet", Options{}), dir, 0)
		})
	}
}
