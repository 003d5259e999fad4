package writer

import (
	"errors"

	"signins/schema"
	"signins/writer/files"
	"signins/writer/order"
	"signins/writer/parquet"
)

// newParquet returns the encoder of a Parquet file.
func newParquet(data *files.File, o parquet.Options) (encoder, error) {
	p, err := parquet.NewWriter(data, o)
	if err != nil || o.Sort == nil {
		return p, err
	}
	return &sortedFile{p, order.Rows{By: o.Sort, Sorter: order.Sorter{Memory: order.RowMemory, Dir: data.Private(), Check: data.Check}}}, nil
}

// A sortedFile is a Parquet file whose rows are kept until all are there, and written in
// order by Close.
type sortedFile struct {
	*parquet.Writer
	rows order.Rows
}

// Write keeps the rows of a batch.
func (s *sortedFile) Write(b *schema.Batch) error {
	s.rows.Begin(b)
	return s.rows.Add(0, 0, b.Len)
}

// Close writes the rows.
func (s *sortedFile) Close() error {
	err := s.rows.Each(func(_ int64, b *schema.Batch) error { return s.Writer.Write(b) })
	if err == nil {
		err = s.Writer.Close()
	}
	return errors.Join(err, s.rows.Remove())
}

// Abort removes the rows.
func (s *sortedFile) Abort() {
	_ = s.rows.Remove() // with the private folder, if not now
	s.Writer.Abort()
}
