package main

// The answers to "is it passthrough?" in expected.csv.
const (
	yes     = "true"
	no      = "false"
	unknown = "" // the record, or its whole format, does not tell
)

// A role says who meets which tenant.
type role int

const (
	native   role = iota // one of ours, here
	outbound             // one of ours at another tenant
	guest                // one of theirs, invited, here
	partner              // one of a service provider, here
)

// A crossing is a number of records with one cross-tenant access type, in the
// words of the export.
type crossing struct {
	count       int
	text        string
	role        role
	passthrough string
	results     []code // in turn; nil: drawn like any other
}

// The portal's CSV has Graph's words or the texts of its grid.
var interactiveCSVCrossings = []crossing{
	{8, "passthrough", outbound, yes, passthroughResults},
	{3, "Pass through", outbound, yes, passthroughResults},
	{2, "Passthrough", outbound, yes, passthroughResults},
	{2, "b2bCollaboration,passthrough", outbound, yes, passthroughResults},
	{12, "b2bCollaboration", guest, no, nil},
	{6, "B2B collaboration", guest, no, nil},
	{2, "b2bCollaboration", guest, no, []code{externalUserMFA}},
	{3, "b2bDirectConnect", outbound, no, nil},
	{4, "serviceProvider", partner, no, nil},
	{2, "Service Provider", partner, no, nil},
	{20, "None", native, no, nil},
}

var nonInteractiveCSVCrossings = []crossing{
	{10, "passthrough", outbound, yes, passthroughResults},
	{4, "Pass through", outbound, yes, passthroughResults},
	{3, "b2bCollaboration,passthrough", outbound, yes, passthroughResults},
	{14, "b2bCollaboration", guest, no, nil},
	{4, "B2B collaboration", guest, no, nil},
	{5, "serviceProvider", partner, no, nil},
	{20, "None", native, no, nil},
}

var jsonCrossings = []crossing{
	{8, "passthrough", outbound, yes, passthroughResults},
	{2, "b2bCollaboration,passthrough", outbound, yes, passthroughResults},
	{10, "b2bCollaboration", guest, no, nil},
	{1, "b2bCollaboration", guest, no, []code{externalUserMFA}},
	{2, "b2bDirectConnect", outbound, no, nil},
	{4, "serviceProvider", partner, no, nil},
	{1, "microsoftSupport", partner, no, nil},
}

// hiddenType is what Graph sends for a member of the enumeration that the
// caller did not ask to see.
const hiddenType = "unknownFutureValue"

// graphCrossings are those of a page fetched without the Prefer header that
// asks for all members: passthrough does not show.
var graphCrossings = []crossing{
	{9, hiddenType, outbound, unknown, passthroughResults},
	{2, "b2bCollaboration," + hiddenType, outbound, unknown, passthroughResults},
	{10, "b2bCollaboration", guest, no, nil},
	{1, "b2bCollaboration", guest, no, []code{externalUserMFA}},
	{4, "serviceProvider", partner, no, nil},
	{1, "b2bCollaboration,serviceProvider", partner, no, nil},
}
