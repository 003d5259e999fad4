package main

import (
	"bytes"
	"context"
	"errors"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"runtime/debug"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/rogpeppe/go-internal/testscript"

	"signins/codes"
	"signins/reader"
)

func TestMain(m *testing.M) {
	testscript.Main(m, map[string]func(){"signins": main})
}

// TestScripts runs the command line as people do. UPDATE=1 rewrites what the
// scripts compare with.
func TestScripts(t *testing.T) {
	testscript.Run(t, testscript.Params{
		Dir:           "testdata/script",
		UpdateScripts: os.Getenv("UPDATE") != "",
		Cmds: map[string]func(ts *testscript.TestScript, neg bool, args []string){
			"exits":   exits,
			"private": private,
			"only":    only,
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

// TestInterrupt stops a run that waits for its input.
func TestInterrupt(t *testing.T) {
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
	if err := os.WriteFile(big, []byte(strings.Repeat(record, 300000)), 0o600); err != nil {
		t.Fatal(err)
	}
	for _, test := range []struct {
		name, input string
		begun       int // records on standard input
	}{
		{"waiting to see what it is", "-", 0},
		{"waiting for more of it", "-", 20000},
		{"at work", big, 0},
	} {
		cmd := exec.Command(program, "-o", "out.parquet", "-o", "out.xlsx", test.input)
		cmd.Dir = t.TempDir()
		pipe, err := cmd.StdinPipe()
		if err != nil {
			t.Fatal(err)
		}
		if err := cmd.Start(); err != nil {
			t.Fatal(err)
		}
		io.WriteString(pipe, strings.Repeat(record, test.begun))
		time.Sleep(500 * time.Millisecond)
		cmd.Process.Signal(os.Interrupt)
		begin := time.Now()
		err = cmd.Wait()
		if code := cmd.ProcessState.ExitCode(); code != exitInterrupted {
			t.Errorf("%s: exit status %d (%v), want %d", test.name, code, err, exitInterrupted)
		}
		if took := time.Since(begin); took > 5*time.Second {
			t.Errorf("%s: it took %s to stop", test.name, took)
		}
		if left, _ := os.ReadDir(cmd.Dir); len(left) > 0 {
			t.Errorf("%s: %s is left behind", test.name, left[0].Name())
		}
	}
}

// TestStar keeps the house as it is: reader, codes and writer know schema and
// libraries, and schema knows the standard library alone.
func TestStar(t *testing.T) {
	for _, pkg := range []string{"schema", "reader", "codes", "writer"} {
		out, err := exec.Command("go", "list", "-f", `{{join .Imports "\n"}}`, "./"+pkg+"/...").Output()
		if err != nil {
			t.Fatal(err)
		}
		for _, imported := range strings.Fields(string(out)) {
			inside := strings.HasPrefix(imported, "signins/")
			switch {
			case inside && imported != "signins/schema" && !strings.HasPrefix(imported, "signins/"+pkg):
				t.Errorf("%s imports %s", pkg, imported)
			case pkg == "schema" && strings.Contains(strings.Split(imported, "/")[0], "."):
				t.Errorf("schema imports %s", imported)
			}
		}
	}
}

// TestUsageInReadme keeps the README's text of --help the program's own.
func TestUsageInReadme(t *testing.T) {
	readme, err := os.ReadFile("README.md")
	if err != nil {
		t.Fatal(err)
	}
	if !strings.Contains(string(readme), "```text\n"+usage+"```\n") {
		t.Error("README.md does not hold the text that --help prints")
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
		if err := os.WriteFile(path, bytes.Repeat(lines, 1+32<<20/len(lines)), 0o600); err != nil {
			b.Fatal(err)
		}
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
	inputs, err := reader.Open([]string{benchInput(b)}, reader.Options{Jobs: 1})
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

// TestMemoryLimit bounds the garbage of runs that hold much, and of no others.
func TestMemoryLimit(t *testing.T) {
	before := debug.SetMemoryLimit(-1)
	defer debug.SetMemoryLimit(before)
	for outputs, want := range map[string]int64{"a.parquet": before, "a.xlsx b.parquet": before, "a.xlsx": 270 << 20, "lake/ a.xlsx": 320 << 20} {
		debug.SetMemoryLimit(before)
		var arguments []string
		for output := range strings.FieldsSeq(outputs) {
			arguments = append(arguments, "-o", output)
		}
		s, err := parseFlags(append(arguments, "x"))
		if err != nil {
			t.Fatal(err)
		}
		s.limitMemory()
		if got := debug.SetMemoryLimit(-1); got != want {
			t.Errorf("%s: %d, want %d", outputs, got, want)
		}
	}
}
