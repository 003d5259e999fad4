package parquet

import (
	"sort"

	"github.com/parquet-go/parquet-go"

	"signins/schema/jsontext"
)

// An unshredder writes the values of a nested column as JSON, the reverse of a shredder:
// the levels say at which depth a value is null, and where lists begin. What comes out is
// not the text of the source, but has the same values for every member.
type unshredder struct {
	member *member
	first  int               // leaf of the file
	leaves [][]parquet.Value // of the row, not yet written, by leaf of the member
	buffer []byte
}

// text returns the value of a row, nil for null. It is valid until the next call.
func (u *unshredder) text(row parquet.Row) []byte {
	begin := sort.Search(len(row), func(i int) bool { return row[i].Column() >= u.first })
	row = row[begin:]
	for leaf := range u.leaves {
		n := 0
		for n < len(row) && row[n].Column() == u.first+leaf {
			n++
		}
		u.leaves[leaf], row = row[:n], row[n:]
	}
	if u.leaves[0][0].DefinitionLevel() == 0 {
		return nil
	}
	u.buffer = u.appendMember(u.buffer[:0], u.member, position{})
	return u.buffer
}

// appendMember appends the value of a member, null as null.
func (u *unshredder) appendMember(to []byte, m *member, p position) []byte {
	if !m.List {
		return u.appendValue(to, m, p)
	}
	switch u.next(p).DefinitionLevel() - p.def {
	case 0:
		u.skip(m, p)
		return append(to, "null"...)
	case 1:
		u.skip(m, p)
		return append(to, "[]"...)
	}
	to, p.depth = append(to, '['), p.depth+1
	for {
		to = u.appendValue(to, m, p.deeper(2))
		if rest := u.leaves[p.leaf]; len(rest) == 0 || rest[0].RepetitionLevel() < p.depth {
			return append(to, ']')
		}
		to = append(to, ',')
	}
}

// appendValue appends a value that is no list.
func (u *unshredder) appendValue(to []byte, m *member, p position) []byte {
	v := u.next(p)
	switch {
	case v.DefinitionLevel() <= p.def:
		u.skip(m, p)
		return append(to, "null"...)
	case len(m.Fields) > 0:
		return u.appendObject(to, m, p.deeper(1))
	}
	u.skip(m, p)
	switch {
	case !m.Flag:
		return jsontext.AppendQuoted(to, v.ByteArray())
	case v.Boolean():
		return append(to, "true"...)
	}
	return append(to, "false"...)
}

// appendObject appends the members that are not null.
func (u *unshredder) appendObject(to []byte, m *member, p position) []byte {
	to = append(to, '{')
	empty := len(to)
	for i := range m.Fields {
		field := m.fieldAt(i)
		if u.next(p).DefinitionLevel() <= p.def {
			u.skip(field, p)
		} else {
			if len(to) > empty {
				to = append(to, ',')
			}
			to = append(jsontext.AppendQuoted(to, []byte(field.JSON)), ':')
			to = u.appendMember(to, field, p)
		}
		p.leaf += field.width()
	}
	return append(to, '}')
}

// next returns the next value of the first leaf at a position.
func (u *unshredder) next(p position) parquet.Value { return u.leaves[p.leaf][0] }

// skip skips one value of each leaf of m.
func (u *unshredder) skip(m *member, p position) {
	for leaf := p.leaf; leaf < p.leaf+m.width(); leaf++ {
		u.leaves[leaf] = u.leaves[leaf][1:]
	}
}
