package reader

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"runtime/debug"
	"slices"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"signins/schema"
	"signins/testdata/fixture"
)

// littleChunk is a chunk of some 70 sign-ins.
const littleChunk = 8 << 10

// numbered returns n sign-ins a line, with a blank line behind every third.
func numbered(name string, n int) string {
	var s strings.Builder
	for i := range n {
		s.WriteString(signIn(fmt.Sprintf("%s-%d", name, i)) + "\n")
		if i%3 == 2 {
			s.WriteByte('\n')
		}
	}
	return s.String()
}

// Inputs that are read side by side, of many chunks and of one, are delivered one after the
// other, with the lines and records of their own. Every batch was prepared, once.
func TestSideBySideInOrder(t *testing.T) {
	t.Parallel()
	files := map[string]string{}
	for i := range 30 {
		files[fmt.Sprintf("%02d.ndjson", i)] = numbered(fmt.Sprint(i), []int{1, 700, 3, 40}[i%4])
	}
	files["30.ndjson"] = numbered("long", 5000) // is hashed beside its reader
	var array []string                          // cut by guesses, the end by the fallback
	for i := range 700 {
		array = append(array, "  {\n    "+strings.Trim(signIn(fmt.Sprintf("array-%d", i)), "{}")+"\n  }")
	}
	files["31.json"] = "[\n" + strings.Join(array, ",\n") + "\n]\n"
	var zip []string
	for i := range 6 {
		zip = append(zip, fmt.Sprintf("%d.ndjson", i), numbered(fmt.Sprint("zip", i), 100*i+1))
	}
	files["zip.zip"] = fixture.Zip(zip...)
	root := fixture.Tree(t, files)
	var want []string
	for _, jobs := range []int{1, 2, 7} {
		ins, err := Open(t.Context(), []string{root}, Options{Jobs: jobs, chunkSize: littleChunk})
		if err != nil {
			t.Fatal(err)
		}
		ins.Prepare(func(b *schema.Batch) { b.Prints = append(b.Prints, uint64(b.Len)) })
		var got []string
		for b, err := range ins.Read(t.Context()) {
			if err != nil {
				t.Fatal(err)
			}
			if !slices.Equal(b.Prints, []uint64{uint64(b.Len)}) {
				t.Fatalf("%d jobs: a batch was prepared to %d", jobs, b.Prints)
			}
			for row := range b.Len {
				id := string(b.Columns[schema.ID].Value(row))
				record, _ := b.Columns[schema.SourceRecord].Num(row)
				line, _ := b.Columns[schema.SourceLine].Num(row)
				want := record + (record-1)/3
				if strings.HasPrefix(id, "array") {
					want = 2 + 3*(record-1)
				}
				if line != want || !strings.HasSuffix(id, fmt.Sprint("-", record-1)) {
					t.Fatalf("%d jobs: %s is record %d on line %d, not %d", jobs, id, record, line, want)
				}
				got = append(got, id)
			}
		}
		if want == nil {
			want = got
		}
		if !slices.Equal(got, want) || len(got) != 8*1+8*700+7*3+7*40+5000+700+1+101+201+301+401+501 {
			t.Errorf("%d jobs: %d sign-ins, or in another order", jobs, len(got))
		}
		for _, in := range ins.List {
			file := strings.TrimPrefix(in.Source.File(), root+"/")
			if digest := sha256.Sum256([]byte(files[file])); in.SHA256() != hex.EncodeToString(digest[:]) {
				t.Errorf("%s: digest %q", in.Name, in.SHA256())
			}
		}
	}
}

// Of several damaged inputs the first one in order is reported, though its damage is behind
// many chunks and that of the other at its beginning; all before it is delivered.
func TestFirstErrorInOrder(t *testing.T) {
	t.Parallel()
	records := strings.Repeat(signIn("x")+",\n", 900)
	root := fixture.Tree(t, map[string]string{
		"a.json": "[" + records + signIn("x") + "]",
		"b.json": "[" + records + "{\"id\":]",
		"c.json": "[" + signIn("x") + ",{\"id\":]",
	})
	for _, salvage := range []bool{false, true} {
		ins, err := Open(t.Context(), []string{root}, Options{Jobs: 4, chunkSize: littleChunk, Salvage: salvage})
		if err != nil {
			t.Fatal(err)
		}
		rows, rejects := map[string]int{}, []string(nil)
		for b, err := range ins.Read(t.Context()) {
			if err != nil {
				if e, ok := err.(*Error); salvage || !ok || !strings.HasSuffix(e.Path, "b.json") || e.Line != 901 || e.Record != 901 {
					t.Errorf("%v", err)
				}
				break
			}
			rows[b.Source.Path[len(root)+1:]] += b.Len
			for _, r := range b.Rejects {
				rejects = append(rejects, fmt.Sprint(b.Source.Path[len(root)+1:], " ", r.Record, " ", r.Line))
			}
		}
		if rows["a.json"] != 901 || salvage && (rows["b.json"] != 900 || rows["c.json"] != 1 || strings.Join(rejects, ", ") != "b.json 901 901, c.json 2 1") {
			t.Errorf("salvage %t: rows %v, rejects %v", salvage, rows, rejects)
		}
		if !salvage && rows["c.json"] > 0 {
			t.Error("an input behind the error was delivered")
		}
	}
}

// While the first input waits for the writer, some of the others are read, and no more than
// tokens allow.
func TestReadingAheadIsBounded(t *testing.T) {
	t.Parallel()
	files, size := map[string]string{}, 0
	for i := range 50 {
		files[fmt.Sprintf("%02d.ndjson", i)] = numbered("x", 400)
		size = len(files["00.ndjson"])
	}
	var read atomic.Int64
	ins, err := Open(t.Context(), []string{fixture.Tree(t, files)}, Options{Jobs: 4, chunkSize: littleChunk, Progress: func(n int) { read.Add(int64(n)) }})
	if err != nil {
		t.Fatal(err)
	}
	for range ins.Read(t.Context()) {
		before, end := int64(-1), time.Now().Add(time.Minute) // for the least, on a machine that does much else
		for now := read.Load(); now != before || now < int64(2*size) && time.Now().Before(end); now = read.Load() {
			before = now
			time.Sleep(300 * time.Millisecond)
		}
		break
	}
	// Each of the inputs that are being read may have a chunk more, and a window.
	most := int64(4*ahead*littleChunk/2 + (4+waiting)*littleChunk + 4*3*littleChunk)
	n := read.Load()
	if n < int64(2*size) || n > most {
		t.Errorf("%d bytes were read ahead, of inputs of %d; at most %d", n, size, most)
	}
}

// An input of one chunk is parsed by the goroutine that reads it, a longer one by parsers.
func TestShortInputIsParsedByItsReader(t *testing.T) {
	t.Parallel()
	for function, text := range map[string]string{"readInputs": signIn("a") + "\n", "parseJobs": strings.Repeat(signIn("a")+"\n", 100)} {
		ins, err := Open(t.Context(), []string{fixture.Temp(t, "a.ndjson", text)}, Options{Jobs: 2, chunkSize: 2000})
		if err != nil {
			t.Fatal(err)
		}
		ins.Prepare(func(*schema.Batch) {
			if stack := string(debug.Stack()); !strings.Contains(stack, "."+function) {
				t.Errorf("not in %s: %s", function, stack)
			}
		})
		for _, err := range ins.Read(t.Context()) {
			if err != nil {
				t.Fatal(err)
			}
		}
	}
}
