package excel

import (
	"bytes"
	"cmp"
	"fmt"
	"iter"
	"math/rand/v2"
	"slices"
	"strconv"
	"strings"
	"testing"

	"signins/schema"
)

// entityRow is a sign-in by column, "" for null; numbers are decimal.
type entityRow map[schema.ColumnID]string

// entityBatch returns a batch of rows.
func entityBatch(rows ...entityRow) *schema.Batch {
	return excelBatch(len(rows), func(row int, c *[schema.NumColumns]schema.Vector) {
		for id, text := range rows[row] {
			switch kind := schema.Columns[id].Kind; {
			case text == "":
			case kind == schema.TextList:
				var list []byte
				for element := range strings.SplitSeq(text, ",") {
					list = schema.AppendList(list, []byte(element), false)
				}
				c[id].SetBytes(row, list)
			case kind.Coded():
				c[id].SetText(row, text)
			default:
				n, err := strconv.ParseInt(text, 10, 64)
				if err != nil {
					panic(err)
				}
				c[id].SetNum(row, n)
			}
		}
	})
}

// randomRow returns a sign-in of few values, so that many rows share them.
func randomRow(r *rand.Rand) entityRow {
	pick := func(words ...string) string { return words[r.IntN(len(words))] }
	number := func(format string, n int) string { return fmt.Sprintf(format, r.IntN(n)) }
	row := entityRow{
		schema.UserID:                    pick("", schema.ZeroGUID, number("00000000-0000-4000-8000-00000000000%d", 6)),
		schema.UserPrincipalName:         pick("", number("user%d@contoso.example", 5), "00000000-0000-4000-8000-000000000001"),
		schema.IPAddress:                 pick("", number("192.0.2.%d", 60), number("198.51.100.%d", 3), "2001:db8:1::7"),
		schema.LocationCountry:           pick("", "IS", "NO", "DE"),
		schema.AppID:                     pick("", "a1", "a2", "a3"),
		schema.AppDisplayName:            pick("", "App 1", "App 2"),
		schema.DeviceID:                  pick("", "", "d1", "d2"),
		schema.SessionID:                 pick("", schema.ZeroGUID, number("s%d", 80)),
		schema.SignInCategory:            pick(schema.InteractiveUser, schema.NonInteractiveUser, schema.ServicePrincipal),
		schema.AccessVerdict:             pick("", "granted", "denied", "interrupted"),
		schema.ErrorCode:                 pick("", "0", "50126", "50074"),
		schema.SignInCount:               pick("", "1", "1", "7", "2147483647"),
		schema.CreatedAt:                 pick("", number("%d", 1000)),
		schema.AutonomousSystemNumber:    pick("", "", "0", "64500"),
		schema.AuthenticationMethodsUsed: pick("", "Password", "Password,Text message,Password"),
		schema.MFAAuthMethod:             pick("", "Text message"),
	}
	if r.IntN(5) == 0 {
		row[schema.DuplicateOf] = "a.csv#1"
	}
	return row
}

// A naiveEntity is an entity counted with maps.
type naiveEntity struct {
	verdicts    map[string]int64
	facets      map[string]map[string]int64 // by title of the column and value
	first, last string
	findings    map[string]bool
}

// naiveFacets are what some columns count, by title, with the values of a row.
var naiveFacets = map[string]func(r entityRow) []string{
	"Countries":    func(r entityRow) []string { return []string{r[schema.LocationCountry]} },
	"IP addresses": func(r entityRow) []string { return []string{r[schema.IPAddress]} },
	"Devices":      func(r entityRow) []string { return []string{r[schema.DeviceID]} },
	"Users":        func(r entityRow) []string { return []string{naiveUser(r)} },
	"Networks":     func(r entityRow) []string { return []string{naiveNetwork(r)} },
	"Error codes":  func(r entityRow) []string { return []string{r[schema.ErrorCode]} },
	"Authentication methods": func(r entityRow) []string {
		methods := strings.Split(r[schema.AuthenticationMethodsUsed], ",")
		methods = append(methods, r[schema.MFAAuthMethod])
		slices.Sort(methods)
		return slices.Compact(methods)
	},
}

