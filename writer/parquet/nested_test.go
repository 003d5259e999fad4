package parquet

import (
	"bytes"
	"cmp"
	"encoding/json"
	"errors"
	"io"
	"math/rand/v2"
	"reflect"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/parquet-go/parquet-go"

	"signins/schema"
	"signins/schema/jsontext"
	"signins/schema/nested"
)

// writeNested writes a row for each of the values and returns the rows as the
// library puts them together again.
func writeNested(t *testing.T, id schema.ColumnID, values ...string) (rows []map[string]any) {
	t.Helper()
	b := &schema.Batch{}
	for _, value := range values {
		if value != "" {
			b.Columns[id].SetText(b.Len, value)
		}
		b.Len++
	}
	b.Columns[schema.Extra].SetText(0, `{"before":1}`)
	b.Seal()
	o := testOptions
	o.Nested = true
	return readNested(t, writeWith(t, o, testLimits, b))
}

// readNested returns the rows of a file as the library puts them together.
func readNested(t *testing.T, data []byte) (rows []map[string]any) {
	t.Helper()
	file, err := parquet.OpenFile(bytes.NewReader(data), int64(len(data)))
	if err != nil {
		t.Fatal(err)
	}
	r := parquet.NewGenericReader[any](file)
	defer r.Close()
	read := make([]any, file.NumRows())
	n, err := r.Read(read)
	if err != nil && !errors.Is(err, io.EOF) || n != len(read) {
		t.Fatalf("%d rows, %v", n, err)
	}
	for _, row := range read {
		rows = append(rows, row.(map[string]any))
	}
	return rows
}

// withoutNulls drops null members, which say nothing.
func withoutNulls(value any) any {
	switch value := value.(type) {
	case map[string]any:
		clean := map[string]any{}
		for key, v := range value {
			if v != nil {
				clean[key] = withoutNulls(v)
			}
		}
		return clean
	case []any:
		clean := []any{}
		for _, v := range value {
			clean = append(clean, withoutNulls(v))
		}
		return clean
	}
	return value
}

