package setting_test

import (
	"errors"
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/spf13/pflag"

	"signins/schema"
	"signins/schema/setting"
)

func Example() {
	order, jobs := "", 8
	values := []interface {
		Set(text string) error
		String() string
	}{setting.OneOf(&order, "ORDER", []string{"mdy", "dmy", "ymd"}), setting.New(&jobs, "N", "a number", strconv.Atoi)}
	for i, text := range []string{"dmy", "007"} {
		fmt.Println(values[i].Set(text), values[i].String())
	}
	fmt.Println(values[0].Set("dym"), values[0].Set(""), order)
	fmt.Println("did you mean", setting.Nearest("explian", []string{"columns", "explain"}))
	// Output:
	// <nil> dmy
	// <nil> 7
	// use mdy, dmy or ymd use mdy, dmy or ymd dmy
	// did you mean explain
}

func TestValueSet(t *testing.T) {
	t.Parallel()
	refused := &schema.Refusal{What: "no"}
	text, on, n := "before", true, 1
	for _, test := range []struct {
		name  string
		value interface {
			Set(text string) error
			String() string
			Type() string
		}
		text, typ, stored, err string
	}{
		{"text", setting.Text(&text, "FILE", "a path"), "x", "FILE", "x", ""},
		{"empty text", setting.Text(&text, "FILE", "a path"), "", "FILE", "x", "use a path"},
		{"switch", setting.Switch(&on), "false", "bool", "false", ""},
		{"bad switch", setting.Switch(&on), "maybe", "bool", "false", "use it without a value"},
		{"number", setting.New(&n, "N", "a number", strconv.Atoi), "+2", "N", "2", ""},
		{"refused", setting.New(&n, "N", "a number", func(string) (int, error) { return 0, refused }), "3", "N", "2", "no"},
	} {
		t.Run(test.name, func(t *testing.T) {
			err := test.value.Set(test.text)
			got := ""
			if err != nil {
				got = err.Error()
			}
			if got != test.err || errors.Is(err, refused) != (test.name == "refused") {
				t.Errorf("error %q, want %q", got, test.err)
			}
			if test.value.String() != test.stored || test.value.Type() != test.typ {
				t.Errorf("%s %q, want %s %q", test.value.Type(), test.value, test.typ, test.stored)
			}
		})
	}
}

func TestList(t *testing.T) {
	t.Parallel()
	for want, words := range map[string][]string{"": nil, "a": {"a"}, "a or b": {"a", "b"}, "a, b or c": {"a", "b", "c"}} {
		t.Run(want, func(t *testing.T) {
			if got := setting.List(words); got != want {
				t.Errorf("%q, want %q", got, want)
			}
		})
	}
}

func TestNearest(t *testing.T) {
	t.Parallel()
	names := []string{"output", "overwrite", "raw", "jobs", "date-order", "explain"}
	for word, want := range map[string]string{
		"output": "output", "outputs": "output", "outpt": "output", "ouput": "output", "outpur": "output", "uotput": "output",
		"utput": "output", "outpu": "output", "dateorder": "date-order", "date_order": "date-order", "job": "jobs", "ra": "raw", "row": "raw",
		"expalin": "explain", "xplain": "explain",
		"": "", "r": "", "outptus": "", "log": "", "exports": "", "ouptut.parquet": "", "out": "", "or": "", "Explain!": "", "düsseldorf": "",
	} {
		t.Run(word, func(t *testing.T) {
			if got := setting.Nearest(word, names); got != want {
				t.Errorf("%q, want %q", got, want)
			}
		})
	}
}

