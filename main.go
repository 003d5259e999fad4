// Command signins converts exported Microsoft Entra sign-in logs to Parquet and
// Excel, explains their error codes and accounts for every record.
package main

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"os/signal"
	"path/filepath"
	"runtime"
	"slices"
	"strconv"
	"strings"
	"syscall"
	"time"

	"github.com/schollz/progressbar/v3"
	"github.com/spf13/pflag"
	"golang.org/x/term"

	"signins/codes"
	"signins/reader"
	"signins/schema"
	"signins/writer"
)

const usage = `signins converts exported Microsoft Entra sign-in logs to Parquet and Excel.

Usage:
  signins [flags] INPUT...

INPUT is an export, a folder of them (walked), or - for standard input. The
format is told from the content, whatever the name. No input is ever changed,
and nothing is sent anywhere.

Examples:
  signins Downloads/                                     say what was found
  signins -o report.xlsx Downloads/                      workbook for an auditor
  signins -o report.xlsx -o signins.parquet Downloads/   read once, write both
  signins --category managed_identity -o mi.parquet renamed.csv
  signins --explain 50126                                what a code means
  cd results && sha256sum -c report.xlsx.sha256          check what was written

Output:
  -o, --output PATH      .xlsx workbook or .parquet file; may be repeated
      --overwrite        replace outputs that exist
      --compression NAME Parquet codec: zstd (default), snappy or none
      --raw              fill raw_record with the exact bytes of each record

Input:
      --category NAME    kind of sign-in for inputs that do not tell theirs:
                         interactive_user, non_interactive_user,
                         service_principal, managed_identity, adfs,
                         microsoft_service_principal
      --encoding NAME    encoding of text that has no byte order mark and is not
                         UTF-8: windows-1252, utf-16le, shift_jis, ...
      --codes FILE       CSV with the columns of codes.csv: adds error codes to
                         the built-in table or replaces them

Running:
      --jobs N           parsers at work at once (default: processors)
      --quiet            no progress, no summary

Print and exit:
      --explain CODE     explain 50126, AADSTS50126 or a symbolic name
      --columns          list the columns: name, type, meaning
      --version          print the version
  -h, --help             print this text

Exit status: 0 done; 1 usage or refusal; 2 done, with rejected records; 3 input
unreadable or damaged, nothing written; 4 output failed, nothing left behind;
5 the numbers do not add up, nothing written; 130 interrupted.
`

// Exit statuses.
const (
	exitUsage       = 1
	exitRejects     = 2
	exitInput       = 3
	exitOutput      = 4
	exitUnbalanced  = 5
	exitInterrupted = 130
)

func main() {
	os.Exit(run(os.Args[1:], os.Stdin, os.Stdout, os.Stderr))
}

// settings are the command line.
type settings struct {
	outputs   []string
	overwrite bool
	codec     string
	category  string
	encoding  string
	decoder   *reader.Encoding // of encoding, nil for UTF-8
	codes     string
	raw       bool
	jobs      int
	quiet     bool
	explain   string
	columns   bool
	version   bool
	inputs    []string
	arguments []string
}

// run is the program; it returns the exit status.
func run(arguments []string, stdin io.Reader, stdout, stderr io.Writer) int {
	var status int
	s, err := parseFlags(arguments)
	switch {
	case errors.Is(err, pflag.ErrHelp):
		err = say(stdout, usage)
	case err == nil:
		status, err = s.dispatch(stdin, stdout, stderr)
	}
	if err == nil {
		return status
	}
	fmt.Fprintf(stderr, "signins: error: %s\n", writer.Visible(err.Error()))
	var none *reader.NoExport
	if errors.As(err, &none) {
		for _, skip := range none.Skipped {
			fmt.Fprintf(stderr, "  %s: %s\n", writer.Visible(skip.Path), writer.Visible(skip.Reason))
		}
	}
	if hint := hintFor(err); hint != "" {
		fmt.Fprintf(stderr, "signins: hint: %s\n", hint)
	}
	return statusFor(err)
}

// A refusal ends the program before any work.
type refusal struct{ what, hint string }

func (r refusal) Error() string { return r.what }

// An outputError is a failure to write.
type outputError struct{ error }

func (e outputError) Unwrap() error { return e.error }

func statusFor(err error) int {
	var out outputError
	var refused refusal
	var repeated *reader.Repeated
	var twice *writer.Repeated
	var unbalanced *writer.Unbalanced
	switch {
	case errors.Is(err, context.Canceled):
		return exitInterrupted
	case errors.As(err, &refused), errors.As(err, &repeated), errors.As(err, &twice):
		return exitUsage
	case errors.As(err, &unbalanced):
		return exitUnbalanced
	case errors.As(err, &out):
		return exitOutput
	}
	return exitInput
}

