package versions

import (
	"bytes"
	"errors"
	"fmt"
	"math"
	"slices"
	"strings"
	"testing"
	"time"

	"signins/schema"
)

// values are those of a record by column: a text, a number, a time, or a []string.
type values map[schema.ColumnID]any

// batch makes an annotated batch of sign-ins, numbered from 1.
func batch(src *schema.Source, records ...values) *schema.Batch {
	b := &schema.Batch{Source: src, Len: len(records)}
	for row, record := range records {
		b.Columns[schema.SourceRecord].SetNum(row, int64(row+1))
		b.Columns[schema.SignInCategory].SetText(row, schema.InteractiveUser)
		for id, value := range record {
			set(b, id, row, value)
		}
	}
	b.Seal()
	return b
}

func set(b *schema.Batch, id schema.ColumnID, row int, value any) {
	v := &b.Columns[id]
	switch value := value.(type) {
	case string:
		v.SetText(row, value)
	case int:
		v.SetNum(row, int64(value))
	case float64:
		v.SetNum(row, int64(math.Float64bits(value)))
	case bool:
		v.SetBool(row, value)
	case []string:
		var list []byte
		for _, element := range value {
			list = schema.AppendList(list, []byte(element), element == "null")
		}
		v.SetBytes(row, list)
	case time.Time:
		v.SetNum(row, value.UnixMicro())
		if rest := value.Nanosecond() % 1000; rest > 0 && id == schema.CreatedAt {
			b.Columns[schema.CreatedAtRemainderNS].SetNum(row, int64(rest))
		}
	}
}

// at returns a time, written as seconds with a fraction.
func at(clock string) time.Time {
	t, err := time.Parse("15:04:05", clock)
	if err != nil {
		panic(err)
	}
	return t.AddDate(2026, 4, 0)
}

// A memory is a File.
type memory struct {
	bytes.Buffer
	reads, writes int
}

func (m *memory) ReadAt(p []byte, offset int64) (int, error) {
	m.reads++
	return bytes.NewReader(m.Bytes()).ReadAt(p, offset)
}

func (m *memory) Write(p []byte) (int, error) {
	m.writes++
	return m.Buffer.Write(p)
}

// words writes a pair: its places, its kind and its columns.
func words(p *Pair) string {
	var s strings.Builder
	fmt.Fprintf(&s, "%s %s#%d %s#%d %s", p.ID, p.Counted.Source.Path, p.Counted.Record, p.Repeat.Source.Path, p.Repeat.Record, p.Kind)
	for _, d := range p.Differences {
		fmt.Fprintf(&s, " %s:%s/%s", schema.Columns[d.Column].Name, d.Counted.AppendJSON(nil, d.Column), d.Repeat.AppendJSON(nil, d.Column))
	}
	return s.String()
}

// compareTwo returns the words of two versions, of inputs whose other times are given.
func compareTwo(t *testing.T, a, b values, timesA, timesB []time.Time) string {
	t.Helper()
	inputs, precisions := [2]*schema.Batch{}, new(Precisions)
	for i, records := range [][]values{{a}, {b}} {
		src := &schema.Source{Path: string(rune('a' + i))}
		for _, other := range [][]time.Time{timesA, timesB}[i] {
			records = append(records, values{schema.CreatedAt: other})
		}
		inputs[i] = batch(src, records...)
		precisions.Add(inputs[i])
	}
	f, slot, got := NewFinder(new(memory), precisions), uint64(0), ""
	for i, b := range inputs {
		Begin(b)
		err := f.See(&slot, Row{b, 0}, i == 0, func(p *Pair) error {
			got += words(p)
			return nil
		})
		if err != nil {
			t.Fatal(err)
		}
	}
	return got
}

