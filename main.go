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
	"signins/schema/setting"
	"signins/writer"
	"signins/writer/excel"
	"signins/writer/manifest"
	"signins/writer/parquet"
)

func main() {
	os.Exit(run(os.Args[1:], os.Stdin, os.Stdout, os.Stderr))
}

// run is the program; it returns the exit status.
func run(arguments []string, stdin io.Reader, stdout, stderr io.Writer) int {
	status, err := runVerb(arguments, stdin, stdout, stderr)
	if err == nil {
		return status
	}
	fmt.Fprintf(stderr, "signins: error: %s\n", schema.EscapeControls(err.Error()))
	if none, ok := errors.AsType[*reader.NoExport](err); ok {
		for _, skip := range none.Skipped {
			fmt.Fprintf(stderr, "  %s: %s\n", schema.EscapeControls(skip.Path), schema.EscapeControls(skip.Reason))
		}
	}
	status, hint := schema.ExitInput, ""
	if failure, ok := errors.AsType[schema.Failure](err); ok {
		status, hint = failure.Exit()
	}
	if errors.Is(err, context.Canceled) {
		status, hint = schema.ExitInterrupted, ""
	}
	if hint != "" {
		fmt.Fprintf(stderr, "signins: hint: %s\n", schema.EscapeControls(hint))
	}
	return status
}

// refusal is the error for a command line that cannot be meant.
func refusal(what, hint string) error { return &schema.Refusal{What: what, Hint: hint} }

// An outputError is a failure to write.
type outputError struct{ error }

func (e outputError) Unwrap() error { return e.error }

// Exit makes it a schema.Failure, the one that it wraps if there is one.
func (e outputError) Exit() (status int, hint string) {
	if failure, ok := errors.AsType[schema.Failure](e.error); ok {
		return failure.Exit()
	}
	return schema.ExitOutput, ""
}

// runVerb finds the verb, parses its flags and runs it.
func runVerb(arguments []string, stdin io.Reader, stdout, stderr io.Writer) (int, error) {
	v, rest, help := &verbs()[0], arguments, mainHelp
	if len(arguments) > 0 {
		if named, exact := findVerb(arguments[0]); exact {
			v, rest, help = named, arguments[1:], named.fullHelp
		}
	}
	s, err := v.parse(rest)
	s.stdin, s.stdout, s.stderr, s.arguments = stdin, stdout, stderr, arguments
	switch {
	case errors.Is(err, pflag.ErrHelp):
		return 0, s.print(help())
	case err != nil:
		return 0, err
	}
	return v.run(s)
}

// A verb is one thing that the program does, with flags and a help of its own.
type verb struct {
	name, usage string
	most        int    // arguments, -1 for any number
	summary     string // its line in the main help
	help        string // what it does, with examples
	flags       func(s *settings) []flag
	run         func(s *settings) (int, error)
}

// verbs are all verbs; the first is the one of a command line that names none.
func verbs() []verb {
	return []verb{
		{"convert", "signins [convert] [flags] INPUT...", -1, "read exports once, write all outputs", `INPUT is an export, a folder (searched recursively) or - for standard input. The
content decides the format, whatever the name. Inputs are never changed, and
nothing is sent anywhere. Without an output, signins reports what it found.

Examples:
  signins Downloads/                                     report what is there
  signins -o report.xlsx Downloads/                      workbook for an auditor
  signins -o report.xlsx -o signins.parquet Downloads/   read once, write both
  signins -o lake/ Downloads/                            add to a dataset by day
  signins --category managed_identity -o mi.parquet renamed.csv
  cd results && sha256sum -c report.xlsx.sha256          check what was written
`, convertFlags, (*settings).runConvert},
		{"explain", "signins explain [flags] CODE...", -1, "explain error codes", `CODE is a number, AADSTS and a number, or a symbolic name, in any case.

Examples:
  signins explain 50126
  signins explain AADSTS50053 UserDisabled               several codes
  signins explain --codes own.csv 50126                  with codes of your own
`, explainFlags, (*settings).runExplain},
		{"columns", "signins columns [flags]", 0, "list the columns: name, type, meaning", `All outputs have these columns in this order, whatever the inputs.

Examples:
  signins columns
  signins columns --format sql                           CREATE TABLE
  signins columns --format json --nested                 for programs
`, columnsFlags, (*settings).runColumns},
		{"version", "signins version", 0, "print the version", "Prints the versions of the program, its columns and its table of codes.\n", noFlags, (*settings).runVersion},
		{"help", "signins help [VERB]", 1, "print this help, or that of a verb", "The same as --help or -h, alone or after a verb.\n", noFlags, (*settings).runHelp},
	}
}

