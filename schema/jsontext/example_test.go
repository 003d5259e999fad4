package jsontext_test

import (
	"fmt"

	"signins/schema/jsontext"
)

// A value that may be anything is parsed once and then walked. Names and texts come
// without escapes, all else as it is written.
func Example() {
	policies, err := jsontext.Parse([]byte(`[{"displayName":"Require \"MFA\"","result":"success","count":1.50}]`))
	if err != nil {
		fmt.Println(err)
		return
	}
	for policy := range policies.Elements() {
		for name, value := range policy.Members() {
			text, _ := value.Text()
			fmt.Printf("%c %s: %s\n", value.Kind(), name, text)
		}
	}
	// Output:
	// " displayName: Require "MFA"
	// " result: success
	// 0 count: 1.50
}

// A Scanner reads a token at a time and says where text goes wrong.
func ExampleScanner() {
	s := jsontext.Scanner{Data: []byte(`{"id" : "a", "count": 01}`), Pos: 1}
	for {
		name, err := s.ReadName()
		if err == nil {
			err = s.SkipValue(1)
		}
		more := false
		if err == nil {
			more, err = s.More('}', "an object")
		}
		if err != nil {
			fmt.Printf("byte %d: %v\n", s.Pos, err)
		} else {
			fmt.Printf("read %s\n", name)
		}
		if !more {
			break
		}
	}
	// Output:
	// read id
	// byte 23: found '1', expected a comma or '}'
}
