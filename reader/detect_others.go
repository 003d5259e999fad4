package reader

import (
	"slices"
	"strings"
)

// An otherLog is what people have in the same folders as sign-ins.
type otherLog struct {
	name   string   // for people
	tables []string // its tables and categories, in lower case
	// columns show it where nothing proves sign-ins: with + between those that must be
	// there together.
	columns []string
}

// otherLogs are tried in this order: columns that one of them has alone before those
// that several have.
var otherLogs = []otherLog{
	{"a provisioning log (AADProvisioningLogs)", []string{"provisioninglogs", "aadprovisioninglogs"},
		[]string{"provisioningaction", "provisioningsteps", "sourceidentity+targetidentity", "modifiedproperties+jobid"}},
	{"a directory audit log (AuditLogs)", []string{"auditlogs", "usermanagement", "groupmanagement", "applicationmanagement",
		"rolemanagement", "directorymanagement", "policymanagement", "resourcemanagement", "entitlementmanagement", "provisioningmanagement", "attributemanagement", "keymanagement"},
		[]string{"activitydisplayname", "activitydatetime+initiatedby", "activitydatetime+targetresources", "activity+category", "initiatedby+operationname", "targetresources+operationname", "aadoperationtype", "loggedbyservice"}},
	{"a risk detection log of agents (AADAgentRiskEvents)", []string{"agentriskevents", "aadagentriskevents"}, []string{"agentid+riskeventtype", "agentdisplayname+riskeventtype"}},
	{"a list of risky agents (AADRiskyAgents)", []string{"riskyagents", "aadriskyagents"}, []string{"agentid+risklastupdateddatetime", "agentdisplayname+risklastupdateddatetime", "agentid+riskstate"}},
	{"a risk detection log (AADUserRiskEvents)", []string{"userriskevents", "aaduserriskevents", "serviceprincipalriskevents", "aadserviceprincipalriskevents"},
		[]string{"riskeventtype", "detecteddatetime", "detectiontimingtype", "risk event type", "detection type", "detection last updated (utc)"}},
	{"a list of risky users or applications (AADRiskyUsers)", []string{"riskyusers", "aadriskyusers", "riskyserviceprincipals", "aadriskyserviceprincipals"},
		[]string{"risklastupdateddatetime", "risk last updated"}},
	{"a unified audit log (OfficeActivity)", []string{"officeactivity", "enrichedmicrosoft365auditlogs"},
		[]string{"officeworkload", "auditdata", "recordtype+workload", "auditlogrecordtype", "recordtype+operation", "officeobjectid", "siteurl", "organizationid+operation", "operation+clientip", "userkey", "logonerror", "errornumber+clientip", "errornumber+creationtime", "errornumber+resultstatus"}},
	{"a log of discovery before sign-ins (PreAuthenticationDiscoveryLogs)", []string{"preauthenticationdiscoverylogs"}, []string{"errornumber+requesttype", "errornumber", "requesttype"}},
	{"Microsoft Graph activity logs (MicrosoftGraphActivityLogs)", []string{"microsoftgraphactivitylogs", "aadgraphactivitylogs"}, []string{"requesturi", "responsestatuscode", "signinactivityid", "requestmethod"}},
	{"network access traffic (NetworkAccessTraffic)", []string{"networkaccesstraffic", "networkaccesstrafficlogs"}, []string{"traffictype", "destinationfqdn+userprincipalname"}},
	{"an Azure activity log (AzureActivity)", []string{"azureactivity"},
		[]string{"operationnamevalue", "eventdataid", "activitystatusvalue", "activitystatus", "caller+subscriptionid", "caller+resourcegroup", "caller+operationname", "categoryvalue"}},
	{"events of cloud applications (CloudAppEvents)", []string{"cloudappevents"}, []string{"activityobjects", "raweventdata", "actiontype+applicationid", "actiontype+application+countrycode"}},
	{"logons on devices (DeviceLogonEvents)", []string{"devicelogonevents"}, []string{"deviceid+logontype+actiontype", "islocaladmin", "remoteip+logontype"}},
	{"logons in Active Directory (IdentityLogonEvents)", []string{"identitylogonevents"}, []string{"actiontype+logontype", "actiontype+protocol", "logontype+accountdomain", "logontype+accountupn", "actiontype+destinationdevicename"}},
	{"a list of users (IdentityInfo)", []string{"identityinfo"}, []string{"accounttenantid", "blastradius", "groupmembership", "isaccountenabled", "accountupn+department", "accountupn+jobtitle", "samaccountname"}},
	{"behaviour analytics (BehaviorAnalytics)", []string{"behavioranalytics"}, []string{"usersinsights", "devicesinsights", "activityinsights", "investigationpriority", "activitytype+sourceipaddress"}},
	{"Windows security events (SecurityEvent)", []string{"securityevent", "windowsevent"}, []string{"eventid+computer", "eventid+account", "eventid+targetusername", "eventsourcename", "logontypename", "subjectusername"}},
	{"a system log (Syslog)", []string{"syslog"}, []string{"syslogmessage", "facility+severitylevel", "processname+severitylevel"}},
	{"a list of security alerts (SecurityAlert)", []string{"securityalert", "alertinfo", "alertevidence"}, []string{"systemalertid", "alertname", "alertseverity", "compromisedentity"}},
	{"a view of the Advanced Security Information Model (ASIM)", []string{"asimauthenticationeventlogs", "asimauditeventlogs"},
		[]string{"eventschema", "eventresult", "eventresultdetails", "srcipaddr", "targetusername", "actorusername", "logonmethod", "eventproduct"}},
	{"a table of Defender XDR without sign-ins to Entra", nil, []string{"actiontype"}},
	{"a list of applications", []string{"oauthappinfo"}, []string{"oauthappid", "isadminconsented", "appstatus+serviceprincipalid", "signinaudience", "approles", "serviceprincipalnames", "appid+displayname"}},
	{"an error that Microsoft Graph answered in place of data", nil, []string{"error"}},
	{ownManifest, nil, []string{"manifest_version"}},
	{ownRejects, nil, []string{"raw_sha256+offset"}},
	{ownInputs, nil, []string{"dialect+sha256+records"}},
	{ownDuplicates, nil, []string{"counted+repeat"}},
	{ownFindings, nil, []string{"rule+severity+sentence"}},
}

