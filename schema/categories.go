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

// Verdicts are the values of access_verdict, in the order reports list them.
var Verdicts = []string{"granted", "interrupted", "denied", "passthrough"}
