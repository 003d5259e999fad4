package reader

import (
	"bytes"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"unicode/utf8"

	"signins/schema"
	"signins/testdata/fixture"
)

// suite returns the files of JSONTestSuite whose names begin with prefix.
func suite(t *testing.T, prefix string, count int) map[string][]byte {
	t.Helper()
	folder := filepath.Join("..", "..", "shared", "corpora", "JSONTestSuite", "test_parsing")
	paths, _ := filepath.Glob(filepath.Join(folder, prefix+"*.json"))
	if len(paths) == 0 {
		if os.Getenv("CI") == "true" {
			t.Fatalf("the corpus is missing: %s", folder)
		}
		t.Skipf("the corpus is missing: %s", folder)
	}
	if len(paths) != count {
		t.Errorf("%d files %s*, want %d", len(paths), prefix, count)
	}
	files := map[string][]byte{}
	for _, path := range paths {
		text := fixture.Read(t, path)
		files[filepath.Base(path)] = text
	}
	return files
}

func TestSuiteUndecidedNumbersAreTakenVerbatim(t *testing.T) {
	t.Parallel()
	for name, text := range suite(t, "i_number_", 10) {
		t.Run(caseName(name), func(t *testing.T) {
			value := string(bytes.TrimSpace(text))
			out := readText(t, embed(value))
			if len(out.rows) != 3 || out.rows[1]["extra"] != `{"x":`+value+`}` {
				t.Errorf("%s: %v, rejects %v", name, out.values("extra"), out.rejects)
			}
		})
	}
}

func TestSuiteUndecidedStructures(t *testing.T) {
	t.Parallel()
	files := suite(t, "i_structure_", 2)
	s := shapeOf(files["i_structure_UTF-8_BOM_empty_object.json"], true)
	if !s.bom || s.bad != nil || s.kind != "" {
		t.Errorf("byte order mark: %+v", s)
	}
}

// UTF-16 is read with a byte order mark, and named in the error without one.
func TestSuiteUTF16(t *testing.T) {
	t.Parallel()
	for name, text := range suite(t, "i_string_", 22) {
		t.Run(caseName(name), func(t *testing.T) {
			if !strings.Contains(strings.ToLower(name), "utf-16") && !strings.Contains(name, "utf16") {
				return
			}
			want := "UTF-16"
			if name == "i_string_UTF-16LE_with_BOM.json" {
				want = "expected a record" // it is ["é"]
			}
			if out := readBytes(t, text); out.err == nil || !strings.Contains(out.err.Error(), want) {
				t.Errorf("%s: %v", name, out.err)
			}
		})
	}
}

// readBytes reads what need not be a record at all.
func readBytes(t *testing.T, text []byte) outcome {
	t.Helper()
	return collect(t, Options{Stdin: bytes.NewReader(text)}, "-")
}

// Files whose strings are no text are kept byte for byte and flagged.
func TestSuiteBadTextIsKeptAndFlagged(t *testing.T) {
	t.Parallel()
	files := suite(t, "i_string_", 22)
	maps.Copy(files, suite(t, "i_object_", 1))
	seen := 0
	for name, text := range files {
		if strings.Contains(strings.ToLower(name), "utf-16") || strings.Contains(name, "utf16") {
			continue
		}
		seen++
		t.Run(name, func(t *testing.T) {
			out := readText(t, embed(string(text)))
			if len(out.rows) != 3 {
				t.Fatalf("%d rows, rejects %v", len(out.rows), out.rejects)
			}
			want := schema.LoneSurrogate
			if !utf8.Valid(text) {
				want = schema.InvalidUTF8
			}
			if got := out.rows[1]["issues"]; got != want {
				t.Errorf("issues %q, want %s; extra %s", got, want, out.rows[1]["extra"])
			}
		})
	}
	if seen != 20 {
		t.Errorf("%d files with bad text, want 20", seen)
	}
}

// embed puts a JSON value into the middle one of three records, a line each.
func embed(value string) string {
	return signIn("before") + "\n" +
		`{"createdDateTime":"2026-01-02T03:04:05Z","id":"middle","clientAppUsed":"ab","x":` + value + "}\n" +
		signIn("after") + "\n"
}

// signIn is a small sign-in of Graph.
func signIn(id string) string {
	return fmt.Sprintf(`{"createdDateTime":"2026-01-02T03:04:05Z","id":%q,"clientAppUsed":"ab"}`, id)
}

func TestSuiteEmbeddedValidValueGivesARow(t *testing.T) {
	t.Parallel()
	for name, text := range suite(t, "y_", 95) {
		t.Run(caseName(name), func(t *testing.T) {
			out := readText(t, embed(strings.ReplaceAll(string(text), "\n", " ")))
			if got := out.values("id"); !slices.Equal(got, []string{"before", "middle", "after"}) || out.seen != 3 {
				t.Errorf("%s: rows %v, rejects %v", name, got, out.rejects)
			}
		})
	}
}

func TestSuiteEmbeddedInvalidValueGivesAReject(t *testing.T) {
	t.Parallel()
	for name, text := range suite(t, "n_", 188) {
		t.Run(caseName(name), func(t *testing.T) {
			if bytes.ContainsRune(text, '\n') { // no value of one line, but the neighbours are
				out := readText(t, embed(string(text)))
				if got := out.values("id"); !slices.Equal(got, []string{"before", "after"}) || out.seen != 2+int64(len(out.rejects)) || len(out.rejects) < 2 {
					t.Errorf("%s: rows %v, seen %d, rejects %v, %v", name, got, out.seen, out.rejects, out.err)
				}
				return
			}
			for _, content := range []string{embed(string(text)), strings.Replace(embed(string(text)), "}\n"+signIn("after"), `,"y":1}`+"\n"+signIn("after"), 1)} {
				out := readText(t, content)
				if got := out.values("id"); !slices.Equal(got, []string{"before", "after"}) || out.seen != 3 {
					t.Errorf("%s: rows %v, seen %d, rejects %v, %v", name, got, out.seen, out.rejects, out.err)
					continue
				}
				if r := out.rejects[0]; r.Code != "bad_json" || r.Record != 2 || r.Line != 2 || !strings.Contains(r.Message, "byte ") {
					t.Errorf("%s: %+v", name, r)
				}
			}
		})
	}
}

// No file of the suite holds a sign-in, whatever is wrong with it. Two arrays
// one after the other are the one n_ file that may be read.
func TestSuiteFilesAreNoExports(t *testing.T) {
	t.Parallel()
	files := suite(t, "", 318)
	for name, text := range files {
		t.Run(caseName(name), func(t *testing.T) {
			out := readBytes(t, text)
			if len(out.rows) > 0 || strings.HasPrefix(name, "n_") && out.err == nil && name != "n_structure_double_array.json" {
				t.Errorf("%s: %d rows, rejects %v, error %v", name, len(out.rows), out.rejects, out.err)
			}
		})
	}
}
