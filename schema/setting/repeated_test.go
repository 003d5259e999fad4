package setting_test

import (
	"errors"
	"slices"
	"strings"
	"testing"

	"signins/schema/setting"
)

// A repeated flag collects its values, each once and in one order, and is restored from
// what it prints.
func TestRepeated(t *testing.T) {
	t.Parallel()
	parse := func(text string) (string, error) {
		if text == "bad" {
			return "", errors.New("no")
		}
		return strings.ToLower(text), nil
	}
	for _, test := range []struct {
		texts []string
		want  string
	}{
		{nil, ""}, {[]string{"b", "A", "B", "a"}, "a,b"}, {[]string{"Foo, Bar", `say "x"`, " y"}, `" y","foo, bar","say ""x"""`}, {[]string{"#1"}, "#1"},
	} {
		var first, again []string
		flags := setting.Flags{{Name: "user", InRunID: true, Value: setting.NewRepeated(&first, "NAME", "a name", parse)}}
		var arguments []string
		for _, text := range test.texts {
			arguments = append(arguments, "--user", text)
		}
		if _, _, err := flags.Parse(arguments, func(string) string { return "" }, ""); err != nil {
			t.Fatal(err)
		}
		if got := flags.Recorded()["user"]; got != test.want {
			t.Errorf("%q is recorded as %q, want %q", test.texts, got, test.want)
		}
		restored := setting.Flags{{Name: "user", InRunID: true, Value: setting.NewRepeated(&again, "NAME", "a name", parse)}}
		if err := restored.Restore(flags.Recorded()); err != nil || !slices.Equal(first, again) {
			t.Errorf("%q is restored as %q, %v", first, again, err)
		}
	}
	var list []string
	value := setting.NewRepeated(&list, "NAME", "a name", parse)
	for _, err := range []error{value.Set("bad"), value.Set(""), value.Restore("a,bad"), value.Restore(`"a`)} {
		if err == nil {
			t.Error("no error")
		}
	}
	if value.Type() != "NAME" {
		t.Errorf("type %s", value.Type())
	}
}
