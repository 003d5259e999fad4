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
	"signins/schema/duplicates"
	"signins/schema/setting"
	"signins/writer"
	"signins/writer/compact"
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
		{Name: "convert", Usage: "signins [convert] [flags] INPUT...", Most: -1, Summary: "read exports, write all outputs", Help: `INPUT is an export, a folder (searched recursively) or - for standard input. The
content decides the format, whatever the name. Inputs are never changed, and
nothing is sent anywhere. Without an output, signins reports what it found.

Examples:
  signins Downloads/                                     report what is there
  signins -o report.xlsx Downloads/                      workbook for an auditor
  signins -o report.xlsx -o signins.parquet Downloads/   write both at once
  signins -o lake/ --new Downloads/                      add to a dataset by day
  signins -o anna.xlsx --user anna@contoso.example logs/ one user's sign-ins
  signins verify report.xlsx                             check what was written
`, Flags: convertFlags, Run: (*settings).runConvert},
		{Name: "verify", Usage: "signins verify PATH [FOLDER...]", Most: -1, Summary: "check outputs against their manifest", Help: verify.Help, Flags: verifyFlags, Run: (*settings).runVerify},
		{Name: "rerun", Usage: "signins rerun [flags] MANIFEST", Most: 1, Summary: "repeat a conversion, compare bytes", Help: rerun.Help, Flags: rerunFlags, Run: (*settings).runRerun},
		{Name: "compact", Usage: "signins compact DATASET", Most: 1, Summary: "join the parts of each day of a dataset", Help: compact.Help, Flags: compactFlags, Run: (*settings).runCompact},
		{Name: "explain", Usage: "signins explain [flags] CODE...", Most: -1, Summary: "explain error codes", Help: codes.Help, Flags: explainFlags, Run: (*settings).runExplain},
		{Name: "columns", Usage: "signins columns [flags]", Most: 0, Summary: "list the columns: name, type, meaning", Help: `All outputs have these columns in this order, whatever the inputs.

Examples:
  signins columns
  signins columns --format sql                           CREATE TABLE
  signins columns --format json --nested                 for programs
`, Flags: columnsFlags, Run: (*settings).runColumns},
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

