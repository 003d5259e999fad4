// Command signins converts exported Microsoft Entra sign-in logs to Parquet and
// Excel, explains their error codes and accounts for every record.
package main

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"maps"
	"os"
	"os/signal"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"syscall"

	"github.com/spf13/pflag"

	"signins/codes"
	"signins/codes/labels"
	"signins/codes/rules"
	"signins/codes/sidefile"
	"signins/reader"
	"signins/schema"
	"signins/schema/setting"
	"signins/writer"
	"signins/writer/compact"
	"signins/writer/excel"
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
	status, hint, kind := schema.ExitInput, "", "error"
	if failure, ok := errors.AsType[schema.Failure](err); ok {
		status, hint = failure.Exit()
	}
	if errors.Is(err, context.Canceled) {
		status, hint = schema.ExitInterrupted, ""
	}
	if status == 0 {
		kind = "notice"
	}
	fmt.Fprintf(stderr, "signins: %s: %s\n", kind, schema.EscapeControls(err.Error()))
	if none, ok := errors.AsType[*reader.NoExport](err); ok {
		for _, skip := range none.Skipped {
			fmt.Fprintf(stderr, "  %s: %s\n", schema.EscapeControls(skip.Path), schema.EscapeControls(skip.Reason))
		}
	}
	if hint = cmp.Or(setting.QuoteHint(arguments), hint); hint != "" {
		fmt.Fprintf(stderr, "signins: hint: %s\n", schema.EscapeControls(hint))
	}
	return status
}

// refusal is the error for a command line that cannot be meant.
func refusal(what, hint string) error { return &schema.Refusal{What: what, Hint: hint} }

// runVerb finds the verb, parses its flags and runs it.
func runVerb(arguments []string, stdin io.Reader, stdout, stderr io.Writer) (int, error) {
	if len(arguments) == 1 && arguments[0] == "--version" {
		arguments = []string{"version"}
	}
	v, rest, help := &verbs()[0], arguments, mainHelp
	if len(arguments) > 0 {
		if named, exact := verbs().Find(arguments[0]); exact {
			v, rest, help = named, arguments[1:], named.FullHelp
		}
	}
	s, err := parse(v, rest)
	s.stdin, s.stdout, s.stderr, s.command.Arguments = stdin, stdout, stderr, arguments
	switch {
	case errors.Is(err, pflag.ErrHelp):
		return 0, s.print(help())
	case err != nil:
		return 0, err
	}
	return v.Run(s)
}

type verb = setting.Verb[settings]

// verbs are all verbs; the first is the one of a command line that names none.
func verbs() setting.Verbs[settings] {
	return setting.Verbs[settings]{
		{Name: "convert", Usage: "signins [convert] [flags] INPUT...", Most: -1, Summary: "read exports, write all outputs", Help: writer.Help, Flags: convertFlags, Run: (*settings).runConvert},
		{Name: "verify", Usage: "signins verify PATH [FOLDER...]", Most: -1, Summary: "check outputs against their manifest", Help: verify.Help, Flags: verifyFlags, Run: (*settings).runVerify},
		{Name: "rerun", Usage: "signins rerun [flags] MANIFEST", Most: 1, Summary: "repeat a conversion, compare bytes", Help: rerun.Help, Flags: rerunFlags, Run: (*settings).runRerun},
		{Name: "compact", Usage: "signins compact DATASET", Most: 1, Summary: "join the parts of each day of a dataset", Help: compact.Help, Flags: compactFlags, Run: (*settings).runCompact},
		{Name: "explain", Usage: "signins explain [flags] CODE...", Most: -1, Summary: "explain error codes", Help: codes.Help, Flags: explainFlags, Run: (*settings).runExplain},
		{Name: "columns", Usage: "signins columns [flags]", Most: 0, Summary: "list the columns: name, type, meaning", Help: schema.ColumnsHelp, Flags: columnsFlags, Run: (*settings).runColumns},
		{Name: "queries", Usage: "signins queries [flags] [RULE]", Most: 1, Summary: "print the rules as SQL", Help: rules.Help, Flags: queriesFlags, Run: (*settings).runQueries},
		{Name: "version", Usage: "signins version", Most: 0, Summary: "print the version", Help: "Prints the versions of the program, its columns and its table of codes.\n", Run: (*settings).runVersion},
		{Name: "help", Usage: "signins help [VERB]", Most: 1, Summary: "print this help, or that of a verb", Help: "The same as --help or -h, alone or after a verb.\n", Run: (*settings).runHelp},
	}
}

