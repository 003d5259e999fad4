package excel

import (
	"strings"
	"testing"
)

// TestSheetNames has names that Excel does not reserve and that differ also without
// case, as excelize would make one sheet of two.
func TestSheetNames(t *testing.T) {
	t.Parallel()
	used := map[string]bool{"history": true}
	for _, kind := range sheetKinds {
		if name := strings.ToLower(kind.name); used[name] {
			t.Errorf("%s is in use or reserved", kind.name)
		} else {
			used[name] = true
		}
	}
}
