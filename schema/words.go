package schema

// Enumeration members as Microsoft Graph writes them (beta CSDL, msgraph-metadata,
// and the signIn documentation page). Graph enumerations are open: values beyond
// these occur and are kept.
var (
	signInStatuses             = []string{"success", "interrupted", "failure"}
	authenticationRequirements = []string{"singleFactorAuthentication", "multiFactorAuthentication"}
	userTypes                  = []string{"member", "guest", "unknownFutureValue"}
	identifierTypes            = []string{"userPrincipalName", "phoneNumber", "proxyAddress", "qrCode", "onPremisesUserPrincipalName", "unknownFutureValue"}
	eventTypes                 = []string{"interactiveUser", "nonInteractiveUser", "servicePrincipal", "managedIdentity", "unknownFutureValue", "continuousAccessEvaluation", "refreshToken"}
	managedIdentityTypes       = []string{"none", "userAssigned", "systemAssigned", "unknownFutureValue"}
	accessTypes                = []string{"none", "b2bCollaboration", "b2bDirectConnect", "microsoftSupport", "serviceProvider", "unknownFutureValue", "passthrough"}
	credentialTypes            = []string{"none", "clientSecret", "clientAssertion", "federatedIdentityCredential", "managedIdentity", "certificate", "unknownFutureValue"}
	tokenTypes                 = []string{"none", "primaryRefreshToken", "saml11", "saml20", "unknownFutureValue", "remoteDesktopToken", "refreshToken"}
	tokenIssuers               = []string{"AzureAD", "ADFederationServices", "UnknownFutureValue", "AzureADBackupAuth", "ADFederationServicesMFAAdapter", "NPSExtension"}
	protocols                  = []string{"none", "oAuth2", "ropc", "wsFederation", "saml20", "deviceCode", "unknownFutureValue", "authenticationTransfer", "nativeAuth", "implicitAccessTokenAndGetResponseMode", "implicitIdTokenAndGetResponseMode", "implicitAccessTokenAndPostResponseMode", "implicitIdTokenAndPostResponseMode", "authorizationCodeWithoutPkce", "authorizationCodeWithPkce", "clientCredentials", "refreshTokenGrant", "encryptedAuthorizeResponse", "directUserGrant", "kerberos", "prtGrant", "seamlessSso", "prtBrokerBased", "prtNonBrokerBased", "onBehalfOf", "samlOnBehalfOf", "officeS2S", "wsTrust"}
	transferMethods            = []string{"none", "deviceCodeFlow", "authenticationTransfer", "unknownFutureValue"}
	conditionalAccessStatuses  = []string{"success", "failure", "notApplied", "unknownFutureValue"}
	riskLevels                 = []string{"low", "medium", "high", "hidden", "none", "unknownFutureValue"}
	riskStates                 = []string{"none", "confirmedSafe", "remediated", "dismissed", "atRisk", "confirmedCompromised", "unknownFutureValue"}
	riskDetails                = []string{"none", "adminGeneratedTemporaryPassword", "userPerformedSecuredPasswordChange", "userPerformedSecuredPasswordReset", "adminConfirmedSigninSafe", "aiConfirmedSigninSafe", "userPassedMFADrivenByRiskBasedPolicy", "adminDismissedAllRiskForUser", "adminConfirmedSigninCompromised", "hidden", "adminConfirmedUserCompromised", "unknownFutureValue", "m365DAdminDismissedDetection", "adminConfirmedServicePrincipalCompromised", "adminDismissedAllRiskForServicePrincipal", "userChangedPasswordOnPremises", "adminDismissedRiskForSignIn", "adminConfirmedAccountSafe", "microsoftRevokedSessions", "adminConfirmedAgentCompromised", "adminConfirmedAgentSafe", "adminDismissedRiskForAgent"}
	tokenProtectionStatuses    = []string{"none", "bound", "unbound", "unknownFutureValue"}
	agentTypes                 = []string{"notAgentic", "agenticAppBuilder", "agenticApp", "agenticAppInstance", "unknownFutureValue", "agentIdentityBlueprintPrincipal", "agentIDuser"}
)

// ownWords are the values that this program gives the columns it derives. error_category
// and error_tags have those of the table of codes instead.
var ownWords = map[ColumnID][]string{
	SignInCategory:       Categories,
	AccessVerdict:        Verdicts,
	RowKind:              {Event, Summary},
	CategoryBasis:        {"category", "table", "event_types", "managed_identity", "ids", "is_interactive", "file_name", "user_flag"},
	StatusBasis:          {"portal_status", "code0", "ms_workbook_interrupt", "ms_text_interrupt", "user_codes", "failure_default", "result_signature"},
	PassthroughBasis:     {"declared", "inferred_unknown_future_value"},
	CrossTenantDirection: {"outbound", "inbound", "other"},
	DuplicateKind:        {"same", "differs"},
	Issues: {
		BadTime, BadNumber, BadBool, BadType, DefaultTime, TimeWithoutZone, TimeWithoutSeconds, LocalTime, AmbiguousTime, EpochTime, TypeName, PythonRepr,
		UnreadErrorCode, LostLetters, UnclearLocation, FirstSignInTime, UnknownEnum, DuplicateKey, ConflictingValue, InvalidUTF8, LoneSurrogate,
	},
}

// Words returns the values of a column that are known, nil where any text may be. Sources
// may have others: see Column.Words.
func (c *Contract) Words(id ColumnID) []string {
	switch {
	case id == SourceFormat:
		return c.Formats
	case ownWords[id] != nil:
		return ownWords[id]
	}
	return Columns[id].Words
}

// units are those of the columns of numbers that have one.
var units = map[ColumnID]string{
	CreatedAt: "microseconds since 1970-01-01 UTC", IngestedAt: "microseconds since 1970-01-01 UTC", LastPasswordChangeAt: "microseconds since 1970-01-01 UTC",
	CreatedAtRemainderNS: "nanoseconds", ProcessingTimeMS: "milliseconds", DurationMS: "milliseconds",
	LocationLatitude: "degrees", LocationLongitude: "degrees", LocationAltitude: "feet", SourceOffset: "bytes", SourceLength: "bytes",
}
