package excel

import "slices"

const applicationsSheet = "Applications"

// maxApplications is how many applications have a line.
const maxApplications = 20_000

// applicationLines are the applications; those that signed in themselves have a line for
// each service principal or managed identity and each of its credentials.
var applicationLines = &entityKind{
	sheet: applicationsSheet, plural: "applications", max: maxApplications,
	key:  []facet{appFacet, principalFacet, identityFacet, credentialFacet, credentialKeyFacet, thumbprintFacet, federatedFacet},
	look: pageLook{tab: "2E75B6", fixed: 1},
	counts: []facet{
		typeFacet, singleFactorFacet, riskFacet, userFacet, addressFacet, countryFacet, networkFacet, resourceFacet, clientFacet, riskStateFacet, codeFacet,
	},
	columns: slices.Concat(
		[]entityColumn{
			latestNameColumn("Application", 34, appFacet),
			nameColumn("Service principal", uuidWidth, principalFacet),
			nameColumn("Managed identity type", 16, identityFacet),
			nameColumn("Credential type", 20, credentialFacet),
		},
		verdictColumns(), spanColumns(), []entityColumn{findingsColumn()},
		[]entityColumn{
			distinctColumn("Users", userFacet), namesColumn("Names of users", 50, userFacet),
			distinctColumn("Resources", resourceFacet), namesColumn("Names of resources", 40, resourceFacet),
			distinctColumn("IP addresses", addressFacet), namesColumn("Names of IP addresses", 40, addressFacet),
		},
		placeColumns(),
		[]entityColumn{distinctColumn("Client apps", clientFacet), namesColumn("Names of client apps", 40, clientFacet), singleFactorColumn()},
		riskColumns(),
		[]entityColumn{
			countedColumn("Error codes", 38, codeFacet), countedColumn("Sign-in types", 48, typeFacet),
			keyColumn("Credential key ID", uuidWidth, credentialKeyFacet), keyColumn("Credential thumbprint", 42, thumbprintFacet),
			keyColumn("Federated credential ID", uuidWidth, federatedFacet),
			keyColumn("Application ID", uuidWidth, appFacet), keyColumn("Service principal ID", uuidWidth, principalFacet),
		}),
	emptyNote: "No sign-in has an application.",
	noneNote:  "Sign-ins without an application",
}
