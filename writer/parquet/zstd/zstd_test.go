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
			id := uint64(policy+1) * hashFactor
			value = fmt.Appendf(value, `{"id":"%016x%016x","displayName":"CA%03d: Require MFA","enforcedGrantControls":["Mfa"],"enforcedSessionControls":[],`+
				`"result":%q,"conditionsSatisfied":%q,"conditionsNotSatisfied":"none","excludeRulesSatisfied":[]},`,
				id, id*hashFactor, policy, results[random.IntN(len(results))], conditions[random.IntN(len(conditions))])
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

// matchFrame encodes a page in blocks of a size, also where findMatches would leave
// it to the library; nil if a block has no match or does not shrink.
func matchFrame(page []byte, size int) []byte {
	m := pageEncoders.New().(*pageEncoder)
	m.matcher.reset()
	for from := 0; from < len(page); from += size {
		b := m.matcher.findBlock(page[:min(from+size, len(page))], from)
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
		start := len(frame)
		frame = m.appendBlock(frame, b, i == len(m.blocks)-1)
		if len(frame)-start-blockHeader >= min(size, len(page)-i*size) {
			return nil
		}
	}
	return frame
}

func checkDecoded(t *testing.T, frame, page []byte) {
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

// matchPages are pages for findMatches.
func matchPages() map[string][]byte {
	random := rand.New(rand.NewPCG(1, 2))
	text, hex, policies := noise(random, 600), fmt.Appendf(nil, "%x", noise(random, 5000)), policyPage(random, 3*maxBlock)
	pages := map[string][]byte{
		"one byte":             bytes.Repeat([]byte{'x'}, 300_000),
		"one byte in a block":  bytes.Repeat([]byte{'x'}, minPage),
		"two bytes":            bytes.Repeat([]byte{'x', 'y'}, 100_000),
		"period of 600":        bytes.Repeat(text, 1000),
		"far back":             slices.Concat(text, make([]byte, maxPage-2*len(text)), text),
		"across blocks":        slices.Concat(bytes.Repeat(text[:100], 1500), policies[:1000], bytes.Repeat(text[:100], 1500)),
		"literals at the ends": slices.Concat(text, bytes.Repeat(policies[:2000], 200), text),
		"literals everywhere":  slices.Concat(hex[:3000], bytes.Repeat(text, 200), hex[3000:6000], bytes.Repeat(text, 200), hex[6000:]),
		"policies":             policyPage(random, 1<<20),
	}
	for _, size := range []int{maxBlock - 1, maxBlock, maxBlock + 1, 2*maxBlock - 1, 2 * maxBlock, 2*maxBlock + 1, 2*maxBlock + 17} {
		pages[fmt.Sprint("policies of ", size)] = policies[:size]
	}
	return pages
}

// Hexadecimal digits have four bits each, and random ones no matches.
func TestDefaultCodesLiterals(t *testing.T) {
	page := fmt.Appendf(nil, "%x", noise(rand.New(rand.NewPCG(1, 2)), maxBlock))
	frame, err := Default.Encode(nil, page)
	if err != nil {
		t.Fatal(err)
	}
	checkDecoded(t, frame, page)
	if len(frame) > len(page)*52/100 {
		t.Errorf("%d digits take %d bytes", len(page), len(frame))
	}
}

// A frame depends on its page alone, not on the pages encoded before.
func TestFramesDecode(t *testing.T) {
	for name, page := range matchPages() {
		t.Run(name, func(t *testing.T) {
			m := pageEncoders.New().(*pageEncoder)
			if !m.findMatches(page) {
				t.Fatal("left to the library")
			}
			first, err := JSON.Encode(nil, page)
			if err != nil {
				t.Fatal(err)
			}
			checkDecoded(t, first, page)
			if _, err := JSON.Encode(nil, matchPages()["policies"]); err != nil {
				t.Fatal(err)
			}
			if again, err := JSON.Encode(nil, page); err != nil || !bytes.Equal(again, first) {
				t.Errorf("once %d bytes, once %d, %v", len(first), len(again), err)
			}
		})
	}
}

// Literals lengths, match lengths and offsets of every code decode, alone in their
// block and among others.
func TestEveryCodeDecodes(t *testing.T) {
	hex := fmt.Appendf(nil, "%x", noise(rand.New(rand.NewPCG(1, 2)), maxBlock/2))
	var all []sequence
	for _, literals := range []uint32{0, 1, 8, 15, 16, 17, 24, 32, 63, 64, 65, 127, 128, 1023, 1024, 1025, 32_767, 32_768, 65_535, 65_536, 98_000} {
		for _, length := range []uint32{3, 4, 34, 35, 36, 66, 67, 98, 99, 130, 131, 132, 1026, 1027, 16_387, 32_770, 32_771, 65_538, 65_539, 131_000} {
			s := sequence{literalsLength: literals, matchLength: length, offset: (1+literals*length)%2000 + 1 + newOffset}
			if 2000+literals+length <= maxBlock {
				checkSequences(t, hex, []sequence{{literalsLength: 2000, matchLength: 3, offset: 1 + newOffset}, s})
			}
			if literals+length < 200 {
				all = append(all, s)
			}
		}
	}
	checkSequences(t, hex, append([]sequence{{literalsLength: 2000, matchLength: 60_000, offset: 2 + newOffset}}, all...))
}

// checkSequences encodes a block of sequences with literals.
func checkSequences(t *testing.T, literals []byte, sequences []sequence) {
	t.Helper()
	var page []byte
	used, last := uint32(0), 1
	for _, s := range sequences {
		page = append(page, literals[used:used+s.literalsLength]...)
		used += s.literalsLength
		if s.offset != repeatOffset {
			last = int(s.offset - newOffset)
		}
		for range s.matchLength {
			page = append(page, page[len(page)-last])
		}
	}
	m := pageEncoders.New().(*pageEncoder)
	blocks := []block{{len(page), literals[:used], sequences}}
	m.tables.fit(blocks)
	checkDecoded(t, m.appendBlock(appendFrameHeader(nil, len(page)), blocks[0], true), page)
}

func TestBlocksOfAnySizeDecode(t *testing.T) {
	for _, size := range []int{100, 127, 128, 129, 1000, 65_535, 65_538, 65_539, 65_540, 131_071, 131_072} {
		t.Run(fmt.Sprint(size), func(t *testing.T) {
			page := bytes.Repeat([]byte("0123456789"), 3*size/10)
			frame := matchFrame(page, size)
			if frame == nil {
				t.Fatal("no matches")
			}
			checkDecoded(t, frame, page)
		})
	}
}

func TestLibraryEncodesPagesWithoutLongMatches(t *testing.T) {
	random := rand.New(rand.NewPCG(1, 2))
	unique := make([]byte, 0, 1<<20)
	for range 2000 {
		unique = fmt.Appendf(unique, `{"id":"%016x%016x","at":"%x","token":%q}`, random.Uint64(), random.Uint64(), random.Uint64(), base64.StdEncoding.EncodeToString(noise(random, 100)))
	}
	for name, page := range map[string][]byte{
		"empty": {}, "one byte": {'x'}, "small": policyPage(random, 1000)[:1000], "just too small": policyPage(random, minPage)[:minPage-1],
		"too big": bytes.Repeat([]byte("policies"), maxPage/8+1), "noise": noise(random, 300_000), "unique": unique,
		"noise behind policies": slices.Concat(policyPage(random, 2*maxBlock), noise(random, maxBlock)),
	} {
		t.Run(name, func(t *testing.T) {
			got, want := encodeBoth(t, page)
			if !bytes.Equal(got, want) {
				t.Errorf("%d bytes, the library makes %d", len(got), len(want))
			}
			checkDecoded(t, got, page)
		})
	}
}

// encodeBoth returns the frames of JSON and of Default.
func encodeBoth(t *testing.T, page []byte) (own, library []byte) {
	t.Helper()
	own, err := JSON.Encode(nil, page)
	if err != nil {
		t.Fatal(err)
	}
	library, err = Default.Encode(nil, page)
	if err != nil {
		t.Fatal(err)
	}
	return own, library
}

// A page of policies is hardly longer than the library makes it, also if some
// policies have an id of their own.
func TestFramesAreShort(t *testing.T) {
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
		t.Run(name, func(t *testing.T) {
			got, want := encodeBoth(t, page)
			if len(got) > len(want)*most[name]/100 {
				t.Errorf("%d bytes, the library makes %d", len(got), len(want))
			}
		})
	}
}

