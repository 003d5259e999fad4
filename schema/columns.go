package schema

// ColumnID numbers a column of Columns, in the permanent order of the schema.
type ColumnID int

// The columns, grouped as in Columns by the first version. A new column goes last.
const (
	CreatedAt ColumnID = iota
	SignInCategory
	UserPrincipalName
	UserDisplayName
	ServicePrincipalName
	AppDisplayName
	ResourceDisplayName
	IPAddress
	LocationCity
	LocationCountry
	AccessVerdict
	SignInStatus
	ErrorCode
	ErrorName
	ErrorMeaning
	FailureReason
	ConditionalAccessStatus
	AuthenticationRequirement
	IsPassthrough
	ID

	CreatedAtRemainderNS
	IngestedAt
	SignInCount
	RowKind
	ProcessingTimeMS
	DurationMS
	CorrelationID
	OriginalRequestID

	CategoryBasis
	IsInteractive
	SignInEventTypes
	UserID
	UserType
	Identity
	SignInIdentifier
	SignInIdentifierType
	AlternateSignInName
	ServicePrincipalID
	ServicePrincipalCredentialKeyID
	ServicePrincipalCredentialThumbprint
	AppServicePrincipalID
	FederatedCredentialID
	ManagedIdentityType
	ManagedIdentityAssociatedResourceID
	ManagedIdentityFederatedTokenID
	ManagedIdentityFederatedTokenIssuer
	AgentType
	AgentParentAppID
	AgentSubjectType
	AgentSubjectParentID
	SourceAppClientID
	RootActorID
	UserAdministrativeUnits

	AppID
	ResourceID
	ResourceServicePrincipalID
	AzureResourceID
	ClientAppUsed
	ClientCredentialType
	AuthenticationProtocol
	OriginalTransferMethod
	OperationName
	OperationVersion

	LocationState
	LocationLatitude
	LocationLongitude
	LocationAltitude
	AutonomousSystemNumber
	IPAddressFromResourceProvider
	IsThroughGlobalSecureAccess
	GlobalSecureAccessIPAddress
	NetworkLocationDetails
	PrivateLinkDetails
	UserAgent

	StatusBasis
	ErrorCategory
	ErrorTags
	ErrorKnown
	AdditionalDetails
	ResultTypeRaw
	ResultDescription
	ResultSignature
	RiskLevelDuringSignIn
	RiskLevelAggregated
	RiskState
	RiskDetail
	RiskEventTypes
	IsRisky
	FlaggedForReview

	ConditionalAccessPolicies
	ConditionalAccessAudiences
	AuthenticationContextClassReferences
	SessionLifetimePolicies

	AuthenticationMethodsUsed
	AuthenticationDetails
	AuthenticationProcessingDetails
	AuthenticationRequirementPolicies
	AuthenticationStrengths
	AppliedEventListeners
	MFAAuthMethod
	MFAAuthDetail
	AuthAppDeviceAppVersion
	AuthAppDeviceClientApp
	AuthAppDeviceDeviceID
	AuthAppDeviceOperatingSystem
	AuthAppPolicyEvaluationDetails
	AuthenticatorAppLocation
	RNGCStatus
	SSOExtensionVersion

	DeviceID
	DeviceDisplayName
	DeviceOperatingSystem
	DeviceBrowser
	DeviceBrowserID
	DeviceIsCompliant
	DeviceIsManaged
	DeviceTrustType

	SessionID
	ClientSessionID
	UniqueTokenIdentifier
	IncomingTokenType
	TokenIssuerName
	TokenIssuerType
	IsCAEToken
	AppTokenProtectionStatus
	SignInTokenProtectionStatus
	TokenProtectionSignInSessionStatus
	TokenProtectionSignInSessionStatusCode

	PassthroughBasis
	IsCrossTenant
	CrossTenantDirection
	CrossTenantAccessType
	IsTenantRestricted
	TenantID
	HomeTenantID
	HomeTenantName
	ResourceTenantID
	AppOwnerTenantID
	ResourceOwnerTenantID
	WorkspaceID

	SourceFormat
	SourceFile
	SourceRecord
	SourceLine
	SourceOffset
	SourceLength
	SourceCategory
	LogLevel
	Issues
	Extra
	RawRecord

	// Appended by version 2.

	GatewayJA4
	EndpointCall
	LastPasswordChangeAt
	IsConfidentialClient
	IsExternalUser
	ErrorRemediation
	DuplicateOf
	DuplicateKind

	// NumColumns counts the columns.
	NumColumns
)

