package reader

import (
	"bytes"
	"maps"
	"slices"
	"strings"

	"signins/schema/jsontext"
)

// signInNames are columns and members that only sign-ins have: one of them proves an
// input.
var signInNames = namesIn(`
	appliedconditionalaccesspolicies appliedeventlisteners
	authenticationappdevicedetails authenticationapppolicyevaluationdetails authenticationcontextclassreferences
	authenticationmethodsused authenticationprocessingdetails authenticationprotocol authenticationrequirement
	authenticationrequirementpolicies authenticationstrengths authenticatorapplocation clientappused clientcredentialtype
	conditionalaccessaudiences conditionalaccesspolicies conditionalaccesspoliciesv2 conditionalaccessstatus
	crosstenantaccesstype devicedetail endpointcall federatedcredentialid firstsignindatetime flaggedforreview gatewayja4
	globalsecureaccessipaddress hometenantid incomingtokentype ipaddressfromresourceprovider isconfidentialclient
	isinteractive ismanagedidentity issigninthroughglobalsecureaccess istenantrestricted isthroughglobalsecureaccess
	locationdetails managedserviceidentity mfadetail networklocationdetails originaltransfermethod
	processingtimeinmilliseconds processingtimeinms resourcedisplayname resourceidentity resourceownertenantid
	resourceserviceprincipalid riskeventtypes_v2 risklevelaggregated risklevelduringsignin serviceprincipalcredentialkeyid
	serviceprincipalcredentialthumbprint sessionlifetimepolicies signineventtypes signinidentifier signinidentifiertype
	status.errorcode status_errorcode statuserrorcode tokenissuername tokenprotectionstatusdetails`)

// otherNames are columns and members that other logs have and sign-ins have not: each
// of them weighs as much as one of signInNames.
var otherNames = namesIn(`
	aadoperationtype accountdomain accountenabled accountname accountsid accounttenantid accounttype actiontype activity activitydatetime
	activitydisplayname activityinsights activityobjects activitystatus activitystatusvalue activitytype actorusername
	addedontime additionalfields alertname alertseverity alerttype apiversion apporigin approleassignmentrequired approleid approles appstatus auditdata auditlogrecordtype
	authorization awsregion blastradius caller categoryvalue changesource claims clientauthmethod clientip
	compromisedentity computer consenteduserscount consenttype cycleid department destinationdevicename destinationfqdn destinationip
	destinationipaddress destinationport detecteddatetime detectiontimingtype devicesinsights dvc emaildirection entities
	errornumber eventdata eventdataid eventid eventname eventoriginaluid eventproduct eventresult eventresultdetails
	eventschema eventsource eventsourcename eventsubmissiontimestamp eventtype eventvendor extendedproperties facility
	failedsignincount filename filepath folderpath groupmembership hierarchy hostip hostname httprequest httpstatuscode
	initiatedby initiatingprocessfilename investigationpriority ipaddr isaccountenabled isadminconsented ismfacapable ismfaregistered isp keycredentials jobid jobtitle
	loggedbyservice logonmethod logonprotocol logontypename mailaddress manager md5 methodsregistered modifiedproperties nativetablename
	networkmessageid oauthappid objectid objectname officeobjectid officeworkload operation operationnamevalue operations organizationid
	passwordcredentials port principaldisplayname principalid principaltype privilegelevel processid processname productname provisioningaction provisioningsteps raweventdata recipientemailaddress
	recordtype remoteip remoteurl requestmethod requesttype requesturi resourceprovidervalue responsesizebytes
	responsestatuscode resultreason resultstatus riskeventtype risklastupdateddatetime riskhistory samaccountname scope scopes
	senderfromaddress serviceprincipaltype severitylevel sha256 signinactivityid signinaudience siteurl site_url sourcedevice sourcefilename sourceidentity
	sourceip sourceipaddress sourceiplocation srcipaddr subject subjectusername subscriptionid successfulsignincount
	syslogmessage systemalertid tactics targetappname targetdevicename targetidentity targetresources targetsystem
	targetuserid targetusername targetusertype threattypes tokenissuedat traffictype url useraccountcontrol useridentity
	userkey usersinsights wids workload`)

// identities are columns of a user, an application, a service principal or an
// address. They prove a sign-in beside the number of its result alone.
var identities = namesIn(`accountdisplayname accountobjectid accountupn appdisplayname appid applicationid
	identity ipaddress serviceprincipalid serviceprincipalname userdisplayname userid userprincipalname`)

func namesIn(list string) map[string]bool { return foldedSet(strings.Fields(list)) }

// noProof is why an input with columns of sign-ins is not read as one.
const noProof = "no column that only sign-ins have, nor an integer ResultType beside a user or an application"

