package excel

import "slices"

const sessionsSheet = "Sessions"

// sessionLines are the sessions that were seen in more than one place or way.
var sessionLines = &entityKind{
	sheet: sessionsSheet, plural: "sessions", max: maxSessions, key: []facet{sessionFacet},
	look:   pageLook{tab: "2E75B6", fixed: 1},
	counts: []facet{typeFacet, userFacet, addressFacet, countryFacet, deviceFacet, agentFacet, appFacet},
	columns: slices.Concat(
		[]entityColumn{
			keyColumn("Session ID", uuidWidth, sessionFacet),
			distinctColumn("Users", userFacet), namesColumn("Names of users", 36, userFacet),
			distinctColumn("IP addresses", addressFacet), namesColumn("Names of IP addresses", 50, addressFacet),
			distinctColumn("Countries", countryFacet), namesColumn("Names of countries", 18, countryFacet),
			distinctColumn("Devices", deviceFacet), namesColumn("Names of devices", uuidWidth, deviceFacet),
			distinctColumn("Sign-in types", typeFacet), namesColumn("Names of sign-in types", 36, typeFacet),
		},
		spanColumns(), []entityColumn{findingsColumn()}, verdictColumns(),
		[]entityColumn{
			distinctColumn("User agents", agentFacet), namesColumn("Names of user agents", 60, agentFacet),
			distinctColumn("Applications", appFacet), namesColumn("Names of applications", 46, appFacet),
		}),
	shown: func(v *entityView) bool {
		return slices.ContainsFunc([]facet{addressFacet, countryFacet, deviceFacet, typeFacet}, func(f facet) bool {
			return len(v.counts[f].values) > 1 || v.counts[f].bound
		})
	},
	emptyNote: "No session was seen with more than one IP address, country, device or sign-in type.",
	noneNote:  "Sign-ins without a session ID",
	notes:     []string{"Listed are sessions with more than one IP address, country, device or sign-in type. People who travel or change between networks have such sessions, too."},
}
