package main

import (
	"crypto/sha1"
	"encoding/hex"
	"strings"
)

// The cast: who signs in, with what, from where, to what. All of it is
// invented but the names of cities and of Microsoft's applications.

// A person is a user account and the tenant it lives in.
type person struct {
	name, upn, id string
	tenant        string
}

// An app is a client application or a resource.
type app struct {
	name, id, objectID string
	owner              string // tenant
}

// An identity is a service principal or a managed identity. A managed one has
// a type and the Azure resource it belongs to.
type identity struct {
	app
	credential, keyID, thumbprint string
	msiType, attachedTo           string
}

type place struct {
	city, state, country string
	latitude, longitude  string // number text; "" if unknown
	network              int
}

type device struct {
	name, id, trust          string
	system, browser, agent   string
	clientApp                string
	compliant, managed, seen bool // seen: the device identified itself
}

// The tenants. The log is that of contoso.
var (
	workspace = idOf("workspace")
	contoso   = idOf("contoso")
	fabrikam  = idOf("fabrikam")
	northern  = idOf("northern")
	supporter = idOf("supporter")
	microsoft = idOf("microsoft")
)

var members = people(contoso, [][2]string{
	{"Zoë Müller", "zoe.mueller@contoso.example"},
	{"Łukasz Żółkowski", "lukasz.zolkowski@contoso.example"},
	{"Siobhán O'Brien", "siobhan.o'brien@contoso.example"},
	{"Nguyễn Thị Ánh", "anh.nguyen@contoso.example"},
	{"Ame\u0301lie Fournier", "amelie.fournier@contoso.example"}, // e and a combining accent
	{"Ελένη Παπαδοπούλου", "eleni.p@contoso.example"},
	{"Николай Соколов", "nikolai.sokolov@contoso.example"},
	{"فاطمة الهاشمي", "fatima.h@contoso.example"},
	{"נועה לוי", "noa.levi@contoso.example"},
	{"अनन्या शर्मा", "ananya.sharma@contoso.example"},
	{"สมหญิง ใจดี", "somying.j@contoso.example"},
	{"陈思远", "chen.siyuan@contoso.example"},
	{"佐藤 さくら", "sakura.sato@contoso.example"},
	{"𠮷田 誠", "makoto.yoshida@contoso.example"}, // beyond the basic plane
	{"김하늘", "haneul.kim@contoso.example"},
	{"Robin 🦊 Fox", "robin.fox@contoso.example"},
	{"Casey 👩‍💻 Kim", "casey.kim@contoso.example"},
	{"Fields, Jordan", "jordan.fields@contoso.example"},
	{`Sam "Ace" Taylor`, "sam.taylor@contoso.example"},
	{"Alex Morgan (Admin)", "adm-alex@contoso.example"},
	{"Reception", "reception@contoso.example"},
	{"Priya Nair", "priya.nair@contoso.example"},
})

// formerMember is an account that is disabled.
var formerMember = people(contoso, [][2]string{{"Temp Worker 3", "temp.worker3@contoso.example"}})[0]

var guests = people(fabrikam, [][2]string{
	{"Dana Weiss", "dana.weiss@fabrikam.example"},
	{"Oluwaseun Adébáyọ̀", "seun@fabrikam.example"},
	{"Ragnheiður Jónsdóttir", "ragnheidur@fabrikam.example"},
	{"Ó Súilleabháin, Tomás", "tomas_fabrikam.example#EXT#@contoso.example"},
})

var partners = people(supporter, [][2]string{
	{"Partner Technician", "technician@support.fabrikam.example"},
	{"דניאל כץ", "daniel@support.fabrikam.example"},
})

func people(tenant string, named [][2]string) []person {
	var all []person
	for _, n := range named {
		all = append(all, person{name: n[0], upn: n[1], id: idOf("user " + n[1]), tenant: tenant})
	}
	return all
}

// clients holds the applications people use, rareClients those that few use: their
// names are what a spreadsheet would take for a formula.
var clients = []app{
	known("Office 365 Exchange Online", "00000002-0000-0ff1-ce00-000000000000"),
	known("Microsoft Teams", "1fec8e78-bce4-4aaf-ab1b-5451cc387264"),
	known("Microsoft Azure CLI", "04b07795-8ddb-461a-bbee-02f9e1bf7b46"),
	known("Office 365 SharePoint Online", "00000003-0000-0ff1-ce00-000000000000"),
	own("Contoso Expenses"),
	own("Réservation de salles"),
	own("勤怠管理"),
	own("Склад, логистика"),
}

var rareClients = []app{
	own(`=HYPERLINK("http://192.0.2.66/","Payslip")`),
	own("+SUM(A1:A9) Budget"),
	own("-2+3 Planner"),
	own("@Risk Register"),
}

var resources = []app{
	known("Microsoft Graph", "00000003-0000-0000-c000-000000000000"),
	known("Office 365 Exchange Online", "00000002-0000-0ff1-ce00-000000000000"),
	known("Office 365 SharePoint Online", "00000003-0000-0ff1-ce00-000000000000"),
	own("Contoso Expenses API"),
}