// whyUnproven returns why the names and values of a record do not prove that it is a
// sign-in, "" if they do: more speaks for it than against it.
func (s *shape) whyUnproven() string {
	if s.unproven == nil {
		why := s.weigh()
		s.unproven = &why
	}
	return *s.unproven
}

func (s *shape) weigh() (whyNot string) {
	proofs, against := 0, []string{}
	for name, value := range s.record {
		w, known := knownWeights[name]
		if !known {
			w = weightOf(name)
		}
		switch {
		case w > 0, name == additional && hasSignInMember(value), isStatus(name) && isSignInStatus(value):
			proofs++
		case w < 0, name == "operationname" && !isSignInOperation(value):
			against = append(against, name)
		}
	}
	identified := s.identified()
	for _, found := range []bool{
		s.names("appdisplayname") && (s.hasPerson() || s.names("ipaddress")),
		s.names("uniquetokenidentifier") && (s.hasPerson() || s.names("serviceprincipalname")), // requests to Graph have it, too
		s.hasCode("resulttype") && (identified || signInTable(s.table())),
		s.hasCode("errorcode") && (s.names("timestamp") || s.names("createddatetime")) && (identified || s.names("logontype")),
		identified && (signInTable(s.table()) || isDefenderTable(s.table())),
		strings.EqualFold(s.text("operationname"), signInOperation) && signInCategory(s.text("category")) && s.tellsMore(),
		isSignInPage(s.context) && (identified || s.names("id")),
	} {
		if found {
			proofs++
		}
	}
	switch {
	case proofs > len(against):
		return ""
	case len(against) > 0:
		return "columns of another log, such as " + slices.Min(against)
	}
	return noProof
}

// knownWeights are the weights of names that columns are read from: to find one takes a
// fifth of the time.
var knownWeights = func() map[string]int {
	weights := map[string]int{}
	for _, known := range knownNames {
		weights[known.folded] = weightOf(known.folded)
	}
	return weights
}()

// weightOf returns 1 for a name that only sign-ins have, -1 for one that other logs have,
// else 0.
func weightOf(name string) int {
	switch {
	case isSignInName(name):
		return 1
	case otherNames[name], otherNames[withoutTypeSuffix(name)]:
		return -1
	}
	return 0
}

// signInOperation is the operation of every sign-in in the logs of Azure Monitor.
const signInOperation = "Sign-in activity"

// isSignInOperation reports whether a cell of OperationName can be of a sign-in: an
// empty one can.
func isSignInOperation(value string) bool {
	name := string(foldName(nil, []byte(value)))
	return name == "" || strings.Contains(name, "signin")
}

// isSignInName reports whether only sign-ins have a column of that name, one of its
// members (DeviceDetail.browser) or one of its types (DeviceDetail_dynamic, _s).
func isSignInName(name string) bool {
	object, _, _ := strings.Cut(name, ".")
	column, _, _ := strings.Cut(object, "_")
	if signInNames[name] || signInNames[object] || signInNames[column] {
		return true
	}
	var space [64]byte
	return signInNames[string(foldName(space[:0], []byte(withoutTypeSuffix(name))))]
}

// additional is where PowerShell puts members that its module does not know.
const additional = "additionalproperties"

func hasSignInMember(value string) bool {
	object, err := jsontext.Parse([]byte(value))
	if err != nil || object.Kind() != jsontext.Object {
		return false
	}
	for name := range object.Members() {
		if isSignInName(strings.ToLower(string(name))) {
			return true
		}
	}
	return false
}

func isStatus(name string) bool {
	return name == "status" || name == "status_dynamic" || name == "status_string"
}

// isSignInStatus reports whether a value is the status of a sign-in, which has an
// error code.
func isSignInStatus(value string) bool {
	folded := fold(value)
	return strings.Contains(folded, "errorcode") || strings.Contains(folded, "signinstatus")
}

// isSignInPage reports whether @odata.context names a collection of sign-ins.
func isSignInPage(context string) bool {
	folded := strings.ToLower(context)
	return strings.Contains(folded, "auditlogs/signins") || strings.Contains(folded, "microsoft.graph.summarizedsignin")
}

// identified reports whether the record has a column of a user, an application, a
// service principal or an address.
func (s *shape) identified() bool {
	for name := range s.record {
		if identities[name] || identities[withoutTypeSuffix(name)] {
			return true
		}
	}
	return false
}

// hasPerson reports whether the record has a column of a user. Lists of applications and
// service principals have AppDisplayName, too, and none.
func (s *shape) hasPerson() bool {
	for name := range s.record {
		if name = withoutTypeSuffix(name); strings.HasPrefix(name, "user") && identities[name] {
			return true
		}
	}
	return false
}