// findVerb returns the verb of that name, or the one that a misspelt name was meant
// to be, or nil.
func findVerb(name string) (v *verb, exact bool) {
	all, names := verbs(), []string{}
	for i := range all {
		if names = append(names, all[i].name); all[i].name == name {
			return &all[i], true
		}
	}
	if i := slices.Index(names, setting.Nearest(name, names)); i >= 0 {
		return &all[i], false
	}
	return nil, false
}

// mainHelp is what --help prints without a verb.
func mainHelp() string {
	var list strings.Builder
	for _, v := range verbs() {
		fmt.Fprintf(&list, "  %-38s%s\n", v.usage, v.summary)
	}
	return "signins converts exported Microsoft Entra sign-in logs to Parquet and Excel.\n\nUsage:\n" + list.String() + `
Without a verb, signins converts. An input with the name of a verb is written
with its folder: ./columns

` + verbs()[0].details() + `
Exit status: 0 done; 1 usage or refusal; 2 done, with rejected records; 3 input
unreadable or damaged, nothing written; 4 output failed, nothing left behind;
5 the numbers do not add up, nothing written; 130 interrupted.
`
}

func (v *verb) fullHelp() string { return "Usage:\n  " + v.usage + "\n\n" + v.details() }

// details describes the verb and its flags, in groups.
func (v *verb) details() string {
	text, flags := v.help, v.flags(new(settings))
	for len(flags) > 0 {
		n := 1
		for n < len(flags) && flags[n].heading == "" {
			n++
		}
		text += "\n" + flags[0].heading + ":\n" + newFlagSet(flags[:n]).FlagUsagesWrapped(80)
		flags = flags[n:]
	}
	return text
}

func (v *verb) seeHelp() string { return "see signins help " + v.name }

// settings are the command line.
type settings struct {
	stdin          io.Reader
	stdout, stderr io.Writer
	arguments      []string // as typed
	inputs         []string // arguments that are no flags
	reading        reader.Options
	span           schema.Span
	outputs        []string
	formats        []string // of outputs
	overwrite      bool
	codec          string
	nested         bool
	sheets         []string // none for all
	zone           *time.Location
	codes          string // path
	format         string
	quiet          bool
	choices        []string // flags that change what is written, with their values
}

// parse reads the flags and arguments of a verb, and refuses what has no effect.
func (v *verb) parse(arguments []string) (*settings, error) {
	s := &settings{
		codec: parquet.Compressions[0], format: schema.PrintFormats[0], span: schema.Always,
		reading: reader.Options{Jobs: runtime.GOMAXPROCS(0), MaxRecord: 64 << 20},
	}
	flags := v.flags(s)
	set := newFlagSet(flags)
	if err := cmp.Or(refuseSingleDash(arguments, set), set.Parse(arguments)); err != nil {
		return s, v.misuse(err, set)
	}
	s.inputs = set.Args()
	if v.most >= 0 && len(s.inputs) > v.most {
		return s, refusal(fmt.Sprintf("surplus argument %q", s.inputs[v.most]), v.seeHelp())
	}
	if slices.Contains(s.inputs, "") {
		return s, refusal("an argument is empty", v.seeHelp())
	}
	for _, f := range flags {
		written := slices.ContainsFunc(f.only, func(format string) bool { return slices.Contains(s.formats, format) })
		if set.Changed(f.name) && f.only != nil && !written {
			return s, refusal(fmt.Sprintf("--%s has no effect without an output of format %s", f.name, setting.List(f.only)), "add the output with -o, or omit --"+f.name)
		}
		if f.inRunID {
			s.choices = append(s.choices, f.name+"="+f.value.String())
		}
	}
	return s, nil
}

func newFlagSet(flags []flag) *pflag.FlagSet {
	set := pflag.NewFlagSet("signins", pflag.ContinueOnError)
	set.SortFlags = false
	set.SetOutput(io.Discard)
	set.Usage = func() {}
	for _, f := range flags {
		added := set.VarPF(f.value, f.name, f.short, f.help)
		added.DefValue = "" // the help text has it
		if f.value.Type() == "bool" {
			added.NoOptDefVal = "true"
		}
	}
	return set
}

// refuseSingleDash refuses -output, which would be -o utput.
func refuseSingleDash(arguments []string, set *pflag.FlagSet) error {
	for _, argument := range arguments {
		if argument == "--" {
			break
		}
		name, _, _ := strings.Cut(argument, "=")
		if hint := didYouMean(strings.TrimPrefix(name, "-"), set); len(name) > 2 && name[0] == '-' && name[1] != '-' && hint != "" {
			return refusal("unknown flag: "+name, hint)
		}
	}
	return nil
}

