package parquet

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"math"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"signins/schema"
	"signins/testdata/fixture"
)

// The memory of a writer does not grow with the file. A worker's buffers grow once, when it
// gets a longer column than before; what grows with the file grows at every step.
func TestMemoryDoesNotGrow(t *testing.T) {
	limits := limits{groupRows: 1000, pageRows: 500, pageBytes: 1 << 20, dictionaryBytes: 1 << 20}
	p, err := newWriter(io.Discard, testOptions, limits)
	if err != nil {
		t.Fatal(err)
	}
	defer p.Abort()
	const step = 2000
	grown := int64(math.MaxInt64)
	before := liveAfter(t, p, step/1000)
	for range 5 {
		after := liveAfter(t, p, step/1000)
		grown, before = min(grown, after-before), after
	}
	if grown > 200*step {
		t.Errorf("every %d records take %d bytes more", step, grown)
	}
}

// A page of a dictionary column may have thousands of rows; their texts must
// not all enter the dictionary before its size is looked at.
func TestDictionaryIsBounded(t *testing.T) {
	p, err := newWriter(io.Discard, testOptions, defaultLimits)
	if err != nil {
		t.Fatal(err)
	}
	defer p.Abort()
	early, late := liveAfter(t, p, 1), liveAfter(t, p, 11)
	if grown := late - early; grown > 40<<20 {
		t.Errorf("%d bytes for one page", grown)
	}
}

// liveAfter writes thousands of records and returns the size of the heap in
// use.
func liveAfter(t *testing.T, p *Writer, thousands int) int64 {
	t.Helper()
	random := rand.New(rand.NewPCG(uint64(thousands), 0))
	for range thousands {
		if err := p.Write(signIns(random, 1000)); err != nil {
			t.Fatal(err)
		}
	}
	return fixture.Heap()
}

// signIns makes records of some 4 KB, most of it policies that are all
// different and yet alike.
func signIns(random *rand.Rand, n int) *schema.Batch {
	b := &schema.Batch{Len: n}
	for row := range n {
		set := func(id schema.ColumnID, format string, args ...any) {
			b.Columns[id].SetBytes(row, fmt.Appendf(nil, format, args...))
		}
		b.Columns[schema.CreatedAt].SetNum(row, 1_790_000_000_000_000+random.Int64N(1e13))
		b.Columns[schema.ErrorCode].SetNum(row, []int64{0, 0, 0, 50126, 53003}[random.IntN(5)])
		b.Columns[schema.SourceRecord].SetNum(row, int64(row))
		for _, id := range []schema.ColumnID{schema.ID, schema.CorrelationID, schema.SessionID} {
			set(id, "%016x-%016x", random.Uint64(), random.Uint64())
		}
		for _, id := range []schema.ColumnID{schema.UserID, schema.UserPrincipalName, schema.IPAddress, schema.DeviceID} {
			set(id, "%08x-%04x-user@contoso.example", random.IntN(5000), id)
		}
		for id := schema.AppID; id < schema.DeviceTrustType; id++ {
			if schema.Columns[id].Kind == schema.Text {
				set(id, "value %d of %d", random.IntN(20), id)
			}
		}
		set(schema.AuthenticationDetails, `[{"at":"%d","method":"Password"}]`, random.Int64())
		b.Columns[schema.ConditionalAccessPolicies].SetBytes(row, policies(random))
	}
	b.Seal()
	return b
}

func policies(random *rand.Rand) []byte {
	text := []byte{'['}
	for i := range 12 {
		text = fmt.Appendf(text, `{"id":"%032x","displayName":"CA%03d: Require MFA for all users","enforcedGrantControls":["Mfa"],`+
			`"enforcedSessionControls":[],"result":%q,"conditionsSatisfied":%d},`,
			i*7919, i, []string{"success", "notApplied", "notEnabled", "failure"}[random.IntN(4)], random.IntN(1<<16))
	}
	text[len(text)-1] = ']'
	return text
}

