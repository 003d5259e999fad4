package excel

import (
	"fmt"

	"signins/writer/manifest"
)

// gaps returns notes on what was not read: records and files. What else may be missing
// is among the warnings of the run.
func gaps(run *manifest.Run) (gaps []string) {
	if n := run.Totals.Rejected; n > 0 {
		gaps = append(gaps, fmt.Sprintf("Rejected records: %s. They are in no count; each is listed with its place and reason.", manifest.Number(n)))
	}
	if n := len(run.Skipped); n > 0 {
		gaps = append(gaps, fmt.Sprintf("Files found next to the exports and not read: %s. Sources lists them with the reasons.", manifest.Number(n)))
	}
	return gaps
}
