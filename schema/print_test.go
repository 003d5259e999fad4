package schema_test

import (
	"encoding/json"
	"reflect"
	"regexp"
	"slices"
	"strings"
	"testing"

	"signins/schema"
)

// Each dialect has its own words, and a dataset the column of its partition, behind all.
func TestPrintSQL(t *testing.T) {
	t.Parallel()
	for dialect, want := range map[string][]string{
		"duckdb": {"created_at TIMESTAMP WITH TIME ZONE,", "error_code INTEGER,", "error_tags VARCHAR[],", "raw_record BLOB,", "is_risky BOOLEAN,", "source_offset BIGINT,", "location_latitude DOUBLE,", "authentication_details STRUCT(method VARCHAR, grants STRUCT(control BOOLEAN, words VARCHAR[])[])[],"},
		"trino":  {"created_at TIMESTAMP(6) WITH TIME ZONE,", "error_tags ARRAY(VARCHAR),", "raw_record VARBINARY,", "authentication_details ARRAY(ROW(method VARCHAR, grants ARRAY(ROW(control BOOLEAN, words ARRAY(VARCHAR))))),"},
		"spark":  {"created_at TIMESTAMP,", "id STRING,", "error_tags ARRAY<STRING>,", "raw_record BINARY,", "authentication_details ARRAY<STRUCT<method: STRING, grants: ARRAY<STRUCT<control: BOOLEAN, words: ARRAY<STRING>>>>>,"},
	} {
		for _, dataset := range []bool{false, true} {
			lines := strings.Split(printed(t, &schema.Contract{Dialect: dialect, Dataset: dataset, Nested: nestedMembers}, "sql"), "\n")
			for _, words := range want {
				if !slices.Contains(lines, "  "+words) {
					t.Errorf("%s: no line %q", dialect, words)
				}
			}
			last, columns := "  "+schema.Columns[schema.NumColumns-1].Name+" ", int(schema.NumColumns)
			if dataset {
				last, columns = "  event_date DATE", columns+1
			}
			if n := len(lines); n != columns+3 || lines[0] != "CREATE TABLE signins (" || !strings.HasPrefix(lines[n-3], last) || lines[n-2] != ");" {
				t.Errorf("%s, of a dataset: %t: %d lines, %q ... %q", dialect, dataset, n, lines[0], lines[n-3:])
			}
		}
	}
}

var nestedMembers = map[schema.ColumnID][]schema.Member{schema.AuthenticationDetails: {
	{Name: "method", Type: "text", FieldID: 9901},
	{Name: "grants", Type: schema.ListOfStruct, FieldID: 9902, ElementFieldID: 990200, Members: []schema.Member{{Name: "control", Type: "bool"}, {Name: "words", Type: "list of text"}}},
}}

func printed(t *testing.T, c *schema.Contract, format string) string {
	t.Helper()
	var out strings.Builder
	if err := c.Print(&out, format); err != nil {
		t.Fatal(err)
	}
	return out.String()
}

