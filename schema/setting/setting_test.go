package setting_test

import (
	"errors"
	"fmt"
	"strconv"
	"strings"
	"testing"

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
