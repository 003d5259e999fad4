package codes

import (
	"encoding/csv"
	"reflect"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"
	"unicode"
	"unicode/utf8"
)

// embeddedRows reads codes.csv on its own.
func embeddedRows(t *testing.T) (header []string, rows [][]string) {
	t.Helper()
	all, err := csv.NewReader(strings.NewReader(string(embedded))).ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	return all[0], all[1:]
}

func TestEmbeddedTable(t *testing.T) {
	t.Parallel()
	header, rows := embeddedRows(t)
	if got := strings.Join(header, " "); got != "code name source_count sources outcome category attack_relevance meaning remediation interrupt note" {
		t.Errorf("columns %s", got)
	}
	table := Embedded()
	lines := len(regexp.MustCompile(`(?m)^\d+,`).FindAll(embedded, -1))
	if lines == 0 || len(rows) != lines || len(table.byNumber) != lines {
		t.Errorf("%d lines, %d rows, %d codes", lines, len(rows), len(table.byNumber))
	}
	last := int64(-1)
	for _, row := range rows {
		number, err := strconv.ParseInt(row[0], 10, 32)
		if err != nil || number <= last {
			t.Errorf("code %s is no number or does not come after %d", row[0], last)
		}
		last = number
		want := &Code{Number: int32(number), Name: row[1], Sources: strings.Split(row[3], ";"), Outcome: row[4], Category: row[5], Meaning: row[7], Remediation: row[8], Interrupt: row[9], Note: row[10]}
		if row[6] != "" {
			want.Tags = strings.Split(row[6], ";")
		}
		if got := table.Lookup(int32(number)); !reflect.DeepEqual(got, want) {
			t.Errorf("Lookup(%d) = %+v, want %+v", number, got, want)
		}
		if count, _ := strconv.Atoi(row[2]); count != len(want.Sources) {
			t.Errorf("code %d: source_count %s, %d sources", number, row[2], len(want.Sources))
		}
	}
}

// Every code except 0 has a category.
func TestEmbeddedWords(t *testing.T) {
	t.Parallel()
	word := regexp.MustCompile(`^[a-z][a-z0-9]*(_[a-z0-9]+)*$`)
	for number, c := range Embedded().byNumber {
		if (c.Category == "") != (number == 0) {
			t.Errorf("code %d: category %q", number, c.Category)
		}
		for _, name := range append(c.Tags, c.Category) {
			if name != "" && !word.MatchString(name) {
				t.Errorf("code %d: tag or category %q", number, name)
			}
		}
	}
}

// remedied are codes whose remediation must be there: those that people ask for
// first, and those that real logs have most.
var remedied = []int32{50001, 50034, 50055, 50056, 50057, 50126, 50131, 50135, 50173, 51004, 53003, 120000, 120002, 120020,
	0, 16000, 50011, 50053, 50058, 50072, 50074, 50076, 50079, 50097, 50105, 50140, 50158, 50199, 53000, 65001, 70044, 81010,
	90072, 90094, 500121, 500212, 500741, 530032, 530084, 700016, 7000215, 7000222}

// A remediation is one or two plain sentences of a length that a cell holds.
func TestRemediations(t *testing.T) {
	t.Parallel()
	written := 0
	for number, c := range Embedded().byNumber {
		text := c.Remediation
		if text == "" {
			continue
		}
		written++
		if n := utf8.RuneCountInString(text); n < 20 || n > 300 {
			t.Errorf("code %d: %d characters: %q", number, n, text)
		}
		if !unicode.IsUpper([]rune(text)[0]) || !strings.HasSuffix(text, ".") || strings.HasSuffix(text, "..") {
			t.Errorf("code %d: no sentence: %q", number, text)
		}
		if strings.Join(strings.Fields(text), " ") != text {
			t.Errorf("code %d: white space: %q", number, text)
		}
		if link.MatchString(text) {
			t.Errorf("code %d: a link: %q", number, text)
		}
	}
	if written < 200 {
		t.Errorf("%d codes have a remediation, want 200 at least", written)
	}
	for _, number := range remedied {
		if c := Embedded().Lookup(number); c == nil || c.Remediation == "" {
			t.Errorf("code %d has no remediation", number)
		}
	}
}

var link = regexp.MustCompile(`(?i)://|\bwww\.|\baka\.ms\b|\.(com|net|org|us)\b|\]\(`)

// The codes with most sources are those that logs have most. Each has a remediation, and
// so has each that carries a tag or reads as an interrupt.
func TestRemediationOfFrequentCodes(t *testing.T) {
	t.Parallel()
	for number, c := range Embedded().byNumber {
		if c.Remediation == "" && (len(c.Sources) >= 5 || len(c.Tags) > 0 || c.Outcome == interrupted) {
			t.Errorf("code %d has %d sources, tags %s, outcome %s, and no remediation", number, len(c.Sources), c.Tags, c.Outcome)
		}
	}
}

// A tag claims something of every row that has the code. Every tag has a rule
// in SOURCES.md; only these codes have those that readers act on.
func TestTags(t *testing.T) {
	t.Parallel()
	got := map[string][]int32{}
	for number, c := range Embedded().byNumber {
		for _, tag := range c.Tags {
			got[tag] = append(got[tag], number)
			if !strings.Contains(sources, "| `"+tag+"` |") {
				t.Errorf("code %d: SOURCES.md has no rule for %s", number, tag)
			}
		}
	}
	for tag, want := range map[string][]int32{
		"password_spray":   {50053, 50056, 50126},
		"brute_force":      {50053, 50054, 50064, 50126, 120000},
		"user_enumeration": {50034, 50056, 50057, 51004, 500341, 700056},
		"valid_password": {50005, 50055, 50072, 50074, 50076, 50079, 50144, 50158, 53000, 53001, 53002, 53003, 53005, 53008, 53009,
			80012, 500121, 500741, 530001, 530002, 530003, 530011, 530021, 530022, 530031},
	} {
		slices.Sort(got[tag])
		if !slices.Equal(got[tag], want) {
			t.Errorf("%s: codes %d, want %d", tag, got[tag], want)
		}
	}
}

