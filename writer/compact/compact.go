package compact

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"runtime/debug"
	"slices"
	"strings"

	"signins/schema"
	"signins/writer"
	"signins/writer/delta"
	"signins/writer/files"
	"signins/writer/manifest"
)

// Options direct a compaction. Functions are nil for none.
type Options struct {
	Arguments []string // as typed, for the manifest
	// Notice is called with a line for each run that was killed and is recovered.
	Notice func(line string)
	// Expect is called with the number of bytes that will be read, and Progress with those
	// that were.
	Expect   func(size int64)
	Progress func(n int)
}

// A Result is what a compaction did.
type Result struct {
	Path          string
	Runs, Days    int
	Before, After Size
	Rows          int64
	// Compact: the dataset was compact already, and nothing was written.
	Compact bool
}

// A Size is that of all parts.
type Size struct {
	Parts int
	Bytes int64
}

// A compaction joins the parts of a dataset.
type compaction struct {
	Options
	ctx    context.Context
	files  *files.Transaction
	path   string
	limits limits
	runs   []*run
	days   []*day // by name
	record *manifest.Run
	result Result
}

// Compact joins the parts of each day of the dataset at path. The error is
// *schema.Refusal where a run is at work, or the dataset has what no manifest names;
// *manifest.Unreadable for what cannot be read, or differs from its manifest; a
// *files.Residue or an error of the outputs.
func Compact(ctx context.Context, path string, o Options) (*Result, error) {
	return compact(ctx, path, o, defaultLimits)
}

func compact(ctx context.Context, path string, o Options, l limits) (result *Result, err error) {
	if o.Progress == nil {
		o.Progress = func(int) {}
	}
	c := &compaction{Options: o, ctx: ctx, files: files.Begin(ctx), path: filepath.Clean(path), limits: l}
	c.files.Notice = o.Notice
	c.result.Path = filepath.ToSlash(c.path) + "/"
	defer func() {
		if err = c.files.Close(err); err != nil {
			result = nil
		}
	}()
	if err := c.begin(); err != nil {
		return nil, err
	}
	if c.result.Compact = c.isCompact(); c.result.Compact {
		c.result.After = c.result.Before
		return &c.result, nil
	}
	if err := c.updateLog(); err != nil {
		return nil, err
	}
	if err := c.write(); err != nil {
		return nil, schema.OutputFailure(err)
	}
	if err := c.updateLog(); err != nil {
		return nil, schema.OutputFailure(fmt.Errorf("the dataset is compact, but its log of Delta Lake is as before: %w", err))
	}
	return &c.result, nil
}

// updateLog brings the log of Delta Lake, if the dataset has one, up to its runs. It is
// *schema.Refusal if another program keeps the log.
func (c *compaction) updateLog() error {
	if !delta.Has(c.path) {
		return nil
	}
	return delta.Update(c.path, c.files.Mode)
}

// begin locks the dataset, recovers it and reads its manifests.
func (c *compaction) begin() error {
	folder := filepath.Join(c.path, manifest.Folder)
	if info, err := os.Stat(folder); err != nil || !info.IsDir() {
		return &manifest.Unreadable{Path: c.path, What: "is no dataset: it has no folder " + manifest.Folder, Hint: "name the folder of a dataset"}
	}
	free, err := c.files.Hold(folder, true, c.limits.wait)
	if err != nil {
		return err
	}
	if !free {
		return &schema.Refusal{What: c.path + ": another run is at work in the dataset", Hint: "run it again when that is done"}
	}
	if err := c.files.Recover(c.path); err != nil {
		return schema.OutputFailure(err)
	}
	return c.load()
}

// memory is the limit for garbage. A row group, its rows and those to be sorted take less.
const memory = 256 << 20

// write writes the parts and the manifest, and makes all appear.
func (c *compaction) write() error {
	if err := c.files.OpenFolder(c.path); err != nil {
		return err
	}
	debug.SetMemoryLimit(memory)
	c.setMode()
	c.record = c.newRecord()
	sidecars := manifest.NewSidecars(c.files, filepath.Join(c.path, "run"), files.Refuse)
	sidecars.Base, sidecars.Ending = filepath.Join(c.path, manifest.Folder, c.record.Name), manifest.RunEnding
	if c.Expect != nil {
		c.Expect(2 * c.result.Before.Bytes)
	}
	for _, d := range c.days {
		parts, err := c.join(d)
		if err != nil {
			return err
		}
		sidecars.Data = append(sidecars.Data, parts...)
	}
	var rows int64
	for _, out := range c.record.Outputs {
		rows += out.Rows
	}
	if err := c.record.CheckRows(c.path, rows); err != nil {
		return err
	}
	c.record.Finish()
	if err := writer.Seal(sidecars, c.record); err != nil {
		return err
	}
	for _, r := range c.runs {
		if err := c.supersede(r); err != nil {
			return err
		}
	}
	c.files.Check(c.check)
	return c.files.Commit()
}

