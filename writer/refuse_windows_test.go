package writer

import (
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"signins/schema"
)

func TestReservedNamesAreRefused(t *testing.T) {
	t.Chdir(t.TempDir())
	for _, path := range []string{"NUL.parquet", "con.xlsx", `lake\COM1\`, "report:1.xlsx", "aux/"} {
		if err := os.MkdirAll("lake", 0o700); err != nil {
			t.Fatal(err)
		}
		err := RefuseTaken([]string{path}, true)
		var refused *schema.Refusal
		if !errors.As(err, &refused) || !strings.Contains(err.Error(), ": Windows keeps this name") {
			t.Errorf("%s: %v", path, err)
		}
	}
	dir, err := os.Getwd()
	if err != nil {
		t.Fatal(err)
	}
	for _, path := range []string{"null.parquet", `lake\`, `lake\console.xlsx`, filepath.Join(dir, "a.xlsx"), filepath.VolumeName(dir) + "b.xlsx"} {
		if err := RefuseTaken([]string{path}, true); err != nil {
			t.Errorf("%s: %v", path, err)
		}
	}
}
