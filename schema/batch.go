package schema

// A Batch holds some thousand records of one source, column by column.
//
// The reader owns it: a batch and every slice taken from it are valid only
// until the next batch is asked for. A batch is used by one goroutine at a time.
type Batch struct {
	Source  *Source
	Len     int // records
	Columns [NumColumns]Vector

	Seen          int64 // records begun, good and bad
	Filtered      int64 // records that a Span or a Selection dropped
	Dropped       int64 // records that were dropped as duplicates
	Rejects       []Reject
	UnknownFields Tally // fields outside the schema and how many records had them; those of names that are too long, or too many, are one
	Warnings      Tally // findings by code

	// What other packages compute of values as the source has them, before annotation
	// derives others; by row, or empty.
	Prints []uint64 // of package duplicates
	Status []Code   // of sign_in_status, of package versions

	kept []byte // see Keep
}

// Keep returns a copy of raw that is valid as long as the batch.
func (b *Batch) Keep(raw []byte) []byte {
	start := len(b.kept)
	b.kept = append(b.kept, raw...)
	return b.kept[start:len(b.kept):len(b.kept)]
}

// Pages counts, among the warnings of a batch or an input, the pages of answers in it:
// no finding, but what links to a next page are compared with.
const Pages = "pages"

// A Tally counts by name.
type Tally map[string]int64

// Add adds n to the count of name, making the tally where there is none.
func (t *Tally) Add(name string, n int64) {
	if *t == nil {
		*t = Tally{}
	}
	(*t)[name] += n
}

// A Code is a value in a column of a batch: Absent, Null, or the dictionary's value
// number Code-First.
type Code uint32

// Codes that are not values. Both are written as null; the source differs.
const (
	Absent Code = iota // the record has no such field
	Null               // the field is there, null or empty
	First              // the first value of the dictionary
)

// A Vector is one column of a batch: Codes and Dict for coded kinds, Nums and
// Valid for the others. A vector in which no record has a value may be empty;
// all others have the length of the batch once it is sealed.
type Vector struct {
	Codes []Code
	Dict  Dict
	Nums  []int64
	Valid []byte // 1 where Nums holds a value, else 0
}

// SetCode sets the code of a row. Rows are set in ascending order, the last
// set row may be set again.
func (v *Vector) SetCode(row int, c Code) {
	if row == len(v.Codes) {
		v.Codes = append(v.Codes, c)
		return
	}
	v.Codes = pad(v.Codes, row+1)
	v.Codes[row] = c
}

// SetBytes sets the value of a row of a coded kind, copying it, and returns its
// code.
func (v *Vector) SetBytes(row int, value []byte) Code {
	code := v.Dict.Put(value)
	v.SetCode(row, code)
	return code
}

// SetOwned is SetBytes for a value that never changes afterwards: a long one is not copied.
func (v *Vector) SetOwned(row int, value []byte) Code {
	code := v.Dict.adopt(value)
	v.SetCode(row, code)
	return code
}

// SetText sets the value of a row of a coded kind.
func (v *Vector) SetText(row int, value string) {
	v.SetCode(row, v.Dict.Add([]byte(value)))
}

// Fill sets the first n rows of a coded kind to one value.
func (v *Vector) Fill(n int, value string) {
	code := v.Dict.Add([]byte(value))
	v.Codes = pad(v.Codes, n)
	for row := range n {
		v.Codes[row] = code
	}
}

// SetNum sets the value of a row of a kind that is not coded.
func (v *Vector) SetNum(row int, n int64) {
	if row == len(v.Nums) && row == len(v.Valid) {
		v.Nums, v.Valid = append(v.Nums, n), append(v.Valid, 1)
		return
	}
	v.Nums, v.Valid = pad(v.Nums, row+1), pad(v.Valid, row+1)
	v.Nums[row], v.Valid[row] = n, 1
}

// SetBool sets the value of a row of kind Bool.
func (v *Vector) SetBool(row int, b bool) {
	n := int64(0)
	if b {
		n = 1
	}
	v.SetNum(row, n)
}