// setMode gives new files the mode of the manifest of a run.
func (c *compaction) setMode() {
	if info, err := os.Stat(c.runs[0].path); err == nil {
		c.files.Mode = info.Mode().Perm() &^ 0o111
	}
}

// newRecord begins the record of the compaction.
func (c *compaction) newRecord() *manifest.Run {
	var dates []string
	identity := sha256.New()
	encoder := json.NewEncoder(identity)
	for _, r := range c.runs {
		dates = append(dates, r.CodesTableDate)
		encoder.Encode([2]string{r.Name, r.digest}) // to memory
	}
	slices.Sort(dates)
	command := manifest.Command{
		Arguments: c.Arguments, Settings: c.settings(), OutputArguments: []string{c.result.Path},
	}
	record := manifest.NewRun(command, c.runs[0].Nested, strings.Join(slices.Compact(dates), ","))
	encoder.Encode([]any{record.SchemaVersion, record.Tool.Version})
	record.Name = hex.EncodeToString(identity.Sum(nil)[:8])
	record.Expect(0)
	for _, r := range c.runs {
		record.Supersede(r.Run, r.digest)
	}
	return record
}

// supersede copies what is beside the parts of a run to where superseded manifests are,
// and has it removed from where it is.
func (c *compaction) supersede(r *run) error {
	names, err := fs.Glob(os.DirFS(filepath.Dir(r.path)), r.Name+".*")
	if err != nil {
		return err
	}
	for _, name := range names {
		if err := c.move(r, name); err != nil {
			return err
		}
	}
	return nil
}

// move copies a file beside the manifest of a run, or that, and has it removed.
func (c *compaction) move(r *run, name string) error {
	from := filepath.Join(filepath.Dir(r.path), name)
	in, err := os.Open(from)
	if err != nil {
		return err
	}
	defer in.Close()
	to, err := c.files.CreatePart(c.path, files.SetAside)
	if err != nil {
		return err
	}
	if info, err := in.Stat(); err == nil {
		to.Modified = info.ModTime() // by which the index knows it
	}
	to.Path = filepath.Join(c.path, manifest.Folder, manifest.SupersededFolder, name)
	if _, err := io.Copy(to, in); err != nil {
		return to.Named(err)
	}
	if from == r.path && to.SHA256() != r.digest {
		return &manifest.Unreadable{Path: from, What: "has changed meanwhile", Hint: "run it again"}
	}
	c.files.RemoveBeside(to, from)
	return nil
}

// check looks at a time when no run commits whether the dataset is as it was when it was
// read: where there are no locks, or the dataset was new to a run, another may have
// written.
func (c *compaction) check() error {
	now := &compaction{path: c.path}
	if err := now.load(); err != nil {
		return err
	}
	same := slices.EqualFunc(c.runs, now.runs, func(a, b *run) bool { return a.Name == b.Name && a.digest == b.digest })
	if !same {
		return &schema.Refusal{What: c.path + ": another run has written into the dataset meanwhile", Hint: "run it again"}
	}
	return nil
}

// String is the summary.
func (r *Result) String() string {
	line := func(what string, before, after int64) string {
		return fmt.Sprintf("%-12s%s -> %s\n", what, manifest.Number(before), manifest.Number(after))
	}
	text := fmt.Sprintf("dataset     %s: %s of %s in %s\n", schema.EscapeControls(r.Path), manifest.Counted(r.Rows, "row"),
		manifest.Counted(r.Runs, "run"), manifest.Counted(r.Days, "day"))
	if r.Compact {
		return text + fmt.Sprintf("parts       %s, %s bytes; the dataset is compact, nothing was written\n", manifest.Number(r.Before.Parts), manifest.Number(r.Before.Bytes))
	}
	return text + line("parts", int64(r.Before.Parts), int64(r.After.Parts)) + line("bytes", r.Before.Bytes, r.After.Bytes)
}
