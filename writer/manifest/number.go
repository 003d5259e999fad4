package manifest

import "fmt"

// Number writes a count with its thousands apart.
func Number(n int64) string {
	digits := fmt.Sprint(n)
	for i := len(digits) - 3; i > 0 && digits[i-1] != '-'; i -= 3 {
		digits = digits[:i] + "," + digits[i:]
	}
	return digits
}

// Counted writes a number of things, such as "1,234 rows".
func Counted(n int64, thing string) string {
	if n != 1 {
		thing += "s"
	}
	return Number(n) + " " + thing
}