// Every source of a code has a short name, and every source of SOURCES.md has codes.
func TestSourceNames(t *testing.T) {
	t.Parallel()
	used := map[string]bool{}
	for number, c := range Embedded().byNumber {
		for i, name := range sourceNames(c.Sources) {
			id := c.Sources[i]
			used[id] = true
			if row := "| `" + id + "` | " + name + " | "; !strings.Contains(sources, row) || name == "" || len(name) > 50 {
				t.Errorf("code %d: SOURCES.md has no row %q, or a long name", number, row)
			}
		}
	}
	for _, row := range regexp.MustCompile("(?m)^\\| `(.*?)` \\| [^|]+ \\| [^|]+ \\|$").FindAllStringSubmatch(sources, -1) {
		if !used[row[1]] {
			t.Errorf("no code has the source %s", row[1])
		}
	}
	if got := sourceNames([]string{"elastic", "wiki"}); !slices.Equal(got, []string{"Elastic rules", "wiki"}) {
		t.Errorf("names %q", got)
	}
	if _, err := time.Parse(time.DateOnly, TableDate); err != nil {
		t.Error(err)
	}
}

// numbers are the numbers of the codes that a query finds, in their order.
func numbers(found []*Code) []int32 {
	var list []int32
	for _, c := range found {
		list = append(list, c.Number)
	}
	return list
}

// A number finds its code alone; a symbolic name, in any case, finds every
// code of that name, the lowest number first.
func TestFindEveryCode(t *testing.T) {
	t.Parallel()
	table := Embedded()
	named := map[string][]int32{}
	_, rows := embeddedRows(t) // in the order of their numbers
	for _, row := range rows {
		number, _ := strconv.Atoi(row[0])
		named[strings.ToLower(row[1])] = append(named[strings.ToLower(row[1])], int32(number))
	}
	for number, c := range table.byNumber {
		decimal := strconv.Itoa(int(number))
		for _, query := range []string{decimal, "AADSTS" + decimal, "aadsts" + decimal + ": text", decimal + ".0"} {
			if got := table.Find(query); len(got) != 1 || got[0] != c {
				t.Errorf("Find(%q) finds %d", query, numbers(got))
			}
		}
		if c.Name == "" {
			continue
		}
		for _, query := range []string{c.Name, strings.ToUpper(c.Name), strings.ToLower(c.Name), "  " + c.Name + "\n"} {
			if got, want := numbers(table.Find(query)), named[strings.ToLower(c.Name)]; !slices.Equal(got, want) {
				t.Errorf("Find(%q) finds %d, want %d", query, got, want)
			}
		}
	}
}

func TestFind(t *testing.T) {
	t.Parallel()
	tests := []struct {
		query string
		want  []int32
	}{
		{"50126", []int32{50126}},
		{" 50126 ", []int32{50126}},
		{`"50126"`, []int32{50126}},
		{"50126.0", []int32{50126}},
		{"AADSTS50126", []int32{50126}},
		{"aadsts50126", []int32{50126}},
		{"AADSTS50126: text", []int32{50126}},
		{"AADSTS50126: Error validating credentials. AADSTS50034", []int32{50126}},
		{"InvalidUserNameOrPassword", []int32{50126}},
		{"invalidusernameorpassword", []int32{50126}},
		{"INVALIDUSERNAMEORPASSWORD", []int32{50126}},
		{"KmsiInterrupt", []int32{50140}},
		{"0", []int32{0}},
		{"50126\n", []int32{50126}},
		{"\u00a050126\u00a0", []int32{50126}},
		{"KmsiInterrupt\u00a0", []int32{50140}},
		{"InteractionRequired", []int32{16000, 700020}},
		{"  interactionREQUIRED\r\n", []int32{16000, 700020}},
		{"InvalidRequest", []int32{90023, 9002313}},
		{"16000", []int32{16000}},
		{"AADSTS700020: InteractionRequired", []int32{700020}},

		{"5012", nil},
		{"501260", nil},
		{"50126x", nil},
		{"x50126", nil},
		{"50126.5", nil},
		{"50126 50034", nil},
		{"AADSTS", nil},
		{"AADSTS5012", nil},
		{"AADSTS501260", nil},
		{"AADSTS50126x", nil},
		{"-50126", nil},
		{"InvalidUserName", nil},
		{"InvalidUserNameOrPasswordX", nil},
		{"UserNameOrPassword", nil},
		{"Invalid User Name Or Password", nil},
		{"Interaction Required", nil},
		{"InteractionRequired,", nil},
		{"credentials", nil},
		{"The username or password was wrong.", nil},
		{"", nil},
		{" ", nil},
		{"AADB2C90118", nil},
		{"AADB2C50126", nil},
		{"aadb2c0", nil},
	}
	for _, test := range tests {
		t.Run(test.query, func(t *testing.T) {
			if got := numbers(Embedded().Find(test.query)); !slices.Equal(got, test.want) {
				t.Errorf("Find(%q) finds %d, want %d", test.query, got, test.want)
			}
		})
	}
}
