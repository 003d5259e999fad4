package reader

import (
	"fmt"
	"strings"
	"testing"
	"unicode"

	"signins/schema"
	"signins/testdata/fixture"
)

// A sample is one row of a table: its columns, and the name of its table.
type sample struct{ table, columns string }

// others are the columns of tables that people export beside sign-ins, as Microsoft
// documents them, most of them or as queries project them.
var others = []sample{
	{"OfficeActivity", "TimeGenerated TenantId Application UserDomain UserAgent RecordType Operation OrganizationId UserType UserKey OfficeWorkload ResultStatus OfficeObjectId UserId ClientIP Site_Url SourceFileName"},
	{"OAuthAppInfo", "Timestamp OAuthAppId ServicePrincipalId AppName AddedOnTime LastModifiedTime AppStatus VerifiedPublisher PrivilegeLevel Permissions ConsentedUsersCount IsAdminConsented AppOrigin LastUsedTime AppOwnerTenantId"},
	{"OAuthAppInfo", "ServicePrincipalId AppName AppOwnerTenantId"}, {"GraphApiAuditEvents", "RequestId UniqueTokenIdentifier"}, {"GraphApiAuditEvents", "AccountObjectId ApplicationId IPAddress UniqueTokenIdentifier"},
	{"OfficeActivity", "TimeGenerated UserId Operation ClientIP"}, {"OfficeActivity", "TimeGenerated UserId OfficeWorkload UserAgent"},
	{"AzureActivity", "TimeGenerated OperationNameValue Level ActivityStatusValue ResourceGroup SubscriptionId CorrelationId Caller CallerIpAddress CategoryValue HTTPRequest Properties EventDataId ResourceProviderValue"},
	{"AzureActivity", "TimeGenerated Caller CallerIpAddress OperationName ResourceGroup"},
	{"CloudAppEvents", "Timestamp ActionType Application ApplicationId AppInstanceId AccountObjectId AccountId AccountDisplayName IsAdminOperation DeviceType OSPlatform IPAddress CountryCode City ISP UserAgent ActivityType ActivityObjects ObjectName RawEventData ReportId AccountType IsExternalUser"},
	{"CloudAppEvents", "Timestamp ActionType AccountDisplayName IPAddress"}, {"CloudAppEvents", "TimeGenerated AccountObjectId IPAddress ActivityObjects"},
	{"IdentityLogonEvents", "Timestamp ActionType Application LogonType Protocol FailureReason AccountName AccountDomain AccountUpn AccountSid AccountObjectId AccountDisplayName DeviceName DeviceType OSPlatform IPAddress Port DestinationDeviceName Location ISP ReportId AdditionalFields"},
	{"IdentityLogonEvents", "Timestamp AccountUpn LogonType FailureReason IPAddress Location"},
	{"IdentityInfo", "TimeGenerated AccountObjectId AccountUPN AccountDisplayName AccountTenantId AssignedRoles BlastRadius City Country Department GroupMembership IsAccountEnabled JobTitle MailAddress RiskLevel RiskState UserType UserState"},
	{"IdentityInfo", "TimeGenerated AccountUPN AccountObjectId Department City Country"},
	{"BehaviorAnalytics", "TimeGenerated UserName UserPrincipalName ActionType ActivityType ActivityInsights DevicesInsights UsersInsights InvestigationPriority SourceIPAddress SourceIPLocation EventSource NativeTableName SourceRecordId"},
	{"BehaviorAnalytics", "TimeGenerated UserPrincipalName SourceIPAddress ActivityType"},
	{"SecurityEvent", "TimeGenerated Account AccountType Computer EventID Activity LogonType LogonTypeName IpAddress IpPort TargetUserName TargetDomainName SubjectUserName Status SubStatus FailureReason EventData"},
	{"SecurityEvent", "TimeGenerated Account Computer EventID IpAddress LogonType Status"},
	{"Syslog", "TimeGenerated Computer EventTime Facility HostName HostIP SeverityLevel SyslogMessage ProcessID ProcessName"}, {"Syslog", "TimeGenerated HostName ProcessName SyslogMessage"},
	{"SecurityAlert", "TimeGenerated DisplayName AlertName AlertSeverity Description ProviderName VendorName SystemAlertId CompromisedEntity ExtendedProperties Entities Status Tactics"},
	{"SecurityAlert", "TimeGenerated AlertName CompromisedEntity Status"},
	{"MicrosoftGraphActivityLogs", "TimeGenerated AadTenantId ApiVersion AppId ATContent ClientAuthMethod ClientRequestId DurationMs IdentityProvider IPAddress Location OperationId RequestId RequestMethod RequestUri ResponseSizeBytes ResponseStatusCode Roles Scopes ServicePrincipalId SessionId SignInActivityId TokenIssuedAt UserAgent UserId Wids"},
	{"MicrosoftGraphActivityLogs", "TimeGenerated UserId AppId IPAddress RequestUri"}, {"MicrosoftGraphActivityLogs", "TimeGenerated ServicePrincipalId AppId SignInActivityId IPAddress"},
	{"", "TimeGenerated EventType EventResult EventResultDetails EventSchema EventProduct EventVendor TargetUsername TargetUserId SrcIpAddr TargetAppName LogonMethod LogonProtocol EventOriginalUid IpAddr User Dvc"},
	{"", "TimeGenerated TargetUsername SrcIpAddr EventResult"},
	{"AADRiskyAgents", "TimeGenerated AgentDisplayName AgentId IsProcessing RiskDetail RiskLastUpdatedDateTime RiskLevel RiskState Id"},
	{"AADAgentRiskEvents", "TimeGenerated ActivityDateTime AgentDisplayName AgentId DetectedDateTime DetectionTimingType RiskDetail RiskEventType RiskLevel RiskState Id"},
	{"PreAuthenticationDiscoveryLogs", "TimeGenerated AADTenantId ApplicationId CallerIpAddress CorrelationId ErrorNumber RequestId RequestType ResultDescription UserAgent UserId"},
	{"PreAuthenticationDiscoveryLogs", "TimeGenerated UserId RequestType ErrorNumber"},
	{"AuditLogs", "TimeGenerated AADOperationType AADTenantId ActivityDateTime ActivityDisplayName AdditionalDetails CorrelationId DurationMs Id Identity InitiatedBy Level Location LoggedByService OperationName OperationVersion Result ResultDescription ResultReason ResultSignature ResultType TargetResources TenantId"},
	{"AuditLogs", "TimeGenerated OperationName InitiatedBy TargetResources"}, {"AuditLogs", "TimeGenerated OperationName Identity Location Category ResultDescription"},
	{"AADProvisioningLogs", "TimeGenerated AADTenantId ChangeId CycleId DurationMs Id InitiatedBy JobId ModifiedProperties OperationName ProvisioningAction ProvisioningSteps ResultDescription ResultSignature ResultType ServicePrincipal SourceIdentity SourceSystem TargetIdentity TargetSystem"},
	{"AADProvisioningLogs", "TimeGenerated ResultType SourceIdentity TargetIdentity"},
	{"AADUserRiskEvents", "TimeGenerated Activity ActivityDateTime AdditionalInfo CorrelationId DetectedDateTime DetectionTimingType Id IpAddress Location OperationName RequestId RiskDetail RiskEventType RiskLevel RiskState Source TokenIssuerType UserDisplayName UserId UserPrincipalName"},
	{"AADUserRiskEvents", "TimeGenerated UserPrincipalName IpAddress RiskEventType RiskState"},
	{"AADRiskyUsers", "TimeGenerated CorrelationId Id IsDeleted IsProcessing OperationName RiskDetail RiskLastUpdatedDateTime RiskLevel RiskState UserDisplayName UserPrincipalName"},
	{"AADRiskyUsers", "TimeGenerated UserPrincipalName RiskState RiskLastUpdatedDateTime"},
	{"NetworkAccessTraffic", "TimeGenerated UserId UserPrincipalName DeviceId SourceIp DestinationFqdn DestinationIp DestinationPort TrafficType Action InitiatingProcessName ConnectionId ResourceTenantId"},
	{"DeviceLogonEvents", "Timestamp DeviceId DeviceName ActionType LogonType AccountDomain AccountName AccountSid Protocol FailureReason IsLocalAdmin RemoteIP RemotePort InitiatingProcessFileName ReportId"},
	{"EmailEvents", "Timestamp NetworkMessageId SenderFromAddress RecipientEmailAddress Subject EmailDirection AuthenticationDetails ThreatTypes ReportId"},
	{"AWSCloudTrail", "TimeGenerated EventName EventSource AWSRegion SourceIpAddress UserIdentityUserName UserAgent"},
	{"", "TimeGenerated OperationName ResultType Identity"}, {"", "TimeGenerated ResultType OperationName Identity Category CorrelationId Properties"},
	{"", "TimeGenerated ResultType OperationName identity_claim_appid_g CorrelationId httpStatusCode_d requestUri_s"}, {"", "TimeGenerated ResultType identity_claim_upn_s"},
	{"", "UserPrincipalName AppDisplayName Scope ConsentType CreatedDateTime"}, {"", "Id AppId AppDisplayName PrincipalDisplayName PrincipalType UserPrincipalName CreatedDateTime"},
	{"", "UserPrincipalName IsMfaRegistered IsMfaCapable MethodsRegistered AppDisplayName TimeGenerated"},
	{"", "Id AppId AppDisplayName CreatedDateTime"}, {"", "Id AppId AppDisplayName ServicePrincipalId ServicePrincipalName CreatedDateTime"}, {"", "TimeGenerated AppDisplayName AppId"},
	{"", "Id AppId AppDisplayName CreatedDateTime ServicePrincipalType"}, {"", "Id AppId AppDisplayName CreatedDateTime AccountEnabled"},
	{"Heartbeat", "TimeGenerated Computer OSType Version Category ComputerIP"},
}

