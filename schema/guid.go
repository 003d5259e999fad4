package schema

import "encoding/hex"

// ZeroGUID is an id that means none.
const ZeroGUID = "00000000-0000-0000-0000-000000000000"

// packedGUID is the first byte of a packed GUID; UTF-8 has no such byte.
const packedGUID = 0xff

// PackGUID returns a GUID in lower case in 17 bytes instead of 36, all else as it is.
func PackGUID(value []byte) []byte {
	if len(value) != 36 || value[8] != '-' || value[13] != '-' || value[18] != '-' || value[23] != '-' {
		return value
	}
	var digits [32]byte
	n := 0
	for i, c := range value {
		switch {
		case i == 8 || i == 13 || i == 18 || i == 23:
			continue
		case c >= '0' && c <= '9' || c >= 'a' && c <= 'f':
			digits[n] = c
			n++
		default:
			return value
		}
	}
	guid := make([]byte, 17)
	guid[0] = packedGUID
	hex.Decode(guid[1:], digits[:]) // all are digits
	return guid
}

// guidDigits are the places of the digits of each byte in the text of a GUID.
var guidDigits = [16]int{0, 2, 4, 6, 9, 11, 14, 16, 19, 21, 24, 26, 28, 30, 32, 34}

// UnpackGUID returns the text of what PackGUID returned.
func UnpackGUID(value []byte) string {
	if len(value) != 17 || value[0] != packedGUID {
		return string(value)
	}
	var text [36]byte
	for i, at := range guidDigits {
		hex.Encode(text[at:], value[1+i:2+i])
	}
	text[8], text[13], text[18], text[23] = '-', '-', '-', '-'
	return string(text[:])
}
