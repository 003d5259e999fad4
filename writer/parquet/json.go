package parquet

import (
	"bytes"
	"encoding/json"
	"strings"
	"unicode/utf8"
)

// The functions here take apart JSON texts that are known to be valid: they
// find where values end, and look at nothing else. In other texts they find
// something.

// valueEnd returns where the value ends that begins at i.
func valueEnd(text []byte, i int) int {
	depth := 0
	for ; i < len(text); i++ {
		switch text[i] {
		case '"':
			i = stringEnd(text, i) - 1
		case '{', '[':
			depth++
			continue
		case '}', ']':
			depth--
		default:
			if depth == 0 {
				return i + scalarEnd(text[i:])
			}
			continue
		}
		if depth == 0 {
			return i + 1
		}
	}
	return i
}

func stringEnd(text []byte, i int) int {
	for i++; ; {
		quote := bytes.IndexByte(text[i:], '"')
		if quote < 0 {
			return len(text)
		}
		i += quote + 1
		slashes := 0
		for text[i-2-slashes] == '\\' {
			slashes++
		}
		if slashes%2 == 0 {
			return i
		}
	}
}

func scalarEnd(text []byte) int {
	if end := bytes.IndexAny(text, ",]} \t\r\n"); end >= 0 {
		return end
	}
	return len(text)
}

// gap returns where the next value begins behind white space, commas and
// colons.
func gap(text []byte, i int) int {
	for i < len(text) && strings.IndexByte(" \t\r\n,:", text[i]) >= 0 {
		i++
	}
	return i
}

// parts appends to list the elements of an array, or the keys and values of an
// object in turn.
func parts(list [][]byte, text []byte) [][]byte {
	for i := gap(text, 1); i < len(text)-1; {
		end := valueEnd(text, i)
		list = append(list, text[i:end:end])
		i = gap(text, end)
	}
	return list
}

// unquote returns the text of a JSON string; false if it holds half a
// character, a lone surrogate, for which there is no UTF-8.
func unquote(value []byte) ([]byte, bool) {
	if bytes.IndexByte(value, '\\') < 0 {
		return value[1 : len(value)-1], true
	}
	var text string
	if err := json.Unmarshal(value, &text); err != nil {
		return nil, false
	}
	half := strings.ContainsRune(text, utf8.RuneError) && bytes.Contains(bytes.ToLower(value), []byte(`\ud`))
	return []byte(text), !half
}

// quoteJSON returns a text as JSON.
func quoteJSON(text string) []byte {
	var out bytes.Buffer
	e := json.NewEncoder(&out)
	e.SetEscapeHTML(false)
	e.Encode(text) // fails for no text
	return bytes.TrimRight(out.Bytes(), "\n")
}