// sampleCell is a plausible value of a column.
func sampleCell(column, table string) string {
	switch {
	case column == "Type":
		return table
	case column == "Category" && table == "SigninLogs":
		return "SignInLogs"
	case column == "Category" && table == "AuditLogs":
		return "UserManagement"
	case strings.HasPrefix(column, "Time") || strings.HasSuffix(column, "Time"):
		return "2026-01-02T03:04:05Z"
	case column == "ResultType" && table != "AuditLogs" && table != "AADProvisioningLogs":
		return "50126"
	case column == "ErrorCode" || column == "ErrorNumber" || column == "EventID":
		return "50126"
	case column == "Status" && table == "SigninLogs":
		return `{"errorCode":50126}`
	}
	return "x " + column
}

// formsOf writes a sample as CSV, as objects, in camel case, and as rows of a table,
// each without and with the name of its table.
func formsOf(s sample) map[string]string {
	forms := map[string]string{}
	for _, suffix := range []string{"", " Type"} {
		columns := strings.Fields(s.columns + suffix)
		if suffix != "" && s.table == "" {
			continue
		}
		var cells, members, camel, titles, values []string
		for _, c := range columns {
			value := sampleCell(c, s.table)
			lower := string(unicode.ToLower(rune(c[0]))) + c[1:]
			cells = append(cells, value)
			members, camel = append(members, fmt.Sprintf("%q:%q", c, value)), append(camel, fmt.Sprintf("%q:%q", lower, value))
			titles, values = append(titles, fmt.Sprintf(`{"name":%q}`, c)), append(values, fmt.Sprintf("%q", value))
		}
		forms["csv"+suffix] = quoted(columns) + quoted(cells) + quoted(cells)
		forms["objects"+suffix] = strings.Repeat("{"+strings.Join(members, ",")+"}\n", 2)
		forms["camel case"+suffix] = "[{" + strings.Join(camel, ",") + "}]"
		forms["rows"+suffix] = `{"tables":[{"name":"PrimaryResult","columns":[` + strings.Join(titles, ",") + `],"rows":[[` + strings.Join(values, ",") + "]]}]}"
	}
	return forms
}