func TestPrintJSON(t *testing.T) {
	t.Parallel()
	var contract struct {
		SchemaVersion int               `json:"schema_version"`
		Partition     map[string]string `json:"partition_column"`
		Columns       []struct {
			Name, Type, Unit string
			FieldID          int `json:"field_id"`
			ElementFieldID   int `json:"element_field_id"`
			Since            int `json:"since_schema_version"`
			Nullable         bool
			Sources          map[string]string
			Words            []string
			Members          []schema.Member
		}
	}
	text := printed(t, &schema.Contract{Nested: nestedMembers, Formats: []string{"portal-csv"}}, "json")
	if err := json.Unmarshal([]byte(text), &contract); err != nil {
		t.Fatal(err)
	}
	if !strings.HasPrefix(text, "{\n  \"schema_version\": ") {
		t.Errorf("%.60s is not for people, too", text)
	}
	if contract.SchemaVersion != schema.Version || len(contract.Columns) != int(schema.NumColumns) {
		t.Fatalf("version %d, %d columns", contract.SchemaVersion, len(contract.Columns))
	}
	if p := contract.Partition; p["name"] != "event_date" || p["type"] != "date" || p["source"] != "created_at" || p["description"] == "" {
		t.Errorf("partition %v", p)
	}
	for i, c := range contract.Columns {
		want := &schema.Columns[i]
		kind, element, id := want.Kind.String(), 0, schema.ColumnID(i)
		switch {
		case id == schema.AuthenticationDetails:
			kind, element = schema.ListOfStruct, 100*(i+1)
		case want.Kind == schema.TextList:
			element = 100 * (i + 1)
		}
		if c.Name != want.Name || c.Type != kind || !c.Nullable || c.Sources["graph"] != want.Graph || c.FieldID != i+1 || c.ElementFieldID != element || len(c.Words) < len(want.Words) {
			t.Errorf("column %d: %+v", i, c)
		}
	}
	column := contract.Columns
	if !reflect.DeepEqual(column[schema.AuthenticationDetails].Members, nestedMembers[schema.AuthenticationDetails]) {
		t.Errorf("members %v", column[schema.AuthenticationDetails].Members)
	}
	if a, b := column[schema.RawRecord].Since, column[schema.GatewayJA4].Since; a != 1 || b != 2 || column[schema.DuplicateKind].Since != 2 {
		t.Errorf("raw_record since %d, gateway_ja4 since %d", a, b)
	}
	if a, b := column[schema.SourceLength].Unit, column[schema.ID].Unit; a != "bytes" || b != "" {
		t.Errorf("units %q and %q", a, b)
	}
	for id, want := range map[schema.ColumnID]string{
		schema.SourceFormat: "portal-csv", schema.RowKind: "event summary", schema.AccessVerdict: "granted interrupted denied passthrough", schema.UserAgent: "",
		schema.SignInStatus: "success interrupted failure", schema.DuplicateKind: "same differs", schema.UserType: "member guest unknownFutureValue",
	} {
		if got := strings.Join(column[id].Words, " "); got != want {
			t.Errorf("words of %s: %s", column[id].Name, got)
		}
	}
}

// Nested columns are printed with their members.
func TestPrintNested(t *testing.T) {
	t.Parallel()
	out := printed(t, &schema.Contract{Nested: nestedMembers}, "text")
	for _, words := range []string{"\nauthentication_details ", "\n  method  ", "\n  grants  ", "\n    control  "} {
		if !strings.Contains(out, words) {
			t.Errorf("%q is missing", words)
		}
	}
}

// Field ids are those of all versions before: one that is in use never changes.
func TestFieldIDs(t *testing.T) {
	t.Parallel()
	for id, want := range map[schema.ColumnID]int{schema.CreatedAt: 1, schema.ID: 20, schema.ErrorTags: 77, schema.RawRecord: 151, schema.GatewayJA4: 152, schema.DuplicateKind: 159} {
		if got := id.FieldID(); got != want {
			t.Errorf("%s has field id %d, want %d", schema.Columns[id].Name, got, want)
		}
	}
	if e, m := schema.ElementFieldID(90), schema.MemberFieldID(90, 8); e != 9000 || m != 9009 || schema.MemberFieldID(m, 1) != 900902 {
		t.Errorf("elements %d, member %d", e, m)
	}
}

// Words that a column documents are known, and no issue is missing among them.
func TestOwnWords(t *testing.T) {
	t.Parallel()
	c, code := &schema.Contract{}, regexp.MustCompile("[a-z]+[0-9]?(_[a-z]+)*")
	for _, id := range []schema.ColumnID{schema.SignInCategory, schema.CategoryBasis, schema.RowKind, schema.AccessVerdict, schema.StatusBasis, schema.PassthroughBasis, schema.CrossTenantDirection, schema.DuplicateKind} {
		found := code.FindAllString(schema.Columns[id].Doc, -1)
		for _, word := range c.Words(id) {
			if !slices.Contains(found, word) {
				t.Errorf("%s: %s is not documented", schema.Columns[id].Name, word)
			}
		}
	}
	for _, word := range c.Words(schema.Issues) {
		if schema.Warnings[word] == "" {
			t.Errorf("issue %s is not explained", word)
		}
	}
}
