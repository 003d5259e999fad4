package compact

import (
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

// A part that another program has open cannot be replaced: the error says where it is, no
// row is lost or doubled, and once it is closed the next compaction succeeds and leaves
// nothing else.
func TestPartThatIsOpenElsewhere(t *testing.T) {
	t.Parallel()
	lake := filepath.Join(t.TempDir(), "lake")
	load{source: "a", rows: 30, days: 2, codeDate: "01"}.into(t, lake)
	load{source: "b", rows: 20, first: 30, days: 2, codeDate: "01"}.into(t, lake)
	before, _ := rowsOf(t, lake)
	parts, err := filepath.Glob(filepath.Join(lake, "event_date=*", "part-*"))
	if err != nil || len(parts) != 6 {
		t.Fatal(parts, err)
	}
	open, err := os.Open(parts[1])
	if err != nil {
		t.Fatal(err)
	}
	defer open.Close()
	if _, err := compact(t.Context(), lake, Options{}, defaultLimits); err == nil || !strings.HasPrefix(err.Error(), lake) {
		t.Errorf("error %v", err)
	}
	if rows, _ := rowsOf(t, lake); !slices.Equal(rows, before) {
		t.Errorf("%d rows before, %d while a part is open", len(before), len(rows))
	}
	open.Close()
	mustCompact(t, lake, defaultLimits)
	if rows, parts := rowsOf(t, lake); !slices.Equal(rows, before) || parts != 3 {
		t.Errorf("%d rows before, %d in %d parts after", len(before), len(rows), parts)
	}
	checkLake(t, lake, 50, 3, 2)
	if left, _ := filepath.Glob(filepath.Join(lake, ".signins.*")); len(left) > 0 {
		t.Errorf("%q is left", left)
	}
}
