// Package mmdb makes databases of places in the MaxMind format for tests, with a search
// tree of 24-bit records. The format is documented at https://maxmind.github.io/MaxMind-DB/.
package mmdb

import (
	"bytes"
	"encoding/binary"
	"maps"
	"net/netip"
	"slices"
)

// Fields are a record, or a map in one: texts, numbers and Fields.
type Fields map[string]any

// A Number is an unsigned number of 32 bits.
type Number uint32

// Make returns a database of networks, none in another, with their records. Its tree has
// addresses of IP version 4 or 6; in one of 6 those of IPv4 are at ::/96.
func Make(version int, networks map[string]any) []byte {
	t := tree{{}}
	var data bytes.Buffer
	var leaves []leaf
	for _, network := range slices.Sorted(maps.Keys(networks)) {
		leaves = append(leaves, t.add(netip.MustParsePrefix(network), version, data.Len()))
		write(&data, networks[network])
	}
	for _, l := range leaves {
		t[l.node][l.side] = len(t) + 16 + l.offset
	}
	var all bytes.Buffer
	for _, node := range t {
		for _, record := range node {
			if record == 0 {
				record = len(t) // nothing
			}
			all.Write([]byte{byte(record >> 16), byte(record >> 8), byte(record)})
		}
	}
	all.Write(make([]byte, 16))
	all.Write(data.Bytes())
	all.WriteString("\xab\xcd\xefMaxMind.com")
	write(&all, Fields{
		"node_count": Number(len(t)), "record_size": Number(24), "ip_version": Number(version), "database_type": "Test", "build_epoch": Number(1),
		"binary_format_major_version": Number(2), "binary_format_minor_version": Number(0), "languages": []string{"en"}, "description": Fields{"en": "made for tests"},
	})
	return all.Bytes()
}

// A tree has nodes of two records: the number of a node, or 0 for nothing.
type tree [][2]int

// A leaf is where a record of a network is.
type leaf struct{ node, side, offset int }

func (t *tree) add(network netip.Prefix, version, offset int) leaf {
	address, bits := network.Addr().AsSlice(), network.Bits()
	if version == 6 && network.Addr().Is4() {
		address, bits = append(make([]byte, 12), address...), bits+96
	}
	node := 0
	for i := 0; ; i++ {
		side := int(address[i/8] >> (7 - i%8) & 1)
		if i == bits-1 {
			return leaf{node, side, offset}
		}
		if (*t)[node][side] == 0 {
			(*t)[node][side] = len(*t)
			*t = append(*t, [2]int{})
		}
		node = (*t)[node][side]
	}
}

// Types of values.
const (
	typeText   = 2
	typeNumber = 6
	typeMap    = 7
	typeArray  = 11
)

func write(b *bytes.Buffer, value any) {
	switch value := value.(type) {
	case string:
		control(b, typeText, len(value))
		b.WriteString(value)
	case Number:
		control(b, typeNumber, 4)
		b.Write(binary.BigEndian.AppendUint32(nil, uint32(value)))
	case []string:
		control(b, typeArray, len(value))
		for _, text := range value {
			write(b, text)
		}
	case Fields:
		control(b, typeMap, len(value))
		for _, name := range slices.Sorted(maps.Keys(value)) {
			write(b, name)
			write(b, value[name])
		}
	}
}

// control writes the type and size of a value of less than 285 bytes or elements.
func control(b *bytes.Buffer, kind, size int) {
	short := min(size, 29)
	if kind > 7 {
		b.Write([]byte{byte(short), byte(kind - 7)})
	} else {
		b.WriteByte(byte(kind<<5 | short))
	}
	if short == 29 {
		b.WriteByte(byte(size - 29))
	}
}