// Other logs are refused by their name where Microsoft's documentation gives one.
func TestOtherLogsAreRefused(t *testing.T) {
	t.Parallel()
	for _, s := range others {
		t.Run(caseName(s.table+" "+s.columns), func(t *testing.T) {
			for form, content := range formsOf(s) {
				out := readText(t, content)
				if out.err == nil || len(out.rows) > 0 {
					t.Errorf("%s: %d rows of %v", form, len(out.rows), out.dialects)
					continue
				}
				whole := strings.Contains(form, "Type") || len(strings.Fields(s.columns)) > 10
				if !strings.Contains(out.err.Error(), s.table) && isNamed(s.table) && whole {
					t.Errorf("%s: %v", form, out.err)
				}
			}
		})
	}
}

// isNamed reports whether a table has a name for people.
func isNamed(table string) bool {
	for _, log := range otherLogs {
		if strings.Contains(log.name, "("+table+")") {
			return true
		}
	}
	return false
}

// Projections of sign-in tables are read wherever a column proves them, and refused
// with a hint elsewhere.
func TestProjectionsOfSignIns(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		columns string
		read    bool
	}{
		{"TimeGenerated UserPrincipalName ResultType", true}, {"TimeGenerated UserId AppId ResultType IPAddress", true}, {"UserPrincipalName ResultType", true},
		{"TimeGenerated ResultType IPAddress", true}, {"TimeGenerated ServicePrincipalId ResultType", true}, {"TimeGenerated Identity ResultType ResultDescription", true},
		{"TimeGenerated UserPrincipalName AppDisplayName", true}, {"TimeGenerated UserPrincipalName Status", true}, {"TimeGenerated UserPrincipalName IPAddress Status DeviceDetail", true},
		{"CreatedDateTime UserPrincipalName ConditionalAccessStatus", true}, {"UserPrincipalName ClientAppUsed IPAddress", true}, {"TimeGenerated UserPrincipalName LocationDetails", true},
		{"TimeGenerated UserId CrossTenantAccessType HomeTenantId", true}, {"TimeGenerated UserPrincipalName RiskLevelDuringSignIn RiskState", true}, {"TimeGenerated ServicePrincipalName ResourceIdentity", true},
		{"TimeGenerated ServicePrincipalId ServicePrincipalCredentialKeyId IPAddress", true}, {"TimeGenerated UserPrincipalName AuthenticationRequirement AuthenticationDetails", true},
		{"TimeGenerated UserPrincipalName DeviceDetail_dynamic", true}, {"TimeGenerated UserPrincipalName Status_errorCode", true}, {"TimeGenerated Id IncomingTokenType", true},
		{"TimeGenerated UserPrincipalName IsInteractive", true}, {"TimeGenerated UserPrincipalName MfaDetail UserAgent", true}, {"TimeGenerated AppDisplayName ResourceDisplayName IPAddress", true},
		{"Timestamp AccountUpn ErrorCode", true}, {"Timestamp AccountObjectId ApplicationId ErrorCode IPAddress", true}, {"Timestamp ErrorCode LogonType", true}, {"Timestamp ServicePrincipalId IsManagedIdentity", true},
		{"Timestamp AccountUpn ClientAppUsed", true}, {"Timestamp AccountUpn GatewayJA4", true}, {"TimeGenerated AppDisplayName ResultType MyColumn Other1 Other2 Other3", true},
		{"TimeGenerated UserPrincipalName UniqueTokenIdentifier", true}, {"TimeGenerated ResultType Category CorrelationId", true},

		{"CreatedDateTime Id AppDisplayName IPAddress", true}, {"CreatedDateTime Id UserId AppDisplayName", true}, {"CreatedDateTime Id AppId AppDisplayName", false},
		{"TimeGenerated UserPrincipalName IPAddress", false}, {"TimeGenerated UserId AppId", false}, {"TimeGenerated UserPrincipalName CorrelationId UserAgent", false},
		{"TimeGenerated ServicePrincipalId ServicePrincipalName", false}, {"Timestamp AccountUpn IPAddress Country", false}, {"CreatedDateTime UserPrincipalName IPAddress", false},
		{"TimeGenerated UserPrincipalName ResultDescription", false}, {"TimeGenerated UserId UserType UserAgent", false},
		{"TimeGenerated UserPrincipalName ResultType ActionType", false}, {"TimeGenerated UserPrincipalName AppDisplayName Operation RequestUri", false},
	} {
		t.Run(caseName(c.columns), func(t *testing.T) {
			forms := formsOf(sample{"SigninLogs", c.columns})
			for _, form := range []string{"csv", "objects", "rows"} {
				out := readText(t, forms[form])
				switch e, _ := out.err.(*Error); {
				case c.read && (out.err != nil || len(out.rows) == 0 || len(out.rejects) > 0):
					t.Errorf("%s: %d rows, %v, %v", form, len(out.rows), out.rejects, out.err)
				case c.read:
				case out.err == nil:
					t.Errorf("%s: read as %v", form, out.dialects)
				case !strings.Contains(e.Hint, "--from") && !strings.Contains(e.What, "this is "):
					t.Errorf("%s: %v, hint %q", form, out.err, e.Hint)
				}
			}
		})
	}
}

