// Package setting reads the flags of a command line from a table: their texts become
// values at once, their help is written from the same table, and a misspelt name is
// answered with the one that was meant.
package setting

import (
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"signins/schema"
)

// A Value stores what it parses. Its methods are those of pflag.Value.
type Value[T any] struct {
	to    *T
	parse func(text string) (T, error)
	text  func(value T) string // nil for what fmt prints
	name  string
	hint  string
}

// New returns a value that is stored in to. name is what a help calls it, hint
// describes its text: "a number from 1".
func New[T any](to *T, name, hint string, parse func(text string) (T, error)) *Value[T] {
	return &Value[T]{to: to, parse: parse, name: name, hint: hint}
}

// As sets how String writes the value, where that is not what fmt prints.
func (v *Value[T]) As(text func(value T) string) *Value[T] {
	v.text = text
	return v
}

// OneOf returns a value that is one of the words.
func OneOf(to *string, name string, words []string) *Value[string] {
	return New(to, name, List(words), func(text string) (string, error) {
		if !slices.Contains(words, text) {
			return "", strconv.ErrSyntax
		}
		return text, nil
	})
}

// Text returns a value that is any text but the empty one.
func Text(to *string, name, hint string) *Value[string] {
	return New(to, name, hint, func(text string) (string, error) { return text, nil })
}

// Switch returns a value that is true or false.
func Switch(to *bool) *Value[bool] {
	return New(to, "bool", "it without a value", strconv.ParseBool)
}

// Set parses a text and stores the value. The error is a *schema.Refusal of the
// parser, or a hint how to write the text.
func (v *Value[T]) Set(text string) error {
	if text == "" {
		return errors.New("use " + v.hint)
	}
	parsed, err := v.parse(text)
	if refused, ok := errors.AsType[*schema.Refusal](err); ok {
		return refused
	}
	if err != nil {
		return errors.New("use " + v.hint)
	}
	*v.to = parsed
	return nil
}

// String returns a text that Set reads as the stored value, the same for all texts that
// mean it, or "" for none.
func (v *Value[T]) String() string {
	if v.text != nil {
		return v.text(*v.to)
	}
	return fmt.Sprint(*v.to)
}

// Type returns the name of the value, "bool" for a switch.
func (v *Value[T]) Type() string { return v.name }

// List writes words for people: "a, b or c".
func List(words []string) string {
	last := len(words) - 1
	if last < 1 {
		return strings.Join(words, "")
	}
	return strings.Join(words[:last], ", ") + " or " + words[last]
}

// Nearest returns the first name that word is or was meant to be: one letter is
// missing, added or wrong, or two neighbours are swapped. It returns "" where
// there is none, and for words of one letter, which are near to too many.
func Nearest(word string, names []string) string {
	i := slices.IndexFunc(names, func(name string) bool { return len(word) > 1 && len(name) > 2 && near(word, name) })
	if i < 0 {
		return ""
	}
	return names[i]
}

// near strips what both words begin and end with.
func near(a, b string) bool {
	for a != "" && b != "" && a[0] == b[0] {
		a, b = a[1:], b[1:]
	}
	for a != "" && b != "" && a[len(a)-1] == b[len(b)-1] {
		a, b = a[:len(a)-1], b[:len(b)-1]
	}
	swapped := len(a) == 2 && len(b) == 2 && a[0] == b[1] && a[1] == b[0]
	return len(a) <= 1 && len(b) <= 1 || swapped
}
