package zstd

import (
	"bytes"
	"encoding/base64"
	"encoding/binary"
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	klauspost "github.com/klauspost/compress/zstd"
	"github.com/parquet-go/parquet-go/compress"
)

// policyPage returns a page of some bytes or a bit more: lists of policies that
// come again and again, in which little differs.
func policyPage(random *rand.Rand, size int) (page []byte) {
	results, conditions := []string{"success", "notApplied", "notEnabled", "failure"}, []string{"none", "application,users"}
	for len(page) < size {
		value := []byte{'['}
		for range random.IntN(6) {
			policy := random.IntN(30)
			id := uint64(policy+1) * matchFactor
			value = fmt.Appendf(value, `{"id":"%016x%016x","displayName":"CA%03d: Require MFA","enforcedGrantControls":["Mfa"],"enforcedSessionControls":[],`+
				`"result":%q,"conditionsSatisfied":%q,"conditionsNotSatisfied":"none","excludeRulesSatisfied":[]},`,
				id, id*matchFactor, policy, results[random.IntN(len(results))], conditions[random.IntN(len(conditions))])
		}
		value = append(bytes.TrimSuffix(value, []byte{','}), ']')
		page = append(binary.LittleEndian.AppendUint32(page, uint32(len(value))), value...)
	}
	return page
}

func noise(random *rand.Rand, size int) []byte {
	text := make([]byte, size)
	for i := range text {
		text[i] = byte(random.Uint32())
	}
	return text
}

// matchFrame makes a frame of matches whether it is worth it or not, and nil if
// a block has none or does not get smaller.
func matchFrame(page []byte, size int) []byte {
	m := newMatchMemory()
	m.matcher.reset()
	for from := 0; from < len(page); from += size {
		b := m.matcher.find(page[:min(from+size, len(page))], from)
		if len(b.sequences) == 0 {
			return nil
		}
		m.blocks = append(m.blocks, b)
	}
	if m.blocks == nil {
		return nil
	}
	m.tables.fit(m.blocks)
	frame := appendFrameHeader(nil, len(page))
	for i, b := range m.blocks {
		begin := len(frame)
		frame = m.appendBlock(frame, b, i == len(m.blocks)-1)
		if len(frame)-begin-blockHeader >= min(size, len(page)-i*size) {
			return nil
		}
	}
	return frame
}

func sameBack(t *testing.T, frame, page []byte) {
	t.Helper()
	decoder, err := klauspost.NewReader(nil, klauspost.WithDecoderConcurrency(1))
	if err != nil {
		t.Fatal(err)
	}
	defer decoder.Close()
	if back, err := decoder.DecodeAll(frame, nil); err != nil || !bytes.Equal(back, page) {
		t.Errorf("%d bytes: %d come back, %v", len(page), len(back), err)
	}
}

// matchPages are pages that are worth their matches.
func matchPages() map[string][]byte {
	random := rand.New(rand.NewPCG(1, 2))
	text, hex, policies := noise(random, 600), fmt.Appendf(nil, "%x", noise(random, 5000)), policyPage(random, 3*zstdBlock)
	pages := map[string][]byte{
		"one byte":             bytes.Repeat([]byte{'x'}, 300_000),
		"one byte in a block":  bytes.Repeat([]byte{'x'}, leastPage),
		"two bytes":            bytes.Repeat([]byte{'x', 'y'}, 100_000),
		"period of 600":        bytes.Repeat(text, 1000),
		"far back":             slices.Concat(text, make([]byte, mostPage-2*len(text)), text),
		"across blocks":        slices.Concat(bytes.Repeat(text[:100], 1500), policies[:1000], bytes.Repeat(text[:100], 1500)),
		"literals at the ends": slices.Concat(text, bytes.Repeat(policies[:2000], 200), text),
		"literals everywhere":  slices.Concat(hex[:3000], bytes.Repeat(text, 200), hex[3000:6000], bytes.Repeat(text, 200), hex[6000:]),
		"policies":             policyPage(random, 1<<20),
	}
	for _, size := range []int{zstdBlock - 1, zstdBlock, zstdBlock + 1, 2*zstdBlock - 1, 2 * zstdBlock, 2*zstdBlock + 1, 2*zstdBlock + 17} {
		pages[fmt.Sprint("policies of ", size)] = policies[:size]
	}
	return pages
}

