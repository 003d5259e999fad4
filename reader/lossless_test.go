package reader

import (
	"fmt"
	"maps"
	"regexp"
	"slices"
	"strings"
	"testing"

	"signins/schema/jsontext"
)

// marked are values of every shape that hold a marker; the record must show it
// again in a column or in extra, wherever the value was.
var marked = []string{
	"%s", "[%s", `["%s"]`, `{"%s":1}`, `{"errorCode":"%s","city":"%[1]sb","deviceId":"%[1]sc","AdditionalProperties":{"x":"%[1]sd"}}`, `{"errorCode":0,"errorCode":"%s"}`,
	`"{\"authMethod\":\"%s\",\"deviceId\":\"%[1]sb\"}"`, `[{"a":"%s"}]`, `{"a":"%s"`, "System.Object.%s", `\"%s`, "%s\xff", "1/2/%s", "Member%s", `{"geoCoordinates":{"latitude":"%s","longitude":0}}`,
	`{"$date":"%s"}`, `{"$numberInt":"%s"}`, `{"$date":{"$numberLong":"%s"}}`, `{"$oid":"%s","x":"%[1]sb"}`, `{"error_code":"%s","operating_system":"%[1]sb"}`,
}

// flattened are names of members that no dialect has exactly, beside exact ones for the
// same columns.
var flattened = []string{"Status", "StatusErrorCode", "ErrorCode_d", "status_s", "ResultType_s", "City", "City_s", "location_city_s", "LocationDetails", "Location", "location_s",
	"CountryOrRegion", "Latitude", "location_latitude", "DeviceIsCompliant", "IsCompliant_b", "DeviceOS", "DeviceDetail_s", "UserId_g", "user_id", "CreatedDateTime_t",
	"AppliedConditionalAccessPolicies_s", "conditional_access_policies", "RiskEventTypes_s", "properties.status.errorCode", "NewErrorCode"}

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
	for dialect, csv := range flatCSV {
		headers["flattened "+dialect] = append(strings.Split(csv[0], ","), flattened...)
	}
	maps.Copy(headers, titleLists(t, ""))
	for name, titles := range portalTitles() {
		headers["portal, "+name] = append(slices.Clone(titles), flattened...)
	}
	read := map[string]bool{}
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
			read[out.dialects[0]] = true
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
	if want := []string{"defender-csv", "log-analytics-csv", "portal-csv", "powershell-csv"}; !slices.Equal(slices.Sorted(maps.Keys(read)), want) {
		t.Errorf("only %v", read)
	}
}

// jsonNames returns the names of members of a dialect's records, in the object that has
// the sign-in, and flattened ones. Some decide what the record is.
func jsonNames(d *dialect) (names []string) {
	seen := foldedSet(flattened)
	for _, name := range []string{"category", "type", "tablename", "$table", "operationname", "properties", "signincount"} {
		seen[name] = true
	}
	root := d.fields().root
	if p := root.byName["properties"]; p != nil && p.inner != nil {
		root = p.inner
	}
	for name := range root.byName {
		if !seen[strings.ToLower(name)] && !countNames[strings.ToLower(name)] && !strings.HasPrefix(name, "@") {
			seen[strings.ToLower(name)] = true
			names = append(names, name)
		}
	}
	slices.Sort(names)
	return append(names, flattened...)
}

// wrappings put a record of JSON where other systems keep it.
var wrappings = map[string]func(record string) string{
	"alone": func(record string) string { return record },
	"event": func(record string) string { return `{"host":"h","event":` + record + "}\n" },
	"text": func(record string) string {
		return `{"message":` + string(jsontext.AppendQuoted(nil, []byte(record))) + "}\n"
	},
	"line": func(record string) string { return "<13>Jan  2 03:04:05 host app: " + record + "\n" },
	"cell": func(record string) string { return "_time,_raw\n1," + quoted([]string{record}) },
}

// Every value of a record of every JSON dialect comes through, under exact and under
// flattened names, alone and wrapped.
func TestNothingIsLostInJSON(t *testing.T) {
	t.Parallel()
	read := map[string]bool{}
	for _, d := range dialects {
		if d.fields == nil {
			continue
		}
		place := flatPlaces[map[string]string{"graph-json": "graph", "diagnostic-json": "diagnostic", "powershell-json": "powershell", "log-analytics-json": "table", "defender-json": "defender"}[d.name]]
		names := slices.DeleteFunc(jsonNames(d), func(name string) bool {
			return strings.Contains(strings.ToLower(place), `"`+strings.ToLower(name)+`":`)
		})
		for shift := range marked {
			for wrapping, wrap := range wrappings {
				if wrapping != "alone" && shift%5 != 0 {
					continue
				}
				t.Run(caseName(fmt.Sprint(d.name, shift, wrapping)), func(t *testing.T) {
					members, markers := markedMembers(names, shift)
					record := strings.Trim(strings.Replace(place, "§", strings.Join(members, ","), 1), "[]")
					out := readText(t, wrap(record))
					if len(out.rows) != 1 || out.dialects[0] != d.name {
						t.Fatalf("%d rows of %v, %v, %v", len(out.rows), out.dialects, out.rejects, out.err)
					}
					read[out.dialects[0]] = true
					for _, marker := range markers {
						if !shows(out.rows[0], marker) {
							t.Errorf("%s is lost of %s", marker, members)
						}
					}
				})
			}
		}
	}
	if len(read) != 5 {
		t.Errorf("only %v", read)
	}
}

// markedMembers returns members with values of every shape, and their markers.
func markedMembers(names []string, shift int) (members, markers []string) {
	for i, name := range names {
		value := fmt.Sprintf(marked[(i+shift)%len(marked)], fmt.Sprintf("m%dx%dq", shift, i))
		markers = append(markers, regexp.MustCompile(`m\d+x\d+q[bcd]?`).FindAllString(value, -1)...)
		if _, err := jsontext.Parse([]byte(value)); err != nil || i%2 == 0 {
			value = string(jsontext.AppendQuoted(nil, []byte(value)))
		}
		members = append(members, fmt.Sprintf("%q:%s", name, value))
	}
	return members, markers
}
