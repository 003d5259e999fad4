package codes

import (
	"fmt"
	"strconv"
	"strings"
	"testing"

	"signins/schema"
)

// The front door: rules fill the derived columns of a batch.
func Example() {
	var b schema.Batch
	b.Reset(&schema.Source{Path: "InteractiveSignIns.csv", CategoryFromName: schema.InteractiveUser})
	b.Columns[schema.ErrorCode].SetNum(0, 50126)
	b.Columns[schema.CrossTenantAccessType].SetText(0, "none")
	b.Columns[schema.ErrorCode].SetNum(1, 0)
	b.Columns[schema.CrossTenantAccessType].SetText(1, "passthrough")
	b.Len = 2
	Embedded().Annotate(&b)
	for row := range b.Len {
		fmt.Printf("%s %s: %s\n", b.Columns[schema.SignInCategory].Value(row), b.Columns[schema.SignInStatus].Value(row), b.Columns[schema.AccessVerdict].Value(row))
	}
	// Output:
	// interactive_user failure: denied
	// interactive_user success: passthrough
}

func ExampleTable_Find() {
	table := Embedded()
	for _, code := range table.Find("AADSTS50126: wrong password") {
		text, _, _ := strings.Cut(table.Explain(code), ", himmelblau") // and others
		fmt.Println(text)
	}
	// Output:
	// AADSTS50126  InvalidUserNameOrPassword
	//   meaning   The username or password was wrong.
	//   to do     Check whether other accounts failed from the same address and whether this one succeeded afterwards. A few rows can be typing errors; many accounts from one address point to a password spray.
	//   status    failure (neither 0 nor an interrupt)
	//   category  credentials
	//   tags      password_spray, brute_force
	//   sources   Microsoft Learn, Microsoft Learn (2024), Microsoft Learn (older copy), Microsoft sign-in report (2019)
}

// A name that several codes share finds them all.
func ExampleTable_Find_sharedName() {
	for _, code := range Embedded().Find("InteractionRequired") {
		fmt.Println(code.Number, code.Meaning)
	}
	// Output:
	// 16000 The user must pick an account, or the current account is not usable for this app.
	// 700020 The grant needs user interaction.
}

// explained are codes people ask for, with words of their explanations.
var explained = []struct {
	number        int32
	name, meaning string
	status        string
}{
	{0, "", "Sign-in succeeded.", "success (code 0)"},
	{50001, "InvalidResource", "resource is unknown or disabled", "failure (neither 0 nor an interrupt)"},
	{50034, "UserAccountNotFound", "matches no account", "failure (neither 0 nor an interrupt)"},
	{50055, "InvalidPasswordExpiredPassword", "password is correct but has expired", "interrupted (Microsoft's sign-in workbook counts it as pending user action)"},
	{50056, "InvalidPasswordNullPassword", "No usable password is stored", "failure (neither 0 nor an interrupt)"},
	{50057, "UserDisabled", "disabled account", "failure (neither 0 nor an interrupt)"},
	{50126, "InvalidUserNameOrPassword", "username or password was wrong", "failure (neither 0 nor an interrupt)"},
	{50131, "ConditionalAccessFailed", "policy rejected the request", "failure (neither 0 nor an interrupt)"},
	{50135, "PasswordChangeCompromisedPassword", "password has to be changed", "failure (neither 0 nor an interrupt)"},
	{50173, "FreshTokenNeeded", "grant was revoked", "failure (neither 0 nor an interrupt)"},
	{51004, "UserAccountNotInDirectory", "not present in this directory", "failure (neither 0 nor an interrupt)"},
	{53003, "BlockedByConditionalAccess", "Conditional Access policy blocked the token", "failure (neither 0 nor an interrupt)"},
	{53004, "ProofUpBlockedDueToRisk", "Registering a second factor is blocked", "failure (neither 0 nor an interrupt)"},
	{120000, "PasswordChangeIncorrectCurrentPassword", "current password given for the change was wrong", "failure (neither 0 nor an interrupt)"},
	{120002, "PasswordChangeInvalidNewPasswordWeak", "new password is too weak", "failure (neither 0 nor an interrupt)"},
	{120020, "PasswordChangeFailure", "password change failed", "failure (neither 0 nor an interrupt)"},
	{50097, "DeviceAuthenticationRequired", "", "interrupted (Microsoft's name or text calls it an interrupt or an intermediate step)"},
}

