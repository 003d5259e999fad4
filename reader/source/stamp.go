package source

import (
	"hash/maphash"
	"os"
	"time"
)

// A stamp is what a file is on disk, as far as it can be known without reading it:
// whatever is written into a file changes it, even if the time of the last write is
// put back afterwards.
type stamp struct {
	size     int64
	modified int64 // nanoseconds
	changed  int64 // nanoseconds, of data or names or times; 0 where the system has none
	file     identity
}

// An identity is what no two files of a system share at one time.
type identity struct{ device, number uint64 }

// stampOf returns the stamp of the file at a path; info is of it.
func stampOf(path string, info os.FileInfo) stamp {
	s := stamp{size: info.Size(), modified: info.ModTime().UnixNano()}
	s.changed, s.file = identify(path, info)
	return s
}

// stampAt returns the stamp of the file at a path.
func stampAt(path string) (stamp, error) {
	info, err := os.Stat(path)
	if err != nil {
		return stamp{}, err
	}
	return stampOf(path, info), nil
}

func (s *stamp) time() time.Time { return time.Unix(0, s.modified).UTC() }

// seed is that of all digests of beginnings.
var seed = maphash.MakeSeed()

// A beginning is the digest of the first bytes of a file that were read before
// Open: the bytes that showed the format must be among those that are parsed.
type beginning struct {
	size int64
	sum  uint64
}

// A follower computes the digest of a stream's beginning and compares it with an
// earlier one.
type follower struct {
	hash    maphash.Hash
	size    int64
	earlier beginning
	changed bool
}

func newFollower(earlier beginning) *follower {
	f := &follower{earlier: earlier}
	f.hash.SetSeed(seed)
	return f
}

// add adds bytes as far as they are compared, or all if whole.
func (f *follower) add(p []byte, whole bool) {
	if f.size < f.earlier.size {
		n := min(int64(len(p)), f.earlier.size-f.size)
		f.hash.Write(p[:n])
		f.size, p = f.size+n, p[n:]
		f.changed = f.size == f.earlier.size && f.hash.Sum64() != f.earlier.sum
	}
	if whole {
		f.hash.Write(p)
		f.size += int64(len(p))
	}
}

// seen returns what was read.
func (f *follower) seen() beginning { return beginning{f.size, f.hash.Sum64()} }
