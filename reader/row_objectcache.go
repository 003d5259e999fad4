package reader

import (
	"hash/maphash"
	"unicode/utf8"
)

// A repertoire holds objects that stood in arrays, such as the policies of a
// tenant, of which every sign-in lists some with one of a few results. One that
// comes again, byte for byte, is known to be valid and needs not be read. The
// zero repertoire is empty and ready; what it holds is bounded.
type repertoire struct {
	misses uint8  // objects not met before; each hit takes four off
	begin  int    // how much of an object tells which one it may be
	text   []byte // the objects as written, each followed by itself without white space if it has any
	slots  []heard
}

// A heard is an object in the text of a repertoire.
type heard struct {
	hash             uint32 // of its beginning
	at, size, packed uint32 // packed is 0 for one without white space
	depth            int    // it was read at: further down it may nest too deep
}

const (
	repertoireSlots = 1 << 12
	repertoireWays  = 4
	repertoireText  = 1 << 20
	leastObject     = 96 // what is shorter is read as quickly
	mostObject      = 8 << 10
	mostBegin       = 640
)

var repertoireSeed = maphash.MakeSeed()

// hash returns that of the beginning of an object, false where text is too short
// to tell.
func (r *repertoire) hash(text []byte) (hash uint32, ok bool) {
	if r.begin == 0 || len(text) < r.begin {
		return 0, false
	}
	return uint32(maphash.Bytes(repertoireSeed, text[:r.begin])), true
}

// recall returns the object with which text begins, as written and without
// white space, nil where it is not known to be valid at that depth.
func (r *repertoire) recall(text []byte, depth int) (object, packed []byte) {
	if r.misses > vain {
		return nil, nil
	}
	hash, ok := r.hash(text)
	for way := uint32(0); ok && way < repertoireWays; way++ {
		h := &r.slots[(hash+way)%repertoireSlots]
		if h.hash != hash || h.size == 0 || depth > h.depth || int(h.size) > len(text) {
			continue
		}
		if object = r.text[h.at : h.at+h.size]; string(object) == string(text[:h.size]) {
			r.misses -= min(r.misses, 4)
			if h.packed > 0 {
				return object, r.text[h.at+h.size:][:h.packed]
			}
			return object, object
		}
	}
	r.misses++
	return nil, nil
}

// learn takes in the object that text begins with, which was read at a depth.
func (r *repertoire) learn(text []byte, depth, size int, packed []byte) {
	if r.misses > vain || size < leastObject || size > mostObject {
		return
	}
	if len(r.text)+size+len(packed) > repertoireText {
		*r = repertoire{text: r.text[:0], misses: r.misses}
	}
	if r.begin == 0 {
		r.begin = min(size, mostBegin)
		r.slots = make([]heard, repertoireSlots)
	}
	hash, ok := r.hash(text)
	if !ok {
		return
	}
	h := &r.slots[hash%repertoireSlots]
	for way := uint32(0); h.size > 0 && way < repertoireWays; way++ {
		h = &r.slots[(hash+way)%repertoireSlots]
	}
	*h = heard{hash, uint32(len(r.text)), uint32(size), uint32(len(packed)), depth}
	r.text = append(append(r.text, text[:size]...), packed...)
}

// object passes an object in an array whose white space is left out, at once if
// the repertoire knows it.
func (s *scanner) object(depth int) error {
	start := s.pos
	if object, packed := s.heard.recall(s.data[start:], depth); object != nil {
		s.pos += len(object)
		if len(packed) < len(object) {
			s.marks |= spaced
			s.packed = append(append(s.packed, s.data[s.copied:start]...), packed...)
			s.copied = s.pos
		}
		return nil
	}
	before, begin := s.marks, len(s.packed)+start-s.copied
	s.marks = 0
	err := s.members(depth)
	marks := s.marks
	s.marks |= before
	text := s.data[start:s.pos]
	if err != nil || marks&halfPair != 0 || marks&nonASCII != 0 && !utf8.Valid(text) {
		return err
	}
	var packed []byte
	if marks&spaced != 0 {
		s.packed = append(s.packed, s.data[s.copied:s.pos]...)
		s.copied = s.pos
		packed = s.packed[begin:]
	}
	s.heard.learn(s.data[start:], depth, len(text), packed)
	return nil
}
