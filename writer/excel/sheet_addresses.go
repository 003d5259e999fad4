package excel

import "slices"

const addressesSheet = "Addresses"

// addressLines are the IP addresses.
var addressLines = &entityKind{
	sheet: addressesSheet, plural: "addresses", max: maxAddresses, key: []facet{addressFacet},
	look: pageLook{tab: "2E75B6", fixed: 1},
	counts: []facet{
		typeFacet, singleFactorFacet, riskFacet, userFacet, countryFacet, networkFacet, appFacet, clientFacet, agentFacet, riskStateFacet, codeFacet,
	},
	columns: slices.Concat(
		[]entityColumn{keyColumn("IP address", 38, addressFacet)},
		verdictColumns(), spanColumns(), []entityColumn{findingsColumn()},
		[]entityColumn{
			distinctColumn("Users", userFacet), namesColumn("Names of users", 50, userFacet),
			namesColumn("Countries", 14, countryFacet), namesColumn("Networks", 22, networkFacet),
		},
		clientColumns(),
		[]entityColumn{distinctColumn("User agents", agentFacet), singleFactorColumn()},
		riskColumns(),
		[]entityColumn{countedColumn("Error codes", 38, codeFacet), countedColumn("Sign-in types", 48, typeFacet)}),
	emptyNote: "No sign-in has an IP address.",
	noneNote:  "Sign-ins without an IP address",
}
