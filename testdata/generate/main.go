// Command generate writes the example sign-in exports below
// testdata/examples and what a reader must make of them, one line a record,
// in testdata/expected.csv.
//
// Everything in them is invented: people, tenants, devices, addresses (the
// documentation ranges of RFC 5737 and RFC 3849), network numbers (RFC 5398)
// and every id but those of a few public Microsoft applications. The shapes
// follow the exports of the Entra portal, Microsoft Graph (beta), Azure Monitor
// diagnostic settings, Log Analytics, PowerShell and Defender XDR.
//
// The expectations state what the generator meant a record to be; nothing of
// the program is asked. Times in expected.csv are cut to microseconds and
// carry no trailing zeros.
//
// Run it from the top of the project:
//
//	go run ./testdata/generate
//
// The same source always writes the same bytes.
package main

import (
	"cmp"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"time"
)

const (
	examplesDir  = "testdata/examples"
	expectedFile = "testdata/expected.csv"
	sourceDir    = "testdata/generate"
)

var (
	may  = time.Date(2026, time.May, 1, 0, 0, 0, 0, time.UTC)
	june = time.Date(2026, time.June, 1, 0, 0, 0, 0, time.UTC)
)

// An example is one export: where it goes, which events it holds and how they
// are written down.
type example struct {
	path   string // below examplesDir, with slashes
	plan   plan
	encode func([]event) []byte
	steps  bool // it holds authentication steps, and no sign-ins
}