// misuse puts an error of pflag in the program's words.
func (v *verb) misuse(err error, set *pflag.FlagSet) error {
	var refused *schema.Refusal
	var invalid *pflag.InvalidValueError
	var unknown *pflag.NotExistError
	switch {
	case errors.Is(err, pflag.ErrHelp):
		return err
	case errors.As(err, &refused):
		return refused
	case errors.As(err, &invalid):
		return refusal(fmt.Sprintf("invalid --%s %q", invalid.GetFlag().Name, invalid.GetValue()), invalid.Unwrap().Error())
	case errors.As(err, &unknown):
		return refusal(err.Error(), cmp.Or(didYouMean(unknown.GetSpecifiedName(), set), v.seeHelp()))
	}
	return refusal(err.Error(), v.seeHelp())
}

// didYouMean guesses which flag or verb an unknown flag was meant to be, "" for none.
func didYouMean(name string, set *pflag.FlagSet) string {
	if v, exact := findVerb(name); exact {
		return v.name + " is a verb: " + v.usage
	}
	names := []string{"help"}
	set.VisitAll(func(f *pflag.Flag) { names = append(names, f.Name) })
	if near := setting.Nearest(name, names); near != "" {
		return "did you mean --" + near + "?"
	}
	return ""
}

// A flag is one element of a verb's table.
type flag struct {
	heading     string // begins a group of the help
	name, short string
	value       pflag.Value
	inRunID     bool     // changes what is written about a record
	only        []string // without an output of these formats it has no effect, nil for no condition
	help        string
}

func convertFlags(s *settings) []flag {
	r, times, sheets := &s.reading, "2026-05-01 or 2026-05-01T08:00:00Z", strings.Join(excel.SheetNames(), ", ")
	return []flag{
		{heading: "Output", name: "output", short: "o", value: setting.New(new(string), "PATH", "a path", s.addOutput),
			help: ".xlsx workbook, .parquet file, or a path ending in / for a dataset partitioned by day; may be repeated"},
		{name: "overwrite", only: writer.FormatsTaking("overwrite"), value: setting.Switch(&s.overwrite), help: "replace outputs that exist"},
		{name: "compression", inRunID: true, only: writer.FormatsTaking("compression"), value: setting.OneOf(&s.codec, "NAME", parquet.Compressions),
			help: "Parquet codec: " + setting.List(parquet.Compressions) + " (default: " + parquet.Compressions[0] + ")"},
		{name: "raw", inRunID: true, only: writer.FormatsTaking("raw"), value: setting.Switch(&r.Raw), help: "fill raw_record with the exact bytes of each record"},
		{name: "nested", inRunID: true, only: writer.FormatsTaking("nested"), value: setting.Switch(&s.nested),
			help: "Parquet: policies, authentication and network details as lists of structs instead of JSON text"},
		{name: "since", inRunID: true, value: setting.New(&s.span.Since, "TIME", "a time such as "+times, schema.ParseTime),
			help: "skip sign-ins before TIME, such as " + times + "; sign-ins without a time are kept"},
		{name: "until", inRunID: true, value: setting.New(&s.span.Until, "TIME", "a time such as "+times, schema.ParseTime),
			help: "skip sign-ins at TIME and after; sign-ins without a time are kept"},
		{name: "sheets", only: writer.FormatsTaking("sheets"), value: setting.New(&s.sheets, "LIST", "some of "+sheets+", with commas between", excel.Sheets),
			help: "sheets of the workbook, such as summary,sign-ins (default: all): " + sheets},
		{name: "timezone", only: writer.FormatsTaking("timezone"), value: setting.New(&s.zone, "ZONE", "a name of the time zone database, such as Europe/Berlin", excel.Zone),
			help: "add local time, such as Europe/Berlin, to the workbook"},

		{heading: "Input", name: "category", inRunID: true, value: setting.OneOf(&r.Category, "NAME", schema.KnownCategories),
			help: "kind of sign-in for inputs that do not state theirs: " + setting.List(schema.KnownCategories)},
		{name: "from", inRunID: true, value: setting.OneOf(&r.From, "FORMAT", reader.Formats()),
			help: "skip detection and read every input as FORMAT: " + setting.List(reader.Formats())},
		{name: "date-order", inRunID: true, value: setting.OneOf(&r.DateOrder, "ORDER", reader.DateOrders),
			help: "order of day, month and year in dates such as 3/4/2026: " + setting.List(reader.DateOrders) + "; without it a day above 12 must prove the order"},
		{name: "encoding", inRunID: true, value: setting.New(&r.Encoding, "NAME", "a name of the web's, such as windows-1252, utf-16le or shift_jis", reader.FindEncoding),
			help: "encoding of text that has no byte order mark and is not UTF-8, such as windows-1252, utf-16le or shift_jis"},
		{name: "salvage", inRunID: true, value: setting.Switch(&r.Salvage), help: "keep the intact records before the damage in a damaged file"},
		{name: "max-record", inRunID: true, value: setting.New(&r.MaxRecord, "SIZE", "a size from 1MiB to 256MiB, such as 64MiB", reader.ParseMaxRecord),
			help: "longest record, from 1MiB to 256MiB (default: 64MiB); longer ones are rejected, in a CSV an error"},
		codesFlag("", s),

		{heading: "Running", name: "jobs", value: setting.New(&r.Jobs, "N", "a number from 1", reader.ParseJobs), help: "parallel parsers (default: processors)"},
		{name: "quiet", value: setting.Switch(&s.quiet), help: "no progress, no summary"},
	}
}