// No name of another log is one that some dialect reads.
func TestOtherNamesAreNotThoseOfSignIns(t *testing.T) {
	t.Parallel()
	for _, d := range dialects {
		if d.fields == nil && d.columns != nil {
			continue
		}
		fields := d.fields()
		for name := range otherNames {
			if f := fields.lookup(name); f != nil && f.column != noColumn {
				t.Errorf("%s reads %s", d.name, name)
			}
		}
	}
	for name := range signInNames {
		if otherNames[name] {
			t.Errorf("%s speaks for and against", name)
		}
	}
	for title := range portalColumns() {
		if otherNames[title] {
			t.Errorf("the portal has %s", title)
		}
	}
}

// One odd record at the beginning hides no sign-in: it is a reject.
func TestOddFirstRecordHidesNothing(t *testing.T) {
	t.Parallel()
	odd := []string{`{"heartbeat":true}`, `{"a":1}`, `{"category":"SignInLogs"}`, `{"category":"SignInLogs","properties":"text"}`, `{"id":"x"}`,
		`{"time":"x","category":"AuditLogs","operationName":"Add user","properties":{"id":"x"}}`, `{"activityDateTime":"x","initiatedBy":{},"id":"x"}`,
		`{"Type":"AuditLogs","TimeGenerated":"x","OperationName":"Add user"}`, `{"userPrincipalName":"","appId":null}`,
		`{"time":"2026-01-02T03:04:05Z","category":"SignInLogs","operationName":"Sign-in activity"}`,
		`{"time":"2026-01-02T03:04:05Z","category":"SignInLogs","operationName":"Sign-in activity","properties":"text"}`}
	goods := map[string]string{"graph-json": signIn("1"), "diagnostic-json": kinds["records"]("1")}
	for dialect, record := range otherRecords {
		goods[dialect] = fmt.Sprintf(record, "1")
	}
	for dialect, good := range goods {
		for _, first := range odd {
			page := "value"
			if dialect == "diagnostic-json" {
				page = "records"
			}
			for form, content := range map[string]string{
				"lines": first + "\n" + good + "\n", "array": "[" + first + ",\n" + good + "]", "late": "[" + strings.Repeat(first+",", 500) + good + "]",
				"page": `{"` + page + `":[` + first + "," + good + "]}",
			} {
				t.Run(dialect+"/"+form+"/"+first, func(t *testing.T) {
					out := readText(t, content)
					if ids := out.values("id"); len(out.rows) != 1 || ids[0] != "1" || len(out.rejects) == 0 || out.dialects[0] != dialect {
						t.Errorf("%s: %d rows, %d rejects of %v, %v", shorten(content), len(out.rows), len(out.rejects), out.dialects, out.err)
					}
				})
			}
		}
	}
}

