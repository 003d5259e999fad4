package verify

import (
	"os"
	"path"
	"path/filepath"
	"strings"

	"signins/writer/excel"
	"signins/writer/manifest"
)

// A record is a manifest with the files that it describes.
type record struct {
	path    string // of the manifest
	base    string // of the names of the files beside it
	dataset string // folder of the dataset that the manifest lies in, "" for none
	digest  string // of the manifest
	run     *manifest.Run
	outputs []*output // in the order of the manifest
	owns    bool      // one of them is its own, see output.own
	// superseded: a compaction has the rows of its own outputs, which are gone.
	superseded bool
	read       []*output // those whose rows were read

	unreadable bool // its inputs cannot be read, and nothing was checked
}

// An output is one file of data of a run.
type output struct {
	*manifest.Output
	path  string        // where it is looked for
	group string        // the output that it is a part of: its own path, or the dataset's with a slash
	part  manifest.Part // the zero Part for a file
	own   bool          // it is what the manifest lies beside
	file  *File

	raw rawCount
}

// loadRecord reads a manifest. The error is *manifest.Unreadable.
func loadRecord(path string) (*record, error) {
	run, digest, err := manifest.LoadDigest(path)
	if err != nil {
		return nil, err
	}
	r := &record{path: path, base: baseOf(path), run: run, digest: digest}
	if !strings.HasSuffix(path, manifest.Ending) {
		r.dataset, r.superseded = manifest.DatasetOf(filepath.Dir(path))
	}
	r.placeOutputs()
	return r, nil
}

// baseOf returns the path that the files beside a manifest begin with.
func baseOf(path string) string {
	if base, ok := strings.CutSuffix(path, manifest.Ending); ok {
		return base
	}
	return strings.TrimSuffix(path, manifest.RunEnding)
}

// placeOutputs sets where the outputs should be. The own output of the manifest is where
// the manifest is, wherever that was copied to.
func (r *record) placeOutputs() {
	name, move := filepath.Base(r.base), manifest.Move{}
	for i := range r.run.Outputs {
		out := &output{Output: &r.run.Outputs[i], group: r.run.Outputs[i].Path, part: manifest.ParsePart(r.run.Outputs[i].Path)}
		if part := out.part; part.Run != "" {
			out.group, out.own = part.Dataset+"/", r.dataset != "" && part.Run == name
			if out.own {
				out.path, move = filepath.Join(r.dataset, filepath.FromSlash(part.Path)), manifest.Move{From: part.Dataset, To: r.dataset}
			}
		} else if path.Base(out.Path) == name && r.dataset == "" && !r.owns {
			out.path, out.own, move = r.base, true, manifest.Move{From: path.Dir(out.Path), To: filepath.Dir(r.base)}
		}
		r.owns = r.owns || out.own
		r.outputs = append(r.outputs, out)
	}
	for _, out := range r.outputs {
		if !out.own {
			out.path = move.Find(out.Path)
		}
	}
}

// checkRecord checks a manifest, what lies beside it, and the outputs.
func (c *checker) checkRecord(r *record) error {
	c.report.Totals.Runs++
	file := c.report.add(manifestRole, r.path)
	if r.superseded {
		c.report.Totals.Superseded++
		file.note("superseded: its rows are in a compaction")
	}
	c.know(r.path)
	findings, err := inconsistencies(r)
	if err != nil && r.dataset == "" {
		inputs := filepath.Join(filepath.Dir(r.path), r.run.InputsFile)
		if r.unreadable = c.differsFromSums(r.path, inputs, linesRole(inputs), err); r.unreadable {
			return nil
		}
		return err
	}
	if err != nil { // of one of many runs
		file.change("%s", err)
		r.unreadable = true
		for _, out := range r.outputs {
			c.parts[realPath(out.path)] = c.parts[realPath(out.path)] || out.own && !r.superseded
		}
		return nil
	}
	file.changeBy(findings)
	c.checkSums(r, file)
	if err := c.checkOutputs(r); err != nil {
		return err
	}
	return c.noteSources(r)
}

// checkOutputs checks the files of data, one output after the other.
func (c *checker) checkOutputs(r *record) error {
	groups, listed := map[string][]*output{}, map[string]bool{}
	var order []string
	for _, out := range r.outputs {
		path := filepath.Clean(out.path)
		if listed[path] || out.own && r.superseded {
			continue // the first is a difference of the manifest
		}
		listed[path] = true
		if groups[out.group] == nil {
			order = append(order, out.group)
		}
		groups[out.group] = append(groups[out.group], out)
	}
	for _, name := range order {
		g := newGroup(r, groups[name][0])
		for _, out := range groups[name] {
			read, err := c.checkOutput(r, out, g)
			if err != nil {
				return err
			}
			if g.incomplete = g.incomplete || !read; read {
				r.read = append(r.read, out)
			}
		}
		if g.tally != nil {
			c.report.Totals.Repeats += g.tally.repeats()
		}
		if err := g.reconcile(r); err != nil {
			return err
		}
	}
	return nil
}

// checkOutput checks the digest of a file and, if it matches, its rows.
func (c *checker) checkOutput(r *record, out *output, g *group) (read bool, err error) {
	out.file = c.report.add(outputRole, out.path)
	g.files = append(g.files, out.file)
	if out.part.Run != "" && out.own {
		c.parts[realPath(out.path)] = true
	} else {
		c.know(out.path)
		c.knowBeside(r, out)
	}
	switch _, err := os.Stat(out.path); {
	case err != nil && !out.own:
		out.file.Status = NotChecked
		return false, nil
	case err != nil:
		out.file.Status, out.file.differs = Missing, true
		return false, nil
	}
	if difference := c.digest(out.path, out.Size).compare(out.Size, out.SHA256); difference != "" {
		out.file.change("%s", difference)
		return false, nil
	}
	if err := g.begin(r); err != nil {
		return false, err
	}
	rows, differences := c.readRows(r, out, g)
	out.file.Rows = rows
	c.report.Totals.Rows += rows
	out.file.changeBy(differences)
	switch {
	case len(differences) > 0:
		return false, nil
	case g.uncounted:
		out.file.note("has no sheet %s: its rows are not counted", excel.SignInSheet)
	case rows != out.Rows:
		out.file.change("has %s, the manifest says %s", manifest.Counted(rows, "row"), manifest.Number(out.Rows))
	}
	return true, nil
}

// readRows reads the rows of a file, which has the digest of the manifest.
func (c *checker) readRows(r *record, out *output, g *group) (rows int64, differences []string) {
	file, size, err := openRegular(out.path)
	if err != nil {
		return 0, []string{"cannot be read: " + err.Error()}
	}
	defer file.Close()
	in := &countingReader{file, c.Progress}
	if out.Format == "xlsx" {
		return readWorkbook(in, size, r.run, g)
	}
	return readParquet(in, size, r.run, out, g.tally)
}

// A countingReader counts what is read.
type countingReader struct {
	file *os.File
	read func(n int)
}

func (r *countingReader) ReadAt(p []byte, at int64) (int, error) {
	n, err := r.file.ReadAt(p, at)
	r.read(n)
	return n, err
}