// mainHelp is what --help prints without a verb.
func mainHelp() string {
	var list strings.Builder
	for _, v := range verbs() {
		fmt.Fprintf(&list, "  %-38s%s\n", v.Usage, v.Summary)
	}
	return "signins converts exported Microsoft Entra sign-in logs to Parquet and Excel.\n\nUsage:\n" + list.String() + `
Without a verb, signins converts. An input with the name of a verb is written
with its folder: ./columns

` + verbs()[0].Details() + "\n" + schema.ExitHelp
}

// settings are the command line.
type settings struct {
	stdin          io.Reader
	stdout, stderr io.Writer
	inputs         []string // arguments that are no flags
	reading        reader.Options
	conversion     writer.Conversion
	sideFiles      setting.Files // that are no inputs
	format         string
	quiet          bool
	dialect        string
	partition      bool // in SQL
	identify       bool
	rerun          rerun.Options
	repeats        *rerun.Plan // nil for a first run
	command        manifest.Command
}

// newSettings returns the settings of a command line without flags.
func newSettings() *settings {
	s := &settings{
		dialect: schema.Dialects[0], format: schema.PrintFormats[0], conversion: writer.NewConversion(),
		reading: reader.Options{Jobs: runtime.GOMAXPROCS(0), MaxRecord: 64 << 20}, sideFiles: setting.Files{},
	}
	s.conversion.Options.Parquet.CodesTableDate = codes.TableDate
	return s
}

// parse reads the flags and arguments of a verb, and refuses what has no effect.
func parse(v *verb, arguments []string) (*settings, error) {
	s := newSettings()
	flags, rest, changed, err := v.Parse(s, arguments, verbs().Hint)
	if err != nil {
		return s, err
	}
	s.inputs = rest
	s.command.Settings, s.conversion.Options.Choices = flags.Recorded(), flags.Choices()
	return s, flags.RefuseIdle(changed, s.conversion.Formats())
}

func convertFlags(s *settings) setting.Flags {
	c, r, files := &s.conversion, &s.reading, s.sideFiles
	flags := slices.Concat(c.OutputFlags(&r.Raw), setting.Flags{
		files.Flag("", "rules", rulesHelp),
		files.Flag("", "addresses", "CSV with the columns cidr, label: shows labels of addresses; trusted and indicator change findings"),
		files.Flag("", "users", "CSV with the columns user, label: shows labels of user principal names or object ids"),
		files.Flag("", "geoip", "database in the MaxMind format (.mmdb): shows its places of addresses in the workbook"),
	}, c.RecordFlags(), r.Flags(excel.Zone), setting.Flags{
		files.Flag("", "codes", codesHelp),
		jobsFlag("Running", s),
		{Name: "quiet", Value: setting.Switch(&s.quiet), Help: "no progress, no summary"},
		{Name: "identify", Value: setting.Switch(&s.identify), Help: "name user and host in the manifest"},
	})
	for i, f := range flags {
		flags[i].Only = writer.FormatsTaking(f.Name)
	}
	return flags
}

// Files that are no inputs are not in the run id, but the content of one that changes rows is.
const (
	codesHelp = "CSV with the columns of codes.csv: adds error codes or replaces built-in ones"
	rulesHelp = "CSV with the columns rule, constant, value: changes constants, or omits a rule by off"
)

// load reads the file that a flag names with read.
func load[T any](s *settings, flag string, read func(path string) (T, sidefile.File, error)) (T, error) {
	value, file, err := read(s.sideFiles[flag])
	if file.SHA256 != "" {
		s.noteFile(flag, file)
	}
	return value, err
}

// noteFile notes a file that a flag names for the manifest.
func (s *settings) noteFile(flag string, file sidefile.File) {
	s.command.SideFiles = append(s.command.SideFiles, manifest.SideFile{Flag: flag, Path: filepath.ToSlash(file.Path), Size: file.Size, SHA256: file.SHA256})
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
		Help: fmt.Sprintf("parallel parsers and inputs (default: processors); each above 2 takes up to %d MiB more memory", writer.MemoryPerJob>>20)}
}

func rerunFlags(s *settings) setting.Flags {
	return setting.Flags{
		{Heading: "Flags", Name: "output", Short: "o", Value: setting.Text(&s.rerun.Folder, "FOLDER", "the path of a folder"),
			Help: "write into FOLDER and keep it (default: a private folder, removed at the end)"},
		{Name: "inputs", Value: setting.Text(&s.rerun.Inputs, "FOLDER", "the path of a folder"), Help: "find inputs in FOLDER by their SHA-256 where they are not at their recorded path"},
		jobsFlag("", s),
		{Name: "quiet", Value: setting.Switch(&s.quiet), Help: "no progress"},
	}
}

