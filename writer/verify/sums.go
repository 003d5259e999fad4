package verify

import (
	"bufio"
	"bytes"
	"encoding/json"
	"errors"
	"io"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strings"

	"signins/writer/files"
	"signins/writer/manifest"
)

// checkSums checks the digests beside an output: they name the output, the files of
// lines beside it and the manifest, each once, with the digest that it has.
func (c *checker) checkSums(r *record, record *File) {
	path := r.base + manifest.SumsEnding
	file := c.report.add(sumsRole, path)
	c.know(path)
	text, err := manifest.ReadFile(path)
	if err != nil {
		file.Status, file.differs = Missing, true
		if _, there := os.Stat(path); there == nil {
			file.Status = Changed
			file.note("%s", err)
		}
		return
	}
	sums, err := manifest.ParseSums(shown(path), text)
	if err != nil {
		file.change("%s", err)
		return
	}
	named := map[string]string{}
	for _, sum := range sums {
		if named[sum.Name] != "" {
			file.change("names %s twice", sum.Name)
		}
		named[sum.Name] = sum.SHA256
	}
	expect := func(name, sha256 string) {
		if named[name] != sha256 {
			file.change("does not have the digest of %s that the manifest has", name)
		}
		delete(named, name)
	}
	for _, out := range r.outputs {
		if out.own {
			expect(r.beside(out), out.SHA256)
		}
	}
	if own := filepath.Base(r.path); named[own] != "" && named[own] != r.digest {
		record.change("has the SHA-256 %s, %s says %s", r.digest, shown(path), named[own])
	} else {
		expect(own, r.digest)
	}
	delete(named, filepath.Base(r.path))
	compareSidecars(r, file, named)
	c.checkLines(r, file, named)
}

// differsFromSums reports a file that cannot be read, for the reason why, as changed or
// missing, if the digests beside its manifest prove that; else it returns false.
func (c *checker) differsFromSums(manifestPath, path string, role Role, why error) bool {
	list := baseOf(manifestPath) + manifest.SumsEnding
	text, _ := manifest.ReadFile(list)
	sums, _ := manifest.ParseSums(list, text)
	i := slices.IndexFunc(sums, func(s manifest.Sum) bool { return s.Name == filepath.Base(path) })
	if i < 0 {
		return false
	}
	d := c.digest(path, -1)
	gone := errors.Is(d.err, fs.ErrNotExist)
	if d.sha256 == sums[i].SHA256 || d.err != nil && !gone {
		return false
	}
	file := c.report.add(role, path)
	if gone {
		file.Status = Missing
	}
	file.change("%s", why)
	file.note("%s names it with the SHA-256 %s; nothing else was checked", shown(list), sums[i].SHA256)
	c.know(path)
	c.know(list)
	return true
}

// compareSidecars compares the files of lines in the digests with those in the manifest:
// whoever edits one of them can compute the digest beside it again, too. Manifests of
// version 1 do not have them.
func compareSidecars(r *record, sums *File, named map[string]string) {
	base := filepath.Base(r.base)
	known := map[string]bool{}
	for _, s := range r.run.Sidecars {
		if !r.hasBeside(s.Ending) {
			continue
		}
		name := base + s.Ending
		known[name] = true
		switch named[name] {
		case s.SHA256:
		case "":
			sums.change("does not name %s, which the manifest has", name)
		default:
			sums.change("does not have the digest of %s that the manifest has", name)
		}
	}
	for _, name := range sortedKeys(named) {
		if r.run.ManifestVersion > 1 && !known[name] {
			sums.change("names %s, which is no file of the run", name)
		}
	}
}

// hasBeside reports whether a kind of sidecar of the run lies beside the output that the
// manifest lies beside.
func (r *record) hasBeside(kind string) bool {
	for _, argument := range r.run.OutputArguments {
		isOwn := func(out *output) bool { return out.own && path.Clean(out.group) == path.Clean(argument) }
		own := slices.ContainsFunc(r.outputs, isOwn)
		if r.dataset != "" && !r.owns { // without rows it has no parts
			own = strings.HasSuffix(argument, "/")
		}
		if own && !r.run.HasBeside(argument, kind) {
			return false
		}
	}
	return true
}

// beside returns the path of an own output as the digests name it, which were moved if a
// compaction superseded them.
func (r *record) beside(out *output) string {
	if out.part.Run != "" {
		return "../" + out.part.Path
	}
	return filepath.Base(out.path)
}

