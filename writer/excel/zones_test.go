package excel

import (
	"archive/zip"
	"io/fs"
	"os"
	"strings"
	"testing"
	"testing/fstest"
	"time"
)

// TestZone takes zones of the program, not of the machine.
func TestZone(t *testing.T) {
	other := t.TempDir() // where Go looks first
	t.Setenv("ZONEINFO", other)
	if err := os.CopyFS(other, fstest.MapFS{"Europe/Berlin": {Data: zoneData(t, "Asia/Tokyo")}}); err != nil {
		t.Fatal(err)
	}
	for name, want := range map[string]string{
		"Europe/Berlin": "2026-07-01T14:00:00+02:00", "America/New_York": "2026-07-01T08:00:00-04:00", "UTC": "2026-07-01T12:00:00Z",
	} {
		t.Run(name, func(t *testing.T) {
			zone, err := Zone(name)
			if err != nil {
				t.Fatal(err)
			}
			if got := time.Date(2026, 7, 1, 12, 0, 0, 0, time.UTC).In(zone).Format(time.RFC3339); got != want {
				t.Errorf("%s, want %s", got, want)
			}
		})
	}
	for _, name := range []string{"", "Local", "Europe", "Europe/", "../UTC", "/etc/localtime", "europe/berlin", "Mars/Olympus"} {
		t.Run("no "+name, func(t *testing.T) {
			if zone, err := Zone(name); err == nil {
				t.Errorf("is the zone %s", zone)
			}
		})
	}
}

func zoneData(t *testing.T, name string) []byte {
	t.Helper()
	zones, err := zip.NewReader(strings.NewReader(zoneinfo), int64(len(zoneinfo)))
	if err != nil {
		t.Fatal(err)
	}
	data, err := fs.ReadFile(zones, name)
	if err != nil {
		t.Fatal(err)
	}
	return data
}
