package manifest

import (
	"os"
	"os/user"
	"runtime"
	"runtime/debug"
	"strings"
	"sync"

	"signins/writer/files"
)

// Tool identifies the program and what it ran on.
type Tool struct {
	Name    string `json:"name"`
	Version string `json:"version"`
	Commit  string `json:"commit"`
	// SHA256 is the digest of the program's file, "" where it cannot be read.
	SHA256       string   `json:"sha256"`
	OS           string   `json:"os"`
	Architecture string   `json:"architecture"`
	Go           string   `json:"go"`
	Modules      []Module `json:"modules"`
}

// Module is a library the program was built with.
type Module struct {
	Path    string `json:"path"`
	Version string `json:"version"`
}

// develVersion is the version of a program that was built without one.
const develVersion = "devel"

// releaseVersion and releaseCommit are set by .ci/release, which builds without the
// repository's mark so that it gives the same bytes everywhere.
var releaseVersion, releaseCommit string

// BuildTool reads the identity of this program from its build information, without
// SHA256.
func BuildTool() Tool {
	tool := Tool{Name: "signins", Version: develVersion, OS: runtime.GOOS, Architecture: runtime.GOARCH, Go: runtime.Version(), Modules: []Module{}}
	info, ok := debug.ReadBuildInfo()
	if !ok {
		return tool
	}
	if v := strings.Trim(info.Main.Version, "()"); v != "" {
		tool.Version = v
	}
	for _, setting := range info.Settings {
		if setting.Key == "vcs.revision" {
			tool.Commit = setting.Value
		}
	}
	if releaseVersion != "" {
		tool.Version, tool.Commit = releaseVersion, releaseCommit
	}
	for _, m := range info.Deps {
		tool.Modules = append(tool.Modules, Module{Path: m.Path, Version: m.Version})
	}
	return tool
}

// HashProgram returns the SHA-256 of this program's file, "" if it cannot be read. Linux
// shows the file that runs even after another took its name; under Wine that is Wine.
var HashProgram = sync.OnceValue(func() string {
	path := "/proc/self/exe"
	if runtime.GOOS != "linux" {
		path, _ = os.Executable()
	}
	sum, _ := files.Hash(path, nil)
	return sum
})

// An Identity is a person and a machine, as the system names them.
type Identity struct {
	User string `json:"user"`
	Host string `json:"host"`
}

// Identify returns who runs the program and where; what the system does not know is "".
func Identify() *Identity {
	var who Identity
	if u, err := user.Current(); err == nil {
		who.User = u.Username
	}
	who.Host, _ = os.Hostname()
	return &who
}