func TestCompare(t *testing.T) {
	t.Parallel()
	const place = " a#1 b#1 "
	for name, test := range map[string]struct {
		a, b values
		want string
	}{
		"equal":                     {values{schema.ErrorCode: 0, schema.ID: "1"}, values{schema.ErrorCode: 0, schema.ID: "1"}, "1" + place + "same"},
		"null against a value":      {values{schema.ErrorCode: 0}, values{schema.DeviceID: "d"}, place + `compatible error_code:0/null device_id:null/"d"`},
		"two values":                {values{schema.ErrorCode: 0}, values{schema.ErrorCode: 1}, place + "conflicting error_code:0/1"},
		"two values and a null":     {values{schema.UserID: "u", schema.DeviceID: "d"}, values{schema.UserID: "v"}, place + `conflicting user_id:"u"/"v" device_id:"d"/null`},
		"case":                      {values{schema.UserPrincipalName: "Ana@contoso.example"}, values{schema.UserPrincipalName: "ana@contoso.example"}, place + `conflicting user_principal_name:"Ana@contoso.example"/"ana@contoso.example"`},
		"empty text is no null":     {values{schema.UserID: ""}, values{}, place + `compatible user_id:""/null`},
		"bool":                      {values{schema.IsInteractive: true}, values{schema.IsInteractive: false}, place + "conflicting is_interactive:true/false"},
		"float":                     {values{schema.LocationLatitude: 51.5}, values{schema.LocationLatitude: 51.25}, place + "conflicting location_latitude:51.5/51.25"},
		"no number is itself":       {values{schema.LocationLatitude: math.NaN(), schema.ID: "1"}, values{schema.LocationLatitude: math.NaN(), schema.ID: "1", schema.DeviceID: "d"}, "1" + place + `compatible device_id:null/"d"`},
		"zeros":                     {values{schema.LocationLatitude: math.Copysign(0, -1)}, values{schema.LocationLatitude: 0.0}, place + "compatible"},
		"infinity":                  {values{schema.LocationLatitude: math.Inf(1)}, values{}, place + `compatible location_latitude:"+Inf"/null`},
		"list":                      {values{schema.RiskEventTypes: []string{"a", "null"}}, values{schema.RiskEventTypes: []string{"null", "a"}}, place + `conflicting risk_event_types:["a",null]/[null,"a"]`},
		"JSON, another order":       {values{schema.AuthenticationDetails: `[{"a":1,"b":{"c":2,"d":3}}]`}, values{schema.AuthenticationDetails: `[{"b":{"d":3,"c":2},"a":1}]`}, place + "compatible"},
		"JSON, another value":       {values{schema.AuthenticationDetails: `[{"a":1}]`}, values{schema.AuthenticationDetails: `[{"a":2}]`}, place + `conflicting authentication_details:[{"a":1}]/[{"a":2}]`},
		"ingestion":                 {values{schema.IngestedAt: at("08:00:00")}, values{schema.IngestedAt: at("09:00:00")}, place + "same"},
		"provenance and extra":      {values{schema.SourceLine: 1, schema.Extra: `{"a":1}`, schema.Issues: []string{"x"}}, values{schema.SourceLine: 2}, place + "same"},
		"derived":                   {values{schema.AccessVerdict: "granted", schema.ErrorName: "x"}, values{schema.AccessVerdict: "denied"}, place + "same"},
		"the status of a source":    {values{schema.SignInStatus: "success"}, values{schema.SignInStatus: "failure"}, place + `conflicting sign_in_status:"success"/"failure"`},
		"a second cut":              {values{schema.CreatedAt: at("08:00:01")}, values{schema.CreatedAt: at("08:00:01.9999999")}, place + "compatible"},
		"a fraction cut":            {values{schema.CreatedAt: at("08:00:01.123")}, values{schema.CreatedAt: at("08:00:01.1234567")}, place + "compatible"},
		"rounded, not cut":          {values{schema.CreatedAt: at("08:00:02")}, values{schema.CreatedAt: at("08:00:01.9")}, place + `conflicting created_at:"2026-05-01T08:00:02Z"/"2026-05-01T08:00:01.9Z"`},
		"another second":            {values{schema.CreatedAt: at("08:00:01")}, values{schema.CreatedAt: at("08:00:02")}, place + `conflicting created_at:"2026-05-01T08:00:01Z"/"2026-05-01T08:00:02Z"`},
		"a full minute":             {values{schema.CreatedAt: at("08:00:00")}, values{schema.CreatedAt: at("08:00:02.5")}, place + `conflicting created_at:"2026-05-01T08:00:00Z"/"2026-05-01T08:00:02.5Z"`},
		"nanoseconds":               {values{schema.CreatedAt: at("08:00:01.0000001")}, values{schema.CreatedAt: at("08:00:01.0000002")}, place + `conflicting created_at:"2026-05-01T08:00:01.0000001Z"/"2026-05-01T08:00:01.0000002Z"`},
		"no remainder against none": {values{schema.CreatedAt: at("08:00:01"), schema.CreatedAtRemainderNS: 0}, values{schema.CreatedAt: at("08:00:01")}, place + "same"},
		"before 1970":               {values{schema.LastPasswordChangeAt: at("08:00:00").AddDate(-100, 0, 0)}, values{schema.LastPasswordChangeAt: at("08:00:00.7").AddDate(-100, 0, 0)}, place + "compatible"},
	} {
		if got := compareTwo(t, test.a, test.b, nil, nil); got != test.want {
			t.Errorf("%s: %s, want %s", name, got, test.want)
		}
	}
}

