package excel

import (
	"fmt"
	"strings"

	"signins/writer/manifest"
)

// gaps returns notes on what is not among the sign-ins: records and files that were
// not read, and types and days without sign-ins.
func (c *counts) gaps(run *manifest.Run) (gaps []string) {
	if n := run.Totals.Rejected; n > 0 {
		gaps = append(gaps, fmt.Sprintf("Rejected records: %s. They are in no count; each is listed with its place and reason.", manifest.Number(n)))
	}
	if n := len(run.Skipped); n > 0 {
		gaps = append(gaps, fmt.Sprintf("Files found next to the exports and not read: %s. Sources lists them with the reasons.", manifest.Number(int64(n))))
	}
	var missing []string
	for i, t := range signInTypes[:4] { // the exports of the portal
		if c.types[i].total() == 0 {
			missing = append(missing, strings.ToLower(t.label))
		}
	}
	if c.all.total() > 0 && len(missing) > 0 {
		gaps = append(gaps, fmt.Sprintf("There are no sign-ins of these types: %s. They may not have been exported.", strings.Join(missing, ", ")))
	}
	days, far := c.times.nearDays()
	if far > 0 {
		gaps = append(gaps, fmt.Sprintf("Sign-ins more than %d days before or after all others: %s. Their dates may be wrong; the chart over time leaves them out.", farGap, manifest.Number(far)))
	}
	if len(days) < 2 {
		return gaps
	}
	for _, i := range c.types.indexes() {
		gaps = append(gaps, c.gapsOfType(i, days)...)
	}
	return gaps
}

// gapsOfType returns notes on the days without sign-ins of a type, where days are
// those of all types.
func (c *counts) gapsOfType(signType int, days []int64) (gaps []string) {
	var active []int64
	for _, day := range days {
		if c.times.days[day][signType].total() > 0 {
			active = append(active, day)
		}
	}
	if len(active) == 0 {
		return nil
	}
	label, first, last := signInTypes[signType].label, active[0], active[len(active)-1]
	if first > days[0]+1 || last < days[len(days)-1]-1 {
		gaps = append(gaps, fmt.Sprintf("%s sign-ins cover only %s to %s, while all cover %s to %s.",
			label, dayText(first), dayText(last), dayText(days[0]), dayText(days[len(days)-1])))
	}
	// A type with few sign-ins a day has days without any.
	const busy = 10
	quiet := last - first + 1 - int64(len(active))
	if quiet > 0 && c.types[signType].total() >= busy*int64(len(active)) {
		gap := first
		for i := 0; active[i] == gap; i++ {
			gap++
		}
		gaps = append(gaps, fmt.Sprintf("%s sign-ins: none on %s of the days from %s to %s, the first %s. These days were quiet, or records are missing.",
			label, manifest.Number(quiet), dayText(first), dayText(last), dayText(gap)))
	}
	return gaps
}
