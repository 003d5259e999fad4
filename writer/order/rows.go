package order

import "signins/schema"

// RowMemory is the memory of rows at which they are written as a run, in bytes. That of a
// million records of 5 KB makes 60 runs.
const RowMemory = 32 << 20

// Rows keeps rows of batches and gives them back as batches, by group and in each group
// sorted: ascending, texts by their bytes, nulls last, equal rows as they came. A group is
// what is written to one file. With the columns of By being user:
//
//	batch    1 anna #0, 2 none #1, 1 bert #2, 2 anna #3
//	batch    1 anna #4
//	back     1: anna #0, anna #4, bert #2   2: anna #3, none #1
type Rows struct {
	Sorter
	By []schema.ColumnID // none to sort by group alone

	packer   packer
	number   int64 // of rows
	key, row []byte
}

// Begin makes it ready for rows of a batch.
func (r *Rows) Begin(b *schema.Batch) { r.packer.begin(b) }

// maxScratch is how much memory is kept for a row.
const maxScratch = 1 << 20

// Add adds the rows from..to of the batch of Begin to a group.
func (r *Rows) Add(group int64, from, to int) error {
	b := r.packer.batch
	for row := from; row < to; row++ {
		r.key = appendNumber(r.key[:0], group)
		for _, id := range r.By {
			r.key = appendKey(r.key, &b.Columns[id], schema.Columns[id].Kind, row)
		}
		r.key = appendNumber(r.key, r.number)
		r.number++
		r.row = r.packer.appendRow(r.row[:0], row)
		err := r.Sorter.Add(r.key, r.row)
		if cap(r.row) > maxScratch {
			r.row = nil
		}
		if err != nil {
			return err
		}
	}
	return nil
}

// Each calls yield with all rows in batches of one group, which are valid until it
// returns. It ends with the first error. Nothing may be added after it.
func (r *Rows) Each(yield func(group int64, b *schema.Batch) error) error {
	u := &unpacker{known: &r.packer.known}
	u.begin()
	group := int64(0)
	flush := func() error {
		if u.batch.Len == 0 {
			return nil
		}
		u.batch.Seal()
		err := yield(group, &u.batch)
		u.begin()
		return err
	}
	err := r.Sorter.Each(func(key, row []byte) error {
		if g := readNumber(key); g != group || u.full() {
			if err := flush(); err != nil {
				return err
			}
			group = g
		}
		u.addRow(row)
		return nil
	})
	if err != nil {
		return err
	}
	return flush()
}

// Remove removes the files and releases the memory. It may be called at any time and
// repeatedly.
func (r *Rows) Remove() error {
	err := r.Sorter.Remove()
	*r = Rows{}
	return err
}