// nestedText is a value of a nested column as JSON, without null members.
func nestedText(t *testing.T, value any) string {
	t.Helper()
	text, err := json.Marshal(value)
	if err == nil {
		err = json.Unmarshal(text, &value)
	}
	if err == nil {
		text, err = json.Marshal(withoutNulls(value))
	}
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

// Members stand in their columns; what none can hold stands in extra.
func TestNestedValues(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		id                 schema.ColumnID
		value, want, extra string
	}{
		{schema.NetworkLocationDetails, ``, `null`, ``},
		{schema.NetworkLocationDetails, `[]`, `[]`, ``},
		{schema.NetworkLocationDetails, `[{}]`, `[{}]`, ``},
		{schema.NetworkLocationDetails, `[null,{"networkNames":[]}]`, `[null,{"network_names":[]}]`, ``},
		{schema.NetworkLocationDetails, `[{"networkNames":["a",null,""],"networkType":null}]`, `[{"network_names":["a",null,""]}]`, ``},
		{schema.NetworkLocationDetails, `{"networkType":"x"}`, `[{"network_type":"x"}]`, ``},
		{schema.NetworkLocationDetails, `{"NetworkType":"x","a":1}`, `[{"network_type":"x"}]`, `"networkLocationDetails[0].a":1`},
		{schema.NetworkLocationDetails, `[{"networkType":{"a":1}}, 7, {"networkNames":"x"}]`, `[{},null,{}]`,
			`"networkLocationDetails[0].networkType":{"a":1},"networkLocationDetails[1]":7,"networkLocationDetails[2].networkNames":"x"`},
		{schema.NetworkLocationDetails, `[{"networkNames":["a",["b"]]}]`, `[{"network_names":["a",null]}]`, `"networkLocationDetails[0].networkNames[1]":["b"]`},
		{schema.NetworkLocationDetails, `[{"new":1},{},{"new":1}]`, `[{},{},{}]`, `"networkLocationDetails[0].new":1,"networkLocationDetails[2].new":1`},
		{schema.NetworkLocationDetails, `[{"new":1},{"networkType":tru}]`, `null`, `"networkLocationDetails":"[{\"new\":1},{\"networkType\":tru}]"`},
		{schema.NetworkLocationDetails, `[`, `null`, `"networkLocationDetails":"["`},
		{schema.NetworkLocationDetails, `[{}`, `null`, `"networkLocationDetails":"[{}"`},
		{schema.NetworkLocationDetails, `"[{}]"`, `[{}]`, ``},
		{schema.NetworkLocationDetails, `null`, `null`, ``},
		{schema.NetworkLocationDetails, `not JSON <`, `null`, `"networkLocationDetails":"not JSON <"`},
		{schema.AuthenticationProcessingDetails, `[{"key":"k","value":"1","key":"again","other":[1.50]}]`, `[{"key":"k","value":"1"}]`,
			`"authenticationProcessingDetails[0].key":"again","authenticationProcessingDetails[0].other":[1.50]`},
		{schema.AuthenticationProcessingDetails, `[{"Key":"k","Value":{"A":1},"AdditionalProperties":{}}]`, `[{"key":"k"}]`,
			`"authenticationProcessingDetails[0].AdditionalProperties":{},"authenticationProcessingDetails[0].Value":{"A":1}`},
		{schema.AuthenticationProcessingDetails, `[{"key":"\ud800","value":"\ufffd \u00e9"}]`, `[{"value":"\ufffd é"}]`, `"authenticationProcessingDetails[0].key":"\ud800"`},
		{schema.AuthenticationDetails, `[{"succeeded":false,"StatusSequence":12},{"succeeded":"true"}]`, `[{"status_sequence":"12","succeeded":false},{}]`,
			`"authenticationDetails[1].succeeded":"true"`},
		{schema.ConditionalAccessPolicies, `[{"includeRulesSatisfied":[{"ruleSatisfied":"a"},{}],"conditionsSatisfied":3,"new":1}]`,
			`[{"conditions_satisfied":"application,users","include_rules_satisfied":[{"rule_satisfied":"a"},{}]}]`, `"appliedConditionalAccessPolicies[0].new":1`},
		{schema.ConditionalAccessPolicies, `[{"conditionsSatisfied":19,"conditionsNotSatisfied":0,"excludeRulesSatisfied":[{"conditionalAccessCondition":65536}]}]`,
			`[{"conditions_satisfied":"application,users,clientType","conditions_not_satisfied":"none","exclude_rules_satisfied":[{"conditional_access_condition":"insiderRisk"}]}]`, ``},
		{schema.ConditionalAccessPolicies, `[{"id":3,"conditionsSatisfied":131073,"conditionsNotSatisfied":-1},{"conditionsSatisfied":"8","conditionsNotSatisfied":"none"},{"conditionsSatisfied":1.0}]`,
			`[{"id":"3","conditions_satisfied":"131073","conditions_not_satisfied":"-1"},{"conditions_satisfied":"location","conditions_not_satisfied":"none"},{"conditions_satisfied":"1.0"}]`, ``},
	} {
		rows := writeNested(t, test.id, test.value, test.value)
		for i, row := range rows {
			var extra any
			if i == 0 {
				extra = strings.TrimSuffix(`{"before":1,`+test.extra, ",") + "}"
			} else if test.extra != "" {
				extra = "{" + test.extra + "}"
			}
			got := nestedText(t, row[schema.Columns[test.id].Name])
			if want := nestedText(t, json.RawMessage(test.want)); got != want || row["extra"] != extra {
				t.Errorf("%s:\n got %s, %v\nwant %s, %v", test.value, got, row["extra"], want, extra)
			}
		}
	}
}

// An element that stands in many lists is the same in all of them, over the ends
// of pages and row groups.
func TestNestedElementsRepeat(t *testing.T) {
	t.Parallel()
	const a, b, odd = `{"key":"a","value":"1"}`, `{"key":"b","value":"2"}`, `{"key":"c","more":true}`
	lists := []string{"[" + a + "]", "[" + b + "," + a + "," + a + "]", "", "[]", "[" + odd + "," + b + "]", "[null," + a + "]"}
	var values []string
	for i := range 20 * testLimits.groupRows {
		values = append(values, lists[i%len(lists)])
	}
	for i, row := range writeNested(t, schema.AuthenticationProcessingDetails, values...) {
		want, extra := lists[i%len(lists)], any(nil)
		if i%len(lists) == 4 {
			want, extra = `[{"key":"c"},`+b+"]", `{"authenticationProcessingDetails[0].more":true}`
		}
		if got := nestedText(t, row["authentication_processing_details"]); got != cmp.Or(want, "null") || i > 0 && row["extra"] != extra {
			t.Fatalf("row %d: %s, %v\nwant %s, %v", i, got, row["extra"], want, extra)
		}
	}
}

