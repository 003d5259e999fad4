package sidefile

import (
	"bytes"
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"strings"
	"unicode/utf8"
)

// ReadTable reads a CSV text. It calls header with the titles of the columns, in lower case
// and without the spaces around them, and then row with each record, as many cells as
// titles. The slices are theirs to keep. Errors name a line; those of header and row get it
// in front.
func ReadTable(text []byte, header func(titles []string) error, row func(cells []string) error) error {
	number := 0
	for line := range bytes.Lines(text) {
		if number++; !utf8.Valid(line) {
			return fmt.Errorf("line %d: not valid UTF-8", number)
		}
	}
	rows := csv.NewReader(bytes.NewReader(bytes.TrimPrefix(text, []byte("\ufeff"))))
	titles, err := rows.Read()
	switch {
	case err == io.EOF:
		return errors.New("no header: the file is empty")
	case err != nil:
		return fmt.Errorf("no header: %w", err)
	}
	for i := range titles {
		titles[i] = strings.ToLower(strings.TrimSpace(titles[i]))
	}
	if err := header(titles); err != nil {
		return fmt.Errorf("line 1: %w", err)
	}
	for {
		cells, err := rows.Read()
		if err == io.EOF {
			return nil
		}
		if err != nil {
			return err
		}
		line, _ := rows.FieldPos(0)
		if err := row(cells); err != nil {
			return fmt.Errorf("line %d: %w", line, err)
		}
	}
}
