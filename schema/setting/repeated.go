package setting

import (
	"encoding/csv"
	"fmt"
	"slices"
	"strings"
)

// A Repeated is a value that collects what each use of its flag parses, in order and each
// once. Its methods are those of pflag.Value.
type Repeated[T any] struct {
	to    *[]T
	one   T
	value *Value[T]
}

// NewRepeated returns a value that is stored in to; the others are as those of New. What
// is printed of two elements is the same only if they are.
func NewRepeated[T any](to *[]T, name, hint string, parse func(text string) (T, error)) *Repeated[T] {
	l := &Repeated[T]{to: to}
	l.value = New(&l.one, name, hint, parse)
	return l
}

// Set adds an element.
func (l *Repeated[T]) Set(text string) error {
	if err := l.value.Set(text); err != nil {
		return err
	}
	at, found := slices.BinarySearchFunc(*l.to, fmt.Sprint(l.one), func(element T, text string) int { return strings.Compare(fmt.Sprint(element), text) })
	if !found {
		*l.to = slices.Insert(*l.to, at, l.one)
	}
	return nil
}

// String returns the elements as a line of CSV, which Restore reads, "" for none.
func (l *Repeated[T]) String() string {
	if l.to == nil || len(*l.to) == 0 {
		return ""
	}
	var texts []string
	for _, element := range *l.to {
		texts = append(texts, fmt.Sprint(element))
	}
	var line strings.Builder
	w := csv.NewWriter(&line)
	w.Write(texts) // to memory
	w.Flush()
	return strings.TrimSuffix(line.String(), "\n")
}

// Restore adds the elements that String returned.
func (l *Repeated[T]) Restore(text string) error {
	texts, err := csv.NewReader(strings.NewReader(text)).Read()
	if err != nil {
		return err
	}
	for _, one := range texts {
		if err := l.Set(one); err != nil {
			return err
		}
	}
	return nil
}

// Type returns the name of the value.
func (l *Repeated[T]) Type() string { return l.value.Type() }
