package reader

import (
	"strings"

	"signins/schema"
)

// A target is where the cells of one CSV column go.
type target struct {
	path   string          // title as written
	field  *field          // of a dialect whose titles are fields, nil for none
	column schema.ColumnID // where the cells are stored, noColumn for none
	set    setter          // stores the cell instead, nil to store it as it is
	plain  bool            // texts go into the column as they are
	known  bool            // not counted as an unknown field
	utc    bool            // times without zone are UTC: the title has it
	local  bool            // times are in a zone of display, which is not known
	cache  valueCache
}

// A setter stores a cell that is more than one plain value. plain: the same text
// would do the same again to its column alone, with no finding.
type setter func(r *rowBuilder, t *token) (plain bool)

// A columnsFunc returns the fields of a CSV dialect and the targets of a header, one
// for each title. It counts what is odd about the header.
type columnsFunc func(header []string, warnings *schema.Tally) (*fieldTree, []target)

// fieldColumns makes the columnsFunc of a dialect whose titles are the paths of
// fields; aliases are other titles for paths, both folded. Of several columns for
// one field the first is stored.
func fieldColumns(fields func() *fieldTree, aliases map[string]string) columnsFunc {
	return func(header []string, warnings *schema.Tally) (*fieldTree, []target) {
		tree, used := fields(), map[*field]bool{}
		targets := make([]target, len(header))
		for i, title := range header {
			key := foldTitle(title)
			t := target{path: title, column: noColumn, utc: strings.HasSuffix(strings.ToUpper(title), "[UTC]")}
			t.local = strings.HasSuffix(title, "]") && !t.utc
			if path, ok := aliases[key]; ok {
				key = path
			}
			switch f := tree.lookup(key); {
			case f == nil:
			case used[f]:
				warnings.Add(schema.RepeatedHeader, 1)
			default:
				t.field, used[f] = f, true
				if f.inner == nil {
					t.column = f.column
				}
			}
			targets[i] = t
		}
		return tree, targets
	}
}

// foldTitle writes a column title as it is compared: lower case, trimmed,
// spaces collapsed, without the display time zone.
func foldTitle(title string) string {
	key := strings.Join(strings.Fields(strings.ToLower(title)), " ")
	if i := strings.LastIndex(key, " ["); i >= 0 && strings.HasSuffix(key, "]") {
		key = key[:i]
	}
	return key
}

// foldedSet returns the set of titles, folded.
func foldedSet(titles []string) map[string]bool {
	set := map[string]bool{}
	for _, title := range titles {
		set[foldTitle(title)] = true
	}
	return set
}
