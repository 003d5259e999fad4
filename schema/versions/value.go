package versions

import (
	"fmt"
	"math"
	"strconv"
	"strings"
	"time"

	"signins/schema"
	"signins/schema/jsontext"
)

// AppendJSON appends the value of a column as JSON: null, true or false, a number, a
// text, a list of texts, the JSON of the column itself, or a time in RFC 3339 with as
// many digits as it has. Bytes that are no UTF-8 become \xNN.
func (v Value) AppendJSON(to []byte, id schema.ColumnID) []byte {
	if !v.Set {
		return append(to, "null"...)
	}
	switch schema.Columns[id].Kind {
	case schema.Bool:
		return strconv.AppendBool(to, v.Num == 1)
	case schema.Float64:
		text := strconv.AppendFloat(nil, v.float(), 'g', -1, 64)
		if text[len(text)-1] > '9' { // NaN and infinities are no numbers of JSON
			return jsontext.AppendQuoted(to, text)
		}
		return append(to, text...)
	case schema.Int32, schema.Int64:
		return strconv.AppendInt(to, v.Num, 10)
	case schema.Time:
		return jsontext.AppendQuoted(to, []byte(v.time()))
	case schema.TextList:
		to = append(to, '[')
		for i, element := range v.list() {
			if i > 0 {
				to = append(to, ',')
			}
			to = append(to, element...)
		}
		return append(to, ']')
	case schema.JSON:
		if text, err := jsontext.Parse(v.Text); err == nil {
			return jsontext.AppendCompact(to, text)
		}
	}
	return jsontext.AppendQuoted(to, v.Text)
}

// String returns the value of a column for people: "" for null, texts as they are,
// lists with commas, all else as AppendJSON has it.
func (v Value) String(id schema.ColumnID) string {
	switch kind := schema.Columns[id].Kind; {
	case !v.Set:
		return ""
	case kind == schema.TextList:
		var parts []string
		for element := range schema.List(v.Text) {
			parts = append(parts, string(element))
		}
		return strings.Join(parts, ", ")
	case kind.Coded():
		return string(v.Text)
	case kind == schema.Time:
		return v.time()
	}
	return string(v.AppendJSON(nil, id))
}

// list returns the elements of a TextList as JSON.
func (v Value) list() (elements [][]byte) {
	for element := range schema.List(v.Text) {
		if element == nil {
			elements = append(elements, []byte("null"))
		} else {
			elements = append(elements, jsontext.AppendQuoted(nil, element))
		}
	}
	return elements
}

func (v Value) float() float64 { return math.Float64frombits(uint64(v.Num)) }

func (v Value) time() string {
	at := time.UnixMicro(v.Num).Add(time.Duration(v.Nanos)).UTC()
	if year := at.Year(); year < 0 || year > 9999 {
		return fmt.Sprint(v.Num) // RFC 3339 has no such year
	}
	return at.Format(time.RFC3339Nano)
}
