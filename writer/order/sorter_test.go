package order

import (
	"bytes"
	"errors"
	"fmt"
	"io/fs"
	"math/rand/v2"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"testing"
)

// sorted returns what a sorter gives back of rows with keys, in a random order that is
// always the same. prepare is called before that, nil for not.
func sorted(t *testing.T, s *Sorter, rows int, prepare func()) (got []string, err error) {
	t.Helper()
	dir := t.TempDir()
	s.Dir = dir
	random := rand.New(rand.NewPCG(1, 2))
	var key, row []byte
	for _, n := range random.Perm(rows) {
		key = fmt.Appendf(key[:0], "%05d", n)
		row = fmt.Append(row[:0], n, strings.Repeat("x", n%90))
		if err := s.Add(key, row); err != nil {
			t.Fatal(err)
		}
	}
	if prepare != nil {
		prepare()
	}
	err = s.Each(func(key, row []byte) error {
		got = append(got, string(key)+" "+string(row))
		return nil
	})
	if err := s.Remove(); err != nil {
		t.Error(err)
	}
	noFiles(t, dir)
	return got, err
}

// noFiles checks that a folder is empty.
func noFiles(t *testing.T, dir string) {
	t.Helper()
	if entries, err := os.ReadDir(dir); err != nil || len(entries) > 0 {
		t.Errorf("%d files remain in %q: %v", len(entries), dir, err)
	}
}

// The order is that of the keys, whatever fits in memory, and however many runs are merged
// at once.
func TestSorterOrder(t *testing.T) {
	t.Parallel()
	const rows = 300
	var want []string
	for n := range rows {
		want = append(want, fmt.Sprintf("%05d %d%s", n, n, strings.Repeat("x", n%90)))
	}
	for name, c := range map[string]struct{ memory, merged, least, most int }{
		"in memory":    {1 << 20, 0, 0, 0},
		"runs":         {3 << 10, 0, 6, 12},
		"levels":       {2 << 10, 3, 12, 24},
		"a row a run":  {0, 7, rows, rows},
		"long rows":    {120, 200, rows / 2, rows},
		"of two files": {7 << 10, 2, 3, 6},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s, runs := &Sorter{Memory: c.memory, merged: c.merged}, 0
			got, err := sorted(t, s, rows, func() { runs = len(s.runs) })
			if err != nil || !slices.Equal(got, want) {
				t.Errorf("%d rows of %d, or in another order: %v", len(got), rows, err)
			}
			if runs < c.least || runs > c.most {
				t.Errorf("%d runs", runs)
			}
		})
	}
}

// What is in memory keeps to the limit, and none of it is used once runs are merged.
func TestSorterMemory(t *testing.T) {
	t.Parallel()
	s := &Sorter{Memory: 10_000, Dir: t.TempDir()}
	for n := range 3000 {
		if err := s.Add(fmt.Appendf(nil, "%05d", n), make([]byte, n%200)); err != nil {
			t.Fatal(err)
		}
		if used := len(s.buffer) + entrySize*len(s.rows); used > s.Memory || cap(s.buffer) > s.Memory {
			t.Fatalf("%d bytes are in memory, %d of the buffer", used, cap(s.buffer))
		}
	}
	if err := s.Add([]byte("long"), make([]byte, 20_000)); err != nil || len(s.rows) > 0 {
		t.Errorf("%d rows are in memory after a long one: %v", len(s.rows), err)
	}
	rows := 0
	if err := s.Each(func(_, row []byte) error {
		if rows++; s.buffer != nil || s.rows != nil {
			t.Fatal("rows are in memory while runs are merged")
		}
		return nil
	}); err != nil || rows != 3001 {
		t.Errorf("%d rows, %v", rows, err)
	}
	if err := s.Remove(); err != nil {
		t.Error(err)
	}
}