// TestPrecisionOfInput: a time has no seconds if no time of the input has.
func TestPrecisionOfInput(t *testing.T) {
	t.Parallel()
	minutes, seconds, millis := []time.Time{at("08:01:00"), at("08:02:00")}, []time.Time{at("08:01:01")}, []time.Time{at("08:01:01.001")}
	for name, test := range map[string]struct {
		a, b           string
		timesA, timesB []time.Time
		equal          bool
	}{
		"minutes":                        {"08:00:00", "08:00:59.9", minutes, seconds, true},
		"two full minutes alone":         {"08:00:00", "08:00:59.9", minutes[:1], seconds, false},
		"another minute":                 {"08:00:00", "08:01:00.1", minutes, seconds, false},
		"the input shows seconds":        {"08:00:00", "08:00:59.9", seconds, seconds, false},
		"a second of others":             {"08:00:00", "08:00:00.5", millis, seconds, true},
		"no full minutes alone":          {"08:00:00", "08:00:30", append(seconds, minutes...), seconds, false},
		"the repeat is the coarser one":  {"08:00:59.9", "08:00:00", seconds, minutes, true},
		"milliseconds, more precise one": {"08:00:00.5", "08:00:00.5004", millis, seconds, true},
	} {
		got := compareTwo(t, values{schema.CreatedAt: at(test.a)}, values{schema.CreatedAt: at(test.b)}, test.timesA, test.timesB)
		if equal := !strings.Contains(got, "created_at"); equal != test.equal {
			t.Errorf("%s: %s", name, got)
		}
	}
}

func TestEqualJSON(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		a, b  string
		equal bool
	}{
		{`{"a":1,"b":2}`, ` { "b" : 2 , "a" : 1 } `, true},
		{`{"a":1,"a":2}`, `{"a":2,"a":1}`, false},
		{`[1,2]`, `[2,1]`, false},
		{`[1,[2]]`, `[1,2]`, false},
		{`"\u00e9\/\n"`, "\"é/\\u000a\"", true},
		{`"\ud800"`, `"\ud801"`, false},
		{`"\ud83d\ude00"`, `"😀"`, true},
		{`1`, `1.0`, true},
		{`1.50e2`, `150`, true},
		{`-0.0`, `0`, true},
		{`-1`, `1`, false},
		{`100`, `1`, false},
		{`0.001`, `1e-3`, true},
		{`1e99999999999`, `1e99999999999`, true},
		{`1e99999999999`, `1e99999999998`, false},
		{`0.1234567890123456789`, `0.1234567890123456788`, false},
		{`1`, `"1"`, false},
		{`true`, `false`, false},
		{`null`, `{}`, false},
		{`{"a":null}`, `{}`, false},
		{`{"a":1`, `{"a":1`, true},
		{`{"a":1`, `{"a":1}`, false},
		{`["a,b"]`, `["a","b"]`, false},
		{`"` + strings.Repeat("x", maxDecoded) + `\n"`, `"` + strings.Repeat("x", maxDecoded) + `\u000a"`, false},
		{"[" + strings.Repeat("1,", 100_001) + "1]", "[" + strings.Repeat("1, ", 100_001) + "1]", false},
	} {
		if got := equalJSON([]byte(test.a), []byte(test.b)); got != test.equal {
			t.Errorf("%.40s and %.40s: equal %t", test.a, test.b, got)
		}
	}
}

