package schema

import (
	"fmt"
	"math/bits"
	"strconv"
)

// conditionNames are the members of conditionalAccessConditions (Graph beta
// CSDL) by bit: Graph writes the words, diagnostics the number.
var conditionNames = []string{
	"application", "users", "devicePlatform", "location", "clientType", "signInRisk", "userRisk", "time", "deviceState", "client",
	"ipAddressSeenByAzureAD", "ipAddressSeenByResourceProvider", "unknownFutureValue", "servicePrincipals", "servicePrincipalRisk",
	"authenticationFlows", "insiderRisk",
}

// ConditionWords returns the words for conditions written as a number, nil
// where a text is none. known is false where a bit has no name.
func ConditionWords(text string) (words []string, known bool) {
	mask, err := strconv.ParseUint(text, 10, 32)
	if err != nil || strconv.FormatUint(mask, 10) != text {
		return nil, false
	}
	if mask == 0 {
		return []string{"none"}, true
	}
	known = true
	for ; mask != 0; mask &= mask - 1 {
		if bit := bits.TrailingZeros64(mask); bit < len(conditionNames) {
			words = append(words, conditionNames[bit])
		} else {
			words, known = append(words, fmt.Sprintf("unknown (%d)", uint64(1)<<bit)), false
		}
	}
	return words, known
}