// What Recorded returns, Restore stores again: the values of flags that change outputs, in
// one spelling, and nothing of others.
func TestRecordedSettings(t *testing.T) {
	t.Parallel()
	type values struct {
		size, jobs int
		order      string
		raw        bool
	}
	table := func(v *values) setting.Flags {
		return setting.Flags{
			{Name: "size", InRunID: true, Value: setting.New(&v.size, "SIZE", "a size", func(text string) (int, error) {
				return strconv.Atoi(strings.TrimSuffix(text, "M"))
			}).As(func(n int) string { return fmt.Sprint(n, "M") })},
			{Name: "order", InWorkbook: true, Value: setting.OneOf(&v.order, "ORDER", []string{"mdy", "dmy"})},
			{Name: "raw", InRunID: true, Value: setting.Switch(&v.raw)},
			{Name: "jobs", Value: setting.New(&v.jobs, "N", "a number", strconv.Atoi)},
		}
	}
	for _, arguments := range []string{"", "--size=7", "--size 7M --raw --order dmy --jobs 9"} {
		first, second := values{size: 5, jobs: 1}, values{size: 5, jobs: 1}
		if _, _, err := table(&first).Parse(strings.Fields(arguments), func(string) string { return "" }, ""); err != nil {
			t.Fatal(err)
		}
		recorded := table(&first).Recorded()
		if choices := table(&first).Choices(); !slices.Equal(choices, []string{"size=" + recorded["size"], "raw=" + recorded["raw"]}) {
			t.Errorf("%s: choices %q", arguments, choices)
		}
		if err := table(&second).Restore(recorded); err != nil {
			t.Fatal(err)
		}
		if first.jobs = 1; first != second || len(recorded) != 3 || recorded["size"] != fmt.Sprint(first.size, "M") {
			t.Errorf("%s: %+v, %+v, recorded %v", arguments, first, second, recorded)
		}
	}
	for want, recorded := range map[string]map[string]string{
		`unknown setting "jobs"`:                   {"jobs": "3"},
		`unknown setting "rwa"`:                    {"rwa": "true", "size": "3"},
		`setting order: invalid value "ymd"`:       {"order": "ymd"},
		`setting raw: invalid value "perhaps not"`: {"raw": "perhaps not"},
	} {
		err := table(&values{}).Restore(recorded)
		if refused, ok := errors.AsType[*schema.Refusal](err); !ok || refused.What != want {
			t.Errorf("%v: %v", recorded, err)
		}
	}
}

// A flag is idle without an output of a format that it changes.
func TestRefuseIdle(t *testing.T) {
	t.Parallel()
	flags := setting.Flags{{Name: "raw"}, {Name: "mode", Only: []string{"xlsx", "dataset"}}, {Name: "none", Only: []string{}}}
	for _, test := range []struct{ changed, formats, want string }{
		{"", "", ""}, {"raw", "", ""}, {"mode", "parquet dataset", ""},
		{"mode", "parquet", "--mode has no effect without an output of format xlsx or dataset"},
		{"none", "xlsx", "--none has no effect without an output of format "},
	} {
		err := flags.RefuseIdle(map[string]bool{test.changed: true}, strings.Fields(test.formats))
		got := ""
		if refused, ok := errors.AsType[*schema.Refusal](err); ok {
			got = refused.What
		}
		if got != test.want || (err == nil) != (test.want == "") {
			t.Errorf("%+v: %v", test, err)
		}
	}
}

// A verb parses into settings, and refuses arguments that it has no use for.
func TestVerbs(t *testing.T) {
	t.Parallel()
	verbs := setting.Verbs[int]{
		{Name: "count", Usage: "x count [N]", Most: 1, Help: "Counts.\n", Flags: func(n *int) setting.Flags {
			return setting.Flags{{Heading: "Flags", Name: "step", Value: setting.New(n, "N", "a number", strconv.Atoi), Help: "steps"}}
		}},
		{Name: "list", Usage: "x list", Most: -1, Help: "Lists.\n"},
	}
	for name, want := range map[string]string{"count": "count true", "cuont": "count false", "lists": "list false"} {
		if v, exact := verbs.Find(name); v == nil || fmt.Sprint(v.Name, " ", exact) != want {
			t.Errorf("%s: %v %t", name, v, exact)
		}
	}
	if v, exact := verbs.Find("other"); v != nil || exact {
		t.Errorf("found %v", v)
	}
	if verbs.Hint("list") != "list is a verb: x list" || verbs.Hint("lis") != "" {
		t.Errorf("hints %q, %q", verbs.Hint("list"), verbs.Hint("lis"))
	}
	if got := verbs[0].FullHelp(); got != "Usage:\n  x count [N]\n\nCounts.\n\nFlags:\n      --step N   steps\n" {
		t.Errorf("help %q", got)
	}
	for _, test := range []struct {
		verb      int
		arguments []string
		n         int
		err       string
	}{
		{0, []string{"a", "--step=3"}, 3, ""}, {0, nil, 1, ""}, {1, []string{"a", "b", "c"}, 1, ""},
		{0, []string{"a", "b"}, 1, `surplus argument "b"; see signins help count`},
		{1, []string{""}, 1, "an argument is empty; see signins help list"},
		{1, []string{"--step=3"}, 1, "unknown flag: --step; see signins help list"},
		{1, []string{"--count"}, 1, "unknown flag: --count; count is a verb: x count [N]"},
	} {
		n, got := 1, ""
		_, rest, _, err := verbs[test.verb].Parse(&n, test.arguments, verbs.Hint)
		if refused, ok := errors.AsType[*schema.Refusal](err); ok {
			got = refused.What + "; " + refused.Hint
		}
		if n != test.n || got != test.err || (err == nil) != (test.err == "") || err == nil && len(rest) > len(test.arguments) {
			t.Errorf("%q: %d, %q, %v", test.arguments, n, rest, err)
		}
	}
}

