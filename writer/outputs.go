package writer

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"io"
	"os"
	"path/filepath"

	"signins/schema"
	"signins/writer/files"
	"signins/writer/manifest"
)

// Outputs are the outputs of a run with all files beside them.
type Outputs struct {
	files    *files.Transaction
	list     []output
	listing  []output  // findings are listed beside these
	beside   []string  // paths of listing
	rejects  io.Writer // to a file of each output, nil before the first reject
	rejected int64
	inputs   *os.File             // where run keeps its inputs, nil for in memory
	pairs    *manifest.PairWriter // to a list beside each output, nil before the first pair
	scratch  []*os.File
	memory   int64 // limit for the outputs, 0 for none
	room     int64 // of memory, for what is counted
	kept     int64 // that limits are set for
	beyond   int64 // of it, what room is not for
}

// Open begins the outputs with the given paths. Once ctx is done, all else
// fails. The error for a path that names an output a second time is *schema.Refusal.
// On error nothing is left, or it is a *files.Residue.
func Open(ctx context.Context, paths []string, o Options) (*Outputs, error) {
	all := &Outputs{files: files.Begin(ctx), kept: -1}
	all.files.Mode, all.files.Notice = o.Mode, o.Notice
	for _, path := range paths {
		f, err := findFormat(path)
		var out output
		if err == nil {
			out, err = f.open(all.files, path, o)
		}
		if err != nil {
			return nil, all.Close(err)
		}
		all.list = append(all.list, out)
		if f.memory > all.memory {
			all.memory, all.room = f.memory, f.room
		}
		if f.findings || o.Findings {
			all.listing, all.beside = append(all.listing, out), append(all.beside, filepath.ToSlash(path))
		}
	}
	if all.memory > 0 {
		all.memory += MemoryPerJob * int64(max(0, o.Jobs-2))
	}
	return all, nil
}

// limitMemory keeps garbage from adding much to what the outputs need. repeats and rules
// are how many bytes the search for duplicates and the rules keep beside them; it may be
// called again as they grow. What is kept for long makes no garbage, but Go lets garbage
// grow with it, up to the same size again: the more is kept, the sooner garbage is
// collected. For what rules and outputs keep the limit of memory has some room already.
func (all *Outputs) limitMemory(repeats, rules int64) {
	for _, out := range all.list {
		if keeper, ok := out.(interface{ Kept() int64 }); ok {
			rules += keeper.Kept()
		}
	}
	kept, beyond := inSteps(repeats+rules), inSteps(repeats+max(0, rules-all.room))
	if kept == all.kept && beyond == all.beyond {
		return
	}
	all.kept, all.beyond = kept, beyond
	all.applyLimit()
}

// applyLimit limits garbage and memory by what is kept.
func (all *Outputs) applyLimit() {
	const others = 128 << 20 // is in use beside what is kept, or less
	limit := all.memory
	if limit > 0 {
		limit += all.beyond
	}
	schema.Garbage.SetUsual(int(max(5, 100*others/(others+all.kept))), limit)
}

// inSteps rounds a number of bytes up: setting a limit stops all goroutines.
func inSteps(n int64) int64 {
	const step = 8 << 20
	return (n + step - 1) / step * step
}

// Expect prepares run and the files beside the outputs for n inputs. It is called once,
// before the inputs are described.
func (all *Outputs) Expect(run *manifest.Run, n int) error {
	run.Expect(n)
	switch {
	case run.Listed():
		return nil
	case len(all.list) == 0:
		run.Abridge()
		return nil
	}
	for _, out := range all.list {
		if _, err := out.Sidecars().Create(manifest.InputLines); err != nil {
			return err
		}
	}
	lines := all.list[0].Sidecars().File(manifest.InputLines)
	var err error
	if all.inputs, err = os.CreateTemp(lines.Private(), "inputs"); err != nil {
		return lines.Named(err)
	}
	run.Spill(all.inputs, lines.Path)
	return nil
}

// Write adds a batch to every output, and its rejects beside them.
func (all *Outputs) Write(b *schema.Batch) error {
	for _, out := range all.list {
		if err := out.Write(b); err != nil {
			return err
		}
	}
	all.rejected += int64(len(b.Rejects))
	if len(b.Rejects) == 0 || len(all.list) == 0 {
		return nil
	}
	if all.rejects == nil {
		var err error
		if all.rejects, err = createLists(manifest.Rejects, all.list); err != nil {
			return err
		}
	}
	return manifest.WriteRejects(all.rejects, b)
}

