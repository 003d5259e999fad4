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
	{summarySheet, "The outcome at a glance: verdicts, charts, notes on the inputs, the most frequent names", sums(writeSummary)},
	{findingsSheet, "What rules saw in many sign-ins together, most severe first, with links to the rows; rules that saw nothing or could not run", sums(writeFindings)},
	{usersSheet, "A row for each user: verdicts, first and last seen, countries, networks, applications, clients, devices, codes", entitySheet(userLines)},
	{addressesSheet, "A row for each IP address: verdicts, first and last seen, who signed in from it and to what", entitySheet(addressLines)},
	{applicationsSheet, "A row for each application, service principal and managed identity, with credentials", entitySheet(applicationLines)},
	{sessionsSheet, "Sessions with more than one address, country, device or sign-in type", entitySheet(sessionLines)},
	{SignInSheet, "A row for each sign-in record", newSignInSheet},
	{policySheet, "A row for each Conditional Access policy of a sign-in, with its result", func(p parts) sheet { return newListTable(p, p.rows.policies) }},
	{stepSheet, "A row for each authentication step of a sign-in: method, result, requirement", func(p parts) sheet { return newListTable(p, p.rows.steps) }},
	{errorCodesSheet, "A row for each error code: meaning, what to do, counts, first and last seen", sums(writeErrorCodes)},
	{tenantsSheet, "Sign-ins between tenants; passthrough apart, as it is no access", entitySheet(tenantLines)},
	{rejectedSheet, "Records that could not be read, with place and reason", newRejectSheet},
	{duplicatesSheet, "Records of one sign-in that contradict each other, both values side by side", newDuplicateSheet},
	{sourcesSheet, "Inputs with their digests and the account of their records; files that were not read", sums(writeSources)},
	{columnsSheet, "The meaning of each column", sums(writeColumns)},
}

// A sheetKind is a kind of sheet: the name on its tab, what it has in a line, and the
// function that makes it for one workbook.
type sheetKind struct {
	name, text string
	make       func(parts) sheet
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
	kinds    []sheetKind // sheetKinds, which what writes Summary cannot name
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