// codesFlag is not in the run id, but the content of the file is.
func codesFlag(heading string, s *settings) flag {
	return flag{heading: heading, name: "codes", value: setting.Text(&s.codes, "FILE", "the path of a CSV file"),
		help: "CSV with the columns of codes.csv: adds error codes to the built-in table or replaces them"}
}

func explainFlags(s *settings) []flag { return []flag{codesFlag("Flags", s)} }

func columnsFlags(s *settings) []flag {
	return []flag{
		{heading: "Flags", name: "format", value: setting.OneOf(&s.format, "FORMAT", schema.PrintFormats),
			help: "text for people (default), sql for CREATE TABLE in DuckDB, Trino and Spark, or json for programs"},
		{name: "nested", value: setting.Switch(&s.nested), help: "list the columns of Parquet written with --nested"},
	}
}

func noFlags(*settings) []flag { return nil }

func (s *settings) addOutput(path string) (string, error) {
	format, err := writer.Format(path)
	if err != nil {
		return "", refusal(err.Error(), "")
	}
	s.outputs, s.formats = append(s.outputs, path), append(s.formats, format)
	return path, nil
}

// print writes what was asked for.
func (s *settings) print(text string) error {
	if _, err := io.WriteString(s.stdout, text); err != nil {
		return outputError{err}
	}
	return nil
}

func (s *settings) runHelp() (int, error) {
	if len(s.inputs) == 0 {
		return 0, s.print(mainHelp())
	}
	v, exact := findVerb(s.inputs[0])
	if exact {
		return 0, s.print(v.fullHelp())
	}
	hint := "signins help lists the verbs"
	if v != nil {
		hint = "did you mean " + v.name + "?"
	}
	return 0, refusal("unknown verb: "+s.inputs[0], hint)
}

func (s *settings) runVersion() (int, error) {
	tool := manifest.BuildTool()
	return 0, s.print(fmt.Sprintf("signins %s %s (schema %d, codes of %s, %s)\n", tool.Version, tool.Commit, schema.Version, codes.TableDate, tool.Go))
}

func (s *settings) runColumns() (int, error) {
	var text strings.Builder
	var nested map[schema.ColumnID][]schema.Member
	if s.nested {
		nested = parquet.NestedMembers()
	}
	if err := schema.Print(&text, s.format, nested); err != nil {
		return 0, err
	}
	return 0, s.print(text.String())
}

func (s *settings) runExplain() (int, error) {
	table, _, err := codes.Load(s.codes)
	if err != nil {
		return 0, err
	}
	text, err := table.ExplainAll(s.inputs)
	if err != nil {
		return 0, err
	}
	return 0, s.print(text)
}

// runConvert checks the settings of convert as a whole, and converts.
func (s *settings) runConvert() (int, error) {
	first := slices.Index(s.inputs, "-")
	switch {
	case len(s.inputs) == 0:
		return 0, refusal("no input", "name an export or a folder; signins --help shows examples")
	case first >= 0 && slices.Contains(s.inputs[first+1:], "-"):
		return 0, refusal("standard input is named twice", "name - once")
	case s.span.Since >= s.span.Until:
		return 0, refusal("--until is not after --since", "sign-ins from --since on and before --until are written")
	}
	if v, _ := findVerb(s.inputs[0]); v != nil {
		if _, err := os.Lstat(s.inputs[0]); errors.Is(err, fs.ErrNotExist) {
			return 0, refusal(s.inputs[0]+": no such file", "did you mean the verb "+v.name+"? It comes first: "+v.usage)
		}
	}
	table, digest, err := codes.Load(s.codes)
	if err != nil {
		return 0, err
	}
	s.choices = append(s.choices, "codes="+digest)
	return s.convert(table, s.stdin, s.stderr)
}