func naiveUser(r entityRow) string {
	if id := r[schema.UserID]; id != "" && id != schema.ZeroGUID {
		return id
	}
	if name := r[schema.UserPrincipalName]; name != "" {
		return "name " + name
	}
	return ""
}

func naiveNetwork(r entityRow) string {
	if system := r[schema.AutonomousSystemNumber]; system != "" && system != "0" {
		return "AS" + system
	}
	address := r[schema.IPAddress]
	switch i := strings.LastIndexByte(address, '.'); {
	case i >= 0:
		return address[:i] + ".0/24"
	case address != "":
		return "2001:db8:1::/48"
	}
	return ""
}

func naiveCount(rows []entityRow, findings map[int][]string, key func(entityRow) string) map[string]*naiveEntity {
	entities := map[string]*naiveEntity{}
	for i, r := range rows {
		k := key(r)
		if k == "" {
			continue
		}
		e := entities[k]
		if e == nil {
			e = &naiveEntity{verdicts: map[string]int64{}, facets: map[string]map[string]int64{}, findings: map[string]bool{}}
			entities[k] = e
		}
		for _, f := range findings[i] {
			e.findings[f] = true
		}
		if r[schema.DuplicateOf] != "" {
			continue
		}
		n, _ := strconv.ParseInt(cmp.Or(r[schema.SignInCount], "1"), 10, 64)
		e.verdicts[r[schema.AccessVerdict]] += n
		for title, values := range naiveFacets {
			for _, value := range values(r) {
				if value != "" {
					if e.facets[title] == nil {
						e.facets[title] = map[string]int64{}
					}
					e.facets[title][value] += n
				}
			}
		}
		if at := r[schema.CreatedAt]; at != "" {
			at = fmt.Sprintf("%06s", at)
			e.first, e.last = cmp.Or(min(cmp.Or(e.first, at), at), at), max(e.last, at)
		}
	}
	return entities
}

// check compares a line with the entity.
func (e *naiveEntity) check(t *testing.T, line map[string]readCell) {
	t.Helper()
	total := int64(0)
	for _, look := range verdictLooks {
		total += e.verdicts[look.verdict]
		if got := line[look.label].String(); got != strconv.FormatInt(e.verdicts[look.verdict], 10) {
			t.Errorf("%s: %s, want %d", look.label, got, e.verdicts[look.verdict])
		}
	}
	if got := line["Sign-ins"].String(); got != strconv.FormatInt(total, 10) {
		t.Errorf("sign-ins %s, want %d", got, total)
	}
	for title, f := range e.facets {
		cell, shown := line[title]
		switch {
		case !shown:
		case !cell.isText:
			if cell.number != strconv.Itoa(len(f)) {
				t.Errorf("%s: %s, want %d", title, cell, len(f))
			}
		default:
			e.checkList(t, title, cell.text, f)
		}
	}
	for title, at := range map[string]string{"First seen (UTC)": e.first, "Last seen (UTC)": e.last} {
		want := ""
		if n, err := strconv.ParseInt(at, 10, 64); err == nil {
			want = isoDays(n)
		}
		if got := line[title].String(); got != want {
			t.Errorf("%s: %s, want %s (%s)", title, got, want, at)
		}
	}
	var names []string
	for f := range e.findings {
		names = append(names, f)
	}
	slices.Sort(names)
	if got, shown := line["Findings"]; shown && got.String() != strings.Join(names, " ") {
		t.Errorf("findings %s, want %s", got, names)
	}
}

// isoDays returns a time as the number of an Excel date.
func isoDays(micros int64) string { return string(appendDate(nil, micros)) }

