package schema_test

import (
	"regexp"
	"strconv"
	"strings"
	"testing"

	"signins/schema"
)

// errorCodes are texts with their codes, -1 for none.
var errorCodes = []struct {
	text  string
	code  int32
	plain bool
}{
	{"0", 0, true},
	{"50126", 50126, true},
	{"7000215", 7000215, true},
	{"2147483647", 2147483647, true},
	{" 50126 ", 50126, false},
	{"\t50126", 50126, false},
	{"50126\n", 50126, false},
	{"\r\n50126\r\n", 50126, false},
	{"\v\f50126", 50126, false},
	{"\u00a050126\u00a0", 50126, false},
	{"\u202f50126\u3000\u2009", 50126, false},
	{"\u008550126\u2028", 50126, false},
	{"\n\"50126\"\n", 50126, false},
	{"\u00a0AADSTS50126: text\n", 50126, false},
	{`"50126"`, 50126, false},
	{`'50126'`, 50126, false},
	{`" 50126 "`, 50126, false},
	{"050126", 50126, false},
	{"000", 0, false},
	{"50126.0", 50126, false},
	{"50126.000", 50126, false},
	{"50126: wrong password", 50126, false},
	{"50126:", 50126, false},
	{"AADSTS50126", 50126, false},
	{"aadsts50126", 50126, false},
	{"AadSts50126", 50126, false},
	{"AADSTS0", 0, false},
	{"AADSTS50126.0", 50126, false},
	{`"AADSTS50126"`, 50126, false},
	{"AADSTS50126: Error validating credentials due to invalid username or password.", 50126, false},
	{"AADSTS50126:\nTrace ID: 1", 50126, false},

	{"", -1, false},
	{" ", -1, false},
	{`""`, -1, false},
	{"AADSTS", -1, false},
	{"AADSTS: text", -1, false},
	{":50126", -1, false},
	{".0", -1, false},
	{"-1", -1, false},
	{"+50126", -1, false},
	{"50126x", -1, false},
	{"x50126", -1, false},
	{"50126 50127", -1, false},
	{"50126\n50127", -1, false},
	{"50126\u00a0: text", -1, false},
	{"AADSTS 50126", -1, false},
	{"AADSTS\u00a050126", -1, false},
	{"\ufeff50126", -1, false},
	{"\u200b50126", -1, false},
	{"\x8550126", -1, false},
	{"\xa050126", -1, false},
	{"\n", -1, false},
	{"\u00a0", -1, false},
	{"50,126", -1, false},
	{"50126.5", -1, false},
	{"50126.0.0", -1, false},
	{"5e4", -1, false},
	{"0x50", -1, false},
	{"2147483648", -1, false},
	{"99999999999999999999", -1, false},
	{"AADSTSAADSTS50126", -1, false},
	{"AADSTS-50126", -1, false},
	{"AADSTS50126x: text", -1, false},
	{"AADB2C90118", -1, false},
	{"AADB2C90118: text", -1, false},
	{"ADSTS50126", -1, false},
	{"\uff15\uff10\uff11\uff12\uff16", -1, false},
	{"CmsiInterrupt", -1, false},
	{"null", -1, false},
}

func TestParseErrorCode(t *testing.T) {
	t.Parallel()
	for _, test := range errorCodes {
		t.Run(test.text, func(t *testing.T) {
			code, plain, ok := schema.ParseErrorCode(test.text)
			if want := max(test.code, 0); code != want || plain != test.plain || ok != (test.code >= 0) {
				t.Errorf("ParseErrorCode(%q) = %d, %t, %t, want %d, %t, %t", test.text, code, plain, ok, want, test.plain, test.code >= 0)
			}
		})
	}
}

// around is what may surround a code: white space and quotes.
const around = "\"'\t\n\v\f\r \u0085\u00a0\u1680\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a\u2028\u2029\u202f\u205f\u3000"

// errorCodeForm is the rule in one line, for the text between: an optional
// prefix, digits, then nothing, zeros behind a point, or a colon and text.
var errorCodeForm = regexp.MustCompile(`(?s)^(?:[Aa][Aa][Dd][Ss][Tt][Ss])?([0-9]+)(?::.*|\.0*)?$`)

func FuzzParseErrorCode(f *testing.F) {
	for _, test := range errorCodes {
		f.Add(test.text)
	}
	f.Fuzz(func(t *testing.T, text string) {
		want, wantOK := int64(0), false
		if m := errorCodeForm.FindStringSubmatch(strings.Trim(text, around)); m != nil {
			n, err := strconv.ParseInt(m[1], 10, 32)
			want, wantOK = n, err == nil
		}
		if !wantOK {
			want = 0
		}
		code, plain, ok := schema.ParseErrorCode(text)
		if int64(code) != want || ok != wantOK {
			t.Fatalf("ParseErrorCode(%q) = %d, %t, want %d, %t", text, code, ok, want, wantOK)
		}
		decimal := strconv.FormatInt(int64(code), 10)
		if plain != (ok && text == decimal) {
			t.Fatalf("ParseErrorCode(%q): plain = %t", text, plain)
		}
		for _, form := range []string{decimal, "AADSTS" + decimal, decimal + ".0", "aadsts" + decimal + ": " + text} {
			if again, _, readable := schema.ParseErrorCode(form); ok && (!readable || again != code) {
				t.Fatalf("ParseErrorCode(%q) = %d, %t, want %d", form, again, readable, code)
			}
		}
	})
}
