package rules

import (
	"bytes"
	"cmp"
	"encoding/hex"
	"fmt"
	"hash/maphash"
	"iter"
	"math"
	"regexp"
	"slices"

	"signins/schema"
)

// A record is what an Evaluator keeps of a sign-in: 48 bytes. Its number in the order of
// time and that in a rule are 8 more while findings are computed, and texts that hardly
// any other record has, such as session ids, 50 each.
type record struct {
	created int64  // microseconds, noTime for null
	bits    uint64 // conditions that are true
	id      uint64 // hash of category and id, 0 where all count
	place   uint64 // file, record and created_at_remainder_ns, see packPlace
	// Numbers of texts, and of what many records share; 0 is null.
	user, session, origin, means uint32
}

const noTime = math.MaxInt64 // last in order, as nulls are

// Bits of place.
const (
	remainderBits = 10
	recordBits    = 34
)

func packPlace(file int, record, remainder int64) uint64 {
	return uint64(file)<<(recordBits+remainderBits) | uint64(record)<<remainderBits | uint64(remainder)
}

func (r *record) file() int     { return int(r.place >> (recordBits + remainderBits)) }
func (r *record) number() int64 { return int64(r.place >> remainderBits & (1<<recordBits - 1)) }
func (r *record) nanos() uint64 { return r.place & (1<<remainderBits - 1) }

// An origin is where sign-ins come from.
type origin struct {
	address, country, network uint32
	latitude, longitude       uint64 // bits of the numbers, located
	located                   bool
}

// A client is with what and to what: app by name, resource, acting principal. Summaries
// differ by their sign_in_count.
type client struct {
	app, principal, resource, code uint32
	count                          int32
}

// A device is what the user sits at; changed is the last change of the password.
type device struct {
	agent, id uint32
	changed   int64 // noTime for null
}

// A means is the numbers of a client and a device.
type means struct{ client, device uint32 }

func (e *Evaluator) client(r *record) *client {
	return &e.clients.list[e.means.list[r.means].client]
}
func (e *Evaluator) device(r *record) *device {
	return &e.devices.list[e.means.list[r.means].device]
}
func (e *Evaluator) origin(r *record) *origin { return &e.origins.list[r.origin] }

// count returns the sign_in_count of a record.
func (e *Evaluator) count(r *record) int64 { return int64(e.client(r).count) }

// A shared holds what many records share, from number 1.
type shared[T comparable] struct {
	number map[T]uint32
	list   []T
}

func (s *shared[T]) add(value T) uint32 {
	if n, ok := s.number[value]; ok {
		return n
	}
	if s.number == nil {
		s.number, s.list = map[T]uint32{}, make([]T, 1)
	}
	n := uint32(len(s.list))
	s.number[value], s.list = n, append(s.list, value)
	return n
}

// segment is how many records a part of the store has, which never moves.
const segment = 1 << 13

// An Evaluator computes the rules of a set over the batches of a run. It keeps at most
// 64 bytes a record beside the distinct values of the columns that it reads. It is used
// by one goroutine.
type Evaluator struct {
	set      *Set
	shapes   []shape
	inputs   []input
	compiled []condition // by bit
	bits     map[string]int

	segments [][]record
	files    []string
	fileOf   map[string]int
	texts    schema.Dict
	userName map[uint32]uint32 // user_principal_name by user
	origins  shared[origin]
	clients  shared[client]
	devices  shared[device]
	means    shared[means]
	seed     maphash.Seed
	filled   filled

	order []uint32 // records that count, by time
	ranks []int    // of files by name
}

// An input is the bits of a shape's conditions, and the function to the number of its
// rule's subject.
type input struct {
	a, b uint64
	key  func(r *record) uint32
}

// verdicts are the conditions that every Finding counts, in the first bits.
var verdicts = []condition{oneOf(schema.AccessVerdict, "granted"), oneOf(schema.AccessVerdict, "interrupted"), oneOf(schema.AccessVerdict, "denied")}

// NewEvaluator returns an Evaluator without records.
func NewEvaluator(s *Set) *Evaluator {
	e := &Evaluator{set: s, bits: map[string]int{}, fileOf: map[string]int{}, userName: map[uint32]uint32{}, seed: maphash.MakeSeed()}
	for _, v := range verdicts {
		e.bit(v)
	}
	for i, r := range s.rules {
		sh := r.shape(s.values[i])
		in := input{key: e.key(r.subject)}
		for j, c := range sh.conditions() {
			if bit := e.bit(c); j == 0 {
				in.a = bit
			} else {
				in.b = bit
			}
		}
		e.shapes, e.inputs = append(e.shapes, sh), append(e.inputs, in)
	}
	return e
}