// FuzzMatches builds pages of a text and repetitions of its parts: three bytes are
// the length and the position of each.
func FuzzMatches(f *testing.F) {
	f.Add([]byte(strings.Repeat("abcdefghij", 10)), []byte{1, 2, 3, 200, 0, 1, 255, 9, 9}, uint32(maxBlock))
	f.Add(noise(rand.New(rand.NewPCG(1, 2)), 500), []byte{100, 0, 0, 255, 0, 0, 3, 1, 0, 250, 4, 4}, uint32(1000))
	f.Add(policyPage(rand.New(rand.NewPCG(1, 2)), 5000), []byte{0, 1, 2, 250, 1, 0}, uint32(5000))
	f.Fuzz(func(t *testing.T, text, copies []byte, size uint32) {
		page := slices.Clone(text)
		for len(page) > 0 && len(copies) >= 3 && len(page) < 4*maxBlock {
			from := int(binary.LittleEndian.Uint16(copies[1:])) * 7 % len(page)
			for range int(copies[0]) * int(copies[0]) {
				page = append(page, page[from])
				from++
			}
			page = append(page, copies[:2]...)
			copies = copies[3:]
		}
		if frame := matchFrame(page, int(1+size%maxBlock)); frame != nil && len(page) >= minPage {
			checkDecoded(t, frame, page)
		}
		frame, err := JSON.Encode(nil, page)
		if err != nil {
			t.Fatal(err)
		}
		checkDecoded(t, frame, page)
	})
}

// BenchmarkZstd encodes a page of policies with the library and with matches.
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
