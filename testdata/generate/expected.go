package main

import (
	"bytes"
	"encoding/csv"
	"strconv"
	"strings"
	"time"
)

var expectedHeader = []string{
	"file", "record", "id", "created_at", "category", "error_code", "status", "passthrough", "verdict",
	"gateway_ja4", "endpoint_call", "last_password_change_at", "is_confidential_client", "is_external_user",
}

// expectations returns one line for each event, in record order.
func expectations(path string, events []event) [][]string {
	var lines [][]string
	for i, e := range events {
		line := []string{
			path,
			strconv.Itoa(i + 1),
			e.id,
			e.at.Truncate(time.Microsecond).Format(time.RFC3339Nano),
			e.kind.category(),
			strconv.Itoa(e.code.number),
			e.code.status(),
			e.passthrough,
			e.verdict(),
		}
		lines = append(lines, append(line, e.onlyDefender(path)...))
	}
	return lines
}

// onlyDefender returns what only Defender's tables have, in the order of the header.
func (e event) onlyDefender(path string) []string {
	switch {
	case !strings.HasPrefix(path, "defender/"):
		return []string{"", "", "", "", ""}
	case e.kind == servicePrincipal || e.kind == managedIdentity:
		return []string{e.fingerprint(), "", "", e.confidential(), ""}
	}
	return []string{e.fingerprint(), e.endpointCall(), e.passwordChange().Format(time.RFC3339Nano), "", e.external()}
}

// verdict is the access the event was invented to give. A record that hides
// its kind of crossing behind unknownFutureValue and ends with code 0 has
// none.
func (e event) verdict() string {
	switch status := e.code.status(); {
	case e.passthrough == yes:
		return "passthrough"
	case status == interrupted:
		return "interrupted"
	case status == failure:
		return "denied"
	case e.hidden:
		return ""
	default:
		return "granted"
	}
}

func expectedCSV(lines [][]string) []byte {
	var b bytes.Buffer
	w := csv.NewWriter(&b)
	w.Write(expectedHeader) // the errors of a buffer are nil
	w.WriteAll(lines)
	return b.Bytes()
}