// ownLogs are the names of logs that this program has written.
var ownLogs = []string{ownManifest, ownRejects, ownInputs, ownDuplicates, ownFindings}

const (
	ownManifest   = "a manifest of this program"
	ownRejects    = "a list of rejects of this program"
	ownInputs     = "a list of inputs of this program"
	ownDuplicates = "a list of duplicates of this program"
	ownFindings   = "a list of findings of this program"
)

// isOwn reports whether a log is one that this program has written.
func isOwn(log string) bool { return slices.Contains(ownLogs, log) }

// otherLog returns the name of the other log that the record is of, "" for none.
func (s *shape) otherLog() string {
	if s.dialect != nil {
		return ""
	}
	table := strings.TrimSuffix(strings.ToLower(s.table()), "_cl")
	for _, log := range otherLogs {
		if slices.Contains(log.tables, table) {
			return log.name
		}
	}
	switch {
	case strings.HasPrefix(table, "advancedhunting-"):
		return "a Defender XDR event stream (its sign-ins can be read from a query of advanced hunting)"
	case s.whyUnproven() == "" || s.isDiagnostic():
		return ""
	case s.context != "" && !isSignInPage(s.context):
		return "a Microsoft Graph page of something else"
	}
	for _, log := range otherLogs {
		if slices.ContainsFunc(log.columns, s.hasAll) {
			return log.name
		}
	}
	return ""
}

// hasAll reports whether the record has all columns of a list with + between them.
func (s *shape) hasAll(columns string) bool {
	for column := range strings.SplitSeq(columns, "+") {
		if !s.names(column) {
			return false
		}
	}
	return true
}

// isDiagnostic reports whether the record is an envelope of diagnostic settings, whose
// category alone decides.
func (s *shape) isDiagnostic() bool {
	return s.keys != nil && s.names("properties") && (s.names("category") || s.names("operationname"))
}