// examples lists the exports. A plan's seed is its own, so that a change to
// one file leaves the others as they are.
var examples = []example{
	{path: "portal/InteractiveSignIns_2026-05-01_2026-05-31.csv", plan: interactiveMay, encode: userCSV.encode},
	{path: "portal/InteractiveSignIns_AuthDetails_2026-05-01_2026-05-31.csv", plan: interactiveMay, encode: authDetails, steps: true},
	{path: "portal/NonInteractiveSignIns_2026-05-01_2026-05-31.csv",
		plan: plan{seed: 2, kind: nonInteractiveUser, count: 300, everyCode: true,
			month: may, newestFirst: true, crossings: nonInteractiveCSVCrossings, scene: moved},
		encode: nonInteractiveCSV.encode},
	{path: "portal/ApplicationSignIns_2026-05-01_2026-05-31.csv",
		plan: plan{seed: 3, kind: servicePrincipal, count: 200, everyCode: true,
			month: may, newestFirst: true, noCrossings: true},
		encode: applicationCSV.encode},
	{path: "portal/MSISignIns_2026-05-01_2026-05-31.csv",
		plan: plan{seed: 4, kind: managedIdentity, count: 200, everyCode: true,
			month: may, newestFirst: true, noCrossings: true},
		encode: applicationCSV.encode},
	{path: "portal/InteractiveSignIns_2026-06-01_2026-06-30.json",
		plan: plan{seed: 5, kind: interactiveUser, count: 120, everyCode: true,
			month: june, newestFirst: true, crossings: jsonCrossings, scene: guesses},
		encode: prettyArray},
	{path: "portal/MSISignIns_2026-06-01_2026-06-30.json",
		plan: plan{seed: 6, kind: managedIdentity, count: 80, everyCode: true,
			month: june, newestFirst: true},
		encode: prettyArray},
	{path: "graph/nonInteractiveUser-page.json",
		plan: plan{seed: 7, kind: nonInteractiveUser, count: 130, everyCode: true,
			month: june, newestFirst: true, crossings: graphCrossings},
		encode: graphPage},
	{path: "graph/servicePrincipal.ndjson",
		plan: plan{seed: 8, kind: servicePrincipal, count: 110, everyCode: true,
			month: june, newestFirst: true, scene: newMachine},
		encode: graphLines},
	{path: "diagnostic/insights-logs-signinlogs/PT1H.json",
		plan: plan{seed: 9, kind: interactiveUser, count: 90,
			month: may, ticks: true, crossings: jsonCrossings},
		encode: diagnosticLines},
	{path: "diagnostic/insights-logs-noninteractiveusersigninlogs/PT1H.json",
		plan: plan{seed: 10, kind: nonInteractiveUser, count: 90,
			month: may, ticks: true, crossings: jsonCrossings},
		encode: diagnosticLines},
	{path: "diagnostic/insights-logs-serviceprincipalsigninlogs/PT1H.json",
		plan: plan{seed: 11, kind: servicePrincipal, count: 75, everyCode: true,
			month: may, ticks: true},
		encode: diagnosticLines},
	{path: "diagnostic/insights-logs-managedidentitysigninlogs/PT1H.json",
		plan: plan{seed: 12, kind: managedIdentity, count: 75, everyCode: true,
			month: may, ticks: true},
		encode: diagnosticLines},
	{path: "loganalytics/SigninLogs.csv",
		plan:   plan{seed: 13, kind: interactiveUser, count: 90, everyCode: true, month: june, newestFirst: true, crossings: jsonCrossings, scene: prompts},
		encode: tableCSV(signinLogsColumns)},
	{path: "loganalytics/union.csv",
		plan:   plan{seed: 14, kind: nonInteractiveUser, count: 80, month: june, crossings: jsonCrossings},
		encode: tableCSV(unionColumns)},
	{path: "loganalytics/answer.json",
		plan:   plan{seed: 15, kind: servicePrincipal, count: 60, everyCode: true, month: june, noCrossings: true},
		encode: tableRows(principalColumns)},
	{path: "loganalytics/query.ndjson",
		plan:   plan{seed: 16, kind: managedIdentity, count: 60, everyCode: true, month: june, noCrossings: true},
		encode: tableObjects(principalColumns)},
	{path: "powershell/SignInLogsGraph.json",
		plan:   plan{seed: 17, kind: interactiveUser, count: 90, everyCode: true, month: june, newestFirst: true, crossings: graphCrossings},
		encode: powershellArrays},
	{path: "powershell/flattened.csv",
		plan:   plan{seed: 18, kind: nonInteractiveUser, count: 60, month: june, noCrossings: true},
		encode: sheet{quoteAll: true, columns: powershellColumns}.encode},
	{path: "defender/EntraIdSignInEvents.csv",
		plan:   plan{seed: 19, kind: nonInteractiveUser, count: 70, month: june, noCrossings: true},
		encode: sheet{bom: true, columns: defenderColumns}.encode},
	{path: "defender/EntraIdSpnSignInEvents.csv",
		plan:   plan{seed: 20, kind: managedIdentity, count: 50, month: june, noCrossings: true},
		encode: sheet{columns: defenderPrincipalColumns}.encode},
}

// interactiveMay is the plan of two files that the portal downloads together.
var interactiveMay = plan{seed: 1, kind: interactiveUser, count: 300, everyCode: true,
	month: may, newestFirst: true, crossings: interactiveCSVCrossings, lineBreak: true, scene: spray}

func main() {
	if err := run(); err != nil {
		fmt.Fprintln(os.Stderr, "generate:", err)
		os.Exit(1)
	}
}

func run() error {
	if _, err := os.Stat(sourceDir); err != nil {
		return errors.New("run me from the top of the project: " + sourceDir + " is not here")
	}
	if err := os.RemoveAll(examplesDir); err != nil {
		return err
	}
	byPath := slices.SortedFunc(slices.Values(examples), func(a, b example) int { return cmp.Compare(a.path, b.path) })
	var expected [][]string
	for _, x := range byPath {
		events := x.plan.events()
		if err := write(filepath.Join(examplesDir, filepath.FromSlash(x.path)), x.encode(events)); err != nil {
			return err
		}
		if !x.steps {
			expected = append(expected, expectations(x.path, events)...)
		}
	}
	return write(expectedFile, expectedCSV(expected))
}

func write(path string, content []byte) error {
	if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
		return err
	}
	return os.WriteFile(path, content, 0o644)
}
