package schema

import "slices"

// The values of sign_in_category.
const (
	InteractiveUser           = "interactive_user"
	NonInteractiveUser        = "non_interactive_user"
	ServicePrincipal          = "service_principal"
	ManagedIdentity           = "managed_identity"
	ADFS                      = "adfs"
	MicrosoftServicePrincipal = "microsoft_service_principal"
	Unknown                   = "unknown"
)

// The values of row_kind.
const (
	Event   = "event"
	Summary = "summary"
)

// KnownCategories are the sign-in categories without Unknown.
var KnownCategories = []string{
	InteractiveUser, NonInteractiveUser, ServicePrincipal, ManagedIdentity, ADFS, MicrosoftServicePrincipal,
}

// Categories are the sign-in categories, in the order reports list them.
var Categories = append(slices.Clone(KnownCategories), Unknown)

// CategoryLabels are what reports call the sign-in categories.
var CategoryLabels = map[string]string{
	InteractiveUser:           "Interactive user",
	NonInteractiveUser:        "Non-interactive user",
	ServicePrincipal:          "Service principal",
	ManagedIdentity:           "Managed identity",
	ADFS:                      "AD FS",
	MicrosoftServicePrincipal: "Microsoft service principal",
	Unknown:                   "Unknown type",
}

// Verdicts are the values of access_verdict, in the order reports list them.
var Verdicts = []string{"granted", "interrupted", "denied", "passthrough"}