// Clear removes the value of a row.
func (v *Vector) Clear(row int) {
	if row < len(v.Codes) {
		v.Codes[row] = Absent
	}
	if row < len(v.Valid) {
		v.Nums[row], v.Valid[row] = 0, 0
	}
}

// Code returns the code of a row.
func (v *Vector) Code(row int) Code {
	if row < len(v.Codes) {
		return v.Codes[row]
	}
	return Absent
}

// Value returns the dictionary value of a row, nil for null.
func (v *Vector) Value(row int) []byte {
	if c := v.Code(row); c >= First {
		return v.Dict.Value(c)
	}
	return nil
}

// Num returns the number of a row and whether it has one.
func (v *Vector) Num(row int) (int64, bool) {
	if row < len(v.Valid) && v.Valid[row] == 1 {
		return v.Nums[row], true
	}
	return 0, false
}

// Set reports whether a row has a value.
func (v *Vector) Set(row int) bool {
	return v.Code(row) >= First || row < len(v.Valid) && v.Valid[row] == 1
}

// Reset empties the batch for records of src and keeps its memory.
func (b *Batch) Reset(src *Source) {
	b.Source, b.Len, b.Seen, b.Filtered, b.Dropped = src, 0, 0, 0, 0
	b.Rejects, b.kept = b.Rejects[:0], b.kept[:0]
	b.Prints, b.Status = b.Prints[:0], b.Status[:0]
	clear(b.UnknownFields)
	clear(b.Warnings)
	for i := range b.Columns {
		v := &b.Columns[i]
		v.Codes, v.Nums, v.Valid = v.Codes[:0], v.Nums[:0], v.Valid[:0]
		v.Dict.Reset()
	}
}

// maxReserve is how much memory Release leaves to a dictionary. Those of ordinary
// batches need at most half.
const maxReserve = 20 << 20

// Release drops the rejects of a batch that is done with and gives back the memory that
// only long records need. Reset makes the batch ready again.
func (b *Batch) Release() {
	clear(b.Rejects)
	b.Rejects = b.Rejects[:0]
	if cap(b.kept) > maxReserve {
		b.kept = nil
	}
	for i := range b.Columns {
		b.Columns[i].Dict.release()
	}
}

// Truncate drops the records from row n on. Values that only they had
// remain in the dictionaries.
func (b *Batch) Truncate(n int) {
	b.Len = n
	for i := range b.Columns {
		v := &b.Columns[i]
		if len(v.Codes) > n {
			v.Codes = v.Codes[:n]
		}
		if len(v.Valid) > n {
			v.Nums, v.Valid = v.Nums[:n], v.Valid[:n]
		}
	}
}

// PickInto sets the records of to, which may be b if rows ascend: those at the rows of
// b, in that order. Both share the dictionaries.
func (b *Batch) PickInto(to *Batch, rows []int) {
	to.Source, to.Len = b.Source, len(rows)
	for i := range b.Columns {
		v, w := &b.Columns[i], &to.Columns[i]
		w.Codes, w.Nums, w.Valid = pick(w.Codes, v.Codes, rows), pick(w.Nums, v.Nums, rows), pick(w.Valid, v.Valid, rows)
		w.Dict = v.Dict
	}
}

// pick returns the elements at the rows in the memory of to, none of an empty vector.
func pick[T any](to, from []T, rows []int) []T {
	to = to[:0]
	if len(from) == 0 {
		return to
	}
	for _, row := range rows {
		to = append(to, from[row])
	}
	return to
}

// Seal gives every vector that is not empty the length of the batch.
func (b *Batch) Seal() {
	for i := range b.Columns {
		v := &b.Columns[i]
		if len(v.Codes) > 0 {
			v.Codes = pad(v.Codes, b.Len)
		}
		if len(v.Valid) > 0 {
			v.Nums, v.Valid = pad(v.Nums, b.Len), pad(v.Valid, b.Len)
		}
	}
}

// pad lengthens s with zeros to at least n.
func pad[T any](s []T, n int) []T {
	if len(s) >= n {
		return s
	}
	if n <= cap(s) {
		old := len(s)
		s = s[:n]
		clear(s[old:])
		return s
	}
	return append(s, make([]T, n-len(s))...)
}
