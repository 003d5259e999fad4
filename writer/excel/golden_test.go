package excel

import (
	"cmp"
	"fmt"
	"maps"
	"slices"
	"strings"
	"testing"

	"signins/schema"
	"signins/schema/duplicates"
	"signins/testdata/golden"
	"signins/writer/manifest"
)

// TestGoldenSummary compares every cell of Summary, for sign-ins with every verdict,
// with gaps, findings, and cells that differ from the source.
func TestGoldenSummary(t *testing.T) {
	t.Parallel()
	batches := append(countedBatches(), excelBatch(2, func(row int, c *[schema.NumColumns]schema.Vector) {
		c[schema.UserAgent].SetText(row, "\x00")
		c[schema.TenantID].SetText(row, "tenant")
		c[schema.IPAddress].SetText(row, fmt.Sprint("192.0.2.", row))
		c[schema.LocationCountry].SetText(row, "IS")
		for id, text := range map[schema.ColumnID]string{
			schema.ClientAppUsed: "IMAP4", schema.AuthenticationProtocol: "ropc", schema.AuthenticationRequirement: "singleFactorAuthentication",
			schema.ConditionalAccessStatus: "notApplied", schema.RiskLevelDuringSignIn: "high", schema.RiskState: "atRisk",
			schema.ClientCredentialType: "clientSecret", schema.IncomingTokenType: "refreshToken", schema.CrossTenantAccessType: "none",
		} {
			c[id].SetText(row, text)
		}
		c[schema.Extra].SetText(row, strings.Repeat("a", 40000))
	}))
	records := manifest.Records{Seen: 12, Written: 10, Rejected: 1, Filtered: 1}
	_, book := writeExcel(t, &manifest.Run{
		Command: manifest.Command{
			Arguments: []string{"--max-record", "9MiB"}, OutputArguments: []string{"elsewhere.xlsx"},
			Settings:  map[string]string{"since": "2026-05-01T00:00:00Z", "until": "", "raw": "false", "compression": "zstd", "max-record": "9MiB", "nested": "true"},
			SideFiles: []manifest.SideFile{{Flag: "codes", Path: "elsewhere/own.csv", SHA256: "5a5a"}},
		},
		Totals:     records,
		Duplicates: &duplicates.Report{Kinds: duplicates.Kinds{Same: 1, Differs: 2}, DifferentVerdicts: 1},
		Sums: manifest.Sums{Warnings: []manifest.WarningSum{{
			Code: schema.MissingCategories, Count: 2, Message: schema.Warnings[schema.MissingCategories] + ": Non-interactive user; Managed identity",
		}}},
		Skipped: []schema.Skipped{{Path: "readme.txt", Reason: "not a sign-in export"}},
		Inputs: []*manifest.Input{{
			Path: "logs.zip", Member: "a.csv", Dialect: "portal-csv", Records: records,
			Category:   map[string]int64{"unknown": 3, "interactive_user": 5, "service_principal": 2},
			FirstEvent: "2026-05-01T00:00:00Z", LastEvent: "2026-05-01T18:00:00.5Z",
			Joined:   &schema.Joined{Rows: 1340, Matched: 1339, Unmatched: 1},
			Warnings: []manifest.Warning{{Code: "row_cap", Count: 1, Message: "exactly 100,000 records"}},
		}},
	}, batches...)
	golden.Check(t, "testdata/summary.golden", book.dump(t, summarySheet))
}

// dump returns the cells of a sheet as text, a row a line, its links, and the titles
// and alternative texts of its charts.
func (b *readBook) dump(t testing.TB, sheet string) string {
	var dump strings.Builder
	for i, row := range b.sheets[sheet].rows {
		letters := slices.SortedFunc(maps.Keys(row), func(a, b string) int {
			return cmp.Or(cmp.Compare(len(a), len(b)), cmp.Compare(a, b))
		})
		for _, l := range letters {
			if text := row[l].String(); text != "" {
				fmt.Fprintf(&dump, "%s%d %q ", l, i+1, text)
			}
		}
		if len(letters) > 0 {
			dump.WriteString("\n")
		}
	}
	for _, link := range b.links(t, sheet) {
		fmt.Fprintf(&dump, "link %s to %s %s\n", link.cell, link.sheet, link.to)
	}
	titles, texts := b.chartTitles(), b.chartTexts()
	for _, place := range slices.Sorted(maps.Keys(titles)) {
		fmt.Fprintf(&dump, "chart at %s: %s\n%s\n", place, titles[place], texts[place])
	}
	return strings.ReplaceAll(dump.String(), " \n", "\n")
}
