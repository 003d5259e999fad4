package main

import (
	"bytes"
	"encoding/csv"
	"strconv"
	"time"
)

var expectedHeader = []string{
	"file", "record", "id", "created_at", "category", "error_code", "status", "passthrough", "verdict",
}

// expectations returns one line for each event, in record order.
func expectations(path string, events []event) [][]string {
	var lines [][]string
	for i, e := range events {
		lines = append(lines, []string{
			path,
			strconv.Itoa(i + 1),
			e.id,
			e.at.Truncate(time.Microsecond).Format(time.RFC3339Nano),
			e.kind.category(),
			strconv.Itoa(e.code.number),
			e.code.status(),
			e.passthrough,
			e.verdict(),
		})
	}
	return lines
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