// convert reads the inputs once and writes all outputs.
func (s *settings) convert(table *codes.Table, stdin io.Reader, stderr io.Writer) (int, error) {
	signals := []os.Signal{os.Interrupt, syscall.SIGTERM}
	if !signal.Ignored(syscall.SIGHUP) { // as nohup has it
		signals = append(signals, syscall.SIGHUP)
	}
	ctx, stop := signal.NotifyContext(context.Background(), signals...)
	defer stop()
	record := &manifest.Run{
		ManifestVersion: manifest.Version, SchemaVersion: schema.Version, Nested: s.nested, CodesTableDate: codes.TableDate,
		Tool: manifest.BuildTool(), Arguments: s.arguments, StartedAt: now(), Skipped: []schema.Skipped{}, Outputs: []manifest.Output{},
	}
	if err := writer.RefuseTaken(s.outputs, s.overwrite); err != nil {
		return 0, err
	}
	progress := writer.NewProgress(stderr, s.quiet)
	s.reading.Stdin, s.reading.Progress = stdin, progress.Add
	inputs, err := reader.Open(ctx, s.inputs, s.reading)
	if err != nil {
		return 0, err
	}
	if err := s.refuse(inputs, stdin); err != nil {
		return 0, err
	}
	progress.Expect(inputs.Size())
	record.Skipped = append(record.Skipped, inputs.Skipped...)
	outputs, err := s.openOutputs(ctx, record)
	if err != nil {
		return 0, outputError{err}
	}
	defer outputs.Abort()
	verdicts, err := s.copyBatches(ctx, table, inputs, outputs, record)
	progress.Finish()
	if err != nil {
		return 0, cmp.Or(context.Cause(ctx), err)
	}
	if err := outputs.Commit(record, now); err != nil {
		return 0, cmp.Or[error](context.Cause(ctx), outputError{err})
	}
	if !s.quiet {
		writer.Summarize(stderr, record, verdicts)
	}
	if record.Totals.Rejected > 0 {
		return schema.ExitRejects, nil
	}
	return 0, nil
}

// openOutputs begins the outputs and limits memory to what they need.
func (s *settings) openOutputs(ctx context.Context, record *manifest.Run) (*writer.Outputs, error) {
	outputs, err := writer.Open(ctx, s.outputs, writer.Options{
		Overwrite: s.overwrite, Choices: s.choices,
		Parquet: parquet.Options{Compression: s.codec, Nested: s.nested, ToolVersion: record.Tool.Version, CodesTableDate: codes.TableDate},
		Excel:   excel.Options{Run: record, Sheets: s.sheets, Zone: s.zone},
	})
	if err != nil {
		return nil, err
	}
	if limit := outputs.MemoryLimit(); limit > 0 {
		debug.SetMemoryLimit(limit)
	}
	return outputs, nil
}

// copyBatches writes the sign-ins of all inputs, annotated, to the outputs, and
// completes the inputs' part of the record. It returns the sign-ins by verdict.
func (s *settings) copyBatches(ctx context.Context, table *codes.Table, inputs *reader.Inputs, outputs *writer.Outputs, record *manifest.Run) (map[string]int64, error) {
	accounts := manifest.NewAccounts(record)
	for batch, err := range inputs.Read(ctx) {
		if err != nil {
			return nil, err
		}
		s.span.Filter(batch)
		table.Annotate(batch)
		accounts.Add(batch)
		if err := outputs.Write(batch); err != nil {
			return nil, outputError{err}
		}
	}
	for _, in := range inputs.List {
		err := accounts.Close(&in.Source, manifest.Input{
			Compression: in.Compression, Encoding: in.Encoding, BOM: in.BOM, Size: in.Size, SHA256: in.SHA256, Joined: in.Joined,
		}, in.ModifiedAt(), in.Warnings)
		if err != nil {
			return nil, err
		}
	}
	return accounts.Verdicts, nil
}

// refuse refuses outputs that are among the inputs, the folders that are named
// included.
func (s *settings) refuse(inputs *reader.Inputs, stdin io.Reader) error {
	var read []fs.FileInfo
	for _, path := range append(s.inputs, s.codes) {
		if info, err := os.Stat(path); err == nil {
			read = append(read, info)
		}
	}
	for _, in := range inputs.List {
		read = append(read, in.Info)
	}
	if file, ok := stdin.(*os.File); ok && slices.Contains(s.inputs, "-") {
		info, _ := file.Stat()
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
