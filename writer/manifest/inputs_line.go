package manifest

import (
	"bytes"
	"cmp"
	"encoding/json"
	"maps"
	"slices"

	"signins/schema"
	"signins/schema/duplicates"
)

// An inputLine is an Input as a line. What is zero, empty or the usual encoding is left out, warnings have
// no message, and the names of unknown fields are in the manifest alone.
type inputLine struct {
	Path        string           `json:"path"`
	Member      string           `json:"member,omitempty"`
	Size        int64            `json:"size"`
	SHA256      string           `json:"sha256"`
	ModifiedAt  string           `json:"modified_at,omitempty"`
	Compression string           `json:"compression,omitempty"`
	Encoding    string           `json:"encoding,omitempty"`
	BOM         bool             `json:"bom,omitempty"`
	Dialect     string           `json:"dialect"`
	Records     recordsLine      `json:"records"`
	Warnings    map[string]int64 `json:"warnings,omitempty"`
	Category    map[string]int64 `json:"category,omitempty"`
	Duplicates  *kindsLine       `json:"duplicates,omitempty"`
	Joined      *schema.Joined   `json:"joined,omitempty"`
	FirstEvent  string           `json:"first_event,omitempty"`
	LastEvent   string           `json:"last_event,omitempty"`
	More        bool             `json:"more,omitempty"` // members were left out for want of space
}

type recordsLine struct {
	Seen              int64 `json:"seen"`
	Written           int64 `json:"written"`
	Rejected          int64 `json:"rejected,omitempty"`
	DuplicatesDropped int64 `json:"duplicates_dropped,omitempty"`
	Filtered          int64 `json:"filtered,omitempty"`
}

type kindsLine struct {
	Same        int64 `json:"same,omitempty"`
	Differs     int64 `json:"differs,omitempty"`
	Compatible  int64 `json:"compatible,omitempty"`
	Conflicting int64 `json:"conflicting,omitempty"`
}

// Spanned reports whether FirstEvent and LastEvent are the span of the input: a line of
// inputs that did not have space for all has none.
func (in *Input) Spanned() bool { return !in.more }

// Shortened reports whether some of an input was left out of its line for want of space.
func (in *Input) Shortened() bool { return in.more }

// usualEncoding is that of inputs whose line has none.
const usualEncoding = "UTF-8"

// maxInputLine is how many bytes a line has besides those of path and member.
const maxInputLine = 400

// shorten leaves out members of a line that is too long, the first one first. What then
// remains always fits.
var shorten = []func(*inputLine){
	func(l *inputLine) { l.FirstEvent, l.LastEvent = "", "" },
	func(l *inputLine) { l.Joined = nil },
	func(l *inputLine) { l.Duplicates = nil },
	func(l *inputLine) { l.Category = nil },
	func(l *inputLine) { l.Warnings = nil },
}

// encodeInput returns the line of an input, with its end, in the memory of to.
func encodeInput(to []byte, in *Input) []byte {
	line := inputLine{
		in.Path, in.Member, in.Size, in.SHA256, in.ModifiedAt, in.Compression, in.Encoding, in.BOM, in.Dialect, recordsLine(in.Records),
		map[string]int64{}, in.Category, (*kindsLine)(in.Duplicates), in.Joined, in.FirstEvent, in.LastEvent, in.more,
	}
	if line.Encoding == usualEncoding {
		line.Encoding = ""
	}
	for _, w := range in.Warnings {
		line.Warnings[w.Code] = w.Count
	}
	text := appendJSON(to[:0], &line)
	if len(text) <= maxInputLine+len(in.Path)+len(in.Member) {
		return text
	}
	const around = 2 * len("\"\"\n") // of both as JSON
	most := maxInputLine + len(appendJSON(nil, in.Path)) + len(appendJSON(nil, in.Member)) - around
	for _, drop := range shorten {
		if len(text) <= most {
			break
		}
		line.More = true
		drop(&line)
		text = appendJSON(text[:0], &line)
	}
	return text
}

// appendJSON appends a value as a line. Values of this package have no other errors.
func appendJSON(to []byte, value any) []byte {
	text := bytes.NewBuffer(to)
	encoder := json.NewEncoder(text)
	encoder.SetEscapeHTML(false)
	if err := encoder.Encode(value); err != nil {
		panic(err)
	}
	return text.Bytes()
}

// decodeInput reads a line.
func decodeInput(text []byte) (*Input, error) {
	var line inputLine
	decoder := json.NewDecoder(bytes.NewReader(text))
	decoder.DisallowUnknownFields()
	if err := decoder.Decode(&line); err != nil {
		return nil, err
	}
	in := &Input{
		Path: line.Path, Member: line.Member, Size: line.Size, SHA256: line.SHA256, ModifiedAt: line.ModifiedAt,
		Compression: line.Compression, Encoding: cmp.Or(line.Encoding, usualEncoding), BOM: line.BOM, Dialect: line.Dialect,
		Category: line.Category, Records: Records(line.Records), Duplicates: (*duplicates.Kinds)(line.Duplicates), Joined: line.Joined, FirstEvent: line.FirstEvent, LastEvent: line.LastEvent,
		Warnings: []Warning{}, more: line.More,
	}
	for _, code := range slices.Sorted(maps.Keys(line.Warnings)) {
		in.warn(code, line.Warnings[code])
	}
	return in, nil
}
