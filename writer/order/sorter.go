package order

import (
	"bytes"
	"cmp"
	"encoding/binary"
	"fmt"
	"slices"
)

const (
	// maxMerged is how many runs are read at once, each in two blocks of runBlock.
	maxMerged = 192
	// checkEvery is after how many rows Check is called.
	checkEvery = 10_000
	// entrySize is what an entry takes in memory, beside its bytes.
	entrySize = 32
)

// A Sorter sorts rows by their keys, which differ. It sorts what fits into memory and
// writes it as a run, a private file, and merges the runs. For the keys 9, 8, 12, 10 and 7,
// with memory for two:
//
//	run 1    8, 9
//	run 2    10, 12
//	run 3    7
//	merged   7, 8, 9, 10, 12
//
// Where all rows fit there is no run. The order does not depend on where runs end.
type Sorter struct {
	Memory int          // in bytes, below 4 GiB, at which rows are written as a run
	Dir    string       // of runs, set before the first one; private, as they have whole rows
	Check  func() error // called now and then while rows are merged, nil for none; its error ends that

	merged int // runs that are read at once, 0 for maxMerged

	buffer []byte
	rows   []entry
	writer runWriter
	runs   []string // paths, in no order
}

// An entry is a row in memory: buffer[start:row] is its key, buffer[row:end] the row. Most
// keys are of 16 bytes, so that their heads alone are compared, without a look into the
// buffer: sorting takes a quarter of the time.
type entry struct {
	head            [2]uint64 // of the key, with zeros behind a shorter one
	start, row, end uint32
}

// headOf returns what is compared of a key first.
func headOf(key []byte) (head [2]uint64) {
	var first [16]byte
	copy(first[:], key)
	return [2]uint64{binary.BigEndian.Uint64(first[:]), binary.BigEndian.Uint64(first[8:])}
}

// Add adds a row with its key, both of which are copied.
func (s *Sorter) Add(key, row []byte) error {
	size := len(key) + len(row)
	if len(s.buffer)+size+entrySize*(len(s.rows)+1) > s.Memory {
		if err := s.spill(); err != nil {
			return err
		}
	}
	if size+entrySize > s.Memory { // a copy would take as much memory again
		return s.addRun(func(yield func(key, row []byte) error) error { return yield(key, row) })
	}
	if s.buffer == nil {
		s.buffer = make([]byte, 0, s.Memory)
	}
	start := uint32(len(s.buffer))
	s.buffer = append(append(s.buffer, key...), row...)
	s.rows = append(s.rows, entry{headOf(key), start, start + uint32(len(key)), uint32(len(s.buffer))})
	return nil
}

// each calls yield with the rows in memory, in order.
func (s *Sorter) each(yield func(key, row []byte) error) error {
	slices.SortFunc(s.rows, func(a, b entry) int {
		for i := range a.head {
			if a.head[i] != b.head[i] {
				return cmp.Compare(a.head[i], b.head[i])
			}
		}
		return bytes.Compare(s.buffer[a.start:a.row], s.buffer[b.start:b.row])
	})
	for _, e := range s.rows {
		if err := yield(s.buffer[e.start:e.row], s.buffer[e.row:e.end]); err != nil {
			return err
		}
	}
	return nil
}

// spill writes the rows in memory as a run. No run is empty.
func (s *Sorter) spill() error {
	if len(s.rows) == 0 {
		return nil
	}
	err := s.addRun(s.each)
	s.buffer, s.rows = s.buffer[:0], s.rows[:0]
	return err
}

// addRun writes the rows that each yields as a run.
func (s *Sorter) addRun(each func(yield func(key, row []byte) error) error) error {
	name, err := s.writer.create(s.Dir)
	if err != nil {
		return fmt.Errorf("making a spill file: %w", err)
	}
	s.runs = append(s.runs, name)
	return cmp.Or(each(s.writer.add), s.writer.close()) // the second error is often the first again
}

// Each calls yield with all rows, in order of their keys; both are valid until it returns.
// It ends with the first error, which names the file of a run that cannot be read. Nothing
// may be added after it.
func (s *Sorter) Each(yield func(key, row []byte) error) error {
	if len(s.runs) == 0 {
		return s.each(s.checking(yield))
	}
	if err := s.spill(); err != nil {
		return err
	}
	s.buffer, s.rows, s.writer.s2 = nil, nil, nil
	if err := s.mergeToFew(); err != nil {
		return err
	}
	return mergeRuns(s.runs, s.checking(yield))
}

// checking returns yield with a call of Check before the first row, and now and then.
func (s *Sorter) checking(yield func(key, row []byte) error) func(key, row []byte) error {
	if s.Check == nil {
		return yield
	}
	rows := 0
	return func(key, row []byte) error {
		if rows++; rows%checkEvery == 1 {
			if err := s.Check(); err != nil {
				return err
			}
		}
		return yield(key, row)
	}
}

// mergeToFew merges runs until there are so few that all are read at once.
func (s *Sorter) mergeToFew() error {
	most := s.merged
	if most == 0 {
		most = maxMerged
	}
	for len(s.runs) > most {
		// Of four runs where three are read at once, two are merged.
		some := s.runs[:min(most, len(s.runs)-most+1)]
		err := s.addRun(func(yield func(key, row []byte) error) error { return mergeRuns(some, s.checking(yield)) })
		if err != nil {
			return err
		}
		s.runs = s.runs[len(some):]
		if err := removeRuns(some); err != nil {
			return err
		}
	}
	return nil
}

// Remove removes the runs and releases the memory. It may be called at any time and
// repeatedly.
func (s *Sorter) Remove() error {
	runs := s.runs
	*s = Sorter{}
	return removeRuns(runs)
}
