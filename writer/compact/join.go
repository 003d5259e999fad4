package compact

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"time"

	"signins/schema"
	"signins/writer/files"
	"signins/writer/manifest"
	"signins/writer/order"
	"signins/writer/parquet"
)

// limits bound a part, which ends with the batch that reaches one of them, and how long to
// wait for runs that are at work.
type limits struct {
	rows, bytes int64
	wait        time.Duration
	memory      int // of rows to be sorted
}

var defaultLimits = limits{10_000_000, 512 << 20, 5 * time.Second, order.RowMemory}

// settings returns the codec and the order of rows that all runs have, without an entry
// for an order where they differ or have none, and with the default codec.
func (c *compaction) settings() map[string]string {
	settings := map[string]string{}
	for _, name := range []string{"compression", "sort"} {
		settings[name] = c.runs[0].Settings[name]
		for _, r := range c.runs {
			if r.Settings[name] != settings[name] {
				settings[name] = ""
			}
		}
	}
	if settings["sort"] == "" {
		delete(settings, "sort")
	}
	return settings
}

// join writes the rows of a day to new parts and returns them.
func (c *compaction) join(d *day) (_ []*files.File, err error) {
	j := &joint{compaction: c, day: d}
	defer func() { err = errors.Join(err, j.rows.Remove()) }()
	if err := j.begin(); err != nil {
		return nil, err
	}
	for _, p := range d.parts {
		if err := j.read(p); err != nil {
			return nil, err
		}
	}
	if err := j.rows.Each(func(_ int64, b *schema.Batch) error { return j.write(b) }); err != nil {
		return nil, err
	}
	if err := j.end(); err != nil {
		return nil, err
	}
	c.files.ReplaceFolder(filepath.Join(c.path, d.name), j.written)
	return j.written, nil
}

// begin makes it ready for rows.
func (j *joint) begin() (err error) {
	if list := j.record.Settings["sort"]; list != "" {
		j.rows.Memory, j.rows.Dir, j.rows.Check = j.limits.memory, j.files.Private(), func() error { return context.Cause(j.ctx) }
		if j.rows.By, err = parquet.ParseSort(list); err != nil {
			return &manifest.Unreadable{Path: j.path, What: "its manifests have the setting sort of " + list + ": " + err.Error()}
		}
	}
	j.series, err = parquet.NewSeries(parquet.Options{
		Compression: j.record.Settings["compression"], Nested: j.record.Nested, Sort: j.rows.By,
		ToolVersion: j.record.Tool.Version, CodesTableDate: j.record.CodesTableDate,
	})
	return err
}

// A joint writes the new parts of a day.
type joint struct {
	*compaction
	day     *day
	rows    order.Rows // where parts are sorted, until all are read
	series  *parquet.Series
	written []*files.File
	parquet *parquet.Writer // of the last file, nil once it is at its end
}

// read adds the rows of a part, which is the one of the manifest.
func (j *joint) read(p *part) error {
	file, err := os.Open(p.path)
	if err != nil {
		return &manifest.Unreadable{Path: p.path, What: files.WithoutPath(err).Error()}
	}
	defer file.Close()
	if err := j.compareDigest(p, file); err != nil {
		return err
	}
	r, err := parquet.NewReader(file, p.Size)
	if err == nil {
		err = r.ReadNested()
	}
	if err != nil {
		return &manifest.Unreadable{Path: p.path, What: err.Error()}
	}
	var rows int64
	for group := range r.Groups() {
		err := r.Rows(group, func(int) bool { return true }, func(b *schema.Batch) error {
			rows += int64(b.Len)
			if j.rows.By == nil {
				return j.write(b)
			}
			j.rows.Begin(b)
			return j.rows.Add(0, 0, b.Len)
		})
		if err != nil {
			return fmt.Errorf("%s: %w", p.path, err)
		}
	}
	if rows != p.Rows {
		return &manifest.Unbalanced{What: fmt.Sprintf("%s: has %s, its manifest says %s", p.path, manifest.Counted(rows, "row"), manifest.Number(p.Rows))}
	}
	j.Progress(int(p.Size))
	return nil
}

// compareDigest reads a part and compares it with its manifest.
func (j *joint) compareDigest(p *part, file *os.File) error {
	sum := sha256.New()
	size, err := io.Copy(sum, file)
	if err != nil {
		return &manifest.Unreadable{Path: p.path, What: files.WithoutPath(err).Error()}
	}
	if digest := hex.EncodeToString(sum.Sum(nil)); size != p.Size || digest != p.SHA256 {
		return &manifest.Unreadable{
			Path: p.path, What: fmt.Sprintf("has the SHA-256 %s, its manifest says %s", digest, p.SHA256), Hint: "signins verify shows what else differs",
		}
	}
	j.Progress(int(size))
	return nil
}

// write adds rows to the last part, or to a new one if that is large.
func (j *joint) write(b *schema.Batch) error {
	if err := context.Cause(j.ctx); err != nil {
		return err
	}
	if j.parquet == nil {
		file, err := j.files.CreatePart(j.path, files.Refuse)
		if err != nil {
			return err
		}
		file.Path = manifest.PartPath(filepath.Join(j.path, j.day.name), j.record.Name, len(j.written))
		j.written, j.parquet = append(j.written, file), j.series.Create(file)
	}
	file := j.written[len(j.written)-1]
	if err := j.series.Prepare(b); err != nil {
		return err
	}
	if err := j.parquet.WriteRange(b, 0, b.Len); err != nil {
		return file.Named(err)
	}
	if file.Size >= j.limits.bytes || j.parquet.Rows() >= j.limits.rows {
		return j.end()
	}
	return nil
}

// end completes the last part, if it is not yet, and adds it to the record.
func (j *joint) end() error {
	if j.parquet == nil {
		return nil
	}
	file, rows := j.written[len(j.written)-1], j.parquet.Rows()
	if err := file.Named(j.parquet.Close()); err != nil {
		return err
	}
	j.parquet = nil
	j.record.Outputs = append(j.record.Outputs, manifest.Output{
		Path: filepath.ToSlash(file.Path), Format: "parquet", Size: file.Size, SHA256: file.SHA256(), Rows: rows, Argument: j.result.Path,
	})
	j.result.After.Parts++
	j.result.After.Bytes += file.Size
	return nil
}
