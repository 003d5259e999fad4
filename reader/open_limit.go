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
	n, err := strconv.Atoi(number)
	if ok && err == nil && number[0] != '+' && n >= leastRecord>>20 && n <= mostRecord>>20 {
		return n << 20, nil
	}
	return 0, errors.New("not a size from 1MiB to 256MiB")
}

const longHint = "--max-record allows longer records, up to 256MiB"

func longRow(limit int) string {
	return fmt.Sprintf("a row is longer than %s; a quote that is never closed may be the cause", mebibytes(limit))
}

// mebibytes writes a size for messages.
func mebibytes(size int) string { return fmt.Sprintf("%g MiB", float64(size)/(1<<20)) }

// ParseJobs reads a value for Options.Jobs, a number from 1.
func ParseJobs(text string) (int, error) {
	n, err := strconv.Atoi(text)
	if err == nil && n < 1 {
		err = errors.New("not a number from 1")
	}
	return n, err
}
