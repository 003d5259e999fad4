package setting

import (
	"cmp"
	"errors"
	"fmt"
	"io"
	"maps"
	"slices"
	"strings"

	"github.com/spf13/pflag"

	"signins/schema"
)

// A Flag is one element of a verb's table.
type Flag struct {
	Heading     string // begins a group of the help
	Name, Short string
	Value       pflag.Value
	InRunID     bool     // changes what is written about a record
	InWorkbook  bool     // changes what is shown beside the rows, and nothing else
	Only        []string // without an output of these formats it has no effect, nil for no condition
	Help        string
}

// Flags is the table of a verb.
type Flags []Flag

// Help describes the flags, in their groups, in lines of at most 80 columns.
func (flags Flags) Help() string {
	var text string
	for len(flags) > 0 {
		n := 1
		for n < len(flags) && flags[n].Heading == "" {
			n++
		}
		text += "\n" + flags[0].Heading + ":\n" + flags[:n].set().FlagUsagesWrapped(80)
		flags = flags[n:]
	}
	return text
}

// Parse stores the values of the flags among arguments and returns the other
// arguments and the names of the flags that were there. The error is pflag.ErrHelp
// or a *schema.Refusal. wordHint is a hint for what was written as a flag and is a
// word of another kind, "" for none; seeHelp is the hint where there is no better one.
func (flags Flags) Parse(arguments []string, wordHint func(word string) string, seeHelp string) (rest []string, changed map[string]bool, err error) {
	set := flags.set()
	suggest := func(name string) string {
		names := []string{"help"}
		for _, f := range flags {
			names = append(names, f.Name)
		}
		if near := Nearest(name, names); near != "" {
			return cmp.Or(wordHint(name), "did you mean --"+near+"?")
		}
		return wordHint(name)
	}
	if err := cmp.Or(refuseSingleDash(arguments, suggest), set.Parse(arguments)); err != nil {
		return nil, nil, misuse(err, suggest, seeHelp)
	}
	changed = map[string]bool{}
	set.Visit(func(f *pflag.Flag) { changed[f.Name] = true })
	return set.Args(), changed, nil
}

func (flags Flags) set() *pflag.FlagSet {
	set := pflag.NewFlagSet("", pflag.ContinueOnError)
	set.SortFlags = false
	set.SetOutput(io.Discard)
	set.Usage = func() {}
	for _, f := range flags {
		added := set.VarPF(f.Value, f.Name, f.Short, f.Help)
		added.DefValue = "" // the help text has it
		if f.Value.Type() == "bool" {
			added.NoOptDefVal = "true"
		}
	}
	return set
}

// Recorded returns the values of the flags that change outputs, defaults included, by
// name, as Restore reads them.
func (flags Flags) Recorded() map[string]string {
	values := map[string]string{}
	for _, f := range flags {
		if f.InRunID || f.InWorkbook {
			values[f.Name] = f.Value.String()
		}
	}
	return values
}

// Choices returns the values of the flags that change what is written about a record, as
// name=value, in the order of the table.
func (flags Flags) Choices() (choices []string) {
	for _, f := range flags {
		if f.InRunID {
			choices = append(choices, f.Name+"="+f.Value.String())
		}
	}
	return choices
}

// RefuseIdle refuses flags among changed that have no effect, as their Only names no
// format of an output. The error is *schema.Refusal.
func (flags Flags) RefuseIdle(changed map[string]bool, formats []string) error {
	for _, f := range flags {
		written := slices.ContainsFunc(f.Only, func(format string) bool { return slices.Contains(formats, format) })
		if changed[f.Name] && f.Only != nil && !written {
			return &schema.Refusal{
				What: fmt.Sprintf("--%s has no effect without an output of format %s", f.Name, List(f.Only)),
				Hint: "add such an output with -o, or omit --" + f.Name,
			}
		}
	}
	return nil
}

// Restore stores values as Recorded returned them. The error for a name that is no such
// flag and for a value that it does not take is a *schema.Refusal.
func (flags Flags) Restore(values map[string]string) error {
	for _, name := range slices.Sorted(maps.Keys(values)) {
		i := slices.IndexFunc(flags, func(f Flag) bool { return f.Name == name && (f.InRunID || f.InWorkbook) })
		if i < 0 {
			return &schema.Refusal{What: fmt.Sprintf("unknown setting %q", name)}
		}
		if values[name] == "" {
			continue
		}
		set := flags[i].Value.Set
		if list, ok := flags[i].Value.(interface{ Restore(text string) error }); ok {
			set = list.Restore
		}
		if err := set(values[name]); err != nil {
			return &schema.Refusal{What: fmt.Sprintf("setting %s: invalid value %q", name, values[name]), Hint: err.Error()}
		}
	}
	return nil
}

// refuseSingleDash refuses -output, which pflag reads as -o utput.
func refuseSingleDash(arguments []string, suggest func(name string) string) error {
	for _, argument := range arguments {
		if argument == "--" {
			break
		}
		name, _, _ := strings.Cut(argument, "=")
		if len(name) <= 2 || name[0] != '-' || name[1] == '-' {
			continue
		}
		if hint := suggest(name[1:]); hint != "" {
			return &schema.Refusal{What: "unknown flag: " + name, Hint: hint}
		}
	}
	return nil
}

// misuse puts an error of pflag in the program's words.
func misuse(err error, suggest func(name string) string, seeHelp string) error {
	var refused *schema.Refusal
	var invalid *pflag.InvalidValueError
	var unknown *pflag.NotExistError
	switch {
	case errors.Is(err, pflag.ErrHelp):
		return err
	case errors.As(err, &refused):
		return refused
	case errors.As(err, &invalid):
		return &schema.Refusal{What: fmt.Sprintf("invalid --%s %q", invalid.GetFlag().Name, invalid.GetValue()), Hint: invalid.Unwrap().Error()}
	case errors.As(err, &unknown):
		return &schema.Refusal{What: err.Error(), Hint: cmp.Or(suggest(unknown.GetSpecifiedName()), seeHelp)}
	}
	return &schema.Refusal{What: err.Error(), Hint: seeHelp}
}