func compactFlags(s *settings) setting.Flags {
	return setting.Flags{{Heading: "Flags", Name: "quiet", Value: setting.Switch(&s.quiet), Help: "no progress, no summary"}}
}

func explainFlags(s *settings) setting.Flags {
	return setting.Flags{s.sideFiles.Flag("Flags", "codes", codesHelp)}
}

func queriesFlags(s *settings) setting.Flags {
	return setting.Flags{
		dialectFlag("Flags", s),
		s.sideFiles.Flag("", "rules", rulesHelp),
		{Name: "nested", Value: setting.Switch(&s.conversion.Options.Parquet.Nested), Help: "for Parquet written with --nested"},
	}
}

func dialectFlag(heading string, s *settings) setting.Flag {
	return setting.Flag{Heading: heading, Name: "dialect", Value: setting.OneOf(&s.dialect, "NAME", schema.Dialects), Help: "SQL: " + setting.List(schema.Dialects) + " (default: " + schema.Dialects[0] + ")"}
}

func columnsFlags(s *settings) setting.Flags {
	return setting.Flags{
		{Heading: "Flags", Name: "format", Value: setting.OneOf(&s.format, "FORMAT", schema.PrintFormats),
			Help: "text for people (default), sql for CREATE TABLE, or json for programs"},
		dialectFlag("", s),
		{Name: "dataset", Value: setting.Switch(&s.partition), Help: "SQL: add " + schema.PartitionColumn + ", which a dataset has in the names of its folders"},
		{Name: "nested", Value: setting.Switch(&s.conversion.Options.Parquet.Nested), Help: "list the columns of Parquet written with --nested"},
	}
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
	v, err := verbs().Get(s.inputs[0], "signins help lists the verbs")
	if err != nil {
		return 0, err
	}
	return 0, s.print(v.FullHelp())
}

func (s *settings) runVersion() (int, error) {
	tool := manifest.BuildTool()
	version := strings.TrimSpace(tool.Version + " " + tool.Commit)
	return 0, s.print(fmt.Sprintf("signins %s (schema %d, codes of %s, %s)\n", version, schema.Version, codes.TableDate, tool.Go))
}