// Frames of matches are read by a decoder of the format. They are the same
// whatever was encoded before.
func TestMatchFrames(t *testing.T) {
	for name, page := range matchPages() {
		t.Run(name, func(t *testing.T) {
			m := newMatchMemory()
			if !m.match(page) {
				t.Fatal("not worth it")
			}
			first, err := JSON.Encode(nil, page)
			if err != nil {
				t.Fatal(err)
			}
			sameBack(t, first, page)
			if _, err := JSON.Encode(nil, matchPages()["policies"]); err != nil {
				t.Fatal(err)
			}
			if again, err := JSON.Encode(nil, page); err != nil || !bytes.Equal(again, first) {
				t.Errorf("once %d bytes, once %d, %v", len(first), len(again), err)
			}
		})
	}
}

// Lengths and offsets of every code come back, alone in their block and among
// others.
func TestSequenceCodes(t *testing.T) {
	hex := fmt.Appendf(nil, "%x", noise(rand.New(rand.NewPCG(1, 2)), zstdBlock/2))
	var all []sequence
	for _, literals := range []uint32{0, 1, 8, 15, 16, 17, 24, 32, 63, 64, 65, 127, 128, 1023, 1024, 1025, 32_767, 32_768, 65_535, 65_536, 98_000} {
		for _, length := range []uint32{3, 4, 34, 35, 36, 66, 67, 98, 99, 130, 131, 132, 1026, 1027, 16_387, 32_770, 32_771, 65_538, 65_539, 131_000} {
			s := sequence{literals: literals, length: length, offset: (1+literals*length)%2000 + 1 + newOffset}
			if 2000+literals+length <= zstdBlock {
				checkSequences(t, hex, []sequence{{literals: 2000, length: 3, offset: 1 + newOffset}, s})
			}
			if literals+length < 200 {
				all = append(all, s)
			}
		}
	}
	checkSequences(t, hex, append([]sequence{{literals: 2000, length: 60_000, offset: 2 + newOffset}}, all...))
}

// checkSequences makes a block of sequences with literals.
func checkSequences(t *testing.T, literals []byte, sequences []sequence) {
	t.Helper()
	var page []byte
	taken, last := uint32(0), 1
	for _, s := range sequences {
		page = append(page, literals[taken:taken+s.literals]...)
		taken += s.literals
		if s.offset != repeatOffset {
			last = int(s.offset - newOffset)
		}
		for range s.length {
			page = append(page, page[len(page)-last])
		}
	}
	m := newMatchMemory()
	blocks := []matchedBlock{{len(page), literals[:taken], sequences}}
	m.tables.fit(blocks)
	sameBack(t, m.appendBlock(appendFrameHeader(nil, len(page)), blocks[0], true), page)
}

// Blocks are of any size.
func TestMatchBlocks(t *testing.T) {
	for _, size := range []int{100, 127, 128, 129, 1000, 65_535, 65_538, 65_539, 65_540, 131_071, 131_072} {
		page := bytes.Repeat([]byte("0123456789"), 3*size/10)
		if frame := matchFrame(page, size); frame != nil {
			sameBack(t, frame, page)
		} else {
			t.Errorf("blocks of %d: no matches", size)
		}
	}
}

// Pages that have few matches, or too little or too much of them, are the
// library's.
func TestMatchesNotWorthIt(t *testing.T) {
	random := rand.New(rand.NewPCG(1, 2))
	unique := make([]byte, 0, 1<<20)
	for range 2000 {
		unique = fmt.Appendf(unique, `{"id":"%016x%016x","at":"%x","token":%q}`, random.Uint64(), random.Uint64(), random.Uint64(), base64.StdEncoding.EncodeToString(noise(random, 100)))
	}
	for name, page := range map[string][]byte{
		"empty": {}, "one byte": {'x'}, "small": policyPage(random, 1000)[:1000], "just too small": policyPage(random, leastPage)[:leastPage-1],
		"too big": bytes.Repeat([]byte("policies"), mostPage/8+1), "noise": noise(random, 300_000), "unique": unique,
		"noise behind policies": slices.Concat(policyPage(random, 2*zstdBlock), noise(random, zstdBlock)),
	} {
		got, want := bothEncoded(t, page)
		if !bytes.Equal(got, want) {
			t.Errorf("%s: %d bytes, the library makes %d", name, len(got), len(want))
		}
		sameBack(t, got, page)
	}
}

