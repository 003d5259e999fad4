package reader

import (
	"encoding/binary"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"signins/schema"
	"signins/testdata/fixture"
)

const detailsHead = "Request ID,Date,Authentication method,Authentication method detail,Succeeded,Result detail,Requirement\n"

func portalRow(id string) string { return "2026-01-02T03:04:05Z," + id + ",u\n" }

const portalThree = "Date (UTC),Request ID,Username\n"

// set writes files into a folder and returns its path.
func set(t *testing.T, files map[string]string) string {
	t.Helper()
	dir := t.TempDir()
	for name, content := range files {
		fixture.Write(t, filepath.Join(dir, name), content)
	}
	return dir
}

// Steps find their sign-ins in any order of the files, and over several
// sets; those without one are rejects at their place, and none is a sign-in.
func TestAuthDetailsJoin(t *testing.T) {
	t.Parallel()
	dir := set(t, map[string]string{
		"InteractiveSignIns_1.csv": portalThree + portalRow("A-1") + portalRow("a-2") + portalRow("a-3"),
		"InteractiveSignIns_2.csv": portalThree + portalRow("b-1"),
		"AuthDetails_1.csv": detailsHead +
			"a-1,2026-01-02T03:04:05Z,Password,Password in the cloud,true,Correct password,Primary authentication\r\n" +
			"b-1,2026-01-02T03:04:06Z,Password,,false,\"Invalid, \"\"bad\"\"\",\r\n\r\n" +
			"a-1,2026-01-02T03:04:07Z,Text message,+X XXXXXXX12,No,,\r\nzz,x,y,z,true,,\r\na-2,short\r\n",
		"AuthDetails_2.csv": strings.Replace(detailsHead, "Requirement", "Requirement,New", 1) + "a-3,2026-01-02T03:04:08Z,FIDO2,,maybe,,,n\n",
		"AuthDetails_3.csv": detailsHead + "a-1,2026-01-02T03:04:05Z,Password,Password in the cloud,true,Correct password,Primary authentication\n",
	})
	text, _ := os.ReadFile(filepath.Join(dir, "AuthDetails_1.csv"))
	first := string(text)
	want := map[string]string{
		"A-1": `[{"authenticationStepDateTime":"2026-01-02T03:04:05Z","authenticationMethod":"Password","authenticationMethodDetail":"Password in the cloud","succeeded":true,"authenticationStepResultDetail":"Correct password","authenticationStepRequirement":"Primary authentication"},` +
			`{"authenticationStepDateTime":"2026-01-02T03:04:07Z","authenticationMethod":"Text message","authenticationMethodDetail":"+X XXXXXXX12","succeeded":false,"authenticationStepResultDetail":null,"authenticationStepRequirement":null}]`,
		"a-2": "",
		"a-3": `[{"authenticationStepDateTime":"2026-01-02T03:04:08Z","authenticationMethod":"FIDO2","authenticationMethodDetail":null,"succeeded":"maybe","authenticationStepResultDetail":null,"authenticationStepRequirement":null,"New":"n"}]`,
		"b-1": `[{"authenticationStepDateTime":"2026-01-02T03:04:06Z","authenticationMethod":"Password","authenticationMethodDetail":null,"succeeded":false,"authenticationStepResultDetail":"Invalid, \"bad\"","authenticationStepRequirement":null}]`,
	}
	inside := func(name string) string { return filepath.Join(dir, name) }
	for _, arguments := range [][]string{{dir}, {inside("InteractiveSignIns_2.csv"), inside("AuthDetails_1.csv"), inside("AuthDetails_2.csv"), inside("AuthDetails_3.csv"), inside("InteractiveSignIns_1.csv")}} {
		out := collect(t, Options{Jobs: 4}, arguments...)
		if out.err != nil || len(out.rows) != 4 || out.seen != 6 {
			t.Fatalf("%d rows, seen %d, %v", len(out.rows), out.seen, out.err)
		}
		for _, r := range out.rows {
			if r["authentication_details"] != want[r["id"]] {
				t.Errorf("%s: %s\nwant %s", r["id"], r["authentication_details"], want[r["id"]])
			}
		}
		if got := out.codes(); !slices.Equal(got, []string{"unmatched_auth_detail", "ragged_row"}) {
			t.Errorf("rejects %v", got)
			continue
		}
		if r := out.rejects[0]; string(r.Raw) != "zz,x,y,z,true,," || r.Record != 4 || r.Line != 6 || r.Length != int64(len(r.Raw)) || r.Offset != int64(strings.Index(first, "zz,")) {
			t.Errorf("%+v", r)
		}
		if r := out.rejects[1]; string(r.Raw) != "a-2,short" || r.Record != 5 || r.Line != 7 {
			t.Errorf("%+v", r)
		}
	}
}

