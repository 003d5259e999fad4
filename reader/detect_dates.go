package reader

import (
	"bytes"
	"context"
	"strings"

	"signins/schema/jsontext"
)

// localTime returns the local date that a member called a time holds, "" for
// anything else.
func localTime(name string, raw []byte) string {
	if raw[0] != '"' || !strings.Contains(strings.ToLower(name), "time") {
		return ""
	}
	text := jsontext.AppendUnescaped(nil, raw[1:len(raw)-1])
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
	before, piped := *in, in.found.path == "-"
	before.proof, before.Warnings = p, nil
	if piped {
		before.stdin, o.Encoding = bytes.NewReader(head), nil
	}
	ins := &Inputs{List: []*Input{&before}, options: Options{Encoding: o.Encoding, Salvage: o.Salvage}}
	for _, err := range ins.Read(context.Background()) {
		if err != nil && !piped { // a head may end anywhere
			return p, err
		}
	}
	// What comes behind the head may not read alike in any order.
	p.doubt = p.doubt || piped && len(head) >= headSize
	return p, nil
}
