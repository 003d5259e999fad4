package excel

import (
	"bytes"
	"encoding/xml"
	"errors"
	"strings"
)

// maxLinks is how many links a page has. Excel repairs a sheet with more than 65,530.
const maxLinks = 60_000

// links are the links of a page, as elements of its XML: 80 bytes each.
type links struct {
	xml   bytes.Buffer
	count int
}

// addLink makes a cell, such as B7, lead to a cell of a page of the workbook. A link has
// a location, never a relation, so that none leads out of the workbook. It reports false
// and adds none beyond maxLinks.
func (p *page) addLink(cell string, to *page, toCell string) bool {
	l := &p.links
	if l.count == maxLinks {
		return false
	}
	l.count++
	l.xml.WriteString(`<hyperlink ref="` + cell + `" location="`)
	// A buffer takes all.
	_ = xml.EscapeText(&l.xml, []byte("'"+strings.ReplaceAll(to.name, "'", "''")+"'!"+toCell))
	l.xml.WriteString(`"/>`)
	return true
}

// insert inserts the links into the XML behind the rows, in their place in the order of
// elements: before the first one of printing, which every page has.
func (l *links) insert(tail []byte) ([]byte, error) {
	if l.count == 0 {
		return tail, nil
	}
	before, after, found := bytes.Cut(tail, []byte("<printOptions"))
	if !found {
		return nil, errors.New("excelize made no room for links")
	}
	return bytes.Join([][]byte{before, []byte("<hyperlinks>"), l.xml.Bytes(), []byte("</hyperlinks><printOptions"), after}, nil), nil
}
