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
	"iter"
	"maps"
	"os"
	"os/signal"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"syscall"
	"time"

	"github.com/spf13/pflag"

	"signins/codes"
	"signins/reader"
	"signins/schema"
	"signins/schema/duplicates"
	"signins/schema/setting"
	"signins/writer"
	"signins/writer/excel"
	"signins/writer/files"
	"signins/writer/manifest"
	"signins/writer/parquet"
	"signins/writer/rerun"
	"signins/writer/verify"
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
	flags       func(s *settings) setting.Flags
	run         func(s *settings) (int, error)
}

// verbs are all verbs; the first is the one of a command line that names none.
func verbs() []verb {
	return []verb{
		{"convert", "signins [convert] [flags] INPUT...", -1, "read exports, write all outputs", `INPUT is an export, a folder (searched recursively) or - for standard input. The
content decides the format, whatever the name. Inputs are never changed, and
nothing is sent anywhere. Without an output, signins reports what it found.

Examples:
  signins Downloads/                                     report what is there
  signins -o report.xlsx Downloads/                      workbook for an auditor
  signins -o report.xlsx -o signins.parquet Downloads/   write both at once
  signins -o lake/ Downloads/                            add to a dataset by day
  signins verify report.xlsx                             check what was written
`, convertFlags, (*settings).runConvert},
		{"verify", "signins verify PATH [FOLDER...]", -1, "check outputs against their manifest", verify.Help, verifyFlags, (*settings).runVerify},
		{"rerun", "signins rerun [flags] MANIFEST", 1, "repeat a conversion, compare bytes", rerun.Help, rerunFlags, (*settings).runRerun},
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

// verbHint is the hint for a verb that was written as a flag, "" for other words.
func verbHint(word string) string {
	if v, exact := findVerb(word); exact {
		return v.name + " is a verb: " + v.usage
	}
	return ""
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
Exit status: 0 done; 1 usage or refusal; 2 done, but records were rejected, or a
file that looks like sign-ins was not read; 3 input unreadable, damaged or
changed meanwhile, nothing written; 4 output failed, or a file of the run could
not be removed and is named; 5 the numbers do not add up, nothing written, or
verify or rerun found a difference; 130 interrupted.
`
}

func (v *verb) fullHelp() string { return "Usage:\n  " + v.usage + "\n\n" + v.details() }

// details describes the verb and its flags.
func (v *verb) details() string { return v.help + v.flags(new(settings)).Help() }

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
	mode           fs.FileMode // 0 for the default
	duplicates     string      // mode
	warnAt         int64       // records that are looked at for duplicates
	codec          string
	nested         bool
	sheets         []string // none for all
	zone           *time.Location
	codes          string // path
	format         string
	quiet          bool
	identify       bool
	folder, moved  string      // of outputs and inputs of a repetition
	repeats        *rerun.Plan // nil for a first run
	record         *manifest.Run
	choices        []string          // flags that change what is written, with their values
	recorded       map[string]string // flags that change outputs, with their values
	sideFiles      []manifest.SideFile
}

// newSettings returns the settings of a command line without flags.
func newSettings() *settings {
	return &settings{
		duplicates: duplicates.Modes[0], warnAt: duplicates.WarnAt, codec: parquet.Compressions[0], format: schema.PrintFormats[0], span: schema.Always,
		reading: reader.Options{Jobs: runtime.GOMAXPROCS(0), MaxRecord: 64 << 20},
	}
}

// parse reads the flags and arguments of a verb, and refuses what has no effect.
func (v *verb) parse(arguments []string) (*settings, error) {
	s := newSettings()
	var changed map[string]bool
	var err error
	flags, seeHelp := v.flags(s), "see signins help "+v.name
	if s.inputs, changed, err = flags.Parse(arguments, verbHint, seeHelp); err != nil {
		return s, err
	}
	if v.most >= 0 && len(s.inputs) > v.most {
		return s, refusal(fmt.Sprintf("surplus argument %q", s.inputs[v.most]), seeHelp)
	}
	if slices.Contains(s.inputs, "") {
		return s, refusal("an argument is empty", seeHelp)
	}
	for _, f := range flags {
		written := slices.ContainsFunc(f.Only, func(format string) bool { return slices.Contains(s.formats, format) })
		if changed[f.Name] && f.Only != nil && !written {
			return s, refusal(fmt.Sprintf("--%s has no effect without an output of format %s", f.Name, setting.List(f.Only)), "add such an output with -o, or omit --"+f.Name)
		}
	}
	s.note(flags)
	return s, nil
}

// note notes the values of flags for the names of runs and for manifests.
func (s *settings) note(flags setting.Flags) {
	s.recorded = flags.Recorded()
	for _, f := range flags {
		if f.InRunID {
			s.choices = append(s.choices, f.Name+"="+s.recorded[f.Name])
		}
	}
}

func convertFlags(s *settings) setting.Flags {
	r, times, sheets := &s.reading, "2026-05-01 or 2026-05-01T08:00:00Z", strings.Join(excel.SheetNames(), ", ")
	return setting.Flags{
		{Heading: "Output", Name: "output", Short: "o", Value: setting.New(new(string), "PATH", "a path", s.addOutput),
			Help: ".xlsx workbook, .parquet file, or a path ending in / for a dataset partitioned by day; may be repeated"},
		{Name: "overwrite", Only: writer.FormatsTaking("overwrite"), Value: setting.Switch(&s.overwrite), Help: "replace outputs that exist"},
		{Name: "mode", Only: writer.FormatsTaking("mode"), Value: setting.New(&s.mode, "MODE", "an octal mode such as 0640, without execution, that lets the owner read and write", files.ParseMode),
			Help: "octal mode of outputs, such as 0640 (default: 0600); new folders get the matching x; no effect on Windows"},
		{Name: "compression", InRunID: true, Only: writer.FormatsTaking("compression"), Value: setting.OneOf(&s.codec, "NAME", parquet.Compressions),
			Help: "Parquet codec: " + setting.List(parquet.Compressions) + " (default: " + parquet.Compressions[0] + ")"},
		{Name: "raw", InRunID: true, Only: writer.FormatsTaking("raw"), Value: setting.Switch(&r.Raw), Help: "fill raw_record with the exact bytes of each record"},
		{Name: "nested", InRunID: true, Only: writer.FormatsTaking("nested"), Value: setting.Switch(&s.nested),
			Help: "Parquet: policies, authentication and network details as structs, not JSON text"},
		{Name: "since", InRunID: true, Value: setting.New(&s.span.Since, "TIME", "a time such as "+times, schema.ParseTime).As(schema.FormatTime),
			Help: "skip sign-ins before TIME, such as " + times + "; keep those without a time"},
		{Name: "until", InRunID: true, Value: setting.New(&s.span.Until, "TIME", "a time such as "+times, schema.ParseTime).As(schema.FormatTime),
			Help: "skip sign-ins at TIME and after; keep those without a time"},
		{Name: "duplicates", InRunID: true, Value: setting.OneOf(&s.duplicates, "MODE", duplicates.Modes),
			Help: "records that repeat a sign-in: keep (default) marks them, drop keeps the best version, ignore does not look"},
		{Name: "sheets", InWorkbook: true, Only: writer.FormatsTaking("sheets"), Value: setting.New(&s.sheets, "LIST", "some of "+sheets+", with commas between", excel.Sheets).As(excel.SheetList),
			Help: "sheets of the workbook, such as summary,sign-ins (default: all): " + sheets},
		{Name: "timezone", InWorkbook: true, Only: writer.FormatsTaking("timezone"), Value: setting.New(&s.zone, "ZONE", "a name of the time zone database, such as Europe/Berlin", excel.Zone).As(excel.ZoneName),
			Help: "add local time, such as Europe/Berlin, to the workbook"},

		{Heading: "Input", Name: "category", InRunID: true, Value: setting.OneOf(&r.Category, "NAME", schema.KnownCategories),
			Help: "kind of sign-in where inputs do not state it: " + setting.List(schema.KnownCategories)},
		{Name: "from", InRunID: true, Value: setting.OneOf(&r.From, "FORMAT", reader.Formats()),
			Help: "skip detection and read every input as FORMAT: " + setting.List(reader.Formats())},
		{Name: "date-order", InRunID: true, Value: setting.OneOf(&r.DateOrder, "ORDER", reader.DateOrders),
			Help: "order of day, month and year in dates such as 3/4/2026: " + setting.List(reader.DateOrders) + "; without it a day above 12 must prove the order"},
		{Name: "input-timezone", InRunID: true, Value: setting.New(&r.InputZone, "ZONE", "a name of the time zone database, such as Europe/Berlin", inputZone),
			Help: "zone of times without one, such as Europe/Berlin, unless the format means UTC"},
		{Name: "encoding", InRunID: true, Value: setting.New(&r.Encoding, "NAME", "a name of the WHATWG Encoding Standard, such as windows-1252, utf-16le or shift_jis", reader.FindEncoding),
			Help: "encoding of text without byte order mark that is not UTF-8, such as windows-1252, utf-16le or shift_jis"},
		{Name: "salvage", InRunID: true, Value: setting.Switch(&r.Salvage), Help: "keep the intact records before the damage in a damaged file"},
		{Name: "max-record", InRunID: true, Value: setting.New(&r.MaxRecord, "SIZE", "a size from 1MiB to 256MiB, such as 64MiB", reader.ParseMaxRecord).As(reader.FormatMaxRecord),
			Help: "longest record, from 1MiB to 256MiB (default: 64MiB); longer ones are rejected, in a CSV an error"},
		codesFlag("", s),

		jobsFlag("Running", s),
		{Name: "quiet", Value: setting.Switch(&s.quiet), Help: "no progress, no summary"},
		{Name: "identify", Value: setting.Switch(&s.identify), Help: "name user and host in the manifest"},
	}
}

// codesFlag is not in the run id, but the content of the file is.
func codesFlag(heading string, s *settings) setting.Flag {
	return setting.Flag{Heading: heading, Name: "codes", Value: setting.Text(&s.codes, "FILE", "the path of a CSV file"),
		Help: "CSV with the columns of codes.csv: adds error codes or replaces built-in ones"}
}

func verifyFlags(s *settings) setting.Flags {
	return setting.Flags{
		{Heading: "Flags", Name: "raw", Value: setting.Switch(&s.reading.Raw), Help: "compare every raw_record with the bytes of its source"},
		{Name: "format", Value: setting.OneOf(&s.format, "FORMAT", verify.Formats), Help: "text for people (default), or json for programs"},
		{Name: "quiet", Value: setting.Switch(&s.quiet), Help: "no progress"},
	}
}

func jobsFlag(heading string, s *settings) setting.Flag {
	return setting.Flag{Heading: heading, Name: "jobs", Value: setting.New(&s.reading.Jobs, "N", "a number from 1", reader.ParseJobs),
		Help: "parallel parsers (default: processors)"}
}

func rerunFlags(s *settings) setting.Flags {
	return setting.Flags{
		{Heading: "Flags", Name: "output", Short: "o", Value: setting.Text(&s.folder, "FOLDER", "the path of a folder"),
			Help: "write into FOLDER and keep it (default: a private folder, removed at the end)"},
		{Name: "inputs", Value: setting.Text(&s.moved, "FOLDER", "the path of a folder"), Help: "find inputs in FOLDER by their SHA-256 where they are not at their recorded path"},
		jobsFlag("", s),
		{Name: "quiet", Value: setting.Switch(&s.quiet), Help: "no progress"},
	}
}

func explainFlags(s *settings) setting.Flags { return setting.Flags{codesFlag("Flags", s)} }

func columnsFlags(s *settings) setting.Flags {
	return setting.Flags{
		{Heading: "Flags", Name: "format", Value: setting.OneOf(&s.format, "FORMAT", schema.PrintFormats),
			Help: "text for people (default), sql for CREATE TABLE in DuckDB, Trino and Spark, or json for programs"},
		{Name: "nested", Value: setting.Switch(&s.nested), Help: "list the columns of Parquet written with --nested"},
	}
}

func noFlags(*settings) setting.Flags { return nil }

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
		return schema.OutputFailure(err)
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

func (s *settings) runVerify() (int, error) {
	if len(s.inputs) == 0 {
		return 0, refusal("nothing to verify", "name an output, its manifest or a dataset; signins help verify shows examples")
	}
	progress := writer.NewProgress(s.stderr, s.quiet)
	report, err := verify.Check(s.inputs[0], verify.Options{
		Folders: s.inputs[1:], Raw: s.reading.Raw, OpenSource: reader.OpenBytes, Expect: progress.Expect, Progress: progress.Add,
	})
	progress.Finish()
	if err != nil {
		return 0, err
	}
	if err := report.Print(s.stdout, s.format); err != nil {
		return 0, schema.OutputFailure(err)
	}
	return report.Exit(), nil
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
	var err error
	if s.inputs, err = reader.Expand(s.inputs); err != nil {
		return 0, err
	}
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
	if s.codes != "" {
		s.sideFiles = append(s.sideFiles, manifest.SideFile{Flag: "codes", Path: filepath.ToSlash(s.codes), SHA256: digest})
	}
	return s.convert(table, s.stdin, s.stderr)
}

// runRerun repeats the conversion of a manifest, and compares.
func (s *settings) runRerun() (status int, err error) {
	if len(s.inputs) == 0 {
		return 0, refusal("no manifest", "name a manifest; signins help rerun shows examples")
	}
	ctx, stop := untilInterrupted()
	defer stop()
	progress := writer.NewProgress(s.stderr, s.quiet)
	plan, err := rerun.Prepare(ctx, s.inputs[0], rerun.Options{Folder: s.folder, Inputs: s.moved, Expect: progress.Expect, Progress: progress.Add})
	progress.Finish()
	if err != nil {
		return 0, err
	}
	defer func() { err = cmp.Or(err, plan.Close()) }()
	if plan.Warning != "" {
		fmt.Fprintf(s.stderr, "signins: warning: %s\n", plan.Warning)
	}
	again, err := s.repeat(plan)
	if err == nil {
		_, err = again.runConvert()
	}
	if err != nil {
		return 0, err
	}
	result, err := plan.Compare(ctx, again.record.Manifests[0])
	if err != nil {
		return 0, err
	}
	return result.Exit(), s.print(result.String())
}

// repeat returns the settings of a conversion that a plan repeats.
func (s *settings) repeat(plan *rerun.Plan) (*settings, error) {
	again := newSettings()
	again.stdin, again.stdout, again.stderr, again.quiet, again.arguments = s.stdin, s.stdout, s.stderr, s.quiet, s.arguments
	flags := convertFlags(again)
	for _, path := range plan.Outputs {
		if _, err := again.addOutput(path); err != nil {
			return nil, err
		}
	}
	if err := flags.Restore(plan.Run.Settings); err != nil {
		return nil, err
	}
	if again.note(flags); !maps.Equal(again.recorded, plan.Run.Settings) {
		return nil, refusal("the settings of the manifest are not those of this program", "repeat the run with the version that wrote the manifest")
	}
	for _, in := range plan.Inputs {
		again.inputs = append(again.inputs, in.Path)
	}
	again.repeats, again.reading.Jobs, again.codes = plan, s.reading.Jobs, plan.SideFiles["codes"]
	return again, nil
}

// untilInterrupted returns a context that ends when someone stops the program.
func untilInterrupted() (context.Context, context.CancelFunc) {
	signals := []os.Signal{os.Interrupt, syscall.SIGTERM}
	if !signal.Ignored(syscall.SIGHUP) { // as nohup has it
		signals = append(signals, syscall.SIGHUP)
	}
	return signal.NotifyContext(context.Background(), signals...)
}

// open opens the inputs.
func (s *settings) open(ctx context.Context) (*reader.Inputs, error) {
	if s.repeats == nil {
		return reader.Open(ctx, s.inputs, s.reading)
	}
	inputs, err := reader.OpenLocated(ctx, s.repeats.Inputs, s.reading)
	if err == nil {
		inputs.Skipped = s.repeats.Run.Skipped // the workbook lists them
	}
	return inputs, err
}

// convert reads the inputs and writes all outputs together.
func (s *settings) convert(table *codes.Table, stdin io.Reader, stderr io.Writer) (status int, err error) {
	ctx, stop := untilInterrupted()
	defer stop()
	record := manifest.NewRun(s.command(), s.nested, codes.TableDate)
	if err := writer.Recover(ctx, s.outputs, s.notice); err != nil {
		return 0, schema.OutputFailure(err)
	}
	if err := writer.RefuseTaken(s.outputs, s.overwrite); err != nil {
		return 0, err
	}
	progress := writer.NewProgress(stderr, s.quiet)
	s.reading.Stdin, s.reading.Progress = stdin, progress.Add
	inputs, err := s.open(ctx)
	if err != nil {
		return 0, err
	}
	if err := s.refuse(inputs, stdin); err != nil {
		return 0, err
	}
	if s.duplicates == duplicates.Drop {
		if err := writer.RefuseSeveral(s.formats); err != nil {
			return 0, err
		}
	}
	progress.Expect(inputs.Size())
	record.Skipped = append(record.Skipped, inputs.Skipped...)
	outputs, err := s.openOutputs(ctx, record)
	if err != nil {
		return 0, schema.OutputFailure(err)
	}
	defer func() { err = outputs.Close(err) }()
	if err := outputs.Expect(record, len(inputs.List)); err != nil {
		return 0, schema.OutputFailure(err)
	}
	search := &writer.Search{Inputs: &sources{inputs, progress}, Filter: s.span.Filter, Annotate: table.Annotate, Nested: s.nested, Outputs: outputs, Run: record}
	verdicts, err := s.copyBatches(ctx, search, inputs)
	progress.Finish()
	if err != nil {
		return 0, cmp.Or(context.Cause(ctx), err)
	}
	if err := outputs.Commit(record); err != nil {
		return 0, cmp.Or(context.Cause(ctx), schema.OutputFailure(err))
	}
	if s.record = record; !s.quiet && s.repeats == nil {
		writer.Summarize(stderr, record, verdicts)
	}
	missed := slices.ContainsFunc(record.Skipped, func(skip schema.Skipped) bool { return skip.LikeSignIns })
	if record.Totals.Rejected > 0 || missed {
		return schema.ExitRejects, nil
	}
	return 0, nil
}

// command is what the record of the run has of the command line.
func (s *settings) command() manifest.Command {
	c := manifest.Command{Arguments: s.arguments, Settings: s.recorded, SideFiles: s.sideFiles, OutputArguments: []string{}}
	for _, path := range s.outputs {
		c.OutputArguments = append(c.OutputArguments, filepath.ToSlash(path))
	}
	if s.identify {
		c.Identity = manifest.Identify()
	}
	return c
}

// notice reports a run that was killed.
func (s *settings) notice(line string) {
	fmt.Fprintf(s.stderr, "signins: notice: %s\n", schema.EscapeControls(line))
}

// openOutputs begins the outputs and limits memory to what they need.
func (s *settings) openOutputs(ctx context.Context, record *manifest.Run) (*writer.Outputs, error) {
	o := writer.Options{
		Overwrite: s.overwrite, Mode: s.mode, Notice: s.notice, Choices: s.choices,
		Parquet: parquet.Options{Compression: s.codec, Nested: s.nested, ToolVersion: record.Tool.Version, CodesTableDate: codes.TableDate},
		Excel:   excel.Options{Run: record, Sheets: s.sheets, Zone: s.zone},
	}
	if s.repeats != nil {
		o.Consulted, o.ConsultedIn = s.repeats.Consulted()
	}
	outputs, err := writer.Open(ctx, s.outputs, o)
	if err != nil {
		return nil, err
	}
	outputs.LimitMemory(0)
	return outputs, nil
}

// copyBatches writes the sign-ins of all inputs, annotated, to the outputs, and
// completes the inputs' part of the record. It returns the sign-ins by verdict.
func (s *settings) copyBatches(ctx context.Context, search *writer.Search, inputs *reader.Inputs) (map[string]int64, error) {
	accounts := manifest.NewAccounts(search.Run)
	search.Look = accounts.Look
	complete := func(src *schema.Source) error {
		for i, in := range inputs.Completed(src) {
			described, err := accounts.Close(i, &in.Source, describe(in), in.ModifiedAt(), in.Warnings)
			if err == nil {
				err = writer.RefuseLostTimes(s.outputs, described)
			}
			if err != nil {
				return err
			}
		}
		return nil
	}
	warn := func() {
		fmt.Fprintf(s.stderr, "signins: warning: %s: %s\n", schema.ManyRecords, schema.Findings[schema.ManyRecords])
	}
	if err := search.Begin(s.duplicates, s.warnAt, warn); err != nil {
		return nil, schema.OutputFailure(err)
	}
	for batch, err := range search.Batches(ctx) {
		if err == nil {
			err = complete(batch.Source)
		}
		if err != nil {
			return nil, err
		}
		accounts.Add(batch)
		if err := search.Outputs.Write(batch); err != nil {
			return nil, schema.OutputFailure(err)
		}
	}
	if err := complete(nil); err != nil {
		return nil, err
	}
	accounts.Finish()
	return accounts.Verdicts, search.Finish(ctx)
}

// sources are the inputs of a run, for a search for duplicates.
type sources struct {
	*reader.Inputs
	progress *writer.Progress
}

// ReadAgain reads wanted inputs a second time.
func (in *sources) ReadAgain(ctx context.Context, wanted func(*schema.Source) bool) iter.Seq2[*schema.Batch, error] {
	again := in.Again(wanted)
	in.progress.Expect(again.Size())
	return again.Read(ctx)
}

// Describe yields all inputs.
func (in *sources) Describe() iter.Seq2[*schema.Source, manifest.Input] {
	return func(yield func(*schema.Source, manifest.Input) bool) {
		for _, in := range in.List {
			if !yield(&in.Source, describe(in)) {
				return
			}
		}
	}
}

// describe returns what the reader knows of an input that was read.
func describe(in *reader.Input) manifest.Input {
	return manifest.Input{
		Path: in.Source.File(), Member: in.Source.Member, Compression: in.Compression, Encoding: in.Encoding, BOM: in.BOM,
		Size: in.Size, SHA256: in.SHA256, Joined: in.Joined,
	}
}

// inputZone returns the zone of a name of the time zone database.
func inputZone(name string) (reader.Zone, error) {
	location, err := excel.Zone(name)
	return reader.NewZone(location), err
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
	if file, ok := stdin.(*os.File); ok && slices.Contains(s.inputs, "-") {
		info, _ := file.Stat()
		read = append(read, info)
	}
	return writer.RefuseInputs(s.outputs, read, inputs.Has)
}
