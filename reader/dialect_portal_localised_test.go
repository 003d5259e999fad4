package reader

import (
	"fmt"
	"maps"
	"slices"
	"strings"
	"testing"

	"signins/schema"
)

// foreignTitles writes titles as a portal in another language would: others,
// and the repeated one repeated.
func foreignTitles(titles []string) []string {
	list := make([]string, len(titles))
	for i, title := range titles {
		list[i] = fmt.Sprintf("título %02d", slices.Index(titles, title))
		if title == "Browser" {
			list[i] = "Browser" // some words are the same
		}
	}
	list[0] = "Fecha (UTC)"
	return list
}

// A header in another language is recognised by its shape, its columns by position.
func TestLocalisedHeader(t *testing.T) {
	t.Parallel()
	const id = "12111aa1-4c62-4c90-8308-00309fec77d9"
	for name, titles := range portalTitles() {
		t.Run(caseName(name), func(t *testing.T) {
			cells, want := cellsFor(titles)
			if !strings.HasPrefix(name, "users") {
				return
			}
			cells[1] = id
			want["id"] = id
			foreign := foreignTitles(titles)
			out := readText(t, quoted(foreign)+quoted(cells))
			if len(titles) == 44 {
				if out.err == nil {
					t.Errorf("%s: taken", name)
				}
				return
			}
			if out.err != nil || len(out.rows) != 1 || out.warnings[schema.LocalisedHeader] != 1 {
				t.Errorf("%s: %v, %v, %v", name, out.err, out.rejects, out.warnings)
				return
			}
			want = maps.Clone(want)
			want["extra"] = fmt.Sprintf(`{%q:"Primary refresh token"}`, "título 09")
			if d := out.rows[0].columns().differs(want); d != "" {
				t.Errorf("%s:%s", name, d)
			}
			for i, change := range map[int]func(titles, cells []string){
				1: func(titles, cells []string) { cells[1] = "request-1" },
				2: func(titles, cells []string) { cells[0] = "2/1/2026" },
				3: func(titles, cells []string) { titles[9] = "otro" },
				4: func(titles, cells []string) { titles[20] = titles[21] },
				5: func(titles, cells []string) { titles[30] = "Username" },
				6: func(titles, cells []string) { titles[2], titles[len(titles)-1] = titles[len(titles)-1], "Request ID" },
			} {
				titles, cells := slices.Clone(foreign), slices.Clone(cells)
				change(titles, cells)
				if out := readText(t, quoted(titles)+quoted(cells)); out.err == nil {
					t.Errorf("%s, change %d: taken", name, i)
				}
			}
			if out := readText(t, quoted(foreign)); out.err == nil {
				t.Errorf("%s: taken without a row", name)
			}
		})
	}
}

// Words of another language say nothing: not success, not access.
func TestLocalisedWords(t *testing.T) {
	t.Parallel()
	titles := userTitles
	cells := make([]string, len(titles))
	cells[0], cells[1] = "2026-01-02T03:04:05Z", "12111aa1-4c62-4c90-8308-00309fec77d9"
	put := func(title, cell string) { cells[slices.Index(titles, title)] = cell }
	put("Status", "Correcto")
	put("Cross tenant access type", "Paso a través")
	put("Compliant", "Sí")
	put("Conditional Access", "Correcto")
	out := readText(t, quoted(foreignTitles(titles))+quoted(cells))
	r := out.rows[0]
	for _, column := range []string{"sign_in_status", "error_code", "cross_tenant_access_type"} {
		t.Run(caseName(column), func(t *testing.T) {
			if r[column] != "" {
				t.Errorf("%s = %s", column, r[column])
			}
		})
	}
	if r["issues"] != "unknown_enum" || !strings.Contains(r["extra"], "Paso a través") || !strings.Contains(r["extra"], "Correcto") || r["device_is_compliant"] != "true" {
		t.Errorf("%s", r)
	}
}
