package rules

import (
	"cmp"
	"iter"
	"math"
	"slices"
	"unsafe"

	"signins/codes/labels"
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
	return e.clients.at(e.means.at(r.means).client)
}
func (e *Evaluator) device(r *record) *device {
	return e.devices.at(e.means.at(r.means).device)
}
func (e *Evaluator) origin(r *record) *origin { return e.origins.at(r.origin) }

// count returns the sign_in_count of a record.
func (e *Evaluator) count(r *record) int64 { return int64(e.client(r).count) }

// A token is a hash of a unique_token_identifier, which hardly any two sign-ins share, so
// that its text would take 50 bytes a record. It is compared among the sign-ins of one
// user: of 1,000 of them any two are alike by chance in one of two million users.
type token [5]byte

// An Evaluator computes the rules of a set over the batches of a run. It keeps at most
// 64 bytes a record beside the distinct values of the columns that it reads. It is used
// by one goroutine.
type Evaluator struct {
	set      *Set
	shapes   []shape
	inputs   []input
	compiled []condition // by bit
	bits     map[string]int

	records  schema.Segments[record]
	tokens   []*[schema.SegmentSize]token // by segment of records, nil for one without; see token
	files    []string
	fileOf   map[string]int
	texts    texts
	userName map[uint32]uint32 // user_principal_name by user
	origins  shared[origin]
	clients  shared[client]
	devices  shared[device]
	means    shared[means]
	filled   filled
	trusted  uint64 // the bit of records from trusted addresses, 0 without labels

	users, addresses labeller

	order []uint32 // records that count, by time
	ranks []int    // of files by name
	found []int64  // findings by rule
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
	e := &Evaluator{set: s, bits: map[string]int{}, fileOf: map[string]int{}, userName: map[uint32]uint32{}}
	for _, v := range verdicts {
		e.bit(v)
	}
	if s.labels.Addresses != nil {
		e.trusted = e.bit(s.addressIs(labels.Trusted))
	}
	e.users.label, e.addresses.label = s.labels.Users.Label, s.labels.Addresses.Label
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
	text := c.sql(newDialect(schema.Dialects[0], false))
	n, ok := e.bits[text]
	if !ok {
		n = len(e.compiled)
		e.bits[text], e.compiled = n, append(e.compiled, c)
	}
	return 1 << n
}

// Add takes what the rules need of a batch, which must have been annotated.
func (e *Evaluator) Add(b *schema.Batch) {
	if b.Len == 0 {
		return
	}
	e.filled.add(b)
	a := newAdder(e, b)
	for row := range b.Len {
		n := uint32(e.records.Add(a.record(row)))
		if n%schema.SegmentSize == 0 {
			e.tokens = append(e.tokens, nil)
		}
		if t := a.token(row); t != (token{}) {
			e.setToken(n, t)
		}
	}
	e.order = nil
}

// at returns a record by number.
func (e *Evaluator) at(n uint32) *record { return e.records.At(int(n)) }

func (e *Evaluator) setToken(n uint32, t token) {
	tokens := &e.tokens[n/schema.SegmentSize]
	if *tokens == nil {
		*tokens = new([schema.SegmentSize]token)
	}
	(*tokens)[n%schema.SegmentSize] = t
}

// Kept returns how many bytes the records and their values take, roughly.
func (e *Evaluator) Kept() int64 {
	kept := e.records.Size() + e.texts.size() + e.origins.size() + e.clients.size() + e.devices.size() + e.means.size()
	for _, tokens := range e.tokens {
		if tokens != nil {
			kept += int64(unsafe.Sizeof(*tokens))
		}
	}
	return kept
}

// token returns the token of a record by number, the zero one for none.
func (e *Evaluator) token(n uint32) token {
	if tokens := e.tokens[n/schema.SegmentSize]; tokens != nil {
		return tokens[n%schema.SegmentSize]
	}
	return token{}
}

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
	e.order = make([]uint32, e.records.N)
	for i := range e.order {
		e.order[i] = uint32(i)
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
		ends, wanted := make([]uint32, e.texts.count()+1), make([]bool, e.texts.count()+1)
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
