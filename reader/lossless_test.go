package reader

import (
	"fmt"
	"maps"
	"regexp"
	"slices"
	"strings"
	"testing"
)

// marked are values of every shape that hold a marker; the record must show it
// again in a column or in extra, wherever the value was.
var marked = []string{
	"%s", "[%s", `["%s"]`, `{"%s":1}`, `{"errorCode":"%s","city":"%[1]sb","deviceId":"%[1]sc","AdditionalProperties":{"x":"%[1]sd"}}`, `{"errorCode":0,"errorCode":"%s"}`,
	`"{\"authMethod\":\"%s\",\"deviceId\":\"%[1]sb\"}"`, `[{"a":"%s"}]`, `{"a":"%s"`, "System.Object.%s", `\"%s`, "%s\xff", "1/2/%s", "Member%s", `{"geoCoordinates":{"latitude":"%s","longitude":0}}`,
}

// shows reports whether a column of a row, provenance aside, has a marker.
func shows(r row, marker string) bool {
	for _, value := range r.columns() {
		if strings.Contains(value, marker) {
			return true
		}
	}
	return false
}

// Every value of every column of every dialect comes through, whatever it is.
func TestNothingIsLost(t *testing.T) {
	t.Parallel()
	headers := map[string][]string{
		"powershell": {"CreatedDateTime", "Id", "AppId", "UserPrincipalName", "Status", "Status.ErrorCode", "Location", "Location.City", "City", "DeviceDetail", "AdditionalProperties", "RiskEventTypesV2", "Foo", "Foo"},
		"union":      {"TimeGenerated", "ResultType", "UserPrincipalName", "Status", "Status_dynamic", "Status_string", "LocationDetails_string", "LocationDetails_dynamic", "Location", "ConditionalAccessPolicies", "ConditionalAccessPolicies_string", "Id", "C_Id", "Id"},
	}
	maps.Copy(headers, titleLists(t, ""))
	for _, name := range slices.Sorted(maps.Keys(headers)) {
		t.Run(caseName(name), func(t *testing.T) {
			titles := headers[name]
			var content strings.Builder
			content.WriteString(quoted(titles))
			for shift := range marked {
				var cells []string
				for i, title := range titles {
					cell := fmt.Sprintf(marked[(i+shift)%len(marked)], fmt.Sprintf("m%dx%dq", shift, i))
					if title == "Category" || title == "Type" {
						cell = "SignInLogs" // else the record is none
					}
					cells = append(cells, cell)
				}
				content.WriteString(quoted(cells))
			}
			out := readText(t, content.String())
			if out.err != nil || len(out.rows) != len(marked) {
				t.Errorf("%s: %d rows, %v, %v", name, len(out.rows), out.codes(), out.err)
				return
			}
			for shift, r := range out.rows {
				for i, title := range titles {
					cell := fmt.Sprintf(marked[(i+shift)%len(marked)], fmt.Sprintf("m%dx%dq", shift, i))
					for _, marker := range regexp.MustCompile(`m\d+x\d+q[bcd]?`).FindAllString(cell, -1) {
						if title != "Category" && title != "Type" && !shows(r, marker) {
							t.Errorf("%s: %s: %s of %q is lost", name, title, marker, cell)
						}
					}
				}
			}
		})
	}
}
