// Command signins converts exported Microsoft Entra sign-in logs to Parquet and
// Excel, explains their error codes and accounts for every record.
package main

import (
	"cmp"
	"context"
	"crypto/sha256"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"os/signal"
	"runtime"
	"runtime/debug"
	"slices"
	"strconv"
	"strings"
	"syscall"
	"time"

	"github.com/spf13/pflag"

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
  signins -o lake/ Downloads/                            add to a dataset by day
  signins --category managed_identity -o mi.parquet renamed.csv
  signins --explain 50126                                what a code means
  cd results && sha256sum -c report.xlsx.sha256          check what was written

Output:
  -o, --output PATH      .xlsx workbook, .parquet file, or a path ending in /
                         for a dataset partitioned by day; may be repeated
      --overwrite        replace outputs that exist
      --compression NAME Parquet codec: zstd (default), snappy or none
      --raw              fill raw_record with the exact bytes of each record
      --nested           Parquet: policies, authentication and network details as
                         lists of structs instead of JSON text
      --since TIME       leave out sign-ins before TIME: 2026-05-01, or
                         2026-05-01T08:00:00Z; those without a time stay
      --until TIME       leave out sign-ins at TIME and after
      --sheets LIST      sheets of the workbook, such as summary,sign-ins; all:
                         summary, sign-ins, conditional-access,
                         authentication-steps, error-codes, cross-tenant,
                         rejected, sources, columns
      --timezone ZONE    add local time, such as Europe/Berlin, to the workbook

Input:
      --category NAME    kind of sign-in for inputs that do not tell theirs:
                         interactive_user, non_interactive_user,
                         service_principal, managed_identity, adfs,
                         microsoft_service_principal
      --from FORMAT      take inputs for this format, whatever they look like
      --date-order NAME  order of day, month and year in dates such as 3/4/2026:
                         mdy, dmy or ymd; without it a date above 12 must prove it
      --encoding NAME    encoding of text that has no byte order mark and is not
                         UTF-8: windows-1252, utf-16le, shift_jis, ...
      --salvage          take what is whole of a damaged file, up to the damage
      --max-record SIZE  how long a record may be, from 1MiB to 256MiB (default:
                         64MiB); longer ones are rejected, in a CSV an error
      --codes FILE       CSV with the columns of codes.csv: adds error codes to
                         the built-in table or replaces them

Running:
      --jobs N           parsers at work at once (default: processors)
      --quiet            no progress, no summary

Print and exit:
      --explain CODE     explain 50126, AADSTS50126 or a symbolic name
      --columns[=FORM]   list the columns: name, type, meaning; as CREATE TABLE
                         with FORM sql, for programs with FORM json
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
	from      string
	dateOrder string
	encoding  string
	salvage   bool
	maxRecord string
	longest   int              // bytes, of maxRecord
	decoder   *reader.Encoding // of encoding, nil for UTF-8
	codes     string
	raw       bool
	nested    bool
	since     string
	until     string
	span      schema.Span // from since to until
	sheetList string
	sheets    []string
	timezone  string
	zone      *time.Location
	jobs      int
	quiet     bool
	explain   string
	columns   string
	version   bool
	inputs    []string
	arguments []string
	datasets  []string // those of outputs that are
	choices   []string // flags that decide what is written, with their values
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

// refusal is the error for a command line that cannot be meant.
func refusal(what, hint string) error { return &schema.Refusal{What: what, Hint: hint} }

// An outputError is a failure to write.
type outputError struct{ error }

func (e outputError) Unwrap() error { return e.error }

func statusFor(err error) int {
	var out outputError
	var refused *schema.Refusal
	var unbalanced *writer.Unbalanced
	switch {
	case errors.Is(err, context.Canceled):
		return exitInterrupted
	case errors.As(err, &refused):
		return exitUsage
	case errors.As(err, &unbalanced):
		return exitUnbalanced
	case errors.As(err, &out):
		return exitOutput
	}
	return exitInput
}

func hintFor(err error) string {
	var refused *schema.Refusal
	var in *reader.Error
	switch {
	case errors.As(err, &refused):
		return refused.Hint
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
	f.StringVar(&s.from, "from", "", "")
	f.StringVar(&s.dateOrder, "date-order", "", "")
	f.StringVar(&s.encoding, "encoding", "", "")
	f.BoolVar(&s.salvage, "salvage", false, "")
	f.StringVar(&s.maxRecord, "max-record", "64MiB", "")
	f.StringVar(&s.codes, "codes", "", "")
	f.BoolVar(&s.raw, "raw", false, "")
	f.BoolVar(&s.nested, "nested", false, "")
	f.StringVar(&s.since, "since", "", "")
	f.StringVar(&s.until, "until", "", "")
	f.StringVar(&s.sheetList, "sheets", "", "")
	f.StringVar(&s.timezone, "timezone", "", "")
	f.IntVar(&s.jobs, "jobs", runtime.GOMAXPROCS(0), "")
	f.BoolVar(&s.quiet, "quiet", false, "")
	f.StringVar(&s.explain, "explain", "", "")
	f.StringVar(&s.columns, "columns", "", "")
	f.Lookup("columns").NoOptDefVal = schema.Forms[0]
	f.BoolVar(&s.version, "version", false, "")
	if err := f.Parse(arguments); err != nil {
		if errors.Is(err, pflag.ErrHelp) {
			return nil, err
		}
		return nil, refusal(err.Error(), "signins --help lists the flags")
	}
	s.inputs = f.Args()
	if f.Changed("explain") && s.explain == "" {
		return nil, refusal("--explain: no code is given", "a number, AADSTS and a number, or a symbolic name")
	}
	if err := s.check(); err != nil {
		return nil, err
	}
	f.VisitAll(func(flag *pflag.Flag) {
		if !slices.Contains(indifferent, flag.Name) {
			s.choices = append(s.choices, flag.Name+"="+flag.Value.String())
		}
	})
	s.choices = append(s.choices, fmt.Sprint("span=", s.span))
	return s, nil
}

// indifferent are the flags whose text does not change what is written about a
// record. Of --codes it is the content that does, of --since and --until the
// time, however it is written.
var indifferent = []string{"output", "overwrite", "codes", "since", "until", "sheets", "timezone", "jobs", "quiet", "explain", "columns", "version"}

// check refuses settings that cannot be meant.
func (s *settings) check() error {
	if s.category != "" && (s.category == schema.Unknown || !slices.Contains(schema.Categories, s.category)) {
		return refusal(fmt.Sprintf("--category %s: no such kind of sign-in", s.category), "signins --help lists them")
	}
	if err := cmp.Or(s.checkSpan(), s.checkWorkbook()); err != nil {
		return err
	}
	for _, choice := range []struct {
		flag, value string
		words       []string
	}{
		{"--from", s.from, reader.Formats()}, {"--date-order", s.dateOrder, reader.DateOrders},
		{"--compression", s.codec, writer.Compressions}, {"--columns", s.columns, schema.Forms},
	} {
		if choice.value != "" && !slices.Contains(choice.words, choice.value) {
			return refusal(fmt.Sprintf("%s %s: there is no such choice", choice.flag, choice.value), "it is one of "+strings.Join(choice.words, ", "))
		}
	}
	if s.encoding != "" {
		var err error
		if s.decoder, err = reader.FindEncoding(s.encoding); err != nil {
			return refusal(fmt.Sprintf("--encoding %s: %s", s.encoding, err), "names are those of the web: windows-1252, utf-16le, shift_jis")
		}
	}
	var err error
	if s.longest, err = reader.ParseMaxRecord(s.maxRecord); err != nil {
		return refusal(fmt.Sprintf("--max-record %s: %s", s.maxRecord, err), "such as 64MiB, the default, or 64M")
	}
	if s.jobs < 1 {
		return refusal(fmt.Sprintf("--jobs %d: at least one is needed", s.jobs), "")
	}
	if first := slices.Index(s.inputs, "-"); first >= 0 && slices.Contains(s.inputs[first+1:], "-") {
		return refusal("standard input is named twice", "")
	}
	for _, path := range s.outputs {
		if _, err := writer.Format(path); err != nil {
			return refusal(err.Error(), "the ending decides the format")
		}
	}
	s.datasets = slices.DeleteFunc(slices.Clone(s.outputs), func(path string) bool { return !writer.IsDataset(path) })
	s.outputs = slices.DeleteFunc(s.outputs, writer.IsDataset)
	return nil
}

func (s *settings) checkSpan() (err error) {
	s.span = schema.Always
	if s.since != "" {
		if s.span.Since, err = schema.ParseTime(s.since); err != nil {
			return refusal("--since "+err.Error(), "")
		}
	}
	if s.until != "" {
		if s.span.Until, err = schema.ParseTime(s.until); err != nil {
			return refusal("--until "+err.Error(), "")
		}
	}
	if s.span.Since >= s.span.Until {
		return refusal(fmt.Sprintf("--until %s is not after --since %s", s.until, s.since), "")
	}
	return nil
}

// checkWorkbook reads the settings of the workbook.
func (s *settings) checkWorkbook() (err error) {
	if s.sheetList != "" {
		if s.sheets, err = writer.Sheets(s.sheetList); err != nil {
			return refusal("--sheets: "+err.Error(), "signins --help lists them")
		}
	}
	if s.timezone != "" {
		if s.zone, err = writer.Zone(s.timezone); err != nil {
			return refusal("--timezone "+s.timezone+": no such time zone", "names are those of the time zone database, such as Europe/Berlin or America/New_York")
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
	case s.columns != "":
		return 0, s.printColumns(stdout)
	}
	table, err := s.table()
	if err != nil {
		return 0, err
	}
	if s.explain != "" {
		found := table.Find(s.explain)
		if len(found) == 0 {
			return 0, refusal(fmt.Sprintf("--explain %s: the code is not in the table of %s", s.explain, codes.TableDate), "codes match whole: a number, AADSTS and a number, or a symbolic name")
		}
		var text strings.Builder
		for _, code := range found {
			text.WriteString(table.Explain(code))
		}
		return 0, say(stdout, text.String())
	}
	if len(s.inputs) == 0 {
		return 0, refusal("no input", "name an export or a folder; signins --help shows examples")
	}
	return s.convert(table, stdin, stderr)
}

func (s *settings) printColumns(stdout io.Writer) error {
	var text strings.Builder
	var nested map[schema.ColumnID][]schema.Member
	if s.nested {
		nested = writer.NestedMembers()
	}
	if err := schema.Print(&text, s.columns, nested); err != nil {
		return refusal(fmt.Sprintf("--columns=%s with --nested: %s", s.columns, err), "--columns=json lists the members of the structs")
	}
	return say(stdout, text.String())
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
		return nil, refusal(fmt.Sprintf("--codes %s: %s", s.codes, errors.Unwrap(err)), "name a CSV with the columns of codes.csv")
	}
	defer file.Close()
	digest := sha256.New()
	table, err := codes.Embedded().With(io.TeeReader(file, digest))
	s.choices = append(s.choices, fmt.Sprintf("codes=%x", digest.Sum(nil)))
	var path *fs.PathError
	if errors.As(err, &path) {
		err = path.Err
	}
	if err != nil {
		return nil, refusal(fmt.Sprintf("%s: %s", s.codes, err), "the columns are those of codes.csv: code, name, outcome, category, attack_relevance, meaning, remediation")
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
		ManifestVersion: writer.ManifestVersion, SchemaVersion: schema.Version, Nested: s.nested, CodesTableDate: codes.TableDate,
		Tool: writer.BuildTool(), Arguments: s.arguments, StartedAt: now(), Outputs: []writer.Output{},
	}
	if err := writer.RefuseTaken(s.outputs, s.overwrite); err != nil {
		return 0, err
	}
	progress := writer.NewProgress(stderr, s.quiet)
	inputs, err := reader.OpenContext(ctx, s.inputs, reader.Options{
		Category: s.category, From: s.from, DateOrder: s.dateOrder, Encoding: s.decoder,
		Salvage: s.salvage, MaxRecord: s.longest, Raw: s.raw, Jobs: s.jobs, Stdin: stdin, Progress: progress.Add,
	})
	if err != nil {
		return 0, err
	}
	if err := s.refuse(inputs, stdin); err != nil {
		return 0, err
	}
	s.limitMemory()
	progress.Expect(inputs.Size())
	record.Skipped = inputs.Skipped
	outputs, err := writer.Open(ctx, append(s.outputs, s.datasets...), s.overwrite, writer.Options{
		Tool: record.Tool, CodesTableDate: codes.TableDate, Compression: s.codec, Nested: s.nested, Choices: s.choices,
		Sheets: s.sheets, Zone: s.zone, Run: record,
	})
	if err != nil {
		return 0, outputError{err}
	}
	accounts, err := pass(ctx, s.span, table, inputs, outputs, record)
	progress.Finish()
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

// limitMemory keeps garbage from adding to what is needed: much for days that are
// written side by side, less for the names that a workbook counts.
func (s *settings) limitMemory() {
	workbook := func(path string) bool { format, _ := writer.Format(path); return format == "xlsx" }
	switch {
	case len(s.datasets) > 0:
		debug.SetMemoryLimit(320 << 20)
	case slices.ContainsFunc(s.outputs, workbook):
		debug.SetMemoryLimit(270 << 20)
	}
}

// pass takes every batch from the reader through the time span and annotation
// to the outputs, and completes the inputs' part of the record.
func pass(ctx context.Context, span schema.Span, table *codes.Table, inputs *reader.Inputs, outputs *writer.Outputs, record *writer.Run) ([]*writer.Account, error) {
	accounts := make([]*writer.Account, len(inputs.List))
	bySource := map[*schema.Source]*writer.Account{}
	for i, in := range inputs.List {
		accounts[i] = writer.NewAccount(&writer.Input{
			Path: in.Source.File(), Member: in.Source.Member, Dialect: in.Dialect, Compression: in.Compression, Encoding: in.Encoding, BOM: in.BOM,
		})
		accounts[i].Named = in.Source.CategoryFromName != ""
		bySource[&in.Source] = accounts[i]
		record.Inputs = append(record.Inputs, accounts[i].Input)
	}
	for batch, err := range inputs.Read(ctx) {
		if err != nil {
			return nil, err
		}
		span.Filter(batch)
		table.Annotate(batch)
		bySource[batch.Source].Add(batch)
		if err := outputs.Write(batch); err != nil {
			return nil, outputError{err}
		}
	}
	contents := map[[2]string]bool{}
	for i, in := range inputs.List {
		out := accounts[i].Input
		out.Size, out.SHA256 = in.Size, in.SHA256
		if content := [2]string{in.SHA256, in.Source.Member}; contents[content] {
			accounts[i].Warn(schema.Tally{schema.SameContent: 1})
		} else {
			contents[content] = true
		}
		out.Joined = in.Joined
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

// refuse refuses to replace what the run reads.
func (s *settings) refuse(inputs *reader.Inputs, stdin io.Reader) error {
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
	return writer.RefuseInputs(s.outputs, read)
}

// now is the time for the run record; SOURCE_DATE_EPOCH makes it repeatable.
func now() time.Time {
	if seconds, err := strconv.ParseInt(os.Getenv("SOURCE_DATE_EPOCH"), 10, 64); err == nil {
		return time.Unix(seconds, 0).UTC()
	}
	return time.Now().UTC().Truncate(time.Millisecond)
}