func known(name, id string) app {
	return app{name: name, id: id, objectID: idOf("object " + name), owner: microsoft}
}

func own(name string) app {
	return app{name: name, id: idOf("app " + name), objectID: idOf("object " + name), owner: contoso}
}

// servicePrincipals holds service principals, rarePrincipals those that are seldom
// seen, with names like formulas.
var servicePrincipals = []identity{
	principal("backup-runner", "clientSecret"),
	principal("terraform-deploy", "clientAssertion"),
	principal("Payroll Sync – nightly", "certificate"),
	principal("レポート生成", "clientSecret"),
	principal("Слияние данных", "clientSecret"),
	principal("Invoices, outgoing \"B\"", "certificate"),
}

var rarePrincipals = []identity{
	principal(`=cmd|' /C calc'!A0`, "clientSecret"),
	principal("@ticket-bridge", "federatedIdentityCredential"),
	principal("-archive", "clientSecret"),
	principal("+metrics", "certificate"),
}

func principal(name, credential string) identity {
	p := identity{app: own(name), credential: credential, keyID: idOf("key " + name)}
	if credential == "certificate" {
		sum := sha1.Sum([]byte(name))
		p.thumbprint = strings.ToUpper(hex.EncodeToString(sum[:]))
	}
	return p
}

var managedIdentities = []identity{
	managed("vm-web-01", "systemAssigned", "Microsoft.Compute/virtualMachines"),
	managed("vm-web-02", "systemAssigned", "Microsoft.Compute/virtualMachines"),
	managed("func-invoices", "systemAssigned", "Microsoft.Web/sites"),
	managed("aks-agentpool", "userAssigned", "Microsoft.ManagedIdentity/userAssignedIdentities"),
	managed("id-blob-reader", "userAssigned", "Microsoft.ManagedIdentity/userAssignedIdentities"),
	managed("automation-größe", "systemAssigned", "Microsoft.Automation/automationAccounts"),
}

func managed(name, msiType, resourceType string) identity {
	return identity{
		app:        own(name),
		credential: "none",
		msiType:    msiType,
		attachedTo: "/subscriptions/" + idOf("subscription") + "/resourcegroups/rg-example/providers/" + resourceType + "/" + name,
	}
}

// places holds where people are. Parts may be unknown.
var places = []place{
	{"Zürich", "Zürich", "CH", "47.36667", "8.55", 64496},
	{"Kraków", "Małopolskie", "PL", "50.06143", "19.93658", 64497},
	{"Athens", "Attiki", "GR", "37.98376", "23.72784", 64498},
	{"São Paulo", "São Paulo", "BR", "-23.5475", "-46.63611", 64499},
	{"Osaka", "Ōsaka", "JP", "34.69374", "135.50218", 64500},
	{"Seoul", "Seoul-teukbyeolsi", "KR", "37.566", "126.9784", 64501},
	{"Bangkok", "Krung Thep Maha Nakhon", "TH", "13.75398", "100.50144", 64502},
	{"Pune", "Maharashtra", "IN", "18.51957", "73.85535", 64503},
	{"Haifa", "Hefa", "IL", "32.81841", "34.9885", 64504},
	{"Lisbon, Baixa", "Lisboa", "PT", "38.71667", "-9.13333", 64505},
	{"Reykjavík", "", "IS", "64.13548", "-21.89541", 64506},
	{"", "Overijssel", "NL", "52.25", "6.41667", 64507},
	{"", "", "US", "38", "-97", 64508},
	{"", "", "", "", "", 64509},
}

// modernDevices are those of most people.
var modernDevices = []device{
	{"PC-0141", idOf("device PC-0141"), "Hybrid Azure AD joined", "Windows10", "Edge 137.0.0",
		"Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/137.0.0.0 Safari/537.36 Edg/137.0.0.0",
		"Browser", true, true, true},
	{"LT-2207", idOf("device LT-2207"), "Azure AD joined", "Windows10", "Rich Client 5.0.0.0",
		"", "Mobile Apps and Desktop clients", true, true, true},
	{"Zoë's MacBook, old", idOf("device Zoë's MacBook, old"), "Azure AD registered", "MacOs", "Safari 18.4",
		"Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18.4 Safari/605.1.15",
		"Browser", false, true, true},
	{"", "", "", "Ios", "Mobile Safari",
		"Mozilla/5.0 (iPhone; CPU iPhone OS 18_4 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Mobile/15E148",
		"Mobile Apps and Desktop clients", false, false, false},
	{"", "", "", "Linux", "Firefox 138.0",
		"Mozilla/5.0 (X11; Linux x86_64; rv:138.0) Gecko/20100101 Firefox/138.0",
		"Browser", false, false, false},
}

var (
	phone        = modernDevices[3]
	scriptClient = device{"", "", "", "", "", "python-requests/2.32.3", "Other clients", false, false, false}
	imapClient   = device{"", "", "", "", "", "", "IMAP4", false, false, false}
)
