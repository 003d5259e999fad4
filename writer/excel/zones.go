package excel

import (
	"archive/zip"
	_ "embed"
	"io/fs"
	"strings"
	"time"
)

// zoneinfo is lib/time/zoneinfo.zip of the Go toolchain. time.LoadLocation prefers
// the database of the machine, so that the bytes of a workbook would depend on it.
//
//go:embed zoneinfo.zip
var zoneinfo string

// zoneRelease is the release of the time zone database (IANA) in zoneinfo.
const zoneRelease = "2025c"

// Zone returns the time zone of a name such as Europe/Berlin, the same on every
// machine.
func Zone(name string) (*time.Location, error) {
	zones, err := zip.NewReader(strings.NewReader(zoneinfo), int64(len(zoneinfo)))
	if err != nil {
		return nil, err
	}
	data, err := fs.ReadFile(zones, name)
	if err != nil {
		return nil, err
	}
	return time.LoadLocationFromTZData(name, data)
}

// ZoneName returns the name of a zone for Zone, "" for none.
func ZoneName(zone *time.Location) string {
	if zone == nil {
		return ""
	}
	return zone.String()
}