// bothEncoded returns the frames of our encoder and of the library's.
func bothEncoded(t *testing.T, page []byte) (ours, library []byte) {
	t.Helper()
	ours, err := JSON.Encode(nil, page)
	if err != nil {
		t.Fatal(err)
	}
	library, err = Default.Encode(nil, page)
	if err != nil {
		t.Fatal(err)
	}
	return ours, library
}

// A page of policies takes hardly more than with the library's encoder, and not
// much more if some of them have an id of their own.
func TestMatchSizes(t *testing.T) {
	random := rand.New(rand.NewPCG(1, 2))
	pages := map[string][]byte{"policies": policyPage(random, 1<<20), "some policies": policyPage(random, 100_000)}
	most := map[string]int{"policies": 105, "some policies": 110} // hundredths of the library's size
	id := []byte(`"id":"`)
	for every := 1; every <= 32; every *= 2 {
		page := policyPage(random, 1<<20)
		for rest := page; ; {
			at := bytes.Index(rest, id)
			if at < 0 {
				break
			}
			rest = rest[at+len(id):]
			if random.IntN(every) == 0 {
				copy(rest, fmt.Sprintf("%08x", random.Uint32()))
			}
		}
		name := fmt.Sprint("an id in ", every)
		pages[name], most[name] = page, 112
	}
	for name, page := range pages {
		got, want := bothEncoded(t, page)
		if len(got) > len(want)*most[name]/100 {
			t.Errorf("%s: %d bytes, the library makes %d", name, len(got), len(want))
		}
	}
}

// FuzzZstdMatches makes pages of a text and of what is repeated of it: a byte
// tells how much, two from where.
func FuzzZstdMatches(f *testing.F) {
	f.Add([]byte(strings.Repeat("abcdefghij", 10)), []byte{1, 2, 3, 200, 0, 1, 255, 9, 9}, uint32(zstdBlock))
	f.Add(noise(rand.New(rand.NewPCG(1, 2)), 500), []byte{100, 0, 0, 255, 0, 0, 3, 1, 0, 250, 4, 4}, uint32(1000))
	f.Add(policyPage(rand.New(rand.NewPCG(1, 2)), 5000), []byte{0, 1, 2, 250, 1, 0}, uint32(5000))
	f.Fuzz(func(t *testing.T, text, copies []byte, size uint32) {
		page := slices.Clone(text)
		for len(page) > 0 && len(copies) >= 3 && len(page) < 4*zstdBlock {
			from := int(binary.LittleEndian.Uint16(copies[1:])) * 7 % len(page)
			for range int(copies[0]) * int(copies[0]) {
				page = append(page, page[from])
				from++
			}
			page = append(page, copies[:2]...)
			copies = copies[3:]
		}
		if frame := matchFrame(page, int(1+size%zstdBlock)); frame != nil && len(page) >= leastPage {
			sameBack(t, frame, page)
		}
		frame, err := JSON.Encode(nil, page)
		if err != nil {
			t.Fatal(err)
		}
		sameBack(t, frame, page)
	})
}

// BenchmarkZstd encodes a page of policies with the library and with matches.
//
//	go test ./writer -run '^$' -bench BenchmarkZstd
func BenchmarkZstd(b *testing.B) {
	page := policyPage(rand.New(rand.NewPCG(1, 2)), 1<<20)
	for _, of := range []struct {
		name  string
		codec compress.Codec
	}{{"library", Default}, {"matches", JSON}} {
		b.Run(of.name, func(b *testing.B) {
			var frame []byte
			var err error
			for b.Loop() {
				if frame, err = of.codec.Encode(frame, page); err != nil {
					b.Fatal(err)
				}
			}
			b.SetBytes(int64(len(page)))
			b.ReportMetric(float64(len(page))/float64(len(frame)), "ratio")
		})
	}
}
