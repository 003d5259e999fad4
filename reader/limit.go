package reader

import (
	"errors"
	"fmt"
	"strconv"
	"strings"
)

// How long a record may be. Top-level values below the least are not measured;
// the most keeps what a record becomes within what Parquet can hold.
const (
	leastRecord   = 1 << 20
	defaultRecord = 64 << 20
	mostRecord    = 256 << 20
)

// ParseMaxRecord reads a value for Options.MaxRecord, such as 64MiB or 64M.
func ParseMaxRecord(text string) (int, error) {
	number, ok := strings.CutSuffix(strings.TrimSuffix(text, "iB"), "M")
	n, err := strconv.ParseUint(number, 10, 16)
	if size := int(n) << 20; ok && err == nil && size >= leastRecord && size <= mostRecord {
		return size, nil
	}
	return 0, errors.New("not a size from 1MiB to 256MiB")
}

const longHint = "--max-record allows longer records, up to 256MiB"

func longRow(limit int) string {
	return fmt.Sprintf("a row is longer than %s; a quote that is never closed may be the cause", mebibytes(limit))
}

// mebibytes writes a size for messages.
func mebibytes(size int) string { return fmt.Sprintf("%g MiB", float64(size)/(1<<20)) }
