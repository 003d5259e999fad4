package excel

import (
	"cmp"
	"maps"
	"slices"

	"signins/schema"
)

const (
	// maxErrorCodes bounds the codes counted one by one. The code table has some
	// thousand; an input could hold any number.
	maxErrorCodes = 10000
	// maxStatuses bounds the statuses and status bases of a code.
	maxStatuses = 8
)

// codeCounts are the sign-ins by error code.
type codeCounts struct {
	byCode     map[int64]*codeCount
	other      *codeCount // codes beyond maxErrorCodes
	none       *codeCount // rows without a code
	users, ips pairSet
	last       *codeCount // of the row before: the next one mostly has the same
}

// A codeCount counts the sign-ins with an error code. Its texts are those of the
// first row.
type codeCount struct {
	index                   int // from 0, in order of the first row
	code                    int64
	name, category, meaning string
	remediation             string
	unknown                 bool
	statuses, bases         []string
	sums                    verdictSums
	byType                  []int64 // by index in typeCounts
	span                    timeSpan
	users, ips              distinctCount
}

func (c *codeCounts) addRow(r *countedRow) {
	code := c.codeOf(r)
	code.sums[r.verdict] += r.n
	for len(code.byType) <= r.signType {
		code.byType = append(code.byType, 0)
	}
	code.byType[r.signType] += r.n
	if r.timed {
		code.span.extend(r.micros)
	}
	code.users.add(c.users.add(code.index, r.user))
	code.ips.add(c.ips.add(code.index, r.ip))
	code.statuses = addWord(code.statuses, r.b.Columns[schema.SignInStatus].Value(r.row))
	code.bases = addWord(code.bases, r.b.Columns[schema.StatusBasis].Value(r.row))
}

// addWord adds a word to a short list that does not have it.
func addWord(words []string, word []byte) []string {
	if word == nil || len(words) == maxStatuses {
		return words
	}
	for _, w := range words {
		if w == string(word) {
			return words
		}
	}
	return append(words, string(word))
}

// codeOf returns the count of the row's error code.
func (c *codeCounts) codeOf(r *countedRow) *codeCount {
	code, valid := r.b.Columns[schema.ErrorCode].Num(r.row)
	if !valid {
		if c.none == nil {
			c.none = &codeCount{index: maxErrorCodes}
		}
		return c.none
	}
	if c.last != nil && c.last.code == code {
		return c.last
	}
	if count := c.byCode[code]; count != nil {
		c.last = count
		return count
	}
	if len(c.byCode) == maxErrorCodes {
		if c.other == nil {
			c.other = &codeCount{index: maxErrorCodes + 1}
		}
		return c.other
	}
	c.last = newCodeCount(r.b, r.row, code)
	c.last.index = len(c.byCode)
	c.byCode[code] = c.last
	return c.last
}

func newCodeCount(b *schema.Batch, row int, code int64) *codeCount {
	c := &codeCount{
		code:        code,
		name:        string(b.Columns[schema.ErrorName].Value(row)),
		category:    string(b.Columns[schema.ErrorCategory].Value(row)),
		meaning:     string(b.Columns[schema.ErrorMeaning].Value(row)),
		remediation: string(b.Columns[schema.ErrorRemediation].Value(row)),
	}
	known, valid := b.Columns[schema.ErrorKnown].Num(row)
	c.unknown = valid && known == 0
	return c
}

// sorted returns the codes, the most frequent first.
func (c *codeCounts) sorted() []*codeCount {
	return slices.SortedFunc(maps.Values(c.byCode), func(a, b *codeCount) int {
		return cmp.Or(cmp.Compare(b.sums.total(), a.sums.total()), cmp.Compare(a.code, b.code))
	})
}

// failures returns the sorted codes without 0, the code of success.
func (c *codeCounts) failures() []*codeCount {
	return slices.DeleteFunc(c.sorted(), func(code *codeCount) bool { return code.code == 0 })
}

// shownMeaning returns the meaning as sheets show it.
func (c *codeCount) shownMeaning() string {
	if c.unknown {
		return "Unknown code: not in the code table."
	}
	return c.meaning
}
