package reader

import (
	"math"
	"runtime"
	"runtime/debug"
)

// A mapping is a file that stands in memory as it stands on disk: what is read
// of it is neither copied nor held. It ends when nothing points to it any more,
// so whoever looks at its data keeps it.
//
// A mapped file can change under the one who reads it. What is hashed is what
// was there then; that the file is the same when all is read, and again when all
// is parsed, is for Input.unchanged to say. What is no longer there at all,
// because the file was cut or its disk failed, is a fault, see guard.
type mapping struct {
	data []byte
}

// leastMapped is how long a file is that is worth being mapped. Only tests
// change it.
var leastMapped int64 = 16 << 20

// enter maps the file of an input that was opened, if it can be: one of UTF-8,
// not packed, neither short nor none, such as standard input, and no burden on
// the addresses of a 32-bit machine.
func (in *Input) enter() {
	s := in.file
	if s.file == nil || in.Compression != "" || in.encoding != nil || in.Size < leastMapped || in.Size > math.MaxInt/8 {
		return
	}
	if data, err := mapFile(s.file, int(in.Size)); err == nil {
		s.mapped, in.mapped = &mapping{data: data}, true
		runtime.AddCleanup(s.mapped, unmap, data)
	}
}

// around is more than the system maps around what is looked at.
const around = 128 << 10

// leave gives the memory of a part back that was looked at, whatever was left
// before. The pages stay with the system, and can be looked at again.
func (m *mapping) leave(from, to int64) {
	if m != nil {
		leave(m.data[max(0, from-around)&^(around-1) : min(to+around, int64(len(m.data)))])
	}
}

// guard calls f, which looks at mapped files, and returns an error where one is
// no longer there.
func guard(f func() error) (err error) {
	before := debug.SetPanicOnFault(true)
	defer func() {
		debug.SetPanicOnFault(before)
		if fault := recover(); fault != nil {
			if _, ok := fault.(interface{ Addr() uintptr }); !ok {
				panic(fault)
			}
			err = &Error{What: "the file changed while it was read, or its disk failed", Hint: "wait until nothing writes to it, or copy it first"}
		}
	}()
	return f()
}
