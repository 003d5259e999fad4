package verify

import "testing"

// A recorded path on a server is not looked at.
func TestServerPaths(t *testing.T) {
	t.Parallel()
	for path, local := range map[string]bool{`C:\logs\a.json`: true, `logs\a.json`: true, `\\server\share\a.json`: false, `//server/share/a.json`: false, `\\?\UNC\server\share\a`: false} {
		if isLocal(path) != local {
			t.Errorf("%s: %v", path, !local)
		}
	}
}
