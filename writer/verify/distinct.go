package verify

import (
	"cmp"
	"crypto/sha256"
	"encoding/binary"
	"io"
	"slices"

	"signins/schema"
)

// countSignIns counts the sign-ins of a dataset: records of one category and id are one.
// They have one event time, so that it is done day by day; where versions of a sign-in
// differ in it, their run says which ones repeat another. Memory is 24 bytes for each
// record of a day.
func (c *checker) countSignIns(records []*record) {
	days := map[string][]dayPart{}
	for i, r := range records {
		for _, out := range r.outputs {
			if out.own && out.file != nil && out.file.Status == Matched {
				days[out.part.Day] = append(days[out.part.Day], dayPart{i, out})
			}
		}
	}
	counts := &Counts{}
	for _, day := range sortedKeys(days) {
		var keys keySet
		for _, part := range days[day] {
			if err := keys.addPart(part); err != nil {
				part.out.file.change("%s", err)
			}
		}
		keys.count(counts)
	}
	c.report.Totals.Dataset = counts
}

// A dayPart is a part of a run.
type dayPart struct {
	run int
	out *output
}

// A key is the category and id of a record, hashed, and its run: twice the number of
// that, and 1 for a record that repeats another one of the run.
type key struct {
	high, low uint64
	run       uint32
}

// A keySet has the keys of a day, by their first byte: growing copies a small part of it.
type keySet struct {
	keys    [256][]key
	records int64
	singles int64 // records that are no repetition of any: without an id, and summaries
}

// addPart adds the records of a part.
func (s *keySet) addPart(part dayPart) (err error) {
	defer recovered(func(why error) { err = why })
	in, size, err := openRegular(part.out.path)
	if err != nil {
		return err
	}
	defer in.Close()
	file, err := openParquet(in, size)
	if err != nil {
		return err
	}
	for _, group := range file.RowGroups() {
		ids := []schema.ColumnID{schema.ID, schema.SignInCategory, schema.RowKind}
		if _, ok := file.Schema().Lookup(schema.Columns[schema.DuplicateOf].Name); ok { // not in the first version
			ids = append(ids, schema.DuplicateOf)
		}
		rows, err := openColumns(group, file.Schema(), ids...)
		if err != nil {
			return err
		}
		for err == nil {
			if err = rows.next(); err == nil {
				v := rows.values
				s.add(v[0].ByteArray(), v[1].ByteArray(), v[2].ByteArray(), part.run, len(v) > 3 && !v[3].IsNull())
			}
		}
		rows.close()
		if err != io.EOF {
			return err
		}
	}
	return nil
}

// add adds a record. Null is empty.
func (s *keySet) add(id, category, kind []byte, run int, repeats bool) {
	s.records++
	if len(id) == 0 || string(kind) == schema.Summary {
		s.singles++
		return
	}
	if len(category) == 0 {
		category = []byte(schema.Unknown)
	}
	sum := sha256.Sum256(append(append(append(make([]byte, 0, 128), category...), 0), id...))
	k := key{binary.BigEndian.Uint64(sum[:]), binary.BigEndian.Uint64(sum[8:]), 2 * uint32(run)}
	if repeats {
		k.run++
	}
	s.keys[sum[0]] = append(s.keys[sum[0]], k)
}

// count adds what the set has to counts.
func (s *keySet) count(counts *Counts) {
	counts.Records += s.records
	counts.SignIns += s.singles
	for _, keys := range s.keys {
		slices.SortFunc(keys, func(a, b key) int {
			return cmp.Or(cmp.Compare(a.high, b.high), cmp.Compare(a.low, b.low), cmp.Compare(a.run, b.run))
		})
		for i, k := range keys {
			switch {
			case k.run&1 == 1: // also of a record of another day
				counts.RepeatsInRun++
			case i == 0 || keys[i-1].high != k.high || keys[i-1].low != k.low:
				counts.SignIns++
			case keys[i-1].run == k.run:
				counts.RepeatsInRun++
			default:
				counts.RepeatsAcross++
			}
		}
	}
}