// A first row of a CSV without what its columns have hides nothing either.
func TestOddFirstRowHidesNothing(t *testing.T) {
	t.Parallel()
	const head, good = "TimeGenerated,UserPrincipalName,ResultType,IPAddress,Type\n", "2026-01-02T03:04:05Z,u,50126,192.0.2.1,SigninLogs\n"
	for _, first := range []string{",,,,\n", ",,,,AuditLogs\n", ",v,none,,\n", "short\n", "2026-01-02T03:04:05Z,,,,SigninLogs\n", "a\"b,,,,\n"} {
		t.Run(caseName(first), func(t *testing.T) {
			out := readText(t, head+strings.Repeat(first, 20)+good)
			if n := len(out.rows); out.err != nil || n == 0 || out.rows[n-1]["user_principal_name"] != "u" || out.rows[n-1]["error_code"] != "50126" {
				t.Errorf("%q: %v, %v", first, out.rows, out.err)
			}
		})
	}
}

// The name of a custom table hides no sign-ins, unless it is that of another log.
func TestCustomTablesOfOtherNames(t *testing.T) {
	t.Parallel()
	const head, row = "TimeGenerated,UserPrincipalName_s,ResultType_d,DeviceDetail_isCompliant_b,Type\n", "2026-01-02T03:04:05Z,u,50126,true,"
	out := readText(t, head+row+"MySignIns_CL\n"+row+"AuditLogs_CL\n")
	if len(out.rows) != 1 || out.rows[0]["error_code"] != "50126" || out.rows[0]["device_is_compliant"] != "true" || len(out.rejects) != 1 {
		t.Errorf("%v, %v, %v", out.rows, out.rejects, out.err)
	}
	if out := readText(t, head+row+"AzureActivity_CL\n"); out.err == nil {
		t.Errorf("%v", out.rows)
	}
}

