package schema

import (
	"strconv"
	"strings"
	"unicode"
)

// ParseErrorCode reads an AADSTS error code in the forms that logs and people
// write: 50126, "50126", AADSTS50126, AADSTS50126: text, 50126.0. plain
// reports that the text is the number alone. AADB2C codes are another family
// and are not read.
func ParseErrorCode(text string) (code int32, plain, ok bool) {
	s := strings.TrimFunc(text, func(r rune) bool { return unicode.IsSpace(r) || r == '"' || r == '\'' })
	if len(s) > 6 && strings.EqualFold(s[:6], "AADSTS") {
		s = s[6:]
	}
	digits := strings.IndexFunc(s, func(r rune) bool { return r < '0' || r > '9' })
	if digits < 0 {
		digits = len(s)
	}
	tail := s[digits:]
	if tail != "" && tail[0] != ':' && (tail[0] != '.' || strings.Trim(tail[1:], "0") != "") {
		return 0, false, false
	}
	n, err := strconv.ParseInt(s[:digits], 10, 32)
	if err != nil {
		return 0, false, false
	}
	return int32(n), strconv.FormatInt(n, 10) == text, true
}