func hintFor(err error) string {
	var refused refusal
	var in *reader.Error
	switch {
	case errors.As(err, &refused):
		return refused.hint
	case errors.As(err, &in):
		return in.Hint
	}
	return ""
}

func parseFlags(arguments []string) (*settings, error) {
	s := &settings{arguments: arguments}
	f := pflag.NewFlagSet("signins", pflag.ContinueOnError)
	f.Usage = func() {}
	f.SetOutput(io.Discard)
	f.StringArrayVarP(&s.outputs, "output", "o", nil, "")
	f.BoolVar(&s.overwrite, "overwrite", false, "")
	f.StringVar(&s.codec, "compression", writer.Compressions[0], "")
	f.StringVar(&s.category, "category", "", "")
	f.StringVar(&s.encoding, "encoding", "", "")
	f.StringVar(&s.codes, "codes", "", "")
	f.BoolVar(&s.raw, "raw", false, "")
	f.IntVar(&s.jobs, "jobs", runtime.GOMAXPROCS(0), "")
	f.BoolVar(&s.quiet, "quiet", false, "")
	f.StringVar(&s.explain, "explain", "", "")
	f.BoolVar(&s.columns, "columns", false, "")
	f.BoolVar(&s.version, "version", false, "")
	if err := f.Parse(arguments); err != nil {
		if errors.Is(err, pflag.ErrHelp) {
			return nil, err
		}
		return nil, refusal{err.Error(), "signins --help lists the flags"}
	}
	s.inputs = f.Args()
	return s, s.check()
}

// check refuses settings that cannot be meant.
func (s *settings) check() error {
	if s.category != "" && (s.category == schema.Unknown || !slices.Contains(schema.Categories, s.category)) {
		return refusal{fmt.Sprintf("--category %s: no such kind of sign-in", s.category), "signins --help lists them"}
	}
	if !slices.Contains(writer.Compressions, s.codec) {
		return refusal{fmt.Sprintf("--compression %s: no such codec", s.codec), "it is one of " + strings.Join(writer.Compressions, ", ")}
	}
	if s.encoding != "" {
		var err error
		if s.decoder, err = reader.FindEncoding(s.encoding); err != nil {
			return refusal{fmt.Sprintf("--encoding %s: %s", s.encoding, err), "names are those of the web: windows-1252, utf-16le, shift_jis"}
		}
	}
	if s.jobs < 1 {
		return refusal{fmt.Sprintf("--jobs %d: at least one is needed", s.jobs), ""}
	}
	if first := slices.Index(s.inputs, "-"); first >= 0 && slices.Contains(s.inputs[first+1:], "-") {
		return refusal{"standard input is named twice", ""}
	}
	for _, path := range s.outputs {
		if _, err := writer.Format(path); err != nil {
			return refusal{err.Error(), "the ending decides the format"}
		}
	}
	return nil
}

// dispatch does what the settings ask for.
func (s *settings) dispatch(stdin io.Reader, stdout, stderr io.Writer) (int, error) {
	switch {
	case s.version:
		tool := writer.BuildTool()
		return 0, say(stdout, fmt.Sprintf("signins %s %s (schema %d, codes of %s, %s)\n", tool.Version, tool.Commit, schema.Version, codes.TableDate, tool.Go))
	case s.columns:
		var text strings.Builder
		schema.Print(&text)
		return 0, say(stdout, text.String())
	}
	table, err := s.table()
	if err != nil {
		return 0, err
	}
	if s.explain != "" {
		found := table.Find(s.explain)
		if len(found) == 0 {
			return 0, refusal{fmt.Sprintf("--explain %s: the code is not in the table of %s", s.explain, codes.TableDate), "codes match whole: a number, AADSTS and a number, or a symbolic name"}
		}
		var text strings.Builder
		for _, code := range found {
			text.WriteString(table.Explain(code))
		}
		return 0, say(stdout, text.String())
	}
	if len(s.inputs) == 0 {
		return 0, refusal{"no input", "name an export or a folder; signins --help shows examples"}
	}
	return s.convert(table, stdin, stderr)
}

// say prints what was asked for.
func say(stdout io.Writer, text string) error {
	if _, err := io.WriteString(stdout, text); err != nil {
		return outputError{err}
	}
	return nil
}

