package rules

import (
	"testing"

	"signins/schema"
)

// A condition is printed as SQL that is true for the rows for which the program finds it
// true: of rows with error_code 1, 2 and null, is_interactive true, false and null.
func TestConditionsAreTheSameInSQL(t *testing.T) {
	b := &schema.Batch{Len: 3}
	for row, n := range []int64{1, 2} {
		b.Columns[schema.ErrorCode].SetNum(row, n)
		b.Columns[schema.IsInteractive].SetBool(row, n == 1)
	}
	b.Seal()
	one, two := errorCode(1), errorCode(2)
	for want, c := range map[string]struct {
		condition condition
		rows      [3]bool
		wants     bool // something without which it cannot be true
	}{
		"error_code in (1)":                                                  {one, [3]bool{true, false, false}, true},
		"error_code in (1, 2)":                                               {errorCode(1, 2), [3]bool{true, true, false}, true},
		"error_code not in (1)":                                              {numbers{schema.ErrorCode, true, []int64{1}}, [3]bool{false, true, false}, true},
		"error_code not in (1, 2)":                                           {numbers{schema.ErrorCode, true, []int64{1, 2}}, [3]bool{}, true},
		"is_interactive = true":                                              {isTrue(schema.IsInteractive), [3]bool{true, false, false}, true},
		"is_interactive = false":                                             {isFalse(schema.IsInteractive), [3]bool{false, true, false}, true},
		"(is_interactive is null or is_interactive = false)":                 {notTrue(schema.IsInteractive), [3]bool{false, true, true}, false},
		"(is_interactive is null or is_interactive = true)":                  {flag{schema.IsInteractive, false, true}, [3]bool{true, false, true}, false},
		"error_code is null":                                                 {absent(schema.ErrorCode), [3]bool{false, false, true}, false},
		"error_code in (1) or error_code in (2)":                             {anyOf(one, two), [3]bool{true, true, false}, true},
		"error_code in (1) and error_code in (2)":                            {all(one, two), [3]bool{}, true},
		"is_interactive = true and (error_code in (1) or error_code in (2))": {all(isTrue(schema.IsInteractive), anyOf(one, two)), [3]bool{true, false, false}, true},
		"error_code in (2) or is_interactive = true and error_code in (1)":   {anyOf(two, all(isTrue(schema.IsInteractive), one)), [3]bool{true, true, false}, true},
		"error_code in (2) or error_code in (1) or error_code is null":       {anyOf(two, anyOf(one, absent(schema.ErrorCode))), [3]bool{true, true, true}, false},
	} {
		if got := c.condition.sql(newDialect("duckdb", false)); got != want {
			t.Errorf("%q, want %q", got, want)
		}
		for row, holds := 0, c.condition.on(b); row < b.Len; row++ {
			if holds(row) != c.rows[row] {
				t.Errorf("%s: row %d is %t", want, row, holds(row))
			}
		}
		if wants := c.condition.missing(new(filled)); (len(wants) > 0) != c.wants {
			t.Errorf("%s: without any column it wants %v", want, wants)
		}
	}
}