// What a long record needs is free when it is written, and long records end a row group.
func TestLongValuesAreNotKept(t *testing.T) {
	const long = 24 << 20
	limits := defaultLimits
	limits.groupBytes = 30 << 20
	p, err := newWriter(io.Discard, testOptions, limits)
	if err != nil {
		t.Fatal(err)
	}
	defer p.Abort()
	before := fixture.Heap()
	source := rand.NewChaCha8([32]byte{})
	for i := range 4 {
		text := make([]byte, long/2)
		_, _ = source.Read(text)
		text = fmt.Appendf(nil, "%x", text)
		b := &schema.Batch{Source: &schema.Source{}, Len: 1, Seen: 1}
		b.Columns[schema.UserAgent].SetBytes(0, text)
		b.Seal()
		if err := p.Write(b); err != nil {
			t.Fatal(err)
		}
		if text, b = nil, nil; len(p.groups) != i+1 || p.columns != nil {
			t.Errorf("%d row groups of %d long values", len(p.groups), i+1)
		}
	}
	if len(p.groups) < 1 {
		t.Error("no row group ended")
	}
	if grown := fixture.Heap() - before; grown > 3*long {
		t.Errorf("%d MiB more than before", grown>>20)
	}
}

func columnOf(p *Writer, id schema.ColumnID) int {
	return slices.IndexFunc(p.series.leaves, func(l leaf) bool { return l.id == id })
}

// A long value is no value of a dictionary, where it would be in memory once more, and its
// page is the buffer that it was compressed into.
func TestLongValueHasNoDictionary(t *testing.T) {
	t.Parallel()
	limits := defaultLimits
	limits.groupBytes = 0
	p, err := newWriter(io.Discard, testOptions, limits)
	if err != nil {
		t.Fatal(err)
	}
	defer p.Abort()
	for _, text := range []string{"short", strings.Repeat("x", longPage+1), "short"} {
		b := &schema.Batch{Source: &schema.Source{}, Len: 1, Seen: 1}
		b.Columns[schema.UserAgent].SetText(0, text)
		b.Seal()
		if err := p.Write(b); err != nil {
			t.Fatal(err)
		}
	}
	c := p.columns[columnOf(p, schema.UserAgent)]
	if !c.hasLong() || c.dict.size != len("short") || c.scratch.compressed != nil {
		t.Errorf("long %t, a dictionary of %d bytes, a buffer of %d", c.hasLong(), c.dict.size, cap(c.scratch.compressed))
	}
}

// Metadata of row groups that is taken away and given back changes no byte of the file.
func TestTakenMetadata(t *testing.T) {
	t.Parallel()
	write := func(take bool) (file bytes.Buffer, err error) {
		p, err := newWriter(&file, testOptions, testLimits)
		var taken [][]byte
		random := rand.New(rand.NewPCG(7, 0))
		for range 5 {
			err = errors.Join(err, p.Write(signIns(random, 150)))
			if !take {
				continue
			}
			for range 2 { // the second time there is none
				metadata, taking := p.TakeMetadata()
				if err = errors.Join(err, taking); metadata != nil {
					taken = append(taken, metadata)
				}
			}
			if _, _, size := p.MemoryUse(); size > 0 {
				t.Errorf("%d bytes are in memory", size)
			}
		}
		if take && len(taken) != 5 {
			t.Errorf("metadata was taken %d times", len(taken))
		}
		return file, errors.Join(err, p.RestoreMetadata(taken), p.Close())
	}
	want, err := write(false)
	if err != nil {
		t.Fatal(err)
	}
	if got, err := write(true); err != nil || !bytes.Equal(got.Bytes(), want.Bytes()) {
		t.Errorf("%v, %d bytes, want %d, or others", err, got.Len(), want.Len())
	}
	p, err := newWriter(io.Discard, testOptions, testLimits)
	if err = errors.Join(err, p.Write(signIns(rand.New(rand.NewPCG(7, 0)), 150))); err != nil {
		t.Fatal(err)
	}
	if _, err := p.TakeMetadata(); err != nil {
		t.Fatal(err)
	}
	if err := p.Close(); err == nil || !strings.Contains(err.Error(), "metadata of 1 row groups is missing") {
		t.Errorf("closed without metadata: %v", err)
	}
	if err := p.RestoreMetadata([][]byte{[]byte("none")}); err == nil {
		t.Error("what is no metadata is given back")
	}
}