// checkList checks a list of values with their counts, the most frequent first, or of
// values alone.
func (e *naiveEntity) checkList(t *testing.T, title, list string, f map[string]int64) {
	t.Helper()
	parts := strings.Split(list, "; ")
	if len(parts) != len(f) {
		t.Errorf("%s: %s, want %v", title, list, f)
	}
	last := int64(1 << 62)
	for _, part := range parts {
		value, count, counted := strings.Cut(strings.TrimSuffix(part, ")"), " (")
		if counted && strings.ReplaceAll(count, ",", "") != strconv.FormatInt(f[value], 10) || f[value] == 0 || f[value] > last {
			t.Errorf("%s: %s, want %v", title, list, f)
		}
		last = f[value]
	}
}

// TestEntitiesNaive compares the lines of users, addresses and sessions of random
// sign-ins, with repeats, summaries and findings, with what maps count.
func TestEntitiesNaive(t *testing.T) {
	t.Parallel()
	r := rand.New(rand.NewPCG(3, 4))
	var rows []entityRow
	var out bytes.Buffer
	x, _ := newTestExcel(t, &out, nil)
	for range 12 {
		var batch []entityRow
		for range 1 + r.IntN(300) {
			batch = append(batch, randomRow(r))
		}
		rows = append(rows, batch...)
		if err := x.Write(entityBatch(batch...)); err != nil {
			t.Fatal(err)
		}
	}
	findings := map[int][]string{}
	for n := range 15 {
		var places []schema.RowPlace
		for range 1 + r.IntN(10) {
			row := r.IntN(len(rows))
			places, findings[row] = append(places, schema.RowPlace{Row: int64(row)}), append(findings[row], fmt.Sprintf("F%04d", n+1))
		}
		if err := x.WriteFinding(&schema.Finding{Rule: "r", Rows: int64(len(places))}, slices.Values(places)); err != nil {
			t.Fatal(err)
		}
	}
	if err := x.Close(); err != nil {
		t.Fatal(err)
	}
	book := readExcel(t, out.Bytes())
	for _, sheet := range []struct {
		name string
		key  func(entityRow) string
		line func(map[string]readCell) string
		all  bool
	}{
		{usersSheet, naiveUser, func(line map[string]readCell) string {
			return cmp.Or(line["User ID"].text, "name "+line["Username"].text)
		}, true},
		{addressesSheet, func(r entityRow) string { return r[schema.IPAddress] }, func(line map[string]readCell) string { return line["IP address"].text }, true},
		{sessionsSheet, func(r entityRow) string {
			return strings.TrimPrefix(r[schema.SessionID], schema.ZeroGUID)
		}, func(line map[string]readCell) string { return line["Session ID"].text }, false},
	} {
		t.Run(sheet.name, func(t *testing.T) {
			want := naiveCount(rows, findings, sheet.key)
			last := int64(1 << 62)
			for line := range tableLines(book.sheets[sheet.name]) {
				e := want[sheet.line(line)]
				if e == nil {
					t.Fatalf("a line of %q", sheet.line(line))
				}
				e.check(t, line)
				delete(want, sheet.line(line))
				if n, _ := strconv.ParseInt(line["Sign-ins"].number, 10, 64); n > last {
					t.Error("lines are not in order")
				} else {
					last = n
				}
			}
			for key, e := range want {
				if e.total() > 0 && (sheet.all || e.moved()) {
					t.Errorf("no line of %q", key)
				}
			}
		})
	}
}

func (e *naiveEntity) total() (sum int64) {
	for _, n := range e.verdicts {
		sum += n
	}
	return sum
}

// moved reports a session that was seen in two places or ways. Sign-in types are three
// here, so that one row a type would do; they are tested with the golden file.
func (e *naiveEntity) moved() bool {
	return len(e.facets["IP addresses"]) > 1 || len(e.facets["Countries"]) > 1 || len(e.facets["Devices"]) > 1
}

// tableLines yields the lines of a sheet before its notes.
func tableLines(s *readSheet) iter.Seq[map[string]readCell] {
	return func(yield func(map[string]readCell) bool) {
		for _, line := range s.table() {
			if line["Sign-ins"].number != "" && !yield(line) {
				return
			}
		}
	}
}