// bit returns the bit of a condition, the same for equal ones.
func (e *Evaluator) bit(c condition) uint64 {
	text := c.sql(newDialect(Dialects[0], false))
	n, ok := e.bits[text]
	if !ok {
		n = len(e.compiled)
		e.bits[text], e.compiled = n, append(e.compiled, c)
	}
	return 1 << n
}

// A textColumn returns the numbers of a column's values, asked once for each
// value of a batch.
type textColumn struct {
	v     *schema.Vector
	known []uint32
	ids   bool // the zero GUID means none
}

func column(b *schema.Batch, id schema.ColumnID) textColumn {
	return textColumn{v: &b.Columns[id], known: make([]uint32, b.Columns[id].Dict.Len())}
}

func idColumn(b *schema.Batch, id schema.ColumnID) textColumn {
	c := column(b, id)
	c.ids = true
	return c
}

func (c textColumn) at(e *Evaluator, row int) uint32 {
	code := c.v.Code(row)
	if code < schema.First {
		return 0
	}
	known := &c.known[code-schema.First]
	if value := c.v.Dict.Value(code); *known == 0 && !(c.ids && string(value) == zeroGUID) {
		*known = e.text(value)
	}
	return *known
}

// text returns the number of a text.
func (e *Evaluator) text(value []byte) uint32 {
	return uint32(e.texts.Add(pack(value))-schema.First) + 1
}

// value returns the text of a number.
func (e *Evaluator) value(n uint32) string {
	if n == 0 {
		return ""
	}
	return unpack(e.texts.Value(schema.First + schema.Code(n-1)))
}

// packed is the first byte of a GUID in 17 bytes; UTF-8 has no such byte.
const packed = 0xff

// pack returns a GUID in lower case in 17 bytes instead of 36, all else as it is.
func pack(value []byte) []byte {
	if len(value) != 36 || value[8] != '-' || value[13] != '-' || value[18] != '-' || value[23] != '-' {
		return value
	}
	var digits [32]byte
	n := 0
	for i, c := range value {
		switch {
		case i == 8 || i == 13 || i == 18 || i == 23:
			continue
		case c >= '0' && c <= '9' || c >= 'a' && c <= 'f':
			digits[n] = c
			n++
		default:
			return value
		}
	}
	guid := make([]byte, 17)
	guid[0] = packed
	hex.Decode(guid[1:], digits[:]) // all are digits
	return guid
}

// unpack returns the text of what pack returned.
func unpack(value []byte) string {
	if len(value) != 17 || value[0] != packed {
		return string(value)
	}
	return fmt.Sprintf("%x-%x-%x-%x-%x", value[1:5], value[5:7], value[7:9], value[9:11], value[11:])
}

// Add takes what the rules need of a batch, which must have been annotated.
func (e *Evaluator) Add(b *schema.Batch) {
	if b.Len == 0 {
		return
	}
	for id := range b.Columns {
		v := &b.Columns[id]
		e.filled[id] = e.filled[id] || v.Dict.Len() > 0 || bytes.IndexByte(v.Valid, 1) >= 0
	}
	a := newAdder(e, b)
	for row := range b.Len {
		last := len(e.segments) - 1
		if last < 0 || len(e.segments[last]) == segment {
			e.segments, last = append(e.segments, make([]record, 0, segment)), last+1
		}
		e.segments[last] = append(e.segments[last], a.record(row))
	}
	e.order = nil
}

// at returns a record by number.
func (e *Evaluator) at(n uint32) *record { return &e.segments[n/segment][n%segment] }

// sort puts the records that count in the order of time.
func (e *Evaluator) sort() {
	if e.order != nil {
		return
	}
	byName := make([]int, len(e.files))
	for i := range byName {
		byName[i] = i
	}
	slices.SortFunc(byName, func(i, j int) int { return cmp.Compare(e.files[i], e.files[j]) })
	e.ranks = make([]int, len(byName))
	for rank, file := range byName {
		e.ranks[file] = rank
	}
	n := uint32(0)
	for _, s := range e.segments {
		n += uint32(len(s))
	}
	e.order = make([]uint32, n)
	for i := range n {
		e.order[i] = i
	}
	e.dropRepeats()
	slices.SortFunc(e.order, e.compare)
}