// Arguments that no flag has are refused with a hint: what is near, a word of another kind,
// or where help is.
func TestParse(t *testing.T) {
	t.Parallel()
	var order string
	var raw bool
	var jobs int
	flags := setting.Flags{
		{Heading: "First", Name: "order", Short: "o", Value: setting.OneOf(&order, "ORDER", []string{"mdy", "dmy"}), Help: "an order"},
		{Name: "raw", Value: setting.Switch(&raw), Help: "raw records"},
		{Heading: "Second", Name: "jobs", Value: setting.New(&jobs, "N", "a number", strconv.Atoi), Help: "workers"},
	}
	if got, want := flags.Help(), "\nFirst:\n  -o, --order ORDER   an order\n      --raw           raw records\n\nSecond:\n      --jobs N   workers\n"; got != want {
		t.Errorf("help %q, want %q", got, want)
	}
	wordHint := func(word string) string {
		return map[string]string{"columns": "columns is a verb", "jbos": "jbos is a word"}[word]
	}
	for _, test := range []struct{ arguments, rest, changed, what, hint string }{
		{"a -o dmy b", "a b", "order", "", ""},
		{"-odmy --raw -", "-", "order raw", "", ""},
		{"--raw=false --jobs 3 -- -raw --x", "-raw --x", "jobs raw", "", ""},
		{"", "", "", "", ""},
		{"-raw", "", "", "unknown flag: -raw", "did you mean --raw?"},
		{"-raw=true", "", "", "unknown flag: -raw", "did you mean --raw?"},
		{"-hepl", "", "", "unknown flag: -hepl", "did you mean --help?"},
		{"-columns", "", "", "unknown flag: -columns", "columns is a verb"},
		{"--jbos 3", "", "", "unknown flag: --jbos", "jbos is a word"},
		{"--columns", "", "", "unknown flag: --columns", "columns is a verb"},
		{"--else", "", "", "unknown flag: --else", "see help"},
		{"-r", "", "", "unknown shorthand flag: 'r' in -r", "see help"},
		{"--order ymd", "", "", `invalid --order "ymd"`, "use mdy or dmy"},
		{"--raw=maybe", "", "", `invalid --raw "maybe"`, "use it without a value"},
		{"--jobs", "", "", "flag needs an argument: --jobs", "see help"},
	} {
		rest, changed, err := flags.Parse(strings.Fields(test.arguments), wordHint, "see help")
		what, hint := "", ""
		if refused, ok := errors.AsType[*schema.Refusal](err); ok {
			what, hint = refused.What, refused.Hint
		}
		names := slices.Sorted(maps.Keys(changed))
		if strings.Join(rest, " ") != test.rest || strings.Join(names, " ") != test.changed || what != test.what || hint != test.hint || (err == nil) != (test.what == "") {
			t.Errorf("%s: %q, changed %q, error %v with hint %q", test.arguments, rest, names, err, hint)
		}
	}
	for _, help := range []string{"-h", "--help"} {
		if _, _, err := flags.Parse([]string{help}, wordHint, ""); !errors.Is(err, pflag.ErrHelp) {
			t.Errorf("%s: %v", help, err)
		}
	}
	_, changed, err := flags.Parse([]string{"--raw"}, wordHint, "")
	if err != nil || !raw || !changed["raw"] || changed["order"] {
		t.Errorf("%t, changed %v, %v", raw, changed, err)
	}
}