func TestExplain(t *testing.T) {
	t.Parallel()
	table := Embedded()
	for _, test := range explained {
		t.Run(strconv.Itoa(int(test.number)), func(t *testing.T) {
			c := table.Lookup(test.number)
			if c == nil {
				t.Errorf("code %d is missing", test.number)
				return
			}
			lines := strings.Split(table.Explain(c), "\n")
			head := "AADSTS" + strconv.Itoa(int(test.number))
			if test.name != "" {
				head += "  " + test.name
			}
			if lines[0] != head {
				t.Errorf("first line %q, want %q", lines[0], head)
			}
			if !strings.HasPrefix(lines[1], "  meaning   ") || !strings.Contains(lines[1], test.meaning) {
				t.Errorf("code %d: %q lacks %q", test.number, lines[1], test.meaning)
			}
			if want := "  to do     " + c.Remediation; c.Remediation == "" || lines[2] != want {
				t.Errorf("code %d: %q, want %q", test.number, lines[2], want)
			}
			if want := "  status    " + test.status; !strings.HasPrefix(lines[3], want) {
				t.Errorf("code %d: %q, want %q", test.number, lines[3], want)
			}
		})
	}
}

// Every code has a head, a meaning, a status, a category (except 0) and the date of the
// table, and no line is blank.
func TestExplainEveryCode(t *testing.T) {
	t.Parallel()
	table := Embedded()
	for number, c := range table.byNumber {
		text, category := table.Explain(c), "\n  category  "+c.Category+"\n"
		if number == 0 {
			category = ""
		}
		for _, want := range []string{"AADSTS" + strconv.Itoa(int(number)), c.Name, c.Meaning, "\n  status    ", category, c.Remediation, "(table of " + TableDate + ")\n"} {
			if !strings.Contains(text, want) {
				t.Errorf("code %d: %q is missing in\n%s", number, want, text)
			}
		}
		if c.Meaning == "" && !strings.Contains(text, "  meaning   Known to exist") {
			t.Errorf("code %d has no meaning and does not say so:\n%s", number, text)
		}
		for line := range strings.SplitSeq(strings.TrimSuffix(text, "\n"), "\n") {
			if line != strings.TrimRight(line, " ") || line == "" || strings.HasSuffix(line, "()") {
				t.Errorf("code %d: line %q", number, line)
			}
		}
	}
}

// Codes with several meanings must never be given one of them alone.
func TestExplainNotes(t *testing.T) {
	t.Parallel()
	for number, want := range map[int32][]string{
		50053:  {"several meanings", "smart lockout", "malicious", "failure reason"},
		500121: {"multifactor"},
		50158:  {"no failure by itself"},
		50059:  {"disagree"},
		50057:  {"disagree"},
		50131:  {"one tool", "suspicious activity"},
		90072:  {"passthrough", "never proof"},
		50177:  {"passthrough", "never proof"},
		700020: {"disagree", "needs interaction"},
	} {
		t.Run(strconv.Itoa(int(number)), func(t *testing.T) {
			_, note, _ := strings.Cut(Embedded().Explain(Embedded().Lookup(number)), "\n  note      ")
			for _, words := range want {
				if !strings.Contains(note, words) {
					t.Errorf("note of %d lacks %q: %q", number, words, note)
				}
			}
		})
	}
	for number, c := range Embedded().byNumber {
		if text := Embedded().Explain(c); c.Note != "" && !strings.Contains(text, "\n  note      "+c.Note) {
			t.Errorf("the note of %d is missing in\n%s", number, text)
		}
	}
}

// The notes of twins, an interrupt and a failure, distinguish them.
func TestExplainTwins(t *testing.T) {
	t.Parallel()
	for interrupt, twin := range map[int32]int32{50072: 50079, 50074: 50076} {
		for number, words := range map[int32]string{
			interrupt: fmt.Sprintf("the interrupt; its twin %d is a failure", twin),
			twin:      fmt.Sprintf("the twin of %d without an interrupt", interrupt),
		} {
			if text := Embedded().Explain(Embedded().Lookup(number)); !strings.Contains(text, words) {
				t.Errorf("%q is missing in\n%s", words, text)
			}
		}
		is, _ := Embedded().status(interrupt)
		other, _ := Embedded().status(twin)
		if is != "interrupted" || other != "failure" {
			t.Errorf("%d is %s, %d is %s", interrupt, is, twin, other)
		}
	}
}