// TestFinderWaits: versions before the counted one wait for it, and those behind it are
// compared at once.
func TestFinderWaits(t *testing.T) {
	t.Parallel()
	src := &schema.Source{Path: "a"}
	b := batch(src, values{schema.ID: "x", schema.ErrorCode: 1}, values{schema.ID: "x", schema.ErrorCode: 2}, values{schema.ID: "x", schema.ErrorCode: 3}, values{schema.ID: "x", schema.ErrorCode: 3})
	f, slot := NewFinder(new(memory), new(Precisions)), uint64(0)
	Begin(b)
	var got []string
	for row := range b.Len {
		err := f.See(&slot, Row{b, row}, row == 2, func(p *Pair) error {
			got = append(got, words(p))
			return nil
		})
		if err != nil {
			t.Fatal(err)
		}
	}
	want := []string{"x a#3 a#2 conflicting error_code:3/2", "x a#3 a#1 conflicting error_code:3/1", "x a#3 a#4 same"}
	if !slices.Equal(got, want) {
		t.Errorf("%q", got)
	}
}

// TestFinderSpills finds records in the file and in the buffer, short ones and long
// ones, in any order.
func TestFinderSpills(t *testing.T) {
	t.Parallel()
	const records = 3000
	long := strings.Repeat("x", spillWindow*3)
	name := func(i int) string {
		if i%500 == 7 {
			return fmt.Sprint(long, i)
		}
		return fmt.Sprint(strings.Repeat("y", i%900), i)
	}
	var rows []values
	for i := range records {
		rows = append(rows, values{schema.ID: fmt.Sprint(i), schema.UserID: name(i)})
	}
	b := batch(&schema.Source{Path: "a"}, rows...)
	file, slots := new(memory), make([]uint64, records)
	f := NewFinder(file, new(Precisions))
	Begin(b)
	none := func(*Pair) error { return errors.New("a pair too early") }
	for i := range slots {
		if err := f.See(&slots[i], Row{b, i}, true, none); err != nil {
			t.Fatal(err)
		}
	}
	if file.writes == 0 || len(f.spill.buffer) == 0 {
		t.Fatal("the records are not in both, file and buffer")
	}
	pairs := 0
	for i := range slots {
		for _, i := range []int{i, (i * 7919) % records} {
			err := f.See(&slots[i], Row{b, i}, false, func(p *Pair) error {
				if pairs++; p.Kind != Same || p.ID != fmt.Sprint(i) || p.Counted.Record != int64(i+1) {
					return errors.New(words(p))
				}
				return nil
			})
			if err != nil {
				t.Fatal(err)
			}
		}
	}
	if pairs != 2*records {
		t.Errorf("%d pairs", pairs)
	}
}

// A broken file fails.
type broken struct{ memory }

func (*broken) Write([]byte) (int, error) { return 0, errors.New("disk full") }

func TestFinderErrors(t *testing.T) {
	t.Parallel()
	b := batch(&schema.Source{}, values{schema.UserID: strings.Repeat("x", spillBuffer)})
	var slot uint64
	f := NewFinder(new(broken), new(Precisions))
	Begin(b)
	if err := f.See(&slot, Row{b, 0}, true, nil); err == nil || !strings.Contains(err.Error(), "disk full") {
		t.Errorf("error %v of a full disk", err)
	}
	stop := errors.New("stop")
	f = NewFinder(new(memory), new(Precisions))
	Begin(b)
	slot = 0
	err := errors.Join(f.See(&slot, Row{b, 0}, true, nil))
	if got := f.See(&slot, Row{b, 0}, false, func(*Pair) error { return stop }); err != nil || got != stop {
		t.Errorf("errors %v, %v", err, got)
	}
}