// checkLines checks the files of lines that the digests name, and that are there.
func (c *checker) checkLines(r *record, sums *File, named map[string]string) {
	here, prefix := filepath.Dir(r.base), filepath.Base(r.base)+"."
	there := map[string]bool{}
	entries, _ := os.ReadDir(here)
	for _, entry := range entries {
		if name := entry.Name(); strings.HasPrefix(name, prefix) && strings.HasSuffix(name, linesEnding) {
			there[name] = true
			if named[name] == "" {
				file := c.report.add(linesRole(name), filepath.Join(here, name))
				file.Status = New
				file.note("is not in the digests")
			}
		}
	}
	if rejects := prefix[:len(prefix)-1] + manifest.Rejects; r.run.Totals.Rejected > 0 && named[rejects] == "" && len(r.run.Supersedes) == 0 {
		sums.change("does not name %s, the manifest has %s", rejects, manifest.Counted(r.run.Totals.Rejected, "reject"))
	}
	for _, name := range sortedKeys(named) {
		if !strings.HasPrefix(name, prefix) || !strings.HasSuffix(name, linesEnding) || strings.ContainsAny(name, `/\`) {
			if r.run.ManifestVersion == 1 { // else compareSidecars has said so
				sums.change("names %s, which is no file of the run", name)
			}
			continue
		}
		c.checkLinesOf(r, filepath.Join(here, name), named[name], there[name])
	}
}

// checkLinesOf checks one file of lines.
func (c *checker) checkLinesOf(r *record, path, sha256 string, there bool) {
	file := c.report.add(linesRole(path), path)
	c.know(path)
	if !there {
		file.Status, file.differs = Missing, true
		return
	}
	switch d := c.digest(path, -1); {
	case d.err != nil:
		file.change("cannot be read: %s", d.err)
	case d.sha256 != sha256:
		file.change("has the SHA-256 %s, the digests say %s", d.sha256, sha256)
	case strings.HasSuffix(path, manifest.Rejects):
		if err := c.countRejects(r, path, file); err != nil {
			file.change("cannot be read: %s", files.WithoutPath(err))
		}
	}
}

// countRejects compares the lines of a file of rejects with the counts of the inputs.
func (c *checker) countRejects(r *record, path string, file *File) error {
	in, _, err := openRegular(path)
	if err != nil {
		return err
	}
	defer in.Close()
	rejects := map[string]int64{}
	for input, err := range r.run.AllInputs() {
		if err != nil {
			return err
		}
		rejects[input.Name()] += input.Records.Rejected
	}
	lines := bufio.NewReaderSize(in, 64<<10)
	for n := 1; ; n++ {
		begin, err := readLine(lines)
		if err == io.EOF {
			break
		}
		name, ok := rejectedIn(begin)
		if _, known := rejects[name]; err != nil || !ok || !known {
			file.change("line %d is no reject of an input", n)
			return nil
		}
		file.Rows++
		rejects[name]--
	}
	for _, name := range sortedKeys(rejects) {
		if n := rejects[name]; n != 0 {
			file.change("%s: %s, as the manifest counts them", name, moreOrLess(-n, "reject"))
		}
	}
	return nil
}

// moreOrLess writes how a number differs from another.
func moreOrLess(n int64, thing string) string {
	if n < 0 {
		return manifest.Counted(-n, thing) + " too few"
	}
	return manifest.Counted(n, thing) + " too many"
}

var errNoLineEnd = errors.New("the last line has no end")

// readLine returns the beginning of a line and skips the rest, which may be longer than
// memory.
func readLine(in *bufio.Reader) ([]byte, error) {
	begin, err := in.ReadSlice('\n')
	begin = bytes.Clone(begin)
	for err == bufio.ErrBufferFull {
		_, err = in.ReadSlice('\n')
	}
	if err == io.EOF && len(begin) > 0 {
		err = errNoLineEnd
	}
	return begin, err
}

// rejectedIn returns the input of a reject, which its first members name.
func rejectedIn(line []byte) (name string, ok bool) {
	in := json.NewDecoder(bytes.NewReader(line))
	var tokens [5]json.Token
	for i := range tokens {
		var err error
		if tokens[i], err = in.Token(); err != nil {
			return "", false
		}
	}
	file, isFile := tokens[2].(string)
	member, isMember := tokens[4].(string)
	if !isFile || !isMember || tokens[0] != json.Delim('{') || tokens[1] != "file" || tokens[3] != "member" {
		return "", false
	}
	return (&manifest.Input{Path: file, Member: member}).Name(), true
}