// Columns is the canonical schema: one literal a column, in permanent order.
// Names, types and sources of the recorded columns follow the field lists of
// Microsoft Graph (signIn, beta), Azure Monitor diagnostic settings, the Log
// Analytics tables, the portal's CSV and Defender XDR; the columns that no
// source feeds are derived by this program.
var Columns = [NumColumns]Column{
	CreatedAt: {
		Name: "created_at", Title: "Date (UTC)", Kind: Time, Group: Overview,
		Graph: "createdDateTime", Table: "CreatedDateTime", Portal: "Date (UTC)|Date", Defender: "Timestamp",
		Doc: "When the sign-in was initiated (UTC): the event time to sort and partition on.",
	},
	SignInCategory: {
		Name: "sign_in_category", Title: "Sign-in type", Kind: Text, Group: Overview, NotCompared: true,
		Doc: "Kind of sign-in: interactive_user, non_interactive_user, service_principal, managed_identity, adfs, microsoft_service_principal or unknown.",
	},
	UserPrincipalName: {
		Name: "user_principal_name", Title: "Username", Kind: Text, Group: Overview,
		Graph: "userPrincipalName", Table: "UserPrincipalName", Portal: "Username", Defender: "AccountUpn|UserPrincipalName",
		Doc: "User principal name; may be a GUID on unfinished sign-ins.",
	},
	UserDisplayName: {
		Name: "user_display_name", Title: "User", Kind: Text, Group: Overview,
		Graph: "userDisplayName", Table: "UserDisplayName", Portal: "User", Defender: "AccountDisplayName|UserDisplayName",
		Doc: "Display name of the user.",
	},
	ServicePrincipalName: {
		Name: "service_principal_name", Title: "Service principal name", Kind: Text, Group: Overview,
		Graph: "servicePrincipalName", Table: "ServicePrincipalName", Portal: "Service principal name", Defender: "ServicePrincipalName",
		Doc: "Service principal name.",
	},
	AppDisplayName: {
		Name: "app_display_name", Title: "Application", Kind: Text, Group: Overview,
		Graph: "appDisplayName", Table: "AppDisplayName", Portal: "Application", Defender: "Application|AppDisplayName",
		Doc: "Client application name.",
	},
	ResourceDisplayName: {
		Name: "resource_display_name", Title: "Resource", Kind: Text, Group: Overview,
		Graph: "resourceDisplayName", Table: "ResourceDisplayName", Portal: "Resource", Defender: "ResourceDisplayName",
		Doc: "Target resource name.",
	},
	IPAddress: {
		Name: "ip_address", Title: "IP address", Kind: Text, Group: Overview,
		Graph: "ipAddress", Diagnostic: "properties.ipAddress|callerIpAddress", Table: "IPAddress", Portal: "IP address", Defender: "IPAddress",
		Doc: "Client IP address; for non-interactive sign-ins of confidential clients that of the original issuance.",
	},
	LocationCity: {
		Name: "location_city", Title: "City", Kind: Text, Group: Overview,
		Graph: "location.city", Portal: "Location", Table: "LocationDetails.city", Defender: "City",
		Doc: "City of the sign-in.",
	},
	LocationCountry: {
		Name: "location_country", Title: "Country", Kind: Text, Group: Overview,
		Graph: "location.countryOrRegion", Diagnostic: "properties.location.countryOrRegion|location", Portal: "Location", Table: "LocationDetails.countryOrRegion|Location", Defender: "Country",
		Doc: "Country of the sign-in, two letters.",
	},
	AccessVerdict: {
		Name: "access_verdict", Title: "Access verdict", Kind: Text, Group: Overview, NotCompared: true,
		Doc: "Whether access was given: granted, interrupted, denied or passthrough; null where it cannot be decided. Only granted is access.",
	},
	SignInStatus: {
		Name: "sign_in_status", Title: "Status", Kind: Text, Group: Overview, Words: signInStatuses,
		Portal: "Status",
		Doc:    "success, interrupted or failure: the portal's own word where it has one, else derived from the error code; null where a source has neither.",
	},
	ErrorCode: {
		Name: "error_code", Title: "Sign-in error code", Kind: Int32, Group: Overview,
		Graph: "status.errorCode", Diagnostic: "properties.status.errorCode|resultType", Table: "Status.errorCode|ResultType", Portal: "Sign-in error code", Defender: "ErrorCode",
		Doc: "AADSTS error code, 0 = success.",
	},
	ErrorName: {
		Name: "error_name", Title: "Error name", Kind: Text, Group: Overview, NotCompared: true,
		Doc: "Published symbolic name of the error code; null where none is known.",
	},
	ErrorMeaning: {
		Name: "error_meaning", Title: "Error meaning", Kind: Text, Group: Overview, NotCompared: true,
		Doc: "What the error code means, in our words.",
	},
	FailureReason: {
		Name: "failure_reason", Title: "Failure reason", Kind: Text, Group: Overview,
		Graph: "status.failureReason", Table: "Status.failureReason", Portal: "Failure reason",
		Doc: "Microsoft's failure text; Graph writes \"Other.\" on success.",
	},
	ConditionalAccessStatus: {
		Name: "conditional_access_status", Title: "Conditional Access", Kind: Text, Group: Overview,
		Graph: "conditionalAccessStatus", Table: "ConditionalAccessStatus", Portal: "Conditional Access", Defender: "ConditionalAccessStatus",
		Words: conditionalAccessStatuses,
		Doc:   "Outcome of Conditional Access: success, failure or notApplied.",
	},
	AuthenticationRequirement: {
		Name: "authentication_requirement", Title: "Authentication requirement", Kind: Text, Group: Overview, Words: authenticationRequirements,
		Graph: "authenticationRequirement", Table: "AuthenticationRequirement", Portal: "Authentication requirement", Defender: "AuthenticationRequirement",
		Doc: "singleFactorAuthentication or multiFactorAuthentication. A failed first factor shows single even where the second is required.",
	},
	IsPassthrough: {
		Name: "is_passthrough", Title: "Passthrough", Kind: Bool, Group: Overview, NotCompared: true,
		Doc: "true: a token without authorisation was issued, nothing was granted; false: not so; null: the source does not record it.",
	},
	ID: {
		Name: "id", Title: "Request ID", Kind: Text, Group: Overview,
		Graph: "id", Table: "Id|C_Id", Portal: "Request ID", Defender: "RequestId|Id",
		Doc: "Request ID: key of one sign-in event; exports may repeat it.",
	},
	CreatedAtRemainderNS: {
		Name: "created_at_remainder_ns", Title: "Date remainder (ns)", Kind: Int32, Group: When,
		Doc: "Nanoseconds of created_at below its microseconds (0-999); null when the source had no more than six digits.",
	},
	IngestedAt: {
		Name: "ingested_at", Title: "Ingested (UTC)", Kind: Time, Group: When, NotCompared: true,
		Diagnostic: "time", Table: "TimeGenerated", Defender: "TimeGenerated",
		Doc: "When the record was received by the log pipeline (UTC); not the event time.",
	},
	SignInCount: {
		Name: "sign_in_count", Title: "# sign-ins", Kind: Int64, Group: When,
		Graph: "signInCount", Table: "count_|Count|EventCount|SignInCount", Defender: "count_|Count|EventCount|SignInCount",
		Doc: "Number of sign-ins of this row: 1 for events, more for summaries.",
	},
	RowKind: {
		Name: "row_kind", Title: "Row kind", Kind: Text, Group: When, NotCompared: true,
		Doc: "event (one sign-in) or summary (several sign-ins, counted in sign_in_count).",
	},
	ProcessingTimeMS: {
		Name: "processing_time_ms", Title: "Latency", Kind: Int32, Group: When,
		Graph: "processingTimeInMilliseconds", Table: "ProcessingTimeInMilliseconds|ProcessingTimeInMs", Portal: "Latency",
		Doc: "Processing time in the STS.",
	},
	DurationMS: {
		Name: "duration_ms", Title: "Duration (ms)", Kind: Int64, Group: When,
		Diagnostic: "durationMs", Table: "DurationMs",
		Doc: "Duration of the log envelope, 0 in practice.",
	},
	CorrelationID: {
		Name: "correlation_id", Title: "Correlation ID", Kind: Text, Group: When,
		Graph: "correlationId", Diagnostic: "properties.correlationId|correlationId", Table: "CorrelationId", Portal: "Correlation ID", Defender: "CorrelationId",
		Doc: "Client-supplied id that groups the steps of one sign-in attempt; not guaranteed unique or accurate.",
	},
	OriginalRequestID: {
		Name: "original_request_id", Title: "Original request ID", Kind: Text, Group: When,
		Graph: "originalRequestId", Table: "OriginalRequestId",
		Doc: "Request id of the first request of the authentication sequence.",
	},
	CategoryBasis: {
		Name: "category_basis", Title: "Sign-in type basis", Kind: Text, Group: Who, NotCompared: true,
		Doc: "Rule that decided sign_in_category: category, table, event_types, managed_identity, ids, is_interactive, file_name or user_flag.",
	},
	IsInteractive: {
		Name: "is_interactive", Title: "Interactive", Kind: Bool, Group: Who,
		Graph: "isInteractive", Table: "IsInteractive",
		Doc: "Whether the user supplied an authentication factor, as recorded; the category is in sign_in_category.",
	},
	SignInEventTypes: {
		Name: "sign_in_event_types", Title: "Sign in event types", Kind: TextList, Group: Who,
		Graph: "signInEventTypes", Table: "SignInEventTypes", Defender: "LogonType",
		Words: eventTypes,
		Doc:   "Kinds of the event: interactiveUser, nonInteractiveUser, servicePrincipal, managedIdentity and others.",
	},
	UserID: {
		Name: "user_id", Title: "User ID", Kind: Text, Group: Who,
		Graph: "userId", Table: "UserId", Portal: "User ID", Defender: "AccountObjectId|UserId",
		Doc: "Object id of the user.",
	},
	UserType: {
		Name: "user_type", Title: "User type", Kind: Text, Group: Who,
		Graph: "userType", Table: "UserType", Portal: "User type", Defender: "IsGuestUser",
		Words: userTypes,
		Doc:   "member or guest.",
	},
	Identity: {
		Name: "identity", Title: "Identity", Kind: Text, Group: Who,
		Diagnostic: "identity", Table: "Identity",
		Doc: "Display name of the actor in the log envelope.",
	},
	SignInIdentifier: {
		Name: "sign_in_identifier", Title: "Sign-in identifier", Kind: Text, Group: Who,
		Graph: "signInIdentifier", Table: "SignInIdentifier", Portal: "Sign-in identifier",
		Doc: "What the user typed to sign in.",
	},
	SignInIdentifierType: {
		Name: "sign_in_identifier_type", Title: "Sign in identifier type", Kind: Text, Group: Who,
		Graph: "signInIdentifierType", Table: "SignInIdentifierType",
		Words: identifierTypes,
		Doc:   "Kind of identifier typed.",
	},
	AlternateSignInName: {
		Name: "alternate_sign_in_name", Title: "Alternate sign in name", Kind: Text, Group: Who,
		Graph: "alternateSignInName", Diagnostic: "properties.alternateSignInName", Table: "AlternateSignInName", Defender: "AlternateSignInName",
		Doc: "Alternate sign-in name (on-premises UPN, phone).",
	},
	ServicePrincipalID: {
		Name: "service_principal_id", Title: "Service principal ID", Kind: Text, Group: Who,
		Graph: "servicePrincipalId", Table: "ServicePrincipalId", Portal: "Service principal ID", Defender: "ServicePrincipalId",
		Doc: "Service principal object id: the actor, or the client application on user rows.",
	},
	ServicePrincipalCredentialKeyID: {
		Name: "service_principal_credential_key_id", Title: "Credential key ID", Kind: Text, Group: Who,
		Graph: "servicePrincipalCredentialKeyId", Table: "ServicePrincipalCredentialKeyId", Portal: "Credential key ID",
		Doc: "Key id of the service principal's credential.",
	},
	ServicePrincipalCredentialThumbprint: {
		Name: "service_principal_credential_thumbprint", Title: "Credential thumbprint", Kind: Text, Group: Who,
		Graph: "servicePrincipalCredentialThumbprint", Table: "ServicePrincipalCredentialThumbprint", Portal: "Credential thumbprint",
		Doc: "Certificate thumbprint used.",
	},
	AppServicePrincipalID: {
		Name: "app_service_principal_id", Title: "App service principal ID", Kind: Text, Group: Who,
		Diagnostic: "properties.appServicePrincipalId",
		Doc:        "Field of diagnostic logs that Microsoft does not document.",
	},
	FederatedCredentialID: {
		Name: "federated_credential_id", Title: "Federated credential ID", Kind: Text, Group: Who,
		Graph: "federatedCredentialId", Table: "FederatedCredentialId",
		Doc: "Federated identity credential used.",
	},
	ManagedIdentityType: {
		Name: "managed_identity_type", Title: "Managed Identity type", Kind: Text, Group: Who,
		Graph: "managedServiceIdentity.msiType", Table: "ManagedServiceIdentity.msiType", Portal: "Managed Identity type", Defender: "IsManagedIdentity",
		Words: managedIdentityTypes,
		Doc:   "Managed identity type: none, userAssigned, systemAssigned; unknown where Defender names no type.",
	},
	ManagedIdentityAssociatedResourceID: {
		Name: "managed_identity_associated_resource_id", Title: "Associated Resource Id", Kind: Text, Group: Who,
		Graph: "managedServiceIdentity.associatedResourceId", Table: "ManagedServiceIdentity.associatedResourceId", Portal: "Associated Resource Id",
		Doc: "ARM resource id the identity is attached to.",
	},
	ManagedIdentityFederatedTokenID: {
		Name: "managed_identity_federated_token_id", Title: "Federated Token Id", Kind: Text, Group: Who,
		Graph: "managedServiceIdentity.federatedTokenId", Table: "ManagedServiceIdentity.federatedTokenId", Portal: "Federated Token Id",
		Doc: "Federated token id.",
	},
	ManagedIdentityFederatedTokenIssuer: {
		Name: "managed_identity_federated_token_issuer", Title: "Federated Token Issuer", Kind: Text, Group: Who,
		Graph: "managedServiceIdentity.federatedTokenIssuer", Table: "ManagedServiceIdentity.federatedTokenIssuer", Portal: "Federated Token Issuer",
		Doc: "Federated token issuer.",
	},
	AgentType: {
		Name: "agent_type", Title: "Agent type", Kind: Text, Group: Who,
		Graph: "agent.agentType", Table: "Agent.agentType",
		Words: agentTypes,
		Doc:   "Type of agent, notAgentic for all others.",
	},
	AgentParentAppID: {
		Name: "agent_parent_app_id", Title: "Agent parent app ID", Kind: Text, Group: Who,
		Graph: "agent.parentAppId", Table: "Agent.parentAppId",
		Doc: "Parent agent app id.",
	},
	AgentSubjectType: {
		Name: "agent_subject_type", Title: "Agent subject type", Kind: Text, Group: Who,
		Graph: "agent.agentSubjectType", Table: "Agent.agentSubjectType",
		Words: agentTypes,
		Doc:   "Type of the subject that requested the token.",
	},
	AgentSubjectParentID: {
		Name: "agent_subject_parent_id", Title: "Agent subject parent ID", Kind: Text, Group: Who,
		Graph: "agent.agentSubjectParentId", Table: "Agent.agentSubjectParentId",
		Doc: "Parent object id of the subject.",
	},
	SourceAppClientID: {
		Name: "source_app_client_id", Title: "Source app client ID", Kind: Text, Group: Who,
		Diagnostic: "properties.sourceAppClientId", Table: "SourceAppClientId",
		Doc: "Client id of the app that initiated a target-identity sign-in.",
	},
	RootActorID: {
		Name: "root_actor_id", Title: "Root actor ID", Kind: Text, Group: Who,
		Diagnostic: "properties.rootActorId", Table: "RootActorID",
		Doc: "Root actor virtual id.",
	},
	UserAdministrativeUnits: {
		Name: "user_administrative_units", Title: "User administrative units", Kind: JSON, Group: Who,
		Diagnostic: "properties.userAdministrativeUnits",
		Doc:        "Field of diagnostic logs that Microsoft does not document.",
	},
	AppID: {
		Name: "app_id", Title: "Application ID", Kind: Text, Group: What,
		Graph: "appId", Table: "AppId", Portal: "Application ID", Defender: "ApplicationId|AppId",
		Doc: "Client application id.",
	},
	ResourceID: {
		Name: "resource_id", Title: "Resource ID", Kind: Text, Group: What,
		Graph: "resourceId", Table: "ResourceIdentity", Portal: "Resource ID", Defender: "ResourceId",
		Doc: "Application id of the target resource.",
	},
	ResourceServicePrincipalID: {
		Name: "resource_service_principal_id", Title: "Resource service principal ID", Kind: Text, Group: What,
		Graph: "resourceServicePrincipalId", Table: "ResourceServicePrincipalId",
		Doc: "Service principal of the target resource.",
	},
	AzureResourceID: {
		Name: "azure_resource_id", Title: "Azure resource ID", Kind: Text, Group: What,
		Graph: "azureResourceId",
		Doc:   "ARM id of an Azure resource accessed.",
	},
	ClientAppUsed: {
		Name: "client_app_used", Title: "Client app", Kind: Text, Group: What,
		Graph: "clientAppUsed", Table: "ClientAppUsed", Portal: "Client app", Defender: "ClientAppUsed",
		Doc: "Browser, Mobile Apps and Desktop clients, or a legacy protocol.",
	},
	ClientCredentialType: {
		Name: "client_credential_type", Title: "Client credential type", Kind: Text, Group: What,
		Graph: "clientCredentialType", Table: "ClientCredentialType", Portal: "Client credential type",
		Words: credentialTypes,
		Doc:   "Credential type of the client or SP.",
	},
	AuthenticationProtocol: {
		Name: "authentication_protocol", Title: "Authentication Protocol", Kind: Text, Group: What,
		Graph: "authenticationProtocol", Table: "AuthenticationProtocol", Portal: "Authentication Protocol",
		Words: protocols, Flags: true,
		Doc: "Protocol or grant type, comma-joined: oAuth2, saml20, deviceCode, ropc and others.",
	},
	OriginalTransferMethod: {
		Name: "original_transfer_method", Title: "Original transfer method", Kind: Text, Group: What,
		Graph: "originalTransferMethod", Table: "OriginalTransferMethod", Portal: "Original transfer method",
		Words: transferMethods,
		Doc:   "How the session was started: none, deviceCodeFlow, authenticationTransfer. Sticks on later refreshes.",
	},
	OperationName: {
		Name: "operation_name", Title: "Operation name", Kind: Text, Group: What,
		Diagnostic: "operationName", Table: "OperationName",
		Doc: "Operation of the log envelope, Sign-in activity.",
	},
	OperationVersion: {
		Name: "operation_version", Title: "Operation version", Kind: Text, Group: What,
		Diagnostic: "operationVersion", Table: "OperationVersion",
		Doc: "REST API version of the log envelope.",
	},
	LocationState: {
		Name: "location_state", Title: "State", Kind: Text, Group: FromWhere,
		Graph: "location.state", Portal: "Location", Table: "LocationDetails.state", Defender: "State",
		Doc: "State or province of the sign-in.",
	},
	LocationLatitude: {
		Name: "location_latitude", Title: "Location latitude", Kind: Float64, Group: FromWhere,
		Graph: "location.geoCoordinates.latitude", Table: "LocationDetails.geoCoordinates.latitude", Defender: "Latitude",
		Doc: "Latitude of the sign-in; null where the source writes 0/0 without a country.",
	},
	LocationLongitude: {
		Name: "location_longitude", Title: "Location longitude", Kind: Float64, Group: FromWhere,
		Graph: "location.geoCoordinates.longitude", Table: "LocationDetails.geoCoordinates.longitude", Defender: "Longitude",
		Doc: "Longitude of the sign-in; null where the source writes 0/0 without a country.",
	},
	LocationAltitude: {
		Name: "location_altitude", Title: "Location altitude", Kind: Float64, Group: FromWhere,
		Graph: "location.geoCoordinates.altitude", Table: "LocationDetails.geoCoordinates.altitude",
		Doc: "Altitude of the sign-in.",
	},
	AutonomousSystemNumber: {
		Name: "autonomous_system_number", Title: "Autonomous system number", Kind: Int64, Group: FromWhere,
		Graph: "autonomousSystemNumber", Table: "AutonomousSystemNumber", Portal: "Autonomous system number",
		Doc: "ASN of the client network.",
	},
	IPAddressFromResourceProvider: {
		Name: "ip_address_from_resource_provider", Title: "IP address (seen by resource)", Kind: Text, Group: FromWhere,
		Graph: "ipAddressFromResourceProvider", Table: "IPAddressFromResourceProvider", Portal: "IP address (seen by resource)",
		Doc: "IP address seen by the resource.",
	},
	IsThroughGlobalSecureAccess: {
		Name: "is_through_global_secure_access", Title: "Through Global Secure Access", Kind: Bool, Group: FromWhere,
		Graph: "isThroughGlobalSecureAccess", Table: "IsThroughGlobalSecureAccess", Portal: "Through Global Secure Access", Defender: "IsSignInThroughGlobalSecureAccess|IsThroughGlobalSecureAccess",
		Doc: "The request came through Global Secure Access.",
	},
	GlobalSecureAccessIPAddress: {
		Name: "global_secure_access_ip_address", Title: "Global Secure Access IP address", Kind: Text, Group: FromWhere,
		Graph: "globalSecureAccessIpAddress", Table: "GlobalSecureAccessIpAddress", Portal: "Global Secure Access IP address",
		Doc: "Global Secure Access egress IP.",
	},
	NetworkLocationDetails: {
		Name: "network_location_details", Title: "Network location details", Kind: JSON, Group: FromWhere,
		Graph: "networkLocationDetails", Table: "NetworkLocationDetails", Defender: "NetworkLocationDetails",
		Doc: "Named networks the address lies in: networkType, networkNames.",
	},
	PrivateLinkDetails: {
		Name: "private_link_details", Title: "Private link details", Kind: JSON, Group: FromWhere,
		Graph: "privateLinkDetails",
		Doc:   "Private link used: policyId, policyName, policyTenantId, resourceId.",
	},
	UserAgent: {
		Name: "user_agent", Title: "User agent", Kind: Text, Group: FromWhere,
		Graph: "userAgent", Table: "UserAgent", Portal: "User agent", Defender: "UserAgent",
		Doc: "User agent.",
	},
	StatusBasis: {
		Name: "status_basis", Title: "Status basis", Kind: Text, Group: Outcome, NotCompared: true,
		Doc: "Rule that decided sign_in_status: portal_status, code0, ms_workbook_interrupt, ms_text_interrupt, user_codes, failure_default, or result_signature where Microsoft's own service principals have no code.",
	},
	ErrorCategory: {
		Name: "error_category", Title: "Error category", Kind: Text, Group: Outcome, NotCompared: true,
		Doc: "Subject of the error code, such as credentials, mfa or conditional_access.",
	},
	ErrorTags: {
		Name: "error_tags", Title: "Error tags", Kind: TextList, Group: Outcome, NotCompared: true,
		Doc: "Attack relevance of the error code, such as password_spray or valid_password.",
	},
	ErrorKnown: {
		Name: "error_known", Title: "Error code known", Kind: Bool, Group: Outcome, NotCompared: true,
		Doc: "false: the code is not in the code table; null: the record has no code.",
	},
	AdditionalDetails: {
		Name: "additional_details", Title: "Multifactor authentication result", Kind: Text, Group: Outcome,
		Graph: "status.additionalDetails", Flat: "StatusDetail|MfaResult", Table: "Status.additionalDetails", Portal: "Multifactor authentication result",
		Doc: "Further outcome text, such as MFA requirement satisfied by claim in the token.",
	},
	ResultTypeRaw: {
		Name: "result_type_raw", Title: "Result type (as recorded)", Kind: Text, Group: Outcome,
		Doc: "Result code as recorded, where it is not a plain whole number.",
	},
	ResultDescription: {
		Name: "result_description", Title: "Result description", Kind: Text, Group: Outcome,
		Diagnostic: "resultDescription", Table: "ResultDescription",
		Doc: "Text of the log envelope for the error.",
	},
	ResultSignature: {
		Name: "result_signature", Title: "Result signature", Kind: Text, Group: Outcome,
		Diagnostic: "resultSignature", Table: "ResultSignature",
		Doc: "Signature of the log envelope: None, SUCCESS or FAILURE; FAILURE for interrupts too.",
	},
	RiskLevelDuringSignIn: {
		Name: "risk_level_during_sign_in", Title: "Risk level during sign in", Kind: Text, Group: Outcome,
		Graph: "riskLevelDuringSignIn", Table: "RiskLevelDuringSignIn", Defender: "RiskLevelDuringSignIn",
		Words: riskLevels,
		Doc:   "Risk at sign-in; hidden without a P2 licence; low is a default on service principals and managed identities.",
	},
	RiskLevelAggregated: {
		Name: "risk_level_aggregated", Title: "Risk level aggregated", Kind: Text, Group: Outcome,
		Graph: "riskLevelAggregated", Table: "RiskLevelAggregated", Defender: "RiskLevelAggregated",
		Words: riskLevels,
		Doc:   "Aggregated risk.",
	},
	RiskState: {
		Name: "risk_state", Title: "Risk state", Kind: Text, Group: Outcome,
		Graph: "riskState", Table: "RiskState", Defender: "RiskState",
		Words: riskStates,
		Doc:   "Risk state.",
	},
	RiskDetail: {
		Name: "risk_detail", Title: "Risk detail", Kind: Text, Group: Outcome,
		Graph: "riskDetail", Table: "RiskDetail", Defender: "RiskDetails",
		Words: riskDetails,
		Doc:   "Reason behind the risk state.",
	},
	RiskEventTypes: {
		Name: "risk_event_types", Title: "Risk event types", Kind: TextList, Group: Outcome,
		Graph: "riskEventTypes_v2|riskEventTypes", Table: "RiskEventTypes_V2|RiskEventTypes", Defender: "RiskEventTypes",
		Doc: "Risk detections of the sign-in.",
	},
	IsRisky: {
		Name: "is_risky", Title: "Risky", Kind: Bool, Group: Outcome,
		Table: "IsRisky",
		Doc:   "Risk flag of the Log Analytics tables.",
	},
	FlaggedForReview: {
		Name: "flagged_for_review", Title: "Flagged for review", Kind: Bool, Group: Outcome,
		Graph: "flaggedForReview", Table: "FlaggedForReview", Portal: "Flagged for review",
		Doc: "A user flagged the failed sign-in for administrators.",
	},
	ConditionalAccessPolicies: {
		Name: "conditional_access_policies", Title: "Conditional Access policies", Kind: JSON, Group: ConditionalAccess,
		Graph: "appliedConditionalAccessPolicies", Table: "ConditionalAccessPolicies", Defender: "ConditionalAccessPolicies",
		Doc: "Conditional Access policies evaluated: id, displayName, result, controls, conditions.",
	},
	ConditionalAccessAudiences: {
		Name: "conditional_access_audiences", Title: "Conditional Access audiences", Kind: JSON, Group: ConditionalAccess,
		Graph: "conditionalAccessAudiences", Table: "ConditionalAccessAudiences",
		Doc: "Audiences that Conditional Access evaluated.",
	},
	AuthenticationContextClassReferences: {
		Name: "authentication_context_class_references", Title: "Authentication context class references", Kind: JSON, Group: ConditionalAccess,
		Graph: "authenticationContextClassReferences", Table: "AuthenticationContextClassReferences",
		Doc: "Authentication contexts asked for: id, detail.",
	},
	SessionLifetimePolicies: {
		Name: "session_lifetime_policies", Title: "Session lifetime policies", Kind: JSON, Group: ConditionalAccess,
		Graph: "sessionLifetimePolicies", Table: "SessionLifetimePolicies",
		Doc: "Session lifetime policies applied: expirationRequirement, detail.",
	},
	AuthenticationMethodsUsed: {
		Name: "authentication_methods_used", Title: "Authentication methods used", Kind: TextList, Group: Authentication,
		Graph: "authenticationMethodsUsed", Table: "AuthenticationMethodsUsed",
		Doc: "Methods used.",
	},
	AuthenticationDetails: {
		Name: "authentication_details", Title: "Authentication details", Kind: JSON, Group: Authentication,
		Graph: "authenticationDetails", Table: "AuthenticationDetails",
		Doc: "Authentication steps: method, detail, time, requirement, result, succeeded.",
	},
	AuthenticationProcessingDetails: {
		Name: "authentication_processing_details", Title: "Authentication processing details", Kind: JSON, Group: Authentication,
		Graph: "authenticationProcessingDetails", Table: "AuthenticationProcessingDetails", Defender: "AuthenticationProcessingDetails",
		Doc: "Processing details, an array of {key, value}.",
	},
	AuthenticationRequirementPolicies: {
		Name: "authentication_requirement_policies", Title: "Authentication requirement policies", Kind: JSON, Group: Authentication,
		Graph: "authenticationRequirementPolicies", Table: "AuthenticationRequirementPolicies",
		Doc: "What asked for the authentication requirement: requirementProvider, detail.",
	},
	AuthenticationStrengths: {
		Name: "authentication_strengths", Title: "Authentication strengths", Kind: JSON, Group: Authentication,
		Diagnostic: "properties.authenticationStrengths",
		Doc:        "Field of diagnostic logs that Microsoft does not document.",
	},
	AppliedEventListeners: {
		Name: "applied_event_listeners", Title: "Applied event listeners", Kind: JSON, Group: Authentication,
		Graph: "appliedEventListeners", Table: "AppliedEventListeners",
		Doc: "Event listeners run: eventType, executedListenerId, handlerResult.",
	},
	MFAAuthMethod: {
		Name: "mfa_auth_method", Title: "Multifactor authentication auth method", Kind: Text, Group: Authentication,
		Graph: "mfaDetail.authMethod", Flat: "MfaMethod", Table: "MfaDetail.authMethod", Portal: "Multifactor authentication auth method",
		Doc: "Multifactor method, deprecated by Microsoft.",
	},
	MFAAuthDetail: {
		Name: "mfa_auth_detail", Title: "Multifactor authentication auth detail", Kind: Text, Group: Authentication,
		Graph: "mfaDetail.authDetail", Table: "MfaDetail.authDetail", Portal: "Multifactor authentication auth detail",
		Doc: "Multifactor detail (masked phone), deprecated by Microsoft.",
	},
	AuthAppDeviceAppVersion: {
		Name: "auth_app_device_app_version", Title: "Authenticator app device app version", Kind: Text, Group: Authentication,
		Graph: "authenticationAppDeviceDetails.appVersion", Table: "AuthenticationAppDeviceDetails.appVersion",
		Doc: "Authenticator app device: appVersion.",
	},
	AuthAppDeviceClientApp: {
		Name: "auth_app_device_client_app", Title: "Authenticator app device client app", Kind: Text, Group: Authentication,
		Graph: "authenticationAppDeviceDetails.clientApp", Table: "AuthenticationAppDeviceDetails.clientApp",
		Doc: "Authenticator app device: clientApp.",
	},
	AuthAppDeviceDeviceID: {
		Name: "auth_app_device_device_id", Title: "Authenticator app device device ID", Kind: Text, Group: Authentication,
		Graph: "authenticationAppDeviceDetails.deviceId", Table: "AuthenticationAppDeviceDetails.deviceId",
		Doc: "Authenticator app device: deviceId.",
	},
	AuthAppDeviceOperatingSystem: {
		Name: "auth_app_device_operating_system", Title: "Authenticator app device operating system", Kind: Text, Group: Authentication,
		Graph: "authenticationAppDeviceDetails.operatingSystem", Table: "AuthenticationAppDeviceDetails.operatingSystem",
		Doc: "Authenticator app device: operatingSystem.",
	},
	AuthAppPolicyEvaluationDetails: {
		Name: "auth_app_policy_evaluation_details", Title: "Authenticator app policy evaluation details", Kind: JSON, Group: Authentication,
		Graph: "authenticationAppPolicyEvaluationDetails", Table: "AuthenticationAppPolicyEvaluationDetails",
		Doc: "Authenticator app policies evaluated: policyName, status, evaluation, configuration.",
	},
	AuthenticatorAppLocation: {
		Name: "authenticator_app_location", Title: "Authenticator app location", Kind: JSON, Group: Authentication,
		Diagnostic: "properties.authenticatorAppLocation", Table: "AuthenticatorAppLocation",
		Doc: "Authenticator app location.",
	},
	RNGCStatus: {
		Name: "rngc_status", Title: "RNGC status", Kind: Int32, Group: Authentication,
		Diagnostic: "properties.rngcStatus",
		Doc:        "Field of diagnostic logs that Microsoft does not document.",
	},
	SSOExtensionVersion: {
		Name: "sso_extension_version", Title: "SSO extension version", Kind: Text, Group: Authentication,
		Diagnostic: "properties.ssoExtensionVersion",
		Doc:        "Field of diagnostic logs that Microsoft does not document.",
	},
	DeviceID: {
		Name: "device_id", Title: "Device ID", Kind: Text, Group: Device,
		Graph: "deviceDetail.deviceId", Table: "DeviceDetail.deviceId", Portal: "Device ID", Defender: "EntraIdDeviceId|AadDeviceId",
		Doc: "Entra device id.",
	},
	DeviceDisplayName: {
		Name: "device_display_name", Title: "Device name", Kind: Text, Group: Device,
		Graph: "deviceDetail.displayName", Table: "DeviceDetail.displayName", Defender: "DeviceName",
		Doc: "Name of the device.",
	},
	DeviceOperatingSystem: {
		Name: "device_operating_system", Title: "Operating System", Kind: Text, Group: Device,
		Graph: "deviceDetail.operatingSystem", Flat: "DeviceOS", Table: "DeviceDetail.operatingSystem", Portal: "Operating System", Defender: "OSPlatform",
		Doc: "Operating system, e.g. Windows10, Ios.",
	},
	DeviceBrowser: {
		Name: "device_browser", Title: "Browser", Kind: Text, Group: Device,
		Graph: "deviceDetail.browser", Table: "DeviceDetail.browser", Portal: "Browser", Defender: "Browser",
		Doc: "Browser and version, or Rich Client n.n.",
	},
	DeviceBrowserID: {
		Name: "device_browser_id", Title: "Browser ID", Kind: Text, Group: Device,
		Graph: "deviceDetail.browserId", Table: "DeviceDetail.browserId",
		Doc: "Browser id.",
	},
	DeviceIsCompliant: {
		Name: "device_is_compliant", Title: "Compliant", Kind: Bool, Group: Device,
		Graph: "deviceDetail.isCompliant", Table: "DeviceDetail.isCompliant", Portal: "Compliant", Defender: "IsCompliant",
		Doc: "Compliant device.",
	},
	DeviceIsManaged: {
		Name: "device_is_managed", Title: "Managed", Kind: Bool, Group: Device,
		Graph: "deviceDetail.isManaged", Table: "DeviceDetail.isManaged", Portal: "Managed", Defender: "IsManaged",
		Doc: "Managed device.",
	},
	DeviceTrustType: {
		Name: "device_trust_type", Title: "Join Type", Kind: Text, Group: Device,
		Graph: "deviceDetail.trustType", Flat: "DeviceTrust", Table: "DeviceDetail.trustType", Portal: "Join Type", Defender: "DeviceTrustType",
		Doc: "Join type: Azure AD joined / Hybrid Azure AD joined / Azure AD registered.",
	},
	SessionID: {
		Name: "session_id", Title: "Session ID", Kind: Text, Group: Token,
		Graph: "sessionId", Table: "SessionId", Portal: "Session ID", Defender: "SessionId",
		Doc: "Session id; joins an interactive sign-in to the non-interactive ones that follow from it.",
	},
	ClientSessionID: {
		Name: "client_session_id", Title: "Client session ID", Kind: Text, Group: Token,
		Graph: "clientSessionId", Table: "ClientSessionId",
		Doc: "Client session id associated with the sign-in.",
	},
	UniqueTokenIdentifier: {
		Name: "unique_token_identifier", Title: "Unique token identifier", Kind: Text, Group: Token,
		Graph: "uniqueTokenIdentifier", Table: "UniqueTokenIdentifier", Portal: "Unique token identifier", Defender: "UniqueTokenId",
		Doc: "Token id (uti); SignInActivityId in Graph activity logs.",
	},
	IncomingTokenType: {
		Name: "incoming_token_type", Title: "Incoming token type", Kind: Text, Group: Token,
		Graph: "incomingTokenType", Table: "IncomingTokenType", Portal: "Incoming token type",
		Words: tokenTypes, Flags: true,
		Doc: "Token types presented, comma-joined.",
	},
	TokenIssuerName: {
		Name: "token_issuer_name", Title: "Token issuer name", Kind: Text, Group: Token,
		Graph: "tokenIssuerName", Table: "TokenIssuerName", Portal: "Token issuer name",
		Doc: "Token issuer, e.g. sts.microsoft.com.",
	},
	TokenIssuerType: {
		Name: "token_issuer_type", Title: "Token issuer type", Kind: Text, Group: Token,
		Graph: "tokenIssuerType", Table: "TokenIssuerType", Portal: "Token issuer type", Defender: "TokenIssuerType",
		Words: tokenIssuers,
		Doc:   "Token issuer: AzureAD, ADFederationServices, AzureADBackupAuth and others.",
	},
	IsCAEToken: {
		Name: "is_cae_token", Title: "CAE token", Kind: Bool, Group: Token, NotCompared: true,
		Doc: "Continuous access evaluation token, from authentication_processing_details.",
	},
	AppTokenProtectionStatus: {
		Name: "app_token_protection_status", Title: "App token protection status", Kind: Text, Group: Token,
		Graph: "appTokenProtectionStatus",
		Words: tokenProtectionStatuses,
		Doc:   "App token binding.",
	},
	SignInTokenProtectionStatus: {
		Name: "sign_in_token_protection_status", Title: "Sign in token protection status", Kind: Text, Group: Token,
		Graph: "signInTokenProtectionStatus",
		Words: tokenProtectionStatuses,
		Doc:   "Sign-in token binding (older single value).",
	},
	TokenProtectionSignInSessionStatus: {
		Name: "token_protection_sign_in_session_status", Title: "Token Protection - Sign In Session", Kind: Text, Group: Token,
		Graph: "tokenProtectionStatusDetails.signInSessionStatus", Table: "TokenProtectionStatusDetails.signInSessionStatus", Portal: "Token Protection - Sign In Session",
		Words: tokenProtectionStatuses,
		Doc:   "Sign-in session binding.",
	},
	TokenProtectionSignInSessionStatusCode: {
		Name: "token_protection_sign_in_session_status_code", Title: "Token Protection - Sign In Session StatusCode", Kind: Int32, Group: Token,
		Graph: "tokenProtectionStatusDetails.signInSessionStatusCode", Table: "TokenProtectionStatusDetails.signInSessionStatusCode", Portal: "Token Protection - Sign In Session StatusCode",
		Doc: "Reason code (1002 etc.).",
	},
	PassthroughBasis: {
		Name: "passthrough_basis", Title: "Passthrough basis", Kind: Text, Group: Tenant, NotCompared: true,
		Doc: "How is_passthrough was decided: declared, or inferred_unknown_future_value where Graph hid the value.",
	},
	IsCrossTenant: {
		Name: "is_cross_tenant", Title: "Cross-tenant", Kind: Bool, Group: Tenant, NotCompared: true,
		Doc: "Home and resource tenant differ, or the access type is neither empty nor none; null where neither is known.",
	},
	CrossTenantDirection: {
		Name: "cross_tenant_direction", Title: "Cross-tenant direction", Kind: Text, Group: Tenant, NotCompared: true,
		Doc: "outbound (home tenant = log tenant), inbound (resource tenant = log tenant) or other; null where the tenants are not all known.",
	},
	CrossTenantAccessType: {
		Name: "cross_tenant_access_type", Title: "Cross tenant access type", Kind: Text, Group: Tenant,
		Graph: "crossTenantAccessType", Table: "CrossTenantAccessType", Portal: "Cross tenant access type",
		Words: accessTypes, Flags: true, Sorted: true,
		Doc: "Kind of cross-tenant access, comma-joined flags: none, b2bCollaboration, b2bDirectConnect, microsoftSupport, serviceProvider, passthrough. unknownFutureValue: Graph hid the value.",
	},
	IsTenantRestricted: {
		Name: "is_tenant_restricted", Title: "Tenant restricted", Kind: Bool, Group: Tenant,
		Graph: "isTenantRestricted", Table: "IsTenantRestricted",
		Doc: "A tenant restriction policy applied; occurs with passthrough.",
	},
	TenantID: {
		Name: "tenant_id", Title: "Tenant ID", Kind: Text, Group: Tenant,
		Graph: "tenantId", Diagnostic: "tenantId|properties.tenantId", Table: "AADTenantId", Defender: "TenantId",
		Doc: "Tenant whose log this is.",
	},
	HomeTenantID: {
		Name: "home_tenant_id", Title: "Home tenant ID", Kind: Text, Group: Tenant,
		Graph: "homeTenantId", Table: "HomeTenantId", Portal: "Home tenant ID",
		Doc: "Tenant that owns the user account.",
	},
	HomeTenantName: {
		Name: "home_tenant_name", Title: "Home tenant name", Kind: Text, Group: Tenant,
		Graph: "homeTenantName", Table: "HomeTenantName", Portal: "Home tenant name",
		Doc: "Home tenant name, mostly blank for privacy.",
	},
	ResourceTenantID: {
		Name: "resource_tenant_id", Title: "Resource tenant ID", Kind: Text, Group: Tenant,
		Graph: "resourceTenantId", Table: "ResourceTenantId", Portal: "Resource tenant ID", Defender: "ResourceTenantId",
		Doc: "Tenant owning the target resource.",
	},
	AppOwnerTenantID: {
		Name: "app_owner_tenant_id", Title: "App owner tenant ID", Kind: Text, Group: Tenant,
		Graph: "appOwnerTenantId", Table: "AppOwnerTenantId", Portal: "App owner tenant ID",
		Doc: "Tenant that owns the client application.",
	},
	ResourceOwnerTenantID: {
		Name: "resource_owner_tenant_id", Title: "Resource owner tenant ID", Kind: Text, Group: Tenant,
		Graph: "resourceOwnerTenantId", Table: "ResourceOwnerTenantId", Portal: "Resource owner tenant ID",
		Doc: "Tenant owning the resource application.",
	},
	WorkspaceID: {
		Name: "workspace_id", Title: "Workspace ID", Kind: Text, Group: Tenant,
		Table: "TenantId",
		Doc:   "Log Analytics workspace id.",
	},
	SourceFormat: {
		Name: "source_format", Title: "Source format", Kind: Text, Group: Provenance, NotCompared: true,
		Doc: "Dialect of the input, such as portal-csv, graph-json or diagnostic-json.",
	},
	SourceFile: {
		Name: "source_file", Title: "Source file", Kind: Text, Group: Provenance, NotCompared: true,
		Doc: "Input as typed; found by walking: argument and relative path.",
	},
	SourceRecord: {
		Name: "source_record", Title: "Source record", Kind: Int64, Group: Provenance, NotCompared: true,
		Doc: "Number of the record in its input, from 1.",
	},
	SourceLine: {
		Name: "source_line", Title: "Source line", Kind: Int64, Group: Provenance, NotCompared: true,
		Doc: "Line of the file on which the record starts, from 1.",
	},
	SourceOffset: {
		Name: "source_offset", Title: "Source offset", Kind: Int64, Group: Provenance, NotCompared: true,
		Doc: "Byte offset of the record in the file, from 0, byte order mark included.",
	},
	SourceLength: {
		Name: "source_length", Title: "Source length", Kind: Int64, Group: Provenance, NotCompared: true,
		Doc: "Length of the record in bytes.",
	},
	SourceCategory: {
		Name: "source_category", Title: "Log category", Kind: Text, Group: Provenance,
		Graph: "category", Diagnostic: "category", Table: "Category",
		Doc: "Log category as recorded, such as SignInLogs or NonInteractiveUserSignInLogs; the name of the Log Analytics table where there is no category.",
	},
	LogLevel: {
		Name: "log_level", Title: "Level", Kind: Text, Group: Provenance,
		Diagnostic: "level", Table: "Level",
		Doc: "Severity level of the log envelope.",
	},
	Issues: {
		Name: "issues", Title: "Issues", Kind: TextList, Group: Provenance, NotCompared: true,
		Doc: "Codes of what was odd in this record, such as bad_time, unknown_enum or duplicate_key.",
	},
	Extra: {
		Name: "extra", Title: "Further fields", Kind: JSON, Group: Provenance, NotCompared: true,
		Doc: "Every source value that no other column holds, as a JSON object: source path to verbatim value.",
	},
	RawRecord: {
		Name: "raw_record", Title: "Raw record", Kind: Bytes, Group: Provenance, NotCompared: true,
		Doc: "The exact source bytes of the record; filled with --raw only.",
	},
	GatewayJA4: {
		Name: "gateway_ja4", Title: "Gateway JA4", Kind: Text, Group: FromWhere,
		Defender: "GatewayJA4",
		Doc:      "JA4 fingerprint of the client's TLS hello: the same tool has the same one, whatever the user and address.",
	},
	EndpointCall: {
		Name: "endpoint_call", Title: "Endpoint call", Kind: Text, Group: What,
		Defender: "EndpointCall",
		Doc:      "Endpoint of Entra that was called and type of the request, such as OAuth2:Token.",
	},
	LastPasswordChangeAt: {
		Name: "last_password_change_at", Title: "Last password change (UTC)", Kind: Time, Group: Who,
		Defender: "LastPasswordChangeTimestamp",
		Doc:      "When the user last changed the password (UTC).",
	},
	IsConfidentialClient: {
		Name: "is_confidential_client", Title: "Confidential client", Kind: Bool, Group: What,
		Defender: "IsConfidentialClient",
		Doc:      "The client can keep a secret; on non-interactive rows of such clients the IP address belongs to the original issuance.",
	},
	IsExternalUser: {
		Name: "is_external_user", Title: "External user", Kind: Bool, Group: Who,
		Defender: "IsExternalUser",
		Doc:      "The user is external to the tenant; null where Defender writes -1, not set.",
	},
	ErrorRemediation: {
		Name: "error_remediation", Title: "What to do", Kind: Text, Group: Outcome, NotCompared: true,
		Doc: "What the reader of the log should do or check about the error code, in our words; null for most rare codes.",
	},
	DuplicateOf: {
		Name: "duplicate_of", Title: "Duplicate of", Kind: Text, Group: Provenance, NotCompared: true,
		Doc: "First record with the same category and id, as source_file#source_record; null for that record, and where duplicates are not looked for.",
	},
	DuplicateKind: {
		Name: "duplicate_kind", Title: "Duplicate kind", Kind: Text, Group: Provenance, NotCompared: true,
		Doc: "same: all values of the source equal those of the record in duplicate_of; differs: not so; null as duplicate_of is.",
	},
}