// tellsMore reports whether an envelope without the sign-in tells who signed in, or how
// it ended.
func (s *shape) tellsMore() bool {
	return s.identified() || s.hasCode("resulttype") || s.names("callerIpAddress") || s.names("id")
}

// hasCode reports whether a column has a whole number. In a table without rows every
// column may have.
func (s *shape) hasCode(name string) bool {
	value, found := s.record[name]
	return found && (len(s.keys) == 0 && s.first == nil || value != "" && strings.Trim(value, "0123456789") == "")
}

// table returns the name of the table or log that the record is of, "" if it has
// none.
func (s *shape) table() string {
	for _, name := range []string{"type", "tablename", "$table", "category"} {
		if text := s.text(name); text != "" {
			return text
		}
	}
	return ""
}

// isProved reports whether the record shows a dialect that can read the input.
func (s *shape) isProved() bool { return s.otherLog() == "" && s.isExport() }

// maxSamples is how many records an input is judged by.
const maxSamples = 1000

// hasSignIns reports whether text that no dialect reads has members of sign-ins all
// the same, as inside unknown members.
func (s *shape) hasSignIns(head []byte) bool {
	if s.keys == nil {
		return false
	}
	folded, found := bytes.ToLower(head), 0
	for name := range signInNames {
		if bytes.Contains(folded, []byte(name+`":`)) || bytes.Contains(folded, []byte(name+`\":`)) {
			found++
		}
	}
	return found > 2
}

// countNames are columns of a number of sign-ins, as summarize makes them.
var countNames = namesIn("count_ count eventcount signincount")

// aggregates begin the names that summarize gives columns of several rows.
var aggregates = []string{"dcount_", "count_", "countif_", "dcountif_", "min_", "minif_", "max_", "maxif_", "avg_", "avgif_", "sum_", "sumif_", "set_", "list_", "bag_", "any_", "take_any_",
	"arg_max_", "arg_min_", "percentile_", "percentiles_", "stdev_", "stdevif_", "variance_", "varianceif_", "hll_", "tdigest_"}

// numberNames are names that people give such a column themselves, folded; in it is a
// whole number. Those with + before them may be in a longer name.
var numberNames = strings.Fields(`total totals hits events logins signins logons num number n failed failure success succeeded +countof +countdistinct +numberof +totalof
	+failures +successes +attempts +occurrences +totalsignins +totallogins +failedlogins +failedsignins +successfulsignins +successfullogins +distinctusers +distinctips`)

// isSummary reports whether the record has columns of summarize beside those of
// sign-ins.
func (s *shape) isSummary() bool {
	return slices.ContainsFunc(s.titles(), s.isAggregate) && (s.identified() || s.names("ResultType") || signInTable(s.text("Type")))
}

func (s *shape) isAggregate(title string) bool {
	name := foldTitle(title)
	counts := strings.HasSuffix(name, "count") && !strings.HasSuffix(name, "account") // FailedCount
	begins := func(begin string) bool { return strings.HasPrefix(name, begin) }
	folded := fold(title)
	numbers := func(number string) bool {
		part, inside := strings.CutPrefix(number, "+")
		return folded == part || inside && strings.Contains(folded, part)
	}
	return counts || countNames[name] || slices.ContainsFunc(aggregates, begins) || s.hasCode(name) && slices.ContainsFunc(numberNames, numbers)
}

// whySummary returns why the rows of a table, which are the result of summarize, are
// not read; "" if they are single sign-ins, or summaries with one count and a result.
func (s *shape) whySummary() string {
	var counts, others []string
	for _, name := range slices.Sorted(maps.Keys(s.record)) {
		switch {
		case countNames[name]:
			counts = append(counts, name)
		case s.isAggregate(name):
			others = append(others, name)
		}
	}
	switch all := append(counts, others...); {
	case len(all) == 0, s.names("id") || s.names("requestid"):
		return "" // each with its id
	case len(counts) != 1:
		return summaryOf + strings.Join(all, ", ") + ", of which not exactly one counts sign-ins)"
	case !s.hasCode(counts[0]):
		return summaryOf + counts[0] + ", which is no whole number)"
	case !s.names("resulttype") && !s.names("errorcode") && !s.names("status") && !s.names("resultsignature"):
		return summaryOf + counts[0] + ") without a column of results, such as ResultType"
	}
	return ""
}

// whyCounted returns why the records of a format without counts are not read, "" if none
// of their members counts several sign-ins: the one of summarizedSignIn is known.
func (s *shape) whyCounted() string {
	if s.names("id") || s.names("requestid") {
		return ""
	}
	for _, name := range slices.Sorted(maps.Keys(s.record)) {
		if s.isAggregate(name) && name != "signincount" {
			return summaryOf + name + "), which this format has no place for"
		}
	}
	return ""
}

const summaryOf = "a summary of sign-ins (columns "
