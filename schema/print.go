package schema

import (
	"fmt"
	"io"
	"text/tabwriter"
)

// Print lists the columns for people: name, type, meaning.
func Print(w io.Writer) error {
	t := tabwriter.NewWriter(w, 0, 0, 2, ' ', 0)
	for _, c := range Columns {
		fmt.Fprintf(t, "%s\t%s\t%s\n", c.Name, c.Kind, c.Doc)
	}
	return t.Flush()
}