// WriteFindings writes what the rules of a run have found beside the outputs that get a
// list of it, and into those that show it, and sums it in run. It is called at most once,
// before Commit.
func (all *Outputs) WriteFindings(rules Rules, run *manifest.Run) error {
	w, err := createLists(manifest.Findings, all.listing)
	if err != nil {
		return err
	}
	for f, rows := range rules.Findings() {
		if err := manifest.WriteFinding(w, &f, rows); err != nil {
			return err
		}
		for _, out := range all.list {
			if err := out.WriteFinding(&f, rows); err != nil {
				return err
			}
		}
	}
	for _, out := range all.list {
		if beside := out.Sidecars(); len(all.listing) > 0 && beside.File(manifest.Findings) == nil {
			beside.Elsewhere = all.listing[0].Sidecars().File(manifest.Findings)
		}
	}
	run.SetRules(rules.Results(), all.beside)
	return nil
}

// createLists makes a file of a kind beside outputs.
func createLists(kind string, outputs []output) (io.Writer, error) {
	var list []io.Writer
	for _, out := range outputs {
		file, err := out.Sidecars().Create(kind)
		if err != nil {
			return nil, err
		}
		list = append(list, file)
	}
	return io.MultiWriter(list...), nil
}

// Commit completes the data and describes it in run, whose inputs are complete, writes
// the digests and manifests, and makes all files appear, the manifests last. On error
// nothing is left, unless Close says so. It is *manifest.Unbalanced if an output does not have as many rows
// as run has written records, and *schema.Refusal if a dataset has the run.
func (all *Outputs) Commit(run *manifest.Run) error {
	defer all.Abort()
	run.Outputs = []manifest.Output{}
	if err := all.flushPairs(); err != nil {
		return err
	}
	for _, out := range all.list {
		if err := out.Finish(run); err != nil {
			return err
		}
	}
	if all.rejected != run.Totals.Rejected {
		return &manifest.Unbalanced{What: fmt.Sprintf("%d rejects were written, but %d were counted", all.rejected, run.Totals.Rejected)}
	}
	run.Finish()
	for _, out := range all.list {
		if err := Seal(out.Sidecars(), run); err != nil {
			return err
		}
	}
	all.release()
	all.removeScratch()
	return all.files.Commit()
}

// Seal writes inputs, digests and manifest beside an output.
func Seal(beside *manifest.Sidecars, run *manifest.Run) error {
	if lines := beside.File(manifest.InputLines); lines != nil {
		if err := run.WriteInputs(lines); err != nil {
			return err
		}
		run.InputsFile = filepath.Base(beside.Base) + manifest.InputLines
	}
	run.Sidecars = beside.List()
	record, err := json.MarshalIndent(run, "", "  ")
	if err != nil {
		return err
	}
	record = append(record, '\n')
	digest := sha256.Sum256(record)
	file, err := beside.Seal(hex.EncodeToString(digest[:]))
	if err != nil {
		return err
	}
	run.Manifests = append(run.Manifests, file.Path)
	_, err = file.Write(record)
	return err
}

// Abort leaves nothing behind. After Commit it does nothing.
func (all *Outputs) Abort() { _ = all.Close(nil) }

// Close is Abort, and returns the error of a run that ends with err: err itself, or a
// *files.Residue, which says what could not be removed.
func (all *Outputs) Close(err error) error {
	all.release()
	all.removeScratch()
	return all.files.Close(err)
}

// Recover completes or rolls back runs that were killed, in the folders of outputs, and
// calls notice with a line for each.
func Recover(ctx context.Context, paths []string, notice func(line string)) error {
	t := files.Begin(ctx)
	t.Notice = notice
	for _, path := range paths {
		f, err := findFormat(path)
		if err != nil {
			return err
		}
		dir := filepath.Clean(path)
		if !f.folder {
			dir = filepath.Dir(dir)
		}
		if err := t.Recover(dir); err != nil {
			return err
		}
	}
	return nil
}

// release lets the outputs remove their spill files, and removes the one of the inputs.
func (all *Outputs) release() {
	if all.inputs != nil {
		all.inputs.Close()
		os.Remove(all.inputs.Name()) // with the private folder, if not now
	}
	for _, out := range all.list {
		out.Abort()
	}
}
