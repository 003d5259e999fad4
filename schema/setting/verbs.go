package setting

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"slices"

	"signins/schema"
)

// A Verb is one thing that a program does, with flags and a help of its own. S is what
// its flags set.
type Verb[S any] struct {
	Name, Usage string
	Most        int              // arguments, -1 for any number
	Summary     string           // its line in the main help
	Help        string           // what it does, with examples
	Flags       func(s *S) Flags // nil for none
	Run         func(s *S) (status int, err error)
}

// Verbs are all verbs of a program.
type Verbs[S any] []Verb[S]

// Find returns the verb of that name, or the one that a misspelt name was meant to be, or
// nil.
func (vs Verbs[S]) Find(name string) (v *Verb[S], exact bool) {
	var names []string
	for i := range vs {
		if names = append(names, vs[i].Name); vs[i].Name == name {
			return &vs[i], true
		}
	}
	if i := slices.Index(names, Nearest(name, names)); i >= 0 {
		return &vs[i], false
	}
	return nil, false
}

// Get returns the verb of that name. The error is *schema.Refusal, its hint the verb that
// may have been meant, else hint.
func (vs Verbs[S]) Get(name, hint string) (*Verb[S], error) {
	v, exact := vs.Find(name)
	if exact {
		return v, nil
	}
	if v != nil {
		hint = "did you mean " + v.Name + "?"
	}
	return nil, &schema.Refusal{What: "unknown verb: " + name, Hint: hint}
}

// Hint is the hint for a verb that was written as a flag, "" for other words.
func (vs Verbs[S]) Hint(word string) string {
	if v, exact := vs.Find(word); exact {
		return v.Name + " is a verb: " + v.Usage
	}
	return ""
}

// RefuseMissing refuses the path of an input that does not exist and has the name of a
// verb, or one that is misspelt. The error is *schema.Refusal.
func (vs Verbs[S]) RefuseMissing(path string) error {
	v, _ := vs.Find(path)
	if v == nil {
		return nil
	}
	if _, err := os.Lstat(path); !errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	return &schema.Refusal{What: path + ": no such file", Hint: "did you mean the verb " + v.Name + "? It comes first: " + v.Usage}
}

// FullHelp is what --help prints behind the verb.
func (v *Verb[S]) FullHelp() string { return "Usage:\n  " + v.Usage + "\n\n" + v.Details() }

// Details describes the verb and its flags.
func (v *Verb[S]) Details() string { return v.Help + v.flags(new(S)).Help() }

func (v *Verb[S]) flags(s *S) Flags {
	if v.Flags == nil {
		return nil
	}
	return v.Flags(s)
}

// Parse stores the values of the flags among arguments in s. It returns the table of the
// flags, the other arguments and the names of the flags that were there. The error is
// pflag.ErrHelp or a *schema.Refusal, which arguments that are empty or too many are, too.
func (v *Verb[S]) Parse(s *S, arguments []string, wordHint func(word string) string) (flags Flags, rest []string, changed map[string]bool, err error) {
	flags, seeHelp := v.flags(s), "see signins help "+v.Name
	rest, changed, err = flags.Parse(arguments, wordHint, seeHelp)
	switch {
	case err != nil:
	case v.Most >= 0 && len(rest) > v.Most:
		err = &schema.Refusal{What: fmt.Sprintf("surplus argument %q", rest[v.Most]), Hint: seeHelp}
	case slices.Contains(rest, ""):
		err = &schema.Refusal{What: "an argument is empty", Hint: seeHelp}
	}
	return flags, rest, changed, err
}
