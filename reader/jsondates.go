package reader

import (
	"bytes"
	"maps"
	"strings"

	"signins/schema"
)

// localTime returns the local date that a member called a time holds, "" for
// anything else.
func localTime(name string, raw []byte) string {
	if raw[0] != '"' || !strings.Contains(strings.ToLower(name), "time") {
		return ""
	}
	text := unescape(nil, raw[1:len(raw)-1])
	if _, ok := readLocal(text); !ok {
		return ""
	}
	return string(text)
}

// jsonDates looks at the local dates of JSON. An input whose first record has
// one is read to its end as it will be again; of standard input only the head
// is known.
func (in *Input) jsonDates(head []byte, o Options) (*proof, error) {
	p := new(proof)
	if p.see([]byte(in.shape.local)); !p.local || in.dialect == &diagnosticJSON {
		return new(proof), nil // the times of diagnostic settings tell their order
	}
	if in.found.path == "-" {
		in.file = &source{in: in, text: bytes.NewReader(head)}
		_ = in.prove(p) // the head may end anywhere
		return p, nil
	}
	if err := in.open(Options{Encoding: o.Encoding}); err != nil {
		return nil, err
	}
	return p, in.prove(p)
}

// prove shows the local dates of an open input to p, and closes it.
func (in *Input) prove(p *proof) error {
	warnings := maps.Clone(in.Warnings)
	in.proof = p
	defer func() {
		in.proof, in.Warnings = nil, warnings
		in.close(false)
	}()
	cutter, newParser := in.dialect.open(in, in.shape, Options{})
	parser, b := newParser(), new(schema.Batch)
	for {
		c, err := cutter.next()
		if c == nil || err != nil {
			return err
		}
		if b.Reset(&in.Source); c.long == nil {
			err = parser.parse(c, b)
		}
		if c.release(); err != nil {
			return err
		}
	}
}