func TestAuthDetailsAccount(t *testing.T) {
	t.Parallel()
	details := detailsHead + strings.Repeat("a-1,,,,,,\n", 2) + strings.Repeat("x,,,,,,\n", 9)
	dir := set(t, map[string]string{"a.csv": details, "b.csv": portalThree + portalRow("a-1")})
	ins, err := Open(t.Context(), []string{dir}, Options{})
	if err != nil {
		t.Fatal(err)
	}
	var low int64
	for b, err := range ins.Read(t.Context()) {
		if err != nil {
			t.Fatal(err)
		}
		low += b.Warnings[schema.LowJoinRate]
	}
	if got := ins.List[0].Joined; got == nil || *got != (schema.Joined{Rows: 11, Matched: 2, Unmatched: 9}) || low != 9 || ins.List[0].SHA256() == "" || ins.List[1].Joined != nil {
		t.Errorf("%+v, %d", got, low)
	}
}

// Alone, the file is named and refused, or skipped in a folder.
func TestAuthDetailsAlone(t *testing.T) {
	t.Parallel()
	for _, arguments := range [][]string{{fixture.Temp(t, "x_AuthDetails.csv", detailsHead+"a,,,,,,\n")}, {fixture.Temp(t, "x.csv", detailsHead), fixture.Temp(t, "y.json", "["+signIn("1")+"]")}} {
		out := collect(t, Options{}, arguments...)
		if e, ok := out.err.(*Error); !ok || !strings.Contains(e.What, "AuthDetails") || !strings.Contains(e.Hint, "sign-ins") {
			t.Errorf("%v", out.err)
		}
	}
	out := collect(t, Options{}, set(t, map[string]string{"x.csv": detailsHead, "y.json": "[" + signIn("1") + "]"}))
	if out.err != nil || len(out.rows) != 1 || len(out.skipped) != 1 || !strings.Contains(out.skipped[0].Reason, "AuthDetails") {
		t.Errorf("%v, %v", out.skipped, out.err)
	}
	out = collect(t, Options{}, set(t, map[string]string{"x.csv": detailsHead + "\"a,,,,,,\n", "y.csv": portalThree}))
	if out.err == nil || !strings.Contains(out.err.Error(), "never closed") {
		t.Errorf("%v", out.err)
	}
}

// No flag makes sign-ins of authentication steps.
func TestAuthDetailsAreStepsWhateverIsSaid(t *testing.T) {
	t.Parallel()
	steps := detailsHead + "a-1,2026-01-02T03:04:05Z,Password,,true,,\n"
	for _, from := range []string{"portal-csv", "log-analytics-csv", "powershell-csv", "defender-csv", "auth-details-csv"} {
		t.Run(caseName(from), func(t *testing.T) {
			out := collect(t, Options{From: from}, fixture.Temp(t, "x.csv", steps))
			if out.err == nil || !strings.Contains(out.err.Error(), "AuthDetails") {
				t.Errorf("%s: %d rows, %v", from, len(out.rows), out.err)
			}
		})
	}
	out := collect(t, Options{From: "portal-csv"}, set(t, map[string]string{"x.csv": steps, "y.csv": portalThree + portalRow("a-1")}))
	if out.err != nil || len(out.rows) != 1 || out.rows[0]["authentication_details"] == "" {
		t.Errorf("%v, %v", out.rows, out.err)
	}
}