// A row without user, application, principal, address and id is a reject, where the
// input has one of their columns.
func TestRowsWithoutIdentityAreRejects(t *testing.T) {
	t.Parallel()
	const message = "user, application, service principal, address and id are all empty"
	for _, c := range []struct {
		content       string
		rows, rejects int
	}{
		{"TimeGenerated,UserPrincipalName,ResultType\n2026-01-02T03:04:05Z,u,0\n2026-01-02T03:04:05Z,,0\n", 1, 1},
		{"TimeGenerated,ConditionalAccessStatus,Location\n2026-01-02T03:04:05Z,success,NO\n", 1, 0},
		{portalHead + "2026-01-02T03:04:05Z,1,,,\n2026-01-02T03:04:05Z,,,,\n2026-01-02T03:04:05Z,,,,app\n", 2, 1},
		{signIn("1") + "\n" + `{"createdDateTime":"2026-01-02T03:04:05Z","clientAppUsed":"Browser","id":"","userId":null}` + "\n", 1, 1},
		{kinds["records"]("1") + "\n" + `{"category":"SignInLogs","resultType":"0","properties":{"createdDateTime":"2026-01-02T03:04:05Z"}}` + "\n", 1, 1},
		{`{"category":"SignInLogs","callerIpAddress":"192.0.2.1","properties":{"createdDateTime":"2026-01-02T03:04:05Z"}}` + "\n", 1, 0},
		{"Timestamp,ErrorCode,AccountUpn,ApplicationId\n2026-01-02T03:04:05Z,0,u,\n2026-01-02T03:04:05Z,0,,\n", 1, 1},
		{`[{"createdDateTime":"2026-01-02T03:04:05Z","status":{"errorCode":0}}]`, 1, 0},
	} {
		t.Run(caseName(c.content), func(t *testing.T) {
			out := readText(t, c.content)
			if len(out.rows) != c.rows || len(out.rejects) != c.rejects || c.rejects > 0 && out.rejects[0].Message != message {
				t.Errorf("%d rows, %v, %v", len(out.rows), out.rejects, out.err)
			}
		})
	}
}

// A result of summarize with one count and a result is read as summaries; others are
// refused by what they are.
func TestSummaries(t *testing.T) {
	t.Parallel()
	for _, c := range []struct{ content, counts, refusal string }{
		{"TimeGenerated,UserPrincipalName,ResultType,count_\n2026-01-02T00:00:00Z,u,50126,417\n2026-01-02T00:00:00Z,u,0,12\n", "417 12", ""},
		{"UserPrincipalName,ResultType,Count\nu,50126,417\nv,0,0\nw,0,x\n", "417", ""}, {"AppDisplayName,ResultType,EventCount\na,0,3\n", "3", ""},
		{"UserPrincipalName,ResultType,SignInCount,dcount_IPAddress\nu,0,5,2\n", "5", ""}, {"Timestamp,AccountUpn,ErrorCode,count_\n2026-01-02T00:00:00Z,u,0,7\n", "7", ""},
		{`[{"UserPrincipalName":"u","ResultType":"0","count_":9}]`, "9", ""}, {`{"tables":[{"columns":[{"name":"UserPrincipalName"},{"name":"ResultType"},{"name":"count_"}],"rows":[["u","0",8]]}]}`, "8", ""},
		{"TimeGenerated,Id,UserPrincipalName,ResultType,Count\n2026-01-02T00:00:00Z,1,u,0,40\n", "", ""},
		{"UserPrincipalName,ResultType,FailedCount\nu,50126,417\n", "", "summary of sign-ins (columns failedcount"}, {"UserPrincipalName,ResultType,Account\nu,50126,417\n", "", ""},
		{"UserPrincipalName,ResultType,Count,count_\nu,0,1,2\n", "", "summary of sign-ins (columns count, count_"}, {"UserPrincipalName,ResultType,dcount_IPAddress\nu,0,3\n", "", "summary of sign-ins (columns dcount_ipaddress"},
		{"UserPrincipalName,ResultType,count_,Failures\nu,50126,417,9\n", "417", ""}, {"UserPrincipalName,ResultType,Failures\nu,50126,417\n", "", "summary of sign-ins (columns failures"},
		{"UserPrincipalName,ResultType,CountOf\nu,50126,417\n", "", "summary of sign-ins (columns countof"}, {"UserPrincipalName,ResultType,count_distinct_IPAddress\nu,0,3\n", "", "summary of sign-ins (columns count_distinct_ipaddress"},
		{"UserPrincipalName,ResultType,count_IPAddress\nu,0,many\n", "", "summary of sign-ins (columns count_ipaddress"}, {"UserPrincipalName,ResultType,Total\nu,50126,417\n", "", "summary of sign-ins (columns total"}, {"UserPrincipalName,ResultType,Failures\nu,50126,none\n", "", ""}, {"Timestamp,AccountUpn,ErrorCode,Attempts\n2026-01-02T00:00:00Z,u,0,7\n", "", "summary of sign-ins (columns attempts"},
		{"Id,UserPrincipalName,ResultType,Attempts\n1,u,50126,3\n", "", ""}, {"createdDateTime,userPrincipalName,status.errorCode,Count\n2026-01-02T00:00:00Z,u,50126,417\n", "", "summary of sign-ins (columns count"},
		{`[{"createdDateTime":"2026-01-02T00:00:00Z","userPrincipalName":"u","status":{"errorCode":0},"count":417}]`, "", "summary of sign-ins (columns count), which this format has no place for"},
		{"AppDisplayName,count_\na,3\n", "", "summary of sign-ins (columns count_) without a column of results"}, {"UserPrincipalName,ResultType,count_\nu,0,many\n", "", "no whole number"},
		{"ResultType,count_\n0,7\n", "", "summary"}, {"UserPrincipalName,count_\nu,7\n", "", "summary"}, {"Type,count_\nSigninLogs,7\n", "", "summary"}, {"UserPrincipalName,dcount_AppDisplayName,set_IPAddress\nu,7,[]\n", "", "summary"},
	} {
		t.Run(caseName(c.content), func(t *testing.T) {
			out := readText(t, c.content)
			if c.refusal != "" {
				if out.err == nil || !strings.Contains(out.err.Error(), c.refusal) {
					t.Errorf("%v, %v", out.rows, out.err)
				}
				return
			}
			counts := strings.TrimSpace(strings.Join(out.values("sign_in_count"), " "))
			if counts != c.counts || out.err != nil {
				t.Errorf("counts %q, want %q, %v, %v", counts, c.counts, out.rejects, out.err)
			}
		})
	}
}

