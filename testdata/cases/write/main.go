// Command write writes sign-ins for the rules into a folder: ordinary ones and, unless
// there is a second argument clean, planted cases.
//
//	go run ./testdata/cases/write FOLDER ROWS [clean]
package main

import (
	"fmt"
	"os"
	"strconv"

	"signins/testdata/cases"
)

func main() {
	if err := run(os.Args[1:]); err != nil {
		fmt.Fprintln(os.Stderr, "write:", err)
		os.Exit(1)
	}
}

func run(arguments []string) error {
	if len(arguments) < 2 {
		return fmt.Errorf("usage: write FOLDER ROWS [clean]")
	}
	rows, err := strconv.Atoi(arguments[1])
	if err != nil {
		return err
	}
	return cases.Write(arguments[0], rows, len(arguments) == 2)
}