func (s *settings) runColumns() (int, error) {
	if s.format != "sql" && (s.partition || s.dialect != schema.Dialects[0]) {
		return 0, refusal("--dialect and --dataset have no effect without --format sql", "add --format sql")
	}
	contract := schema.Contract{Dialect: s.dialect, Dataset: s.partition, Formats: reader.Formats()}
	if s.conversion.Options.Parquet.Nested {
		contract.Nested = parquet.NestedMembers()
	}
	var text strings.Builder
	if err := contract.Print(&text, s.format); err != nil {
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

func (s *settings) runCompact() (int, error) {
	if len(s.inputs) == 0 {
		return 0, refusal("no dataset", "name the folder of a dataset; signins help compact shows examples")
	}
	ctx, stop := untilInterrupted()
	defer stop()
	progress := writer.NewProgress(s.stderr, s.quiet)
	result, err := compact.Compact(ctx, s.inputs[0], compact.Options{
		Arguments: s.command.Arguments, Notice: s.notice, Expect: progress.Expect, Progress: progress.Add,
	})
	progress.Finish()
	if err == nil && !s.quiet {
		fmt.Fprint(s.stderr, result)
	}
	return 0, err
}

func (s *settings) runExplain() (int, error) {
	table, err := load(s, "codes", codes.Load)
	if err != nil {
		return 0, err
	}
	text, err := table.ExplainAll(s.inputs)
	return 0, cmp.Or(s.print(text), err)
}

func (s *settings) runQueries() (int, error) {
	set, err := load(s, "rules", rules.Load)
	if err != nil {
		return 0, err
	}
	text, err := set.Queries(strings.Join(s.inputs, ""), s.dialect, s.conversion.Options.Parquet.Nested)
	if err != nil {
		return 0, err
	}
	return 0, s.print(text)
}

// runConvert loads the files that flags name, and converts.
func (s *settings) runConvert() (int, error) {
	if s.repeats == nil {
		if err := s.check(); err != nil {
			return 0, err
		}
	}
	table, err := load(s, "codes", codes.Load)
	if err != nil {
		return 0, err
	}
	o := &s.conversion.Options
	for _, file := range s.command.SideFiles {
		o.Choices = append(o.Choices, file.Flag+"="+file.SHA256)
	}
	labelled, err := labels.Load(s.sideFiles, s.noteFile)
	if err != nil {
		return 0, err
	}
	o.Excel.Labels, s.conversion.Annotate = labelled.Columns(), table.Annotate
	shown, err := s.conversion.ShowsFindings(s.sideFiles)
	if err != nil {
		return 0, err
	}
	if shown {
		set, err := load(s, "rules", rules.Load)
		if err != nil {
			return 0, err
		}
		s.conversion.Rules = rules.NewEvaluator(set.WithLabels(labelled))
	}
	return s.convert()
}

// check expands the arguments of convert, and refuses settings that contradict each other.
func (s *settings) check() (err error) {
	if s.inputs, err = reader.Expand(s.inputs, s.reading.ListFile); err != nil {
		return err
	}
	if err := s.conversion.Check(s.reading.Shard); err != nil {
		return err
	}
	if len(s.inputs) > 0 {
		return verbs().RefuseMissing(s.inputs[0])
	}
	return nil
}

// runRerun repeats the conversion of a manifest, and compares.
func (s *settings) runRerun() (status int, err error) {
	if len(s.inputs) == 0 {
		return 0, refusal("no manifest", "name a manifest; signins help rerun shows examples")
	}
	ctx, stop := untilInterrupted()
	defer stop()
	progress := writer.NewProgress(s.stderr, s.quiet)
	s.rerun.Expect, s.rerun.Progress = progress.Expect, progress.Add
	plan, err := rerun.Prepare(ctx, s.inputs[0], s.rerun)
	progress.Finish()
	if err != nil {
		return 0, err
	}
	defer func() { err = cmp.Or(err, plan.Close()) }()
	if plan.Warning != "" {
		s.report("warning", plan.Warning)
	}
	again, err := s.repeat(plan)
	if err == nil {
		_, err = again.runConvert()
	}
	if err != nil {
		return 0, plan.Refused(err)
	}
	result, err := plan.Compare(ctx, again.conversion.Run.Manifests[0])
	if err != nil {
		return 0, err
	}
	return result.Exit(), s.print(result.String())
}

// repeat returns the settings of a conversion that a plan repeats.
func (s *settings) repeat(plan *rerun.Plan) (*settings, error) {
	again := newSettings()
	again.stdin, again.stdout, again.stderr, again.quiet = s.stdin, s.stdout, s.stderr, s.quiet
	flags := convertFlags(again)
	if err := flags.Restore(plan.Run.Settings); err != nil {
		return nil, err
	}
	again.command.Arguments, again.command.Settings, again.conversion.Options.Choices = s.command.Arguments, flags.Recorded(), flags.Choices()
	if !maps.Equal(again.command.Settings, plan.Run.Settings) {
		return nil, refusal("the settings of the manifest are not those of this program", "repeat the run with the version that wrote the manifest")
	}
	for _, in := range plan.Inputs {
		again.inputs = append(again.inputs, in.Path)
	}
	again.reading.Shard, again.conversion.Paths = plan.Run.Shard, plan.Outputs
	again.conversion.Options.Consulted, again.conversion.Options.ConsultedIn = plan.Consulted()
	again.repeats, again.reading.Jobs, again.sideFiles = plan, s.reading.Jobs, plan.SideFiles
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
func (s *settings) convert() (int, error) {
	ctx, stop := untilInterrupted()
	defer stop()
	if s.identify {
		s.command.Identity = manifest.Identify()
	}
	c, r, progress := &s.conversion, &s.reading, writer.NewProgress(s.stderr, s.quiet)
	c.Options.Jobs, c.Options.Notice, c.Warn, c.Finished = r.Jobs, s.notice, s.warn, progress.Writing
	var err error
	if r.Known, err = c.Begin(ctx, s.command); err != nil {
		return 0, err
	}
	r.Choices, r.Stdin, r.Expect, r.Progress = c.Options.Choices, s.stdin, progress.Expect, progress.Add
	inputs, err := s.open(ctx)
	if err != nil {
		return 0, err
	}
	c.Run.Skipped, c.Run.Known, c.Run.Shard = append(c.Run.Skipped, inputs.Skipped...), inputs.Known, inputs.Shard
	c.Inputs, c.Stdin, c.Reads = inputs, s.stdin, append(slices.AppendSeq(slices.Clone(s.inputs), maps.Values(s.sideFiles)), r.ListFile)
	verdicts, err := c.Convert(ctx)
	progress.Finish()
	if err != nil {
		return 0, err
	}
	if !s.quiet && s.repeats == nil {
		writer.Summarize(s.stderr, c.Run, verdicts)
	}
	return c.Run.Exit(), nil
}

// warn reports a finding while the run goes on, notice a run that was killed.
func (s *settings) warn(code string)   { s.report("warning", code+": "+schema.Warnings[code]) }
func (s *settings) notice(line string) { s.report("notice", schema.EscapeControls(line)) }

func (s *settings) report(kind, line string) { fmt.Fprintf(s.stderr, "signins: %s: %s\n", kind, line) }