// Random values come back as they were, over many pages and row groups.
func TestNestedRoundTrip(t *testing.T) {
	t.Parallel()
	random := rand.New(rand.NewPCG(50, 0))
	for id, m := range nested.Columns {
		var values, want []string
		for range 350 {
			value, meant := randomMember(random, (*member)(&m))
			if value == nil {
				values = append(values, "")
			} else {
				text, _ := json.Marshal(value)
				values = append(values, string(text))
			}
			want = append(want, nestedText(t, meant))
		}
		for i, row := range writeNested(t, id, values...) {
			if got := nestedText(t, row[schema.Columns[id].Name]); got != want[i] {
				t.Fatalf("%s, row %d: %s\n got %s\nwant %s", schema.Columns[id].Name, i, values[i], got, want[i])
			}
			if i > 0 && row["extra"] != nil {
				t.Fatalf("%s, row %d: extra %s", schema.Columns[id].Name, i, row["extra"])
			}
		}
		rewrite(t, id, values)
	}
}

// A file whose structs have other members is refused.
func TestReadNestedOfOtherMembers(t *testing.T) {
	t.Parallel()
	var file bytes.Buffer
	name := schema.Columns[schema.NetworkLocationDetails].Name
	other := parquet.Group{name: parquet.Optional(parquet.List(parquet.Optional(parquet.Group{"network_type": parquet.Optional(parquet.String())})))}
	w := parquet.NewGenericWriter[any](&file, parquet.NewSchema("signins", other))
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	r, err := NewReader(bytes.NewReader(file.Bytes()), int64(file.Len()))
	if err != nil {
		t.Fatal(err)
	}
	if err := r.ReadNested(); err == nil || err.Error() != "column "+name+" has other members than those of this version" {
		t.Error(err)
	}
}

