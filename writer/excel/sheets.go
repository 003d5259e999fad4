package excel

import (
	"fmt"
	"iter"
	"slices"
	"strings"

	"signins/schema"
	"signins/writer/manifest"
)

// sheetKinds are the sheets of a workbook in their order.
var sheetKinds = []sheetKind{
	{summarySheet, sums(writeSummary)},
	{findingsSheet, sums(writeFindings)},
	{usersSheet, entitySheet(userLines)},
	{addressesSheet, entitySheet(addressLines)},
	{applicationsSheet, entitySheet(applicationLines)},
	{sessionsSheet, entitySheet(sessionLines)},
	{signInSheet, newSignInSheet},
	{policySheet, newPolicySheet},
	{stepSheet, newStepSheet},
	{errorCodesSheet, sums(writeErrorCodes)},
	{tenantsSheet, entitySheet(tenantLines)},
	{rejectedSheet, newRejectSheet},
	{duplicatesSheet, newDuplicateSheet},
	{sourcesSheet, sums(writeSources)},
	{columnsSheet, sums(writeColumns)},
}

// A sheetKind is a kind of sheet: the name on its tab and the function that makes
// it for one workbook.
type sheetKind struct {
	name string
	make func(parts) sheet
}

// flagName returns a name as --sheets spells it, such as error-codes.
func flagName(name string) string {
	return strings.ReplaceAll(strings.ToLower(strings.TrimSpace(name)), " ", "-")
}

// A sheet of one workbook. It writes any number of pages, also none.
type sheet interface {
	// addBatch reads a batch that the rowEncoder has read. See rowSheet for rows of
	// sign-ins.
	addBatch(b *schema.Batch)
	// finish writes what follows from all rows. Sheets finish from the last to the
	// first, as Summary reports what the others cut and escaped.
	finish()
}

// A sumSheet is a sheet that finish alone writes, from the counts.
type sumSheet func()

func (sumSheet) addBatch(*schema.Batch) {}
func (s sumSheet) finish()              { s() }

// sums returns what makes the sheet that write writes.
func sums(write func(parts)) func(parts) sheet {
	return func(p parts) sheet { return sumSheet(func() { write(p) }) }
}

// parts are the parts of a workbook. A sheet keeps those that it needs.
type parts struct {
	book     *workbook
	rows     *rowEncoder
	counts   *counts
	entities *entities
	// findings are complete when all batches are read; their places when sheets finish.
	findings *findingRows
	run      *manifest.Run
	asked    []string // names of sheets; none for all
	labels   []schema.LabelColumn
	order    []string // names of all sheets, in the order of the workbook
}

// has reports whether the workbook has a sheet.
func (p parts) has(sheet string) bool { return len(p.asked) == 0 || slices.Contains(p.asked, sheet) }

// inputs yields the inputs of the run. One that cannot be read fails the workbook.
func (p parts) inputs() iter.Seq[*manifest.Input] {
	return func(yield func(*manifest.Input) bool) {
		for in, err := range p.run.AllInputs() {
			if err != nil {
				p.book.failure = err
			}
			if err != nil || !yield(in) {
				return
			}
		}
	}
}

// SheetNames returns the names of all sheets as --sheets spells them, in the order
// of the workbook.
func SheetNames() (names []string) {
	for _, kind := range sheetKinds {
		names = append(names, flagName(kind.name))
	}
	return names
}

// Sheets returns the sheets of a comma-separated list for Options.Sheets. Case does
// not count, and a space is as good as a hyphen. A name that is no sheet is an error.
func Sheets(list string) (sheets []string, err error) {
	for name := range strings.SplitSeq(list, ",") {
		i := slices.IndexFunc(sheetKinds, func(k sheetKind) bool { return flagName(k.name) == flagName(name) })
		if i < 0 {
			return nil, fmt.Errorf("%q is no sheet of the workbook", strings.TrimSpace(name))
		}
		sheets = append(sheets, sheetKinds[i].name)
	}
	return sheets, nil
}

// SheetList writes sheets for Sheets, "" for all.
func SheetList(sheets []string) string {
	var names []string
	for _, name := range sheets {
		names = append(names, flagName(name))
	}
	return strings.Join(names, ",")
}