// So many runs are read at once as may be, and no more.
func TestRunsAtOnce(t *testing.T) {
	t.Parallel()
	for _, runs := range []int{1, 2, 3, 4, 5, 9, 10, 27, 28} {
		dir := t.TempDir()
		s := &Sorter{Dir: dir, merged: 3}
		for n := range runs {
			if err := s.Add([]byte{byte(100 - n)}, nil); err != nil {
				t.Fatal(err)
			}
		}
		if err := s.mergeToFew(); err != nil {
			t.Fatal(err)
		}
		if len(s.runs) > 3 || runs >= 3 && len(s.runs) < 3 {
			t.Errorf("%d runs for the last merge of %d", len(s.runs), runs)
		}
		if entries, _ := os.ReadDir(s.Dir); len(entries) != len(s.runs) {
			t.Errorf("%d files for %d runs", len(entries), len(s.runs))
		}
		if err := s.Remove(); err != nil {
			t.Error(err)
		}
		noFiles(t, dir)
	}
}

// Only their owner can read runs.
func TestRunsArePrivate(t *testing.T) {
	t.Parallel()
	s := &Sorter{}
	if _, err := sorted(t, s, 3, func() {
		for _, name := range s.runs {
			info, err := os.Stat(name)
			if err != nil || runtime.GOOS != "windows" && info.Mode() != 0o600 || filepath.Dir(name) != s.Dir {
				t.Errorf("%s: %v, %v", name, info, err)
			}
		}
	}); err != nil {
		t.Error(err)
	}
}

// A run that is cut, changed or gone is an error that names its file, and no run remains.
func TestDamagedRun(t *testing.T) {
	t.Parallel()
	for name, damage := range map[string]func(path string) error{
		"cut in a block":    func(path string) error { return os.Truncate(path, 100) },
		"cut behind blocks": func(path string) error { return os.Truncate(path, fileSize(path)/2) },
		"empty":             func(path string) error { return os.Truncate(path, 0) },
		"changed":           changeByte,
		"gone":              func(path string) error { return os.Rename(path, path+".gone") },
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			dir, path := t.TempDir(), ""
			s := &Sorter{Memory: 300 << 10, Dir: dir}
			random := rand.New(rand.NewPCG(3, 4))
			for n := range 3000 {
				row := make([]byte, 300)
				for i := range row {
					row[i] = byte(random.Uint32())
				}
				if err := s.Add(fmt.Appendf(nil, "%05d", n), row); err != nil {
					t.Fatal(err)
				}
			}
			path = s.runs[1]
			if err := damage(path); err != nil {
				t.Fatal(err)
			}
			err := s.Each(func(_, _ []byte) error { return nil })
			if err == nil || !strings.Contains(err.Error(), path) {
				t.Errorf("error %v", err)
			}
			if err := s.Remove(); (err != nil) != (name == "gone") {
				t.Error(err)
			}
			os.Remove(path + ".gone")
			noFiles(t, dir)
		})
	}
}

func fileSize(path string) int64 {
	info, err := os.Stat(path)
	if err != nil {
		return 0
	}
	return info.Size()
}

// changeByte changes a byte in the middle of a file.
func changeByte(path string) error {
	data, err := os.ReadFile(path)
	if err != nil {
		return err
	}
	data[len(data)/2] ^= 0x55
	return os.WriteFile(path, data, 0o600)
}