// compare orders records as both ways to run a rule do.
func (e *Evaluator) compare(m, n uint32) int {
	r, s := e.at(m), e.at(n)
	if r.created != s.created {
		return cmp.Compare(r.created, s.created)
	}
	return cmp.Or(cmp.Compare(r.nanos(), s.nanos()), cmp.Compare(e.ranks[r.file()], e.ranks[s.file()]), cmp.Compare(r.number(), s.number()))
}

// dropRepeats leaves in order the first of the records with one category and id.
func (e *Evaluator) dropRepeats() {
	slices.SortFunc(e.order, func(m, n uint32) int {
		if byID := cmp.Compare(e.at(m).id, e.at(n).id); byID != 0 {
			return byID
		}
		return e.compare(m, n)
	})
	kept, last := e.order[:0], uint64(0)
	for _, n := range e.order {
		id := e.at(n).id
		if id == 0 || id != last {
			kept = append(kept, n)
		}
		last = id
	}
	e.order = kept
}

// groups yields the records that have a bit of in, by key and in order of time, of the
// keys that have one of in.a. Those with key 0 and without time are left out, unless
// untimed. (It is a counting sort: keys are numbers of texts.)
func (e *Evaluator) groups(in input, untimed bool) iter.Seq2[uint32, []uint32] {
	return func(yield func(uint32, []uint32) bool) {
		ends, wanted := make([]uint32, e.texts.Len()+1), make([]bool, e.texts.Len()+1)
		each := func(visit func(n, key uint32, r *record)) {
			for _, n := range e.order {
				r := e.at(n)
				if r.bits&(in.a|in.b) == 0 {
					continue
				}
				if key := in.key(r); untimed || key != 0 && r.created != noTime {
					visit(n, key, r)
				}
			}
		}
		each(func(_, key uint32, r *record) {
			ends[key]++
			wanted[key] = wanted[key] || r.bits&in.a != 0
		})
		sum := uint32(0)
		for key := range ends {
			if !wanted[key] {
				ends[key] = 0
			}
			ends[key], sum = sum, sum+ends[key]
		}
		rows := make([]uint32, sum)
		each(func(n, key uint32, _ *record) {
			if wanted[key] {
				rows[ends[key]] = n
				ends[key]++
			}
		})
		begin := uint32(0)
		for key, end := range ends {
			if end > begin && !yield(uint32(key), rows[begin:end:end]) {
				return
			}
			begin = end
		}
	}
}

// key returns the function from records to numbers of a rule's subject.
func (e *Evaluator) key(s subject) func(r *record) uint32 {
	switch s {
	case aboutAddress:
		return func(r *record) uint32 { return e.origin(r).address }
	case aboutSession:
		return func(r *record) uint32 { return r.session }
	case aboutPrincipal:
		return func(r *record) uint32 { return e.client(r).principal }
	case aboutCode:
		return func(r *record) uint32 { return e.client(r).code }
	}
	return func(r *record) uint32 { return r.user }
}

// networkForms are the networks of addresses, and what is written behind them.
var networkForms = []struct {
	pattern *regexp.Regexp
	suffix  string
}{
	{regexp.MustCompile(`^([0-9]+[.][0-9]+[.][0-9]+)[.][0-9]+$`), ".0/24"},
	{regexp.MustCompile(`^([0-9a-fA-F]+:[0-9a-fA-F]+:[0-9a-fA-F]+):`), "::/48"},
	{regexp.MustCompile(`^([0-9a-fA-F]+:[0-9a-fA-F]+)::`), ":0::/48"},
	{regexp.MustCompile(`^([0-9a-fA-F]+)::`), ":0:0::/48"},
}

// sqlNetwork returns the network of a record as SQL: the autonomous system, else the
// /24 or /48 of the address.
func sqlNetwork(d *dialect) string {
	text := "coalesce('AS' || cast(autonomous_system_number as " + d.text + ")"
	for _, f := range networkForms {
		text += ",\n      nullif(regexp_extract(ip_address, '" + f.pattern.String() + "', 1), '') || '" + f.suffix + "'"
	}
	return text + ",\n      ip_address)"
}

// networkOf returns the network of an address.
func networkOf(address []byte) []byte {
	for _, f := range networkForms {
		if found := f.pattern.FindSubmatch(address); found != nil {
			return append(bytes.Clone(found[1]), f.suffix...)
		}
	}
	return address
}
