// Command write writes sign-ins for the rules into a folder: ordinary ones with planted
// cases, or, with the word clean, without them; or, with messy, those of cases.Messy.
//
//	go run ./testdata/cases/write FOLDER ROWS [clean|messy]
package main

import (
	"errors"
	"fmt"
	"os"
	"slices"
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
		return errors.New("usage: write FOLDER ROWS [clean|messy]")
	}
	rows, err := strconv.Atoi(arguments[1])
	if err != nil {
		return err
	}
	if slices.Contains(arguments[2:], "messy") {
		return cases.WriteMessy(arguments[0], rows)
	}
	return cases.Write(arguments[0], rows, len(arguments) == 2)
}
