package manifest

import (
	"path"
	"strconv"
	"strings"

	"signins/schema"
)

// pageSet knows the inputs that are pages of answers, to find the next one of a page.
type pageSet struct {
	numbered map[pageName]bool
	linked   []string // inputs whose last page links to a next one
}

// A pageName is a file name with a number at its end, such as signins-page-7.json.
type pageName struct {
	stem   string // signins-page-
	number int
}

// add adds an input with pages, of which some link to a next one.
func (s *pageSet) add(in *Input, pages, links int64) {
	if pages == 0 {
		return
	}
	if name, ok := splitPageName(in.Name()); ok {
		if s.numbered == nil {
			s.numbered = map[pageName]bool{}
		}
		s.numbered[name] = true
	}
	if links >= pages {
		s.linked = append(s.linked, in.Name())
	}
}

// missing returns the inputs that link to a page which is not there: no input has the
// next number.
func (s *pageSet) missing() (inputs []string) {
	for _, name := range s.linked {
		p, ok := splitPageName(name)
		p.number++
		if !ok || !s.numbered[p] {
			inputs = append(inputs, name)
		}
	}
	return inputs
}

// splitPageName splits the number from a name, in the folder of the file. Dates end
// with numbers, too: one that follows another number and a separator, or has more than
// five digits, is not that of a page.
func splitPageName(file string) (pageName, bool) {
	name := file[:len(file)-len(path.Ext(file))]
	stem := strings.TrimRight(name, "0123456789")
	digits := name[len(stem):]
	number, err := strconv.Atoi(digits)
	before := strings.TrimRight(path.Base("/"+stem), "-_. ")
	dated := before != "" && before[len(before)-1] >= '0' && before[len(before)-1] <= '9'
	return pageName{stem, number}, err == nil && len(digits) <= 5 && !dated
}

// removePages removes the number of pages from the findings of an input, and the links
// to pages that are in the same input: a sequence of pages has one without a link.
func removePages(warnings *schema.Tally) (pages, links int64) {
	pages, links = (*warnings)[schema.Pages], (*warnings)[schema.NextLink]
	delete(*warnings, schema.Pages)
	if links < pages {
		delete(*warnings, schema.NextLink)
	}
	return pages, links
}
