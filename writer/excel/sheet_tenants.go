package excel

import (
	"slices"

	"signins/schema"
)

const tenantsSheet = "Cross-tenant"

// maxRelations is how many relations of tenants have a line.
const maxRelations = 5000

const (
	passthroughText = "Passthrough: a user of one tenant requested a resource of another tenant and was issued a token without any authorisation."
	noAccessText    = "Error code 0 on such a sign-in only means that this token was issued; the other tenant granted nothing, so it is no access."
)

// tenantLines are the relations of tenants: who signs in from where to where, and by
// which kind of access.
var tenantLines = &entityKind{
	sheet: tenantsSheet, plural: "relations", max: maxRelations,
	key:    []facet{passthroughFacet, directionFacet, accessTypeFacet, homeFacet, homeNameFacet, resourceTenantFacet},
	look:   pageLook{tab: "7030A0", fixed: 2},
	counts: []facet{typeFacet, userFacet, appFacet, codeFacet},
	where: func(r *facetReader) bool {
		crosses, _ := r.b.Columns[schema.IsCrossTenant].Num(r.row)
		return crosses == 1 || r.values[passthroughFacet] == 2
	},
	order: func(v *entityView) int {
		if v.value(passthroughFacet) == 2 {
			return 1
		}
		return 0
	},
	columns: slices.Concat(
		[]entityColumn{
			nameColumn("Direction", 11, directionFacet), nameColumn("Cross tenant access type", 26, accessTypeFacet),
			textColumn("Is passthrough", 23, func(v *entityView) string {
				return [...]string{"not recorded", "no", "yes: attempt, no access"}[min(v.value(passthroughFacet), 2)]
			}),
			nameColumn("Home tenant ID", uuidWidth, homeFacet), nameColumn("Home tenant name", 18, homeNameFacet),
			nameColumn("Resource tenant ID", uuidWidth, resourceTenantFacet),
		},
		verdictColumns(),
		[]entityColumn{signInsColumn("With error code 0", codeFacet, func(name string) bool { return name == "0" })},
		spanColumns(),
		[]entityColumn{
			distinctColumn("Users", userFacet), namesColumn("Names of users", 50, userFacet),
			distinctColumn("Applications", appFacet), namesColumn("Names of applications", 46, appFacet),
			countedColumn("Error codes", 38, codeFacet), countedColumn("Sign-in types", 48, typeFacet),
		}),
	emptyNote: "No record crosses tenants, or the exports do not record it.",
	notes: []string{
		"Home and resource tenant differ, or an access type between tenants is recorded. Direction: seen from the tenant whose log this is.",
		passthroughText, noAccessText,
		"Undetermined sign-ins hide their access type or have no status; passthrough may be among them.",
	},
}
