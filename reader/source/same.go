package source

import "os"

// A Set finds files that are one file under two names. The zero value is empty.
type Set struct{ files map[identity][]*File }

// An identity is what two files share that are one.
type identity struct {
	member string
	file   any // see fileKey
}

// Add returns the file of the set that is the same as f, which was previewed.
// If there is none it returns nil, and f belongs to the set.
func (s *Set) Add(f *File) *File {
	if f.Info == nil {
		return nil
	}
	key := identity{f.Member, fileKey(f.Info)}
	for _, other := range s.files[key] {
		if os.SameFile(f.Info, other.Info) {
			return other
		}
	}
	if s.files == nil {
		s.files = map[identity][]*File{}
	}
	s.files[key] = append(s.files[key], f)
	return nil
}