// rewrite writes values of a column to a file, and what ReadNested reads of that to
// another one, which is equal.
func rewrite(t *testing.T, id schema.ColumnID, values []string) {
	t.Helper()
	b := &schema.Batch{}
	for _, value := range values {
		if b.Columns[schema.ID].SetText(b.Len, value); value != "" {
			b.Columns[id].SetText(b.Len, value)
		}
		b.Len++
	}
	b.Seal()
	o := testOptions
	o.Nested = true
	data := writeWith(t, o, testLimits, b)
	r, err := NewReader(bytes.NewReader(data), int64(len(data)))
	if err != nil {
		t.Fatal(err)
	}
	if err := r.ReadNested(); err != nil {
		t.Fatal(err)
	}
	series, err := NewSeries(o)
	if err != nil {
		t.Fatal(err)
	}
	series.limits = testLimits
	var again bytes.Buffer
	w := series.Create(&again)
	for group := range r.Groups() {
		if err := r.Rows(group, func(int) bool { return true }, w.Write); err != nil {
			t.Fatal(err)
		}
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	want, got := readNested(t, data), readNested(t, again.Bytes())
	for i := range want {
		if !reflect.DeepEqual(got[i], want[i]) {
			t.Fatalf("%s, row %d: %s is %v, then %v", schema.Columns[id].Name, i, values[i], want[i], got[i])
		}
	}
	if len(got) != len(want) {
		t.Fatalf("%d rows of %d", len(got), len(want))
	}
}

// randomMember makes a value as a source has it, and as it is meant to come
// back.
func randomMember(random *rand.Rand, m *member) (value, want any) {
	switch n := random.IntN(50); {
	case n < 10:
		return nil, nil
	case m.List:
		one := *m
		one.List = false
		values, wants := []any{}, []any{}
		for range n % 5 {
			v, w := randomMember(random, &one)
			values, wants = append(values, v), append(wants, w)
		}
		return values, wants
	case m.Flag:
		return n%2 == 0, n%2 == 0
	case len(m.Fields) == 0:
		text := string(randomText(n))
		return text, text
	}
	values, wants := map[string]any{}, map[string]any{}
	for i := range m.Fields {
		if random.IntN(4) > 0 {
			values[m.Fields[i].JSON], wants[m.Fields[i].Name] = randomMember(random, m.fieldAt(i))
		}
	}
	return values, wants
}

func TestNestedRefusesBadText(t *testing.T) {
	t.Parallel()
	b := &schema.Batch{Len: 1}
	b.Columns[schema.NetworkLocationDetails].SetText(0, "[\"\xff\"]")
	o := testOptions
	o.Nested = true
	p, err := newWriter(io.Discard, o, testLimits)
	if err != nil {
		t.Fatal(err)
	}
	if err := p.Write(b); err == nil || !strings.Contains(err.Error(), "column network_location_details") {
		t.Errorf("Write: %v", err)
	}
}

// Every list in JSON is taken for one, and texts that are no JSON do no harm.
func FuzzNestedList(f *testing.F) {
	for _, seed := range []string{`[]`, ` [ 1 , "a,\"]" ,{"b":[2]}, null ] `, `{"a":{},"b\\":"\\\\","a":-1.5e3}`, `[[],[[]],""]`, `{}`,
		`[`, `["`, `["\"]`, `[{"id":"a"]`, `[{]}`, `[}1]`, `[1]2]`} {
		f.Add([]byte(seed))
	}
	f.Fuzz(func(t *testing.T, text []byte) {
		text = bytes.TrimSpace(text)
		isList := json.Valid(text) && text[0] == '['
		for id, m := range nested.Columns {
			n := newNestedColumn(id, member(m))
			n.reset(0)
			if list := n.appendElements(text); isList && utf8.Valid(text) && !list {
				t.Errorf("%s: not taken for a list", text)
			}
		}
	})
}

// A value of more members than any sign-in has stays whole in extra: taken apart
// it would need memory of hundreds of times its length.
func TestNestedValueOfManyMembers(t *testing.T) {
	t.Parallel()
	few := "[" + strings.Repeat("{},", 99) + `{"id":"p"}]`
	many := "[" + strings.Repeat("{},", jsontext.MaxCommas+1) + `{"id":"p"}]`
	rows := writeNested(t, schema.ConditionalAccessPolicies, many, few)
	name := schema.Columns[schema.ConditionalAccessPolicies].Name
	if got, want := rows[0]["extra"], `{"before":1,"appliedConditionalAccessPolicies":`+many+"}"; got != want || rows[0][name] != nil {
		t.Errorf("many: %d bytes of extra, want %d", len(got.(string)), len(want))
	}
	if got := nestedText(t, rows[1][name]); !strings.HasSuffix(got, `{"id":"p"}]`) || rows[1]["extra"] != nil {
		t.Errorf("few: %.100s", got)
	}
}

// What is told of members is what files hold.
func TestNestedMembersAreThoseOfTheSchema(t *testing.T) {
	t.Parallel()
	if len(NestedMembers()) != len(nested.Columns) {
		t.Fatalf("%d columns, want %d", len(NestedMembers()), len(nested.Columns))
	}
	for id, members := range NestedMembers() {
		name := schema.Columns[id].Name
		for _, field := range Schema(true).Fields() {
			if field.Name() == name {
				compareMembers(t, name, field.Fields()[0].Fields()[0], members)
			}
		}
	}
}

// compareMembers compares what is told of a struct with its node.
func compareMembers(t *testing.T, path string, node parquet.Node, members []schema.Member) {
	t.Helper()
	if len(node.Fields()) != len(members) {
		t.Fatalf("%s: %d members, want %d", path, len(members), len(node.Fields()))
	}
	for i, field := range node.Fields() {
		m := members[i]
		want := schema.Text.String()
		switch {
		case !field.Leaf() && !field.Fields()[0].Fields()[0].Leaf():
			want = schema.ListOfStruct
			compareMembers(t, path+"."+m.Name, field.Fields()[0].Fields()[0], m.Members)
		case !field.Leaf():
			want = schema.TextList.String()
		case field.Type().Kind() == parquet.Boolean:
			want = schema.Bool.String()
		}
		if m.Name != field.Name() || m.Type != want {
			t.Errorf("%s: %s is %s, want %s, %s", path, m.Name, m.Type, field.Name(), want)
		}
	}
}