// TestOmittedColumns: what a source does not show is not compared.
func TestOmittedColumns(t *testing.T) {
	t.Parallel()
	part, src := &schema.Source{Path: "part"}, &schema.Source{Path: "a"}
	earlier := batch(part, values{schema.SignInStatus: "failure", schema.CreatedAt: at("08:00:01.5")}, values{schema.SignInStatus: "failure", schema.ErrorCode: 1})
	later := batch(src, values{schema.SignInStatus: "success", schema.CreatedAt: at("08:00:01.5004")}, values{schema.ErrorCode: 2})
	precisions := new(Precisions)
	precisions.Add(later)
	f, slots, got := NewFinder(new(memory), precisions), [2]uint64{}, []string{}
	f.Omit(part, []schema.ColumnID{schema.SignInStatus})
	for i, b := range []*schema.Batch{earlier, later} {
		Begin(b)
		for row := range b.Len {
			err := f.See(&slots[row], Row{b, row}, i == 0, func(p *Pair) error {
				got = append(got, words(p))
				return nil
			})
			if err != nil {
				t.Fatal(err)
			}
		}
	}
	if want := []string{" part#1 a#1 same", " part#2 a#2 conflicting error_code:1/2"}; !slices.Equal(got, want) {
		t.Errorf("%q", got)
	}
}

// TestStatusBeforeAnnotation: sign_in_status is compared as it was when the batch began.
func TestStatusBeforeAnnotation(t *testing.T) {
	t.Parallel()
	b := batch(&schema.Source{Path: "a"}, values{schema.SignInStatus: "success"}, values{})
	f, slot, got := NewFinder(new(memory), new(Precisions)), uint64(0), ""
	Begin(b)
	b.Columns[schema.SignInStatus].SetText(0, "interrupted")
	b.Columns[schema.SignInStatus].SetText(1, "interrupted")
	for row := range b.Len {
		if err := f.See(&slot, Row{b, row}, row == 0, func(p *Pair) error { got = words(p); return nil }); err != nil {
			t.Fatal(err)
		}
	}
	if want := ` a#1 a#2 compatible sign_in_status:"success"/null`; got != want {
		t.Errorf("%s, want %s", got, want)
	}
}

func TestValueString(t *testing.T) {
	t.Parallel()
	b := batch(&schema.Source{}, values{
		schema.UserID: "é\"", schema.RiskEventTypes: []string{"a", "b"}, schema.ErrorCode: 5, schema.IsInteractive: true,
		schema.CreatedAt: at("08:00:01.1234567"), schema.AuthenticationDetails: `[1]`, schema.LastPasswordChangeAt: time.Date(12026, 1, 1, 0, 0, 0, 0, time.UTC),
	})
	got := map[schema.ColumnID]string{}
	for rest := appendRecord(nil, b, 0, &b.Columns[schema.SignInStatus]); ; {
		id, v, next := rest.next()
		if rest = next; id == schema.NumColumns {
			break
		}
		got[id] = v.String(id)
	}
	for id, want := range map[schema.ColumnID]string{
		schema.UserID: `é"`, schema.RiskEventTypes: "a, b", schema.ErrorCode: "5", schema.IsInteractive: "true", schema.AuthenticationDetails: "[1]",
		schema.CreatedAt: "2026-05-01T08:00:01.1234567Z", schema.LastPasswordChangeAt: fmt.Sprint(time.Date(12026, 1, 1, 0, 0, 0, 0, time.UTC).UnixMicro()), schema.DeviceID: "",
	} {
		if got[id] != want {
			t.Errorf("%s: %q, want %q", schema.Columns[id].Name, got[id], want)
		}
	}
	if text := (Value{}).String(schema.ErrorCode); text != "" {
		t.Errorf("null is %q", text)
	}
	if text := string(Value{Set: true, Text: []byte(`{"a": [1, 2]}`)}.AppendJSON(nil, schema.Extra)); text != `{"a":[1,2]}` {
		t.Errorf("JSON: %s", text)
	}
	if text := string(Value{Set: true, Text: []byte("{\xff")}.AppendJSON(nil, schema.Extra)); text != `"{\\xFF"` {
		t.Errorf("no JSON: %s", text)
	}
}
