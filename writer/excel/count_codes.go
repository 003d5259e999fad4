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
	other      codeCount // codes beyond maxErrorCodes
	none       codeCount // rows without a code
	users, ips pairSet
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
	byType                  [len(signInTypes)]int64
	span                    timeSpan
	users, ips              distinctCount
}

func (c *codeCounts) addRow(r *countedRow) {
	code := c.codeOf(r)
	code.sums[r.verdict] += r.n
	code.byType[r.signType] += r.n
	if r.timed {
		code.span.extend(r.micros)
	}
	c.users.countPair(&code.users, code.index, r.names[users])
	c.ips.countPair(&code.ips, code.index, r.names[addresses])
	code.statuses = addWord(code.statuses, r.b.Columns[schema.SignInStatus].Value(r.row))
	code.bases = addWord(code.bases, r.b.Columns[schema.StatusBasis].Value(r.row))
}

// addWord adds a word to a short list that does not have it.
func addWord(words []string, word []byte) []string {
	if word == nil || len(words) == maxStatuses || slices.ContainsFunc(words, func(w string) bool { return w == string(word) }) {
		return words
	}
	return append(words, string(word))
}

// codeOf returns the count of the row's error code.
func (c *codeCounts) codeOf(r *countedRow) *codeCount {
	code, valid := r.b.Columns[schema.ErrorCode].Num(r.row)
	if !valid {
		return &c.none
	}
	count := c.byCode[code]
	if count == nil {
		if len(c.byCode) == maxErrorCodes {
			return &c.other
		}
		known, valid := r.b.Columns[schema.ErrorKnown].Num(r.row)
		count = &codeCount{
			index: len(c.byCode), code: code,
			name: r.text(schema.ErrorName), category: r.text(schema.ErrorCategory), meaning: r.text(schema.ErrorMeaning),
			remediation: r.text(schema.ErrorRemediation),
			unknown:     valid && known == 0,
		}
		c.byCode[code] = count
	}
	return count
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