// A run ends between two rows, or it is an error.
func TestRunEndsInARow(t *testing.T) {
	t.Parallel()
	for _, cut := range []int{1, headSize - 1, headSize, headSize + 2, headSize + 3, headSize + 5} {
		var w runWriter
		name, err := w.create(t.TempDir())
		if err != nil {
			t.Fatal(err)
		}
		if err := w.add([]byte("key"), []byte("row")); err != nil {
			t.Fatal(err)
		}
		if err := w.close(); err != nil {
			t.Fatal(err)
		}
		// The same run once more, without the last bytes of its last row.
		var whole bytes.Buffer
		if err := mergeRuns([]string{name}, func(key, row []byte) error {
			whole.Write(append(append(make([]byte, headSize), key...), row...))
			return nil
		}); err != nil || whole.Len() != headSize+6 {
			t.Fatal(whole.Len(), err)
		}
		short, err := w.create(t.TempDir())
		if err != nil {
			t.Fatal(err)
		}
		if err := w.add([]byte("key"), []byte("row")); err != nil {
			t.Fatal(err)
		}
		head := whole.Bytes()
		copy(head, []byte{3, 0, 0, 0, 3})
		if _, err := w.s2.Write(head[:cut]); err != nil {
			t.Fatal(err)
		}
		if err := w.close(); err != nil {
			t.Fatal(err)
		}
		rows := 0
		err = mergeRuns([]string{short}, func(_, _ []byte) error { rows++; return nil })
		if err == nil || !strings.HasSuffix(err.Error(), "unexpected EOF") || rows != 1 {
			t.Errorf("cut after %d bytes: %d rows, error %v", cut, rows, err)
		}
	}
}

// A run that cannot be made or written is an error.
func TestNoRoomForRuns(t *testing.T) {
	t.Parallel()
	s := &Sorter{Dir: filepath.Join(t.TempDir(), "none")}
	if err := s.Add([]byte("key"), nil); !errors.Is(err, fs.ErrNotExist) || !strings.Contains(err.Error(), s.Dir) {
		t.Errorf("error %v", err)
	}
	full, err := os.OpenFile("/dev/full", os.O_RDWR, 0)
	if err != nil {
		t.Skip("the system has no full device: ", err)
	}
	s = &Sorter{Dir: t.TempDir()}
	err = s.addRun(func(yield func(key, row []byte) error) error {
		s.writer.file.Close()
		s.writer.file = full
		s.writer.s2.Reset(full)
		for {
			if err := yield([]byte("key"), make([]byte, 10*runBlock)); err != nil {
				return err
			}
		}
	})
	if err == nil || !strings.HasPrefix(err.Error(), "write /dev/full: ") {
		t.Errorf("error %v", err)
	}
	if err := s.Remove(); err != nil {
		t.Error(err)
	}
}

// Check ends both kinds of merging and what is in memory, and so does yield.
func TestSorterEnds(t *testing.T) {
	t.Parallel()
	stop := errors.New("stop")
	for name, c := range map[string]struct{ memory, merged, checks, rows int }{
		"in memory": {2 << 20, 0, 2, checkEvery}, "the last merge": {100 << 10, 0, 2, checkEvery}, "a merge before": {20 << 10, 10, 2, 0},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			checks, rows, dir := 0, 0, t.TempDir()
			s := &Sorter{Memory: c.memory, merged: c.merged, Dir: dir}
			s.Check = func() error {
				if checks++; checks == c.checks {
					return stop
				}
				return nil
			}
			for n := range 2*checkEvery + 5 {
				if err := s.Add(fmt.Appendf(nil, "%05d", n), nil); err != nil {
					t.Fatal(err)
				}
			}
			err := s.Each(func(_, _ []byte) error { rows++; return nil })
			if !errors.Is(err, stop) || rows != c.rows {
				t.Errorf("%d rows, want %d; %v", rows, c.rows, err)
			}
			if err := s.Remove(); err != nil {
				t.Error(err)
			}
			noFiles(t, dir)
		})
	}
	s := &Sorter{}
	if _, err := sorted(t, s, 9, nil); err != nil {
		t.Error(err)
	}
	s = &Sorter{Dir: t.TempDir()}
	if err := errors.Join(s.Add([]byte("a"), nil), s.Add([]byte("b"), nil)); err != nil {
		t.Fatal(err)
	}
	rows := 0
	if err := s.Each(func(_, _ []byte) error { rows++; return stop }); !errors.Is(err, stop) || rows != 1 {
		t.Errorf("%d rows, %v", rows, err)
	}
	if err := s.Remove(); err != nil {
		t.Error(err)
	}
}
