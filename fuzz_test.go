package main

import (
	"archive/zip"
	"bytes"
	"cmp"
	"compress/gzip"
	"crypto/sha256"
	"encoding/json"
	"encoding/xml"
	"fmt"
	"io"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"unicode/utf16"

	"github.com/klauspost/compress/zstd"
	"github.com/parquet-go/parquet-go"

	"signins/reader"
	"signins/writer"
)

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
	"Timestamp,RequestId,ErrorCode,LogonType,AccountUpn\n2026-01-02T03:04:05.1234567Z,1,0,\"[\"\"interactiveUser\"\"]\",u\n",
}

// FuzzRun takes whatever a file holds through the whole program, alone and in a
// folder with a good one. Every record is accounted for and can be read again,
// the parsers at work change nothing, and what is refused leaves nothing.
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

func putFile(t *testing.T, path string, content []byte) {
	t.Helper()
	if err := cmp.Or(os.MkdirAll(filepath.Dir(path), 0o700), os.WriteFile(path, content, 0o600)); err != nil {
		t.Fatal(err)
	}
}

// runOnce runs the program and takes away what it leaves beside its inputs.
func runOnce(t *testing.T, arguments []string) (status int, files map[string]string) {
	t.Helper()
	var said strings.Builder
	inputs, files := map[string]bool{}, map[string]string{}
	before, _ := os.ReadDir(".")
	for _, entry := range before {
		inputs[entry.Name()] = true
	}
	status = run(arguments, nil, io.Discard, &said)
	if status != 0 && status != exitRejects && status != exitInput || strings.Count(said.String(), "\n") > 8 {
		t.Errorf("exit status %d: %s", status, said.String())
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
	if status == exitInput {
		if len(files) > 0 {
			t.Errorf("refused, but left %v", slices.Collect(maps.Keys(files)))
		}
		return
	}
	var record writer.Run
	if err := json.Unmarshal([]byte(files["out.parquet.manifest.json"]), &record); err != nil {
		t.Fatal(err)
	}
	var total writer.Records
	for _, in := range record.Inputs {
		if !in.Records.Balanced() {
			t.Errorf("%s: %+v", in.Path, in.Records)
		}
		total.Add(in.Records)
	}
	rejects := int64(strings.Count(files["out.parquet.rejects.ndjson"], "\n"))
	if total != record.Totals || rejects != total.Rejected || (status == exitRejects) != (rejects > 0) {
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
	file, err := parquet.OpenFile(strings.NewReader(data), int64(len(data)))
	if err != nil {
		t.Fatal(err)
	}
	rows := parquet.NewReader(file)
	defer rows.Close()
	for buffer := make([]parquet.Row, 64); ; {
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