` + verbs()[0].Details() + `
Exit status: 0 done; 1 usage or refusal; 2 done, but records were rejected, or a
file that looks like sign-ins was not read; 3 input unreadable, damaged or
changed meanwhile, nothing written; 4 output failed, or a file of the run could
not be removed and is named; 5 the numbers do not add up, nothing written, or
verify or rerun found a difference; 130 interrupted.
`
}

// settings are the command line.
type settings struct {
	stdin          io.Reader
	stdout, stderr io.Writer
	inputs         []string // arguments that are no flags
	reading        reader.Options
	span           schema.Span
	selection      schema.Selection
	conversion     writer.Conversion
	formats        []string // of outputs
	onlyNew        bool
	delta          bool
	sideFiles      setting.Files // that are no inputs
	format         string
	quiet          bool
	dialect        string
	partition      bool // in SQL
	identify       bool
	folder, moved  string      // of outputs and inputs of a repetition
	repeats        *rerun.Plan // nil for a first run
	record         *manifest.Run
	command        manifest.Command
}

// newSettings returns the settings of a command line without flags.
func newSettings() *settings {
	return &settings{
		dialect: schema.Dialects[0], format: schema.PrintFormats[0], span: schema.Always,
		conversion: writer.Conversion{Duplicates: duplicates.Modes[0], WarnAt: duplicates.WarnAt, Options: writer.Options{
			Parquet: parquet.Options{Compression: parquet.Compressions[0], CodesTableDate: codes.TableDate},
		}},
		reading: reader.Options{Jobs: runtime.GOMAXPROCS(0), MaxRecord: 64 << 20}, sideFiles: setting.Files{},
		command: manifest.Command{OutputArguments: []string{}},
	}
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
	return s, flags.RefuseIdle(changed, s.formats)
}

func convertFlags(s *settings) setting.Flags {
	r, o, times, sheets := &s.reading, &s.conversion.Options, "2026-05-01 or 2026-05-01T08:00:00Z", strings.Join(excel.SheetNames(), ", ")
	return setting.Flags{
		{Heading: "Output", Name: "output", Short: "o", Value: setting.New(new(string), "PATH", "a path", s.addOutput),
			Help: ".xlsx workbook, .parquet file, or a path ending in / for a dataset partitioned by day; may be repeated"},
		{Name: "overwrite", Only: writer.FormatsTaking("overwrite"), Value: setting.Switch(&o.Overwrite), Help: "replace outputs that exist"},
		{Name: "mode", Only: writer.FormatsTaking("mode"), Value: setting.New(&o.Mode, "MODE", "an octal mode such as 0640, without execution, that lets the owner read and write", files.ParseMode),
			Help: "octal mode of outputs, such as 0640 (default: 0600); new folders get the matching x; no effect on Windows"},
		{Name: "compression", InRunID: true, Only: writer.FormatsTaking("compression"), Value: setting.OneOf(&o.Parquet.Compression, "NAME", parquet.Compressions),
			Help: "Parquet codec: " + setting.List(parquet.Compressions) + " (default: " + parquet.Compressions[0] + ")"},
		{Name: "raw", InRunID: true, Only: writer.FormatsTaking("raw"), Value: setting.Switch(&r.Raw), Help: "fill raw_record with the exact bytes of each record"},
		{Name: "nested", InRunID: true, Only: writer.FormatsTaking("nested"), Value: setting.Switch(&o.Parquet.Nested),
			Help: "Parquet: policies, authentication and network details as structs, not JSON text"},
		{Name: "sort", InRunID: true, Only: writer.FormatsTaking("sort"), Value: setting.New(&o.Parquet.Sort, "COLUMNS", "columns with commas between, such as user_principal_name,created_at, not of JSON, lists or bytes", parquet.ParseSort).As(parquet.FormatSort),
			Help: "Parquet: sort each file, such as by user_principal_name,created_at"},
		{Name: "delta", Only: writer.FormatsTaking("delta"), Value: setting.Switch(&s.delta),
			Help: "dataset: keep a Delta Lake log of its runs, of those before as well"},
		{Name: "findings", InWorkbook: true, Only: writer.FormatsTaking("findings"), Value: setting.Switch(&o.Findings),
			Help: "list what the rules see in OUTPUT.findings.ndjson beside each output, not only workbooks"},
		s.sideFiles.Flag("", "rules", nil, rulesHelp),
		s.sideFiles.Flag("", "addresses", writer.FormatsTaking("addresses"), "CSV with the columns cidr, label: shows labels of addresses; trusted and indicator change findings"),
		s.sideFiles.Flag("", "users", writer.FormatsTaking("users"), "CSV with the columns user, label: shows labels of user principal names or object ids"),
		s.sideFiles.Flag("", "geoip", writer.FormatsTaking("geoip"), "database in the MaxMind format (.mmdb): shows its places of addresses in the workbook"),
		{Name: "since", InRunID: true, Value: setting.New(&s.span.Since, "TIME", "a time such as "+times, schema.ParseTime).As(schema.FormatTime),
			Help: "skip sign-ins before TIME, such as " + times + "; keep those without a time"},
		{Name: "until", InRunID: true, Value: setting.New(&s.span.Until, "TIME", "a time such as "+times, schema.ParseTime).As(schema.FormatTime),
			Help: "skip sign-ins at TIME and after; keep those without a time"},
		{Name: "user", InRunID: true, Value: setting.NewRepeated(&s.selection.Users, "NAME", "a user principal name or an object id", schema.ParseName),
			Help: "keep only sign-ins of NAME, a user principal name or object id; this and the next two may be repeated"},
		{Name: "app", InRunID: true, Value: setting.NewRepeated(&s.selection.Apps, "NAME", "the name or id of an application or service principal", schema.ParseName),
			Help: "keep only sign-ins with NAME, an application or service principal, by name or id"},
		{Name: "address", InRunID: true, Value: setting.NewRepeated(&s.selection.Networks, "CIDR", "an address, or a network without bits behind its prefix, such as 192.0.2.0/24 or 2001:db8::/32", schema.ParseNetwork),
			Help: "keep only sign-ins from CIDR, an address or a network such as 192.0.2.0/24"},
		{Name: "duplicates", InRunID: true, Value: setting.OneOf(&s.conversion.Duplicates, "MODE", duplicates.Modes),
			Help: "records that repeat a sign-in: keep (default) marks them, drop keeps the best version, ignore does not look"},
		{Name: "sheets", InWorkbook: true, Only: writer.FormatsTaking("sheets"), Value: setting.New(&o.Excel.Sheets, "LIST", "some of "+sheets+", with commas between", excel.Sheets).As(excel.SheetList),
			Help: "sheets of the workbook, such as summary,sign-ins (default: all): " + sheets},
		{Name: "timezone", InWorkbook: true, Only: writer.FormatsTaking("timezone"), Value: setting.New(&o.Excel.Zone, "ZONE", "a name of the time zone database, such as Europe/Berlin", excel.Zone).As(excel.ZoneName),
			Help: "add local time, such as Europe/Berlin, to the workbook"},

		{Heading: "Input", Name: "files-from", Value: setting.Text(&r.ListFile, "FILE", "the path of a list, or - for standard input"),
			Help: "read the files that FILE lists, one a line or with NULs between; - for standard input"},
		{Name: "new", Only: writer.FormatsTaking("new"), Value: setting.Switch(&s.onlyNew), Help: "leave out inputs that the dataset has, by path, size and time, or by SHA-256"},
		{Name: "shard", Only: writer.FormatsTaking("shard"), Value: setting.New(&r.Shard, "I/N", "the number of a shard, from 0, and how many there are, such as 0/8", reader.ParseShard),
			Help: "read part I of N of the inputs, I from 0 to N-1; a run for each fills the dataset"},
		{Name: "category", InRunID: true, Value: setting.OneOf(&r.Category, "NAME", schema.KnownCategories),
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
		s.sideFiles.Flag("", "codes", nil, codesHelp),

		jobsFlag("Running", s),
		{Name: "quiet", Value: setting.Switch(&s.quiet), Help: "no progress, no summary"},
		{Name: "identify", Value: setting.Switch(&s.identify), Help: "name user and host in the manifest"},
	}
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
		{Heading: "Flags", Name: "output", Short: "o", Value: setting.Text(&s.folder, "FOLDER", "the path of a folder"),
			Help: "write into FOLDER and keep it (default: a private folder, removed at the end)"},
		{Name: "inputs", Value: setting.Text(&s.moved, "FOLDER", "the path of a folder"), Help: "find inputs in FOLDER by their SHA-256 where they are not at their recorded path"},
		jobsFlag("", s),
		{Name: "quiet", Value: setting.Switch(&s.quiet), Help: "no progress"},
	}
}

func compactFlags(s *settings) setting.Flags {
	return setting.Flags{{Heading: "Flags", Name: "quiet", Value: setting.Switch(&s.quiet), Help: "no progress, no summary"}}
}

func explainFlags(s *settings) setting.Flags {
	return setting.Flags{s.sideFiles.Flag("Flags", "codes", nil, codesHelp)}
}

func queriesFlags(s *settings) setting.Flags {
	return setting.Flags{
		dialectFlag("Flags", s),
		s.sideFiles.Flag("", "rules", nil, rulesHelp),
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

func (s *settings) addOutput(path string) (string, error) {
	format, err := writer.Format(path)
	if err != nil {
		return "", refusal(err.Error(), "")
	}
	s.conversion.Paths, s.formats = append(s.conversion.Paths, path), append(s.formats, format)
	s.command.OutputArguments = append(s.command.OutputArguments, filepath.ToSlash(path))
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
	v, err := verbs().Get(s.inputs[0], "signins help lists the verbs")
	if err != nil {
		return 0, err
	}
	return 0, s.print(v.FullHelp())
}

func (s *settings) runVersion() (int, error) {
	tool := manifest.BuildTool()
	return 0, s.print(fmt.Sprintf("signins %s %s (schema %d, codes of %s, %s)\n", tool.Version, tool.Commit, schema.Version, codes.TableDate, tool.Go))
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
	if err != nil {
		return 0, err
	}
	return 0, s.print(text)
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
	shown, err := writer.ShowsFindings(o.Findings, s.formats, s.sideFiles)
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
	if s.span.Since >= s.span.Until {
		return refusal("--until is not after --since", "sign-ins from --since on and before --until are written")
	}
	if err := writer.RefuseOthers(s.onlyNew, s.reading.Shard, s.conversion.Paths); err != nil {
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
	plan, err := rerun.Prepare(ctx, s.inputs[0], rerun.Options{Folder: s.folder, Inputs: s.moved, Expect: progress.Expect, Progress: progress.Add})
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
	result, err := plan.Compare(ctx, again.record.Manifests[0])
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
	for _, path := range plan.Outputs {
		if _, err := again.addOutput(path); err != nil {
			return nil, err
		}
	}
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
	again.reading.Shard = plan.Run.Shard
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
	c, o := &s.conversion, &s.conversion.Options
	record := manifest.NewRun(s.command, o.Parquet.Nested, codes.TableDate)
	if err := writer.Recover(ctx, c.Paths, s.notice); err != nil {
		return 0, schema.OutputFailure(err)
	}
	err := writer.RefuseTaken(c.Paths, o.Overwrite)
	if err != nil {
		return 0, err
	}
	if err = s.updateLogs(); err != nil { // of runs that were killed, or had no --delta
		return 0, err
	}
	if o.Index, s.reading.Known, err = writer.FindKnown(s.onlyNew, c.Paths); err != nil {
		return 0, err
	}
	progress := writer.NewProgress(s.stderr, s.quiet)
	s.reading.Choices, s.reading.Stdin, s.reading.Expect, s.reading.Progress = o.Choices, s.stdin, progress.Expect, progress.Add
	inputs, err := s.open(ctx)
	if err != nil {
		return 0, err
	}
	if err := writer.RefuseInputs(c.Paths, append(slices.AppendSeq(slices.Clone(s.inputs), maps.Values(s.sideFiles)), s.reading.ListFile), s.stdin, inputs.Has); err != nil {
		return 0, err
	}
	record.Skipped, record.Known, record.Shard = append(record.Skipped, inputs.Skipped...), inputs.Known, inputs.Shard
	if inputs.Unchanged() && !o.Index.Lacks(inputs.Shard) {
		return s.conclude(record, nil), nil
	}
	c.Inputs, c.Run, c.Warn, c.Finished = inputs, record, s.warn, progress.Finish
	c.Filter = func(b *schema.Batch) {
		s.span.Filter(b)
		s.selection.Filter(b)
	}
	s.completeOptions(record)
	verdicts, err := c.Convert(ctx)
	if err != nil {
		return 0, err
	}
	if err := s.updateLogs(); err != nil {
		return 0, fmt.Errorf("the outputs are whole, but %w", err)
	}
	return s.conclude(record, verdicts), nil
}

// completeOptions completes the options of outputs by what no flag sets.
func (s *settings) completeOptions(record *manifest.Run) {
	o := &s.conversion.Options
	o.Jobs, o.Notice, o.AllowRepeat = s.reading.Jobs, s.notice, len(s.conversion.Paths) == 1 && s.repeats == nil
	o.Parquet.ToolVersion, o.Excel.Run = record.Tool.Version, record
	if s.repeats != nil {
		o.Consulted, o.ConsultedIn = s.repeats.Consulted()
	}
}

// conclude says what a run did, and returns the exit status.
func (s *settings) conclude(record *manifest.Run, verdicts map[string]int64) int {
	if s.record = record; !s.quiet && s.repeats == nil {
		writer.Summarize(s.stderr, record, verdicts)
	}
	return record.Exit()
}

// updateLogs brings the Delta Lake logs up to the runs of their datasets.
func (s *settings) updateLogs() error {
	if !s.delta {
		return nil
	}
	return writer.UpdateLogs(s.conversion.Paths, s.conversion.Options.Mode)
}

// warn reports a finding while the run goes on, notice a run that was killed.
func (s *settings) warn(code string)   { s.report("warning", code+": "+schema.Warnings[code]) }
func (s *settings) notice(line string) { s.report("notice", schema.EscapeControls(line)) }

func (s *settings) report(kind, line string) { fmt.Fprintf(s.stderr, "signins: %s: %s\n", kind, line) }

// inputZone returns the zone of a name of the time zone database.
func inputZone(name string) (reader.Zone, error) {
	location, err := excel.Zone(name)
	return reader.NewZone(location), err
}
