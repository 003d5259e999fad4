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
