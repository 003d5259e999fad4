package jsontext

import "bytes"

// MaxCommas bounds what is made of the members of one value, each of which takes
// memory of many times its length. Values of sign-ins have some thousand commas.
const MaxCommas = 100_000

// TooManyMembers reports whether a value has so many members that it is to be
// kept whole.
func TooManyMembers(value []byte) bool { return bytes.Count(value, []byte{','}) > MaxCommas }
