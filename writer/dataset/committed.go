package dataset

import (
	"cmp"
	"context"
	"encoding/json"
	"fmt"
	"io/fs"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"signins/schema"
	"signins/writer/files"
	"signins/writer/manifest"
	"signins/writer/parquet"
)

// compactWait is how long a run waits for a compaction to end.
var compactWait = time.Minute

// holdOff keeps the dataset from being compacted until the run has committed. A dataset
// without runs has nothing to compact.
func (d *Writer) holdOff() error {
	folder := filepath.Join(d.path, manifest.Folder)
	free, err := d.files.Hold(folder, false, 0)
	if err == nil && !free {
		d.notice("%s: is being compacted; the run waits until that is done, a minute at most", d.path)
		free, err = d.files.Hold(folder, false, compactWait)
	}
	if err == nil && !free {
		err = &schema.Refusal{What: d.path + ": the dataset is being compacted", Hint: "run it again when that is done"}
	}
	return err
}

// Note notes the days of a batch that Committed looks at.
func (d *Writer) Note(b *schema.Batch) {
	if d.noted == nil {
		d.noted = map[int64]bool{}
	}
	at := &b.Columns[schema.CreatedAt]
	for row := range b.Len {
		d.noted[dayOf(at, row)] = true
	}
}

// Committed looks for sign-ins that runs committed before Open have in the noted days,
// and returns the names of the runs that have parts there. Where the dataset has this
// run, whose Inputs have their paths and digests, it looks where that did. commit
// reports of the sign-in of each row, in the order of days, parts and rows, whether it is
// wanted; found gets a batch with the wanted ones among some rows, in the same order,
// valid until it returns. Source and record of a row are its part and its number there.
func (d *Writer) Committed(ctx context.Context, run *manifest.Run, commit func(category, id []byte) bool, found func(b *schema.Batch) error) (consulted []string, err error) {
	runs, superseded, err := d.runsToConsult(run)
	if err != nil || superseded {
		return runs, err
	}
	names, dir := map[string]bool{}, filepath.Clean(cmp.Or(d.options.ConsultedIn, d.path))
	for _, day := range slices.Sorted(maps.Keys(d.noted)) {
		parts, err := fs.Glob(os.DirFS(dir), partition(day)+"/part-*.parquet")
		if err != nil {
			return nil, err
		}
		for _, part := range parts {
			name := manifest.ParsePart(part).Run
			if !slices.Contains(runs, name) {
				continue
			}
			names[name] = true
			if ctx.Err() != nil {
				return nil, context.Cause(ctx)
			}
			path := filepath.Join(dir, filepath.FromSlash(part))
			if err := readCommitted(path, commit, found); err != nil {
				return nil, fmt.Errorf("%s: looking for duplicates: %w", path, files.WithoutPath(err))
			}
		}
	}
	for _, name := range d.options.Consulted {
		if !names[name] {
			return nil, &schema.Refusal{
				What: fmt.Sprintf("%s: has no parts of the run %s any more, whose sign-ins were dropped", dir, name), Hint: "the run can be repeated only where the dataset is as it was",
			}
		}
	}
	return slices.Sorted(maps.Keys(names)), nil
}

// runsToConsult returns the runs that were committed before Open; those that the same
// run consulted if the dataset has it. If that was superseded, nothing will be written.
func (d *Writer) runsToConsult(run *manifest.Run) (runs []string, superseded bool, err error) {
	if d.options.Consulted != nil {
		return d.options.Consulted, false, nil
	}
	folder := filepath.Join(d.path, manifest.Folder)
	names, err := fs.Glob(os.DirFS(folder), manifest.SupersededFolder+"/*.json")
	if err != nil {
		return nil, false, err
	}
	for _, name := range d.committed {
		names = append(names, name+manifest.RunEnding)
	}
	for _, name := range names {
		path := filepath.Join(folder, filepath.FromSlash(name))
		var earlier struct {
			Consulted []string `json:"runs_consulted"`
		}
		text, bad := os.ReadFile(path)
		if bad == nil {
			bad = json.Unmarshal(text, &earlier)
		}
		if bad != nil {
			return nil, false, damaged(path, bad)
		}
		again := *run
		again.Consulted = earlier.Consulted
		if id, err := runName(&again, d.options.Choices); err != nil || id+manifest.RunEnding == filepath.Base(path) {
			return earlier.Consulted, strings.Contains(name, "/"), err
		}
	}
	return d.committed, false, nil
}

// readCommitted reads a part.
func readCommitted(path string, commit func(category, id []byte) bool, found func(b *schema.Batch) error) error {
	file, err := os.Open(path)
	if err != nil {
		return err
	}
	defer file.Close()
	info, err := file.Stat()
	if err != nil {
		return err
	}
	r, err := parquet.NewReader(file, info.Size())
	if err != nil {
		return err
	}
	src, before := &schema.Source{Path: filepath.ToSlash(path)}, 0
	for group := range r.Groups() {
		wanted, rows, err := wantedRows(r, group, commit)
		if err != nil {
			return err
		}
		if len(wanted) > 0 {
			next := 0
			isWanted := func(row int) bool {
				_, found := slices.BinarySearch(wanted, row)
				return found
			}
			err = r.Rows(group, isWanted, func(b *schema.Batch) error {
				b.Source = src
				for row := range b.Len {
					b.Columns[schema.SourceRecord].SetNum(row, int64(before+wanted[next]+1))
					next++
				}
				return found(b)
			})
		}
		if err != nil {
			return err
		}
		before += rows
	}
	return nil
}

// wantedRows returns the rows of a row group that commit wants, and how many it has.
func wantedRows(r *parquet.Reader, group int, commit func(category, id []byte) bool) (wanted []int, rows int, err error) {
	var categories []uint16 // by row: the index in names
	var names [][]byte
	err = r.Texts(group, schema.SignInCategory, func(_ int, text []byte) {
		i := slices.IndexFunc(names, func(name []byte) bool { return string(name) == string(text) })
		if i < 0 {
			i, names = len(names), append(names, slices.Clone(text))
		}
		categories = append(categories, uint16(i))
	})
	if err != nil {
		return nil, 0, err
	}
	err = r.Texts(group, schema.ID, func(row int, id []byte) {
		if id != nil && row < len(categories) && commit(names[categories[row]], id) {
			wanted = append(wanted, row)
		}
	})
	return wanted, len(categories), err
}
