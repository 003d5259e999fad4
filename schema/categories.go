package schema

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

// Categories are the sign-in categories, in the order reports list them.
var Categories = []string{
	InteractiveUser, NonInteractiveUser, ServicePrincipal, ManagedIdentity,
	ADFS, MicrosoftServicePrincipal, Unknown,
}

// Verdicts are the values of access_verdict, in the order reports list them.
var Verdicts = []string{"granted", "interrupted", "denied", "passthrough"}