// What looks like sign-ins and is not read is marked; other logs and outputs of this
// program are not.
func TestSkippedFilesThatLookLikeSignIns(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name, content string
		likely        bool
	}{
		{"InteractiveSignIns_2026.json", `{"a":1}`, true}, {"insights-logs-signinlogs/PT1H.json", `{"a":1}`, true}, {"insights-logs-auditlogs/PT1H.json", `{"category":"AuditLogs","properties":{}}`, false},
		{"insights-logs-auditlogs/PT1H.json", `{"a":1}`, false}, {"x.json", `{"category":"SignInLogs"}`, true}, {"x.json", `{"Type":"SigninLogs","TimeGenerated":"x"}`, true},
		{"x.json", `{"deep":{"er":{"conditionalAccessStatus":"a","crossTenantAccessType":"b","isInteractive":true}}}`, true}, {"x.csv", "Type,TimeGenerated\nSigninLogs,x\n", true},
		{"office.csv", "TimeGenerated,UserId,OfficeWorkload,Type\nx,u,SharePoint,OfficeActivity\n", false}, {"x.json", `{"a":1}`, false}, {"notes.txt", "signins\n", false},
		{"signins.parquet.manifest.json", `{"manifest_version":2,"inputs":[{"dialect":"graph-json"}]}`, false}, {"signins.parquet.rejects.ndjson", "", false},
		{"SignIns.csv.rejects.ndjson", `{"file":"a","offset":1,"raw_sha256":"x"}`, false}, {"signins.json.sha256", "00  signins.json\n", false}, {"signins.parquet", "PAR1\x15\x04", false},
	} {
		t.Run(caseName(c.name), func(t *testing.T) {
			root := fixture.Tree(t, map[string]string{"good.json": signIn("1") + "\n", c.name: c.content})
			ins, err := Open(t.Context(), []string{root}, Options{})
			if err != nil || len(ins.Skipped) != 1 || ins.Skipped[0].LikeSignIns != c.likely {
				t.Errorf("%v, %v", ins, err)
			}
		})
	}
}

