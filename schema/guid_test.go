package schema

import "testing"

// TestPackGUID packs a GUID in lower case alone, and unpacks to the same text.
func TestPackGUID(t *testing.T) {
	t.Parallel()
	for text, size := range map[string]int{
		"0123abcd-4567-89ab-cdef-0123456789ab":  17,
		ZeroGUID:                                17,
		"0123ABCD-4567-89ab-cdef-0123456789ab":  36,
		"0123abcd+4567-89ab-cdef-0123456789ab":  36,
		"0123abcd-4567-89ab-cdef-0123456789a-":  36,
		"0123abcd-4567-89ab-cdef-0123456789abc": 37,
		"ada@contoso.example":                   19,
		"17 bytes of text.":                     17,
		"":                                      0,
	} {
		packed := PackGUID([]byte(text))
		if got := UnpackGUID(packed); len(packed) != size || got != text {
			t.Errorf("%q in %d bytes, unpacked %q", text, len(packed), got)
		}
	}
}
