package excel

import "slices"

const usersSheet = "Users"

// userLines are the users: by object id, those without one by username.
var userLines = &entityKind{
	sheet: usersSheet, plural: "users", max: maxUsers, key: []facet{userFacet},
	look: pageLook{tab: "2E75B6", fixed: 1},
	counts: []facet{
		typeFacet, singleFactorFacet, riskFacet, addressFacet, countryFacet, networkFacet, appFacet, clientFacet, deviceFacet, methodFacet,
		riskStateFacet, codeFacet,
	},
	columns: slices.Concat(
		[]entityColumn{
			latestNameColumn("Username", 36, userFacet),
			textColumn("User", 24, func(v *entityView) string { return v.label(userFacet, 1) }),
			textColumn("User type", 10, func(v *entityView) string { return v.label(userFacet, 2) }),
		},
		verdictColumns(), spanColumns(), []entityColumn{findingsColumn()}, placeColumns(),
		[]entityColumn{distinctColumn("IP addresses", addressFacet)}, clientColumns(),
		[]entityColumn{
			distinctColumn("Devices", deviceFacet), namesColumn("Names of devices", uuidWidth, deviceFacet),
			countedColumn("Authentication methods", 40, methodFacet), singleFactorColumn(),
		},
		riskColumns(),
		[]entityColumn{
			countedColumn("Error codes", 38, codeFacet), countedColumn("Sign-in types", 48, typeFacet),
			keyColumn("User ID", uuidWidth, userFacet),
		}),
	emptyNote: "No sign-in has a user.",
	noneNote:  "Sign-ins without a user ID and a username, such as those of service principals",
}

// placeColumns are the columns of countries and networks.
func placeColumns() []entityColumn {
	return []entityColumn{
		distinctColumn("Countries", countryFacet), namesColumn("Names of countries", 24, countryFacet),
		distinctColumn("Networks", networkFacet), namesColumn("Names of networks", 34, networkFacet),
	}
}

// clientColumns are the columns of applications and of client apps.
func clientColumns() []entityColumn {
	return []entityColumn{
		distinctColumn("Applications", appFacet), namesColumn("Names of applications", 46, appFacet),
		distinctColumn("Client apps", clientFacet), namesColumn("Names of client apps", 40, clientFacet),
	}
}

// singleFactorColumn is the column of the sign-ins that a single factor was enough for.
func singleFactorColumn() entityColumn {
	return signInsColumn("Granted with single factor", singleFactorFacet, func(string) bool { return true })
}