// A format that is named and knows no column is a warning.
func TestNamedFormatWithoutColumns(t *testing.T) {
	t.Parallel()
	for from, content := range map[string]string{"log-analytics-csv": "a,b\n1,2\n", "defender-json": `{"a":1}`, "portal-csv": "a,b\n1,2\n"} {
		if out := collect(t, Options{From: from, Stdin: strings.NewReader(content)}, "-"); out.err != nil || out.warnings[schema.NoKnownColumns] != 1 {
			t.Errorf("%s: %v, %v", from, out.warnings, out.err)
		}
	}
	if out := collect(t, Options{From: "log-analytics-csv", Stdin: strings.NewReader("TimeGenerated,UserId\n2026-01-02T03:04:05Z,u\n")}, "-"); len(out.rows) != 1 || out.warnings[schema.NoKnownColumns] != 0 {
		t.Errorf("%v, %v", out.warnings, out.err)
	}
}

// An envelope with the category and the operation of sign-ins is one without the
// object that it mostly has.
func TestEnvelopesWithoutProperties(t *testing.T) {
	t.Parallel()
	const envelope = `{"time":"2026-01-02T03:05:00Z","category":"SignInLogs","operationName":"Sign-in activity","resultType":"50126","callerIpAddress":"192.0.2.1"%s}`
	out := readText(t, fmt.Sprintf(envelope, "")+"\n"+fmt.Sprintf(envelope, `,"properties":"text"`)+"\n")
	if len(out.rows) != 1 || len(out.rejects) != 1 || out.dialects[0] != "diagnostic-json" || out.rows[0]["error_code"] != "50126" || out.rows[0]["ip_address"] != "192.0.2.1" {
		t.Errorf("%v, %v, %v", out.rows, out.rejects, out.err)
	}
	out = readText(t, `{"Category":"SignInLogs","OperationName":"Sign-in activity","CreatedDateTime":"2026-01-02T03:04:05Z","Id":"1"}`+"\n")
	if len(out.rows) != 1 || out.rows[0]["created_at"] != "2026-01-02T03:04:05Z" || out.rows[0]["id"] != "1" {
		t.Errorf("%v, %v, %v", out.rows, out.rejects, out.err)
	}
}

// Titles that the portal does not write, beside those that other lists have too, are of
// another list; one title of the portal alone outweighs them.
func TestPortalTitlesThatOtherListsHave(t *testing.T) {
	t.Parallel()
	for header, refusal := range map[string]string{
		"Date,Request ID,Username":                                                                     "",
		"Date,Request ID,Username,Status,My remark":                                                    "",
		"Date (UTC),Service principal ID,Sign-in error code,My remark":                                 "",
		"Date,Request ID,Username,Summary,Priority":                                                    "columns of another log, such as summary",
		"Application ID,Application name,Service principal ID,Date (UTC),Assigned":                     "columns of another log, such as application name",
		"Request ID,Date (UTC),Username,IP address,Risk state,Risk level,Detection last updated (UTC)": "this is a risk detection log",
		"Request ID,Date (UTC),Username,IP address,Risk state,Risk level":                              "columns of another log, such as risk state",
		"Date,Request ID,Username,My remark":                                                           "",
	} {
		out := readText(t, header+"\n"+strings.Repeat("x,", strings.Count(header, ","))+"x\n")
		e, _ := out.err.(*Error)
		switch {
		case refusal == "" && out.err != nil, refusal != "" && (out.err == nil || !strings.Contains(out.err.Error(), refusal)):
			t.Errorf("%s: %v", header, out.err)
		case refusal != "" && !strings.HasPrefix(refusal, "this is") && strings.Contains(header, "Username") && !strings.Contains(e.Hint, "--from"):
			t.Errorf("%s: %v has no hint", header, out.err)
		}
	}
}

// Both records of the unified audit log and of discovery before sign-ins have the number
// of an error.
func TestErrorNumbersAreOfTheirLog(t *testing.T) {
	t.Parallel()
	for content, name := range map[string]string{
		`{"CreationTime":"2026-01-02T03:04:05","UserId":"u","ApplicationId":"a","ErrorNumber":"50126","LogonError":"x","ActorIpAddress":"192.0.2.1"}`: "unified audit log",
		`{"TimeGenerated":"2026-01-02T03:04:05Z","UserId":"u","ApplicationId":"a","ErrorNumber":"0","CallerIpAddress":"192.0.2.1"}`:                   "discovery",
	} {
		if out := readText(t, content); out.err == nil || !strings.Contains(out.err.Error(), name) {
			t.Errorf("%s: %v", content, out.err)
		}
	}
}