// table is the built-in code table with the user's file on top.
func (s *settings) table() (*codes.Table, error) {
	if s.codes == "" {
		return codes.Embedded(), nil
	}
	file, err := os.Open(s.codes)
	if err != nil {
		return nil, refusal{err.Error(), ""}
	}
	defer file.Close()
	table, err := codes.Embedded().With(file)
	var path *fs.PathError
	if errors.As(err, &path) {
		err = path.Err
	}
	if err != nil {
		return nil, refusal{fmt.Sprintf("%s: %s", s.codes, err), "the columns are those of codes.csv: code, name, outcome, category, attack_relevance, meaning"}
	}
	return table, nil
}

// convert reads the inputs once and writes all outputs.
func (s *settings) convert(table *codes.Table, stdin io.Reader, stderr io.Writer) (int, error) {
	signals := []os.Signal{os.Interrupt, syscall.SIGTERM}
	if !signal.Ignored(syscall.SIGHUP) { // as nohup has it
		signals = append(signals, syscall.SIGHUP)
	}
	ctx, stop := signal.NotifyContext(context.Background(), signals...)
	defer stop()
	record := &writer.Run{
		ManifestVersion: writer.ManifestVersion, SchemaVersion: schema.Version, CodesTableDate: codes.TableDate,
		Tool: writer.BuildTool(), Arguments: s.arguments, StartedAt: now(), Outputs: []writer.Output{},
	}
	if err := s.refuseTaken(); err != nil {
		return 0, err
	}
	given := stdin
	if slices.Contains(s.inputs, "-") {
		stdin = interruptible(ctx, stdin)
	}
	progress := &progress{w: stderr, quiet: s.quiet, start: time.Now()}
	inputs, err := openInputs(ctx, s.inputs, reader.Options{
		Category: s.category, Encoding: s.decoder, Raw: s.raw, Jobs: s.jobs, Stdin: stdin, Progress: progress.add,
	})
	if err != nil {
		return 0, err
	}
	if err := s.refuseInputs(inputs, given); err != nil {
		return 0, err
	}
	progress.expect(inputs)
	record.Skipped = skipped(inputs)
	outputs, err := writer.Open(ctx, s.outputs, s.overwrite, writer.Options{
		Tool: record.Tool, CodesTableDate: codes.TableDate, Compression: s.codec, Run: record,
	})
	if err != nil {
		return 0, outputError{err}
	}
	accounts, err := pass(ctx, table, inputs, outputs, record)
	progress.finish()
	if err == nil {
		err = commit(outputs, record)
	}
	if err != nil {
		outputs.Abort()
		return 0, cmp.Or(context.Cause(ctx), err)
	}
	if !s.quiet {
		writer.Summarize(stderr, record, accounts)
	}
	if record.Totals.Rejected > 0 {
		return exitRejects, nil
	}
	return 0, nil
}

// pass takes every batch from the reader through annotation to the outputs,
// and completes the inputs' part of the record.
func pass(ctx context.Context, table *codes.Table, inputs *reader.Inputs, outputs *writer.Outputs, record *writer.Run) ([]*writer.Account, error) {
	accounts := make([]*writer.Account, len(inputs.List))
	bySource := map[*schema.Source]*writer.Account{}
	for i, in := range inputs.List {
		accounts[i] = writer.NewAccount(&writer.Input{
			Path: in.Source.File(), Member: in.Source.Member, Dialect: in.Dialect, Compression: in.Compression, Encoding: in.Encoding, BOM: in.BOM,
		})
		accounts[i].Named = in.Source.Named != ""
		bySource[&in.Source] = accounts[i]
		record.Inputs = append(record.Inputs, accounts[i].Input)
	}
	for batch, err := range inputs.Read(ctx) {
		if err != nil {
			return nil, err
		}
		table.Annotate(batch)
		bySource[batch.Source].Add(batch)
		if err := outputs.Write(batch); err != nil {
			return nil, outputError{err}
		}
	}
	for i, in := range inputs.List {
		out := accounts[i].Input
		out.Size, out.SHA256 = in.Size, in.SHA256
		if at := in.ModifiedAt(); !at.IsZero() {
			out.ModifiedAt = at.Format(time.RFC3339Nano)
		}
		accounts[i].Warn(in.Warnings)
		accounts[i].Close()
		if !out.Records.Balanced() {
			return nil, &writer.Unbalanced{What: out.Path + ": not every record seen is accounted for"}
		}
		record.Totals.Add(out.Records)
	}
	return accounts, nil
}

// commit completes the outputs and makes them appear.
func commit(outputs *writer.Outputs, record *writer.Run) error {
	if err := outputs.Finish(record); err != nil {
		return outputError{err}
	}
	record.FinishedAt = now()
	if err := outputs.Commit(record); err != nil {
		return outputError{err}
	}
	return nil
}

