package excel

import (
	"bytes"
	"fmt"
	"html"
	"regexp"
	"strconv"
	"strings"
)

// chartValues are the cells that charts refer to, by reference: those of
// 'Summary'!$F$9:$F$11, in order.
type chartValues map[string][]cell

// finishChart returns the part of a chart or of its drawing as excelize makes it, with
// what that omits: the values of cells that a chart refers to, which readers show that
// do not look up cells, and a size that all readers understand.
func finishChart(name string, part []byte, values chartValues) ([]byte, error) {
	switch {
	case strings.HasPrefix(name, "xl/drawings/drawing"):
		part = chartAnchors.ReplaceAll(part, []byte(`<xdr:oneCellAnchor>$1<xdr:ext cx="$2" cy="$3"/>$4</xdr:oneCellAnchor>`))
		if bytes.Contains(part, []byte("<xdr:twoCellAnchor")) {
			return nil, fmt.Errorf("%s: a chart has no size", name)
		}
	case strings.HasPrefix(name, "xl/charts/chart"):
		var missing error
		part = chartReferences.ReplaceAllFunc(part, func(element []byte) []byte {
			match := chartReferences.FindSubmatch(element)
			kind, reference := string(match[1]), html.UnescapeString(string(match[2]))
			cells, found := values[reference]
			if !found {
				missing = fmt.Errorf("%s: no values for %s", name, reference)
			}
			return fmt.Appendf(nil, "<%sRef><f>%s</f>%s</%sRef>", kind, match[2], appendCache(nil, kind, cells), kind)
		})
		return part, missing
	}
	return part, nil
}

// chartAnchors are the anchors that excelize makes for charts of a fixed size. It
// puts both corners in one cell, the second one far outside of it, where readers may
// cut it off. The offset of that corner is the size of the chart and its own offset.
var chartAnchors = regexp.MustCompile(`<xdr:twoCellAnchor editAs="oneCell">(.*?)` +
	`<xdr:to><xdr:col>\d+</xdr:col><xdr:colOff>(\d+)</xdr:colOff><xdr:row>\d+</xdr:row><xdr:rowOff>(\d+)</xdr:rowOff></xdr:to>(.*?)</xdr:twoCellAnchor>`)

// chartReferences are the references of a chart to cells: of text or of numbers. What
// excelize has behind a reference is an empty cache, or nothing.
var chartReferences = regexp.MustCompile(`<(str|num)Ref><f>([^<]*)</f>(?:<numCache>.*?</numCache>)?</(?:str|num)Ref>`)

// appendCache appends the cache of a reference: how many cells it has, and those with a
// value.
func appendCache(dst []byte, kind string, cells []cell) []byte {
	dst = fmt.Appendf(dst, "<%sCache>", kind)
	if kind == "num" {
		dst = append(dst, "<formatCode>#,##0</formatCode>"...)
	}
	dst = fmt.Appendf(dst, `<ptCount val="%d"/>`, len(cells))
	for i, c := range cells {
		value := []byte(c.number)
		if kind == "str" {
			text, _ := fitCell([]byte(c.text))
			value = appendXML(nil, text)
		}
		if len(value) > 0 {
			dst = append(strconv.AppendInt(append(dst, `<pt idx="`...), int64(i), 10), `"><v>`...)
			dst = append(append(dst, value...), "</v></pt>"...)
		}
	}
	return fmt.Appendf(dst, "</%sCache>", kind)
}
