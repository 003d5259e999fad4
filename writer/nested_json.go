package writer

import "bytes"

// maxCommas bounds what is made of the members of one value, each of which takes
// memory of many times its length. Values of sign-ins have some thousand commas.
const maxCommas = 100_000

// tooMany reports whether a value has so many members that it is left whole.
func tooMany(value []byte) bool { return bytes.Count(value, []byte{','}) > maxCommas }
