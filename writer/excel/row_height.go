package excel

import (
	"strings"

	"golang.org/x/text/width"
)

const (
	rowHeight  = 15.0 // the default, in points
	lineHeight = 13.0 // of text of 10 points
	maxHeight  = 400
	// columnUnit is a unit of a column's width in hundredths of text of 10 points: 7
	// of 13.3 pixels, less the rounding of screens.
	columnUnit = 50
)

// glyphWidths are the widths of the characters from space to tilde in Calibri,
// in hundredths of the font's size.
var glyphWidths = [...]byte{
	23, 33, 40, 50, 51, 71, 68, 22, 30, 30, 50, 50, 25, 31, 25, 39, // space to /
	51, 51, 51, 51, 51, 51, 51, 51, 51, 51, 27, 27, 50, 50, 50, 46, // 0 to ?
	89, 58, 54, 53, 62, 49, 46, 63, 62, 25, 32, 52, 42, 85, 65, 66, // @ to O
	52, 67, 54, 46, 49, 64, 57, 89, 52, 49, 47, 31, 39, 31, 50, 50, // P to _
	29, 48, 53, 42, 53, 50, 31, 47, 53, 23, 24, 45, 23, 80, 53, 53, // ` to o
	53, 53, 35, 39, 33, 53, 45, 71, 43, 45, 40, 31, 46, 31, 50, // p to ~
}

// wrappedHeight returns the height of text of 10 points that is wrapped in a width
// of some characters. No program finds it for merged cells, and not all do for others.
func wrappedHeight(text string, chars float64) float64 {
	if len(text) <= int(chars)/2 && !strings.Contains(text, "\n") { // no character is wider than two
		return rowHeight
	}
	lines := 0
	for line := range strings.Lines(text) {
		lines += wrappedLines(strings.TrimRight(line, "\r\n"), int(chars*columnUnit))
	}
	return min(float64(max(lines, 1))*lineHeight+2, maxHeight)
}

// wrappedLines returns the number of lines of a text that breaks before a word, or a
// part of a path, that has no room.
func wrappedLines(text string, room int) int {
	lines, used := 1, 0
	for len(text) > 0 {
		end := strings.IndexAny(text, " /-") + 1
		if end == 0 {
			end = len(text)
		}
		size := textWidth(strings.TrimSuffix(text[:end], " "))
		if used > 0 && used+size > room {
			lines, used = lines+1, 0
		}
		if size > room {
			lines += (size - 1) / room
			size = (size-1)%room + 1
		}
		used += size
		if text[end-1] == ' ' {
			used += int(glyphWidths[0])
		}
		text = text[end:]
	}
	return lines
}

// textWidth returns the width of a text in hundredths of the font's size.
func textWidth(text string) (sum int) {
	for _, r := range text {
		switch at := int(r) - ' '; {
		case at >= 0 && at < len(glyphWidths):
			sum += int(glyphWidths[at])
		case isWide(r):
			sum += 100
		default:
			sum += 58 // of a letter in Latin, Greek or Cyrillic
		}
	}
	return sum
}

// isWide reports whether a character is as wide as the font is high.
func isWide(r rune) bool {
	kind := width.LookupRune(r).Kind()
	return kind == width.EastAsianWide || kind == width.EastAsianFullwidth
}