// refuseTaken refuses outputs without a folder, and to replace what was not
// asked to be replaced.
func (s *settings) refuseTaken() error {
	for _, path := range s.outputs {
		dir := filepath.Dir(path)
		if info, err := os.Stat(dir); err != nil || !info.IsDir() {
			return refusal{path + ": there is no folder " + dir, "make the folder first"}
		}
		for _, name := range writer.Names(path) {
			info, err := os.Lstat(name)
			switch {
			case errors.Is(err, fs.ErrNotExist):
			case err != nil:
				return refusal{fmt.Sprintf("%s: %s", name, errors.Unwrap(err)), ""}
			case !info.Mode().IsRegular():
				return refusal{name + ": is not a regular file and is not replaced", ""}
			case !s.overwrite:
				return refusal{name + ": exists already", "choose another name, or replace it with --overwrite"}
			}
		}
	}
	return nil
}

// refuseInputs refuses to replace what the run reads.
func (s *settings) refuseInputs(inputs *reader.Inputs, stdin io.Reader) error {
	var read []fs.FileInfo
	for _, in := range inputs.List {
		read = append(read, in.Info)
	}
	if file, ok := stdin.(*os.File); ok && slices.Contains(s.inputs, "-") {
		info, _ := file.Stat()
		read = append(read, info)
	}
	if info, err := os.Stat(s.codes); err == nil {
		read = append(read, info)
	}
	for _, path := range s.outputs {
		for _, name := range writer.Names(path) {
			info, err := os.Stat(name)
			same := func(in fs.FileInfo) bool { return in != nil && os.SameFile(in, info) }
			if err == nil && slices.ContainsFunc(read, same) {
				return refusal{name + ": is an input and is not replaced", "choose another name for the output"}
			}
		}
	}
	return nil
}

func skipped(inputs *reader.Inputs) []writer.Skipped {
	list := []writer.Skipped{}
	for _, s := range inputs.Skipped {
		list = append(list, writer.Skipped{Path: s.Path, Reason: s.Reason})
	}
	return list
}

// now is the time for the run record; SOURCE_DATE_EPOCH makes it repeatable.
func now() time.Time {
	if seconds, err := strconv.ParseInt(os.Getenv("SOURCE_DATE_EPOCH"), 10, 64); err == nil {
		return time.Unix(seconds, 0).UTC()
	}
	return time.Now().UTC().Truncate(time.Millisecond)
}

// openInputs opens the inputs. A walk may take long, standard input for ever:
// ctx ends both.
func openInputs(ctx context.Context, arguments []string, o reader.Options) (*reader.Inputs, error) {
	var inputs *reader.Inputs
	var err error
	opened := make(chan struct{})
	go func() {
		defer close(opened)
		inputs, err = reader.Open(arguments, o)
	}()
	select {
	case <-opened:
		return inputs, err
	case <-ctx.Done():
		return nil, context.Cause(ctx)
	}
}

// interruptible ends reading from r, which may wait for ever, with ctx.
func interruptible(ctx context.Context, r io.Reader) io.Reader {
	in, out := io.Pipe()
	go func() {
		_, err := io.Copy(out, r)
		out.CloseWithError(err)
	}()
	context.AfterFunc(ctx, func() { out.CloseWithError(context.Cause(ctx)) })
	return in
}

// progress shows a bar on a terminal once a run takes longer than a second.
type progress struct {
	w     io.Writer
	quiet bool
	start time.Time
	total int64
	done  int64
	bar   *progressbar.ProgressBar
}

// expect tells how much there is to read; without it no bar appears.
func (p *progress) expect(inputs *reader.Inputs) {
	file, ok := p.w.(*os.File)
	if p.quiet || !ok || !term.IsTerminal(int(file.Fd())) {
		return
	}
	seen := map[string]bool{} // an archive holds several
	for _, in := range inputs.List {
		if !seen[in.Path()] {
			p.total += max(in.Size, 0)
		}
		seen[in.Path()] = true
	}
}

func (p *progress) add(n int) {
	p.done += int64(n)
	if p.bar == nil && p.total > 0 && time.Since(p.start) > time.Second {
		p.bar = progressbar.NewOptions64(p.total, progressbar.OptionSetWriter(p.w), progressbar.OptionShowBytes(true),
			progressbar.OptionSetDescription("reading"), progressbar.OptionThrottle(100*time.Millisecond), progressbar.OptionClearOnFinish())
	}
	if p.bar != nil {
		p.bar.Set64(p.done)
	}
}

func (p *progress) finish() {
	if p.bar != nil {
		p.bar.Finish()
	}
}