// Files of a series share a buffer; none gets bytes of another one, also after an error.
func TestFilesOfASeriesAreApart(t *testing.T) {
	t.Parallel()
	s, err := NewSeries(testOptions)
	if err != nil {
		t.Fatal(err)
	}
	s.limits = testLimits
	b := signIns(rand.New(rand.NewPCG(8, 0)), 250)
	if err := s.Prepare(b); err != nil {
		t.Fatal(err)
	}
	var files [3]bytes.Buffer
	full := s.Create(writerFunc(func([]byte) (int, error) { return 0, io.ErrShortWrite }))
	var writers []*Writer
	for i := range files {
		writers = append(writers, s.Create(&files[i]))
	}
	for from := 0; from < 250; from += 50 {
		for _, p := range writers {
			if err := p.WriteRange(b, from, from+50); err != nil {
				t.Fatal(err)
			}
		}
		if err := full.WriteRange(b, from, from+50); from >= 50 && err != io.ErrShortWrite {
			t.Errorf("error %v", err)
		}
	}
	for i, p := range writers {
		if err := p.Close(); err != nil || !bytes.Equal(files[i].Bytes(), files[0].Bytes()) {
			t.Errorf("file %d: %v, or other bytes", i, err)
		}
	}
}

type writerFunc func([]byte) (int, error)

func (f writerFunc) Write(p []byte) (int, error) { return f(p) }

// A page that compresses to little takes little, and the rests of a nested file's long
// value are released once they are written.
func TestLongRestsAreReleased(t *testing.T) {
	t.Parallel()
	limits := defaultLimits
	limits.groupBytes = 0
	p, err := newWriter(io.Discard, Options{Nested: true}, limits)
	if err != nil {
		t.Fatal(err)
	}
	defer p.Abort()
	b := &schema.Batch{Source: &schema.Source{}, Len: 1, Seen: 1}
	b.Columns[schema.ConditionalAccessPolicies].SetText(0, `"`+strings.Repeat("x", longPage+1)+`"`)
	b.Seal()
	if err := p.Write(b); err != nil {
		t.Fatal(err)
	}
	if size := p.series.nested.withRests.Dict.Size(); size > 0 {
		t.Errorf("rests of %d bytes", size)
	}
	if c := p.columns[columnOf(p, schema.Extra)]; !c.hasLong() || cap(c.encoded.pages) > longPage/2 {
		t.Errorf("long %t, pages of %d bytes", c.hasLong(), cap(c.encoded.pages))
	}
}

// Once a batch with long lists is written, nothing of it is in memory, and the next rows of
// its row group are written as ever.
func TestLongListsAreReleased(t *testing.T) {
	t.Parallel()
	limits := defaultLimits
	limits.groupBytes = 0
	var file bytes.Buffer
	p, err := newWriter(&file, Options{Nested: true}, limits)
	if err != nil {
		t.Fatal(err)
	}
	names := []string{strings.Repeat("x", longPage), "short"}
	for _, name := range names {
		b := &schema.Batch{Source: &schema.Source{}, Len: 1, Seen: 1}
		b.Columns[schema.ConditionalAccessPolicies].SetText(0, `[{"displayName":"`+name+`"}]`)
		b.Seal()
		if err := p.Write(b); err != nil {
			t.Fatal(err)
		}
		list := p.series.nested.columns[schema.ConditionalAccessPolicies]
		if released := list.distinct.Size() == 0 && list.values == nil && list.entries[0] == nil; released != (len(name) >= longPage) {
			t.Errorf("%d bytes: %d of elements, %d values, %d entries", len(name), list.distinct.Size(), len(list.values), len(list.entries[0]))
		}
	}
	if err := p.Close(); err != nil {
		t.Fatal(err)
	}
	rows := readNested(t, file.Bytes())
	if len(rows) != 2 {
		t.Fatalf("%d rows", len(rows))
	}
	for row, name := range names {
		if list := fmt.Sprint(rows[row]["conditional_access_policies"]); !strings.Contains(list, name) {
			t.Errorf("row %d: no name of %d bytes", row, len(name))
		}
	}
}

// The buffers of a page are in the memory of its chunk, those of texts without a dictionary
// as well.
func TestMemoryOfAPage(t *testing.T) {
	t.Parallel()
	c := &columnChunk{page: pageBuffer{
		defs: make([]byte, 1), reps: make([]byte, 2), indexes: make([]int32, 10), lengths: make([]int32, 100), numbers: make([]int64, 1000), plain: make([]byte, levelRoom+10000),
	}}
	if chunk, page := c.memoryUse(); page != 18443 || chunk < page {
		t.Errorf("%d bytes of the page, %d of the chunk", page, chunk)
	}
}