// Steps and sign-ins are joined whatever separates their columns.
func TestAuthDetailsBetweenSemicolons(t *testing.T) {
	t.Parallel()
	details := "sep=;\n" + strings.ReplaceAll(detailsHead, ",", ";") + "a-1;2026-01-02T03:04:05Z;Password;\"in; the, cloud\";true;;\nzz;x;y;z;true;;\n"
	out := collect(t, Options{}, set(t, map[string]string{"InteractiveSignIns_1.csv": strings.ReplaceAll(portalThree+portalRow("a-1"), ",", "\t"), "AuthDetails_1.csv": details}))
	const want = `[{"authenticationStepDateTime":"2026-01-02T03:04:05Z","authenticationMethod":"Password","authenticationMethodDetail":"in; the, cloud","succeeded":true,"authenticationStepResultDetail":null,"authenticationStepRequirement":null}]`
	if len(out.rows) != 1 || out.rows[0]["authentication_details"] != want || len(out.rejects) != 1 || out.warnings[schema.SepLine] != 1 || out.warnings[schema.OtherSeparator] != 2 {
		t.Fatalf("%v, %v, %v, %v", out.rows, out.rejects, out.warnings, out.err)
	}
	if r := out.rejects[0]; r.Line != 4 || r.Offset != int64(strings.Index(details, "zz")) || string(r.Raw) != "zz;x;y;z;true;;" {
		t.Errorf("%+v", r)
	}
}

// In UTF-16 steps are joined as well, and a reject has the bytes of the file.
func TestAuthDetailsInUTF16(t *testing.T) {
	t.Parallel()
	text := detailsHead + "a-1,2026-01-02T03:04:05Z,Password,für 名,true,,\r\nzz,ö,y,z,true,,\r\n"
	details := utf16Bytes(binary.LittleEndian, "\ufeff"+text)
	dir := set(t, map[string]string{"InteractiveSignIns_1.csv": portalThree + portalRow("a-1"), "AuthDetails_1.csv": string(details)})
	out := collect(t, Options{}, dir)
	const want = `[{"authenticationStepDateTime":"2026-01-02T03:04:05Z","authenticationMethod":"Password","authenticationMethodDetail":"für 名","succeeded":true,"authenticationStepResultDetail":null,"authenticationStepRequirement":null}]`
	if len(out.rows) != 1 || out.rows[0]["authentication_details"] != want || len(out.rejects) != 1 {
		t.Fatalf("%v, %v, %v", out.rows, out.rejects, out.err)
	}
	if r := out.rejects[0]; string(r.Raw) != string(details[r.Offset:r.Offset+r.Length]) || string(r.Raw) != string(utf16Bytes(binary.LittleEndian, "zz,ö,y,z,true,,")) {
		t.Errorf("%+v", r)
	}
}

// An AuthDetails file cut at any byte is whole between rows only.
func TestAuthDetailsCut(t *testing.T) {
	t.Parallel()
	signIns := fixture.Temp(t, "InteractiveSignIns.csv", portal("r1,,,", "r2,,,"))
	const head = "Request ID,Date,Authentication method,Authentication method detail,Succeeded,Result detail,Requirement\r\n"
	steps := head + "r1,2026-01-02T03:04:05Z,Password,\"a\r\n\"\"b\"\"\",true,ok,\r\n\"R2\",,\"é\",,,\"\",x\r\n"
	for n := range len(steps) + 1 {
		out := collect(t, Options{}, signIns, fixture.Temp(t, "steps.csv", steps[:n]))
		clean := out.err == nil && len(out.rejects) == 0 && out.warnings[schema.NoFinalNewline] == 0
		if whole := n == len(head) || strings.HasSuffix(steps[:n], "ok,\r\n") || n == len(steps); clean != whole {
			t.Errorf("cut at %d, after %q: clean %t, rejects %v, %v", n, steps[max(0, n-20):n], clean, out.rejects, out.err)
		}
	}
}