// The table has the outcome interrupted for codes that the lists of interrupts lack.
// They are failures here, and a note explains the doubt: one of their own, or one
// that is the same for all. No other code has the latter.
func TestExplainMayBeInterrupt(t *testing.T) {
	t.Parallel()
	const doubt = "\n  note      may be an interrupt: published text describes a further step, prompt or redirect\n"
	_, rows := embeddedRows(t)
	doubtful, ownNotes := 0, 0
	for _, row := range rows {
		number, _ := strconv.Atoi(row[0])
		c := Embedded().Lookup(int32(number))
		status, _ := Embedded().status(c.Number)
		may, says := row[4] == "interrupted" && status == "failure", strings.Contains(Embedded().Explain(c), doubt)
		if may {
			doubtful++
		}
		switch {
		case may && c.Note != "":
			ownNotes++
		case may != says:
			t.Errorf("code %d: outcome %s, status %s, but says that it may be an interrupt: %t", number, row[4], status, says)
		}
	}
	if doubtful == 0 || ownNotes == 0 {
		t.Errorf("%d codes may be interrupts, %d of them with notes of their own", doubtful, ownNotes)
	}
}

// The outcome of a user's table ends the doubt; its other columns do not.
func TestExplainMayBeInterruptOfOwnTable(t *testing.T) {
	t.Parallel()
	for file, want := range map[string]bool{
		"code,meaning\n50135,Ours.\n":       true,
		"code,outcome\n50136,failure\n":     true,
		"code,outcome\n50135,failure\n":     false,
		"code,outcome\n50135,interrupted\n": false,
		"code,outcome\n50135,\n":            false,
	} {
		t.Run(file, func(t *testing.T) {
			table := with(t, file)
			if got := strings.Contains(table.Explain(table.Lookup(50135)), "may be an interrupt"); got != want {
				t.Errorf("%q: 50135 may be an interrupt: %t, want %t", file, got, want)
			}
		})
	}
}

// A user's own code is explained with the cells of the table and nothing else: empty
// cells have no line, and Microsoft is not named as a source.
func TestExplainOwnCodes(t *testing.T) {
	t.Parallel()
	const credit = "  sources   the table given with --codes\n"
	tests := []struct {
		name, file string
		number     int32
		want       string
	}{
		{"little", "code,outcome,meaning\n777,success,Ours.\n", 777,
			"AADSTS777\n  meaning   Ours.\n  status    success (by the table given with --codes)\n" + credit},
		{"the number alone", "code\n777\n", 777,
			"AADSTS777\n  status    failure (neither 0 nor an interrupt)\n" + credit},
		{"all", "code,name,source_count,sources,outcome,category,attack_relevance,meaning,remediation\n777,HouseRule,1,wiki,interrupted,house,risk;x,Ours.,Call us.\n", 777,
			"AADSTS777  HouseRule\n  meaning   Ours.\n  to do     Call us.\n  status    interrupted (by the table given with --codes)\n  category  house\n  tags      risk, x\n" + credit},
		{"changed", "code,meaning\n50053,Ours.\n", 50053,
			"AADSTS50053  IdsLocked\n  meaning   Ours.\n  to do     " + Embedded().Lookup(50053).Remediation + "\n  status    failure (neither 0 nor an interrupt)\n  category  account_state\n" +
				"  tags      password_spray, brute_force, malicious_ip\n  note      " + Embedded().Lookup(50053).Note + "\n" + credit},
		{"emptied", "code,name,category,attack_relevance,meaning,sources,remediation\n50126,,,,,,\n", 50126,
			"AADSTS50126\n  status    failure (neither 0 nor an interrupt)\n" + credit},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			table := with(t, test.file)
			if got := table.Explain(table.Lookup(test.number)); got != test.want {
				t.Errorf("%s: got\n%s\nwant\n%s", test.name, got, test.want)
			}
			if other := int32(50034); table.Explain(table.Lookup(other)) != Embedded().Explain(Embedded().Lookup(other)) {
				t.Errorf("%s: the explanation of %d changed", test.name, other)
			}
		})
	}
}
