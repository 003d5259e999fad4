package manifest

import (
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"strings"

	"signins/schema"
)

// Folder is the folder of the manifests in a dataset, and SupersededFolder the one in it
// of manifests whose rows a compaction has.
const (
	Folder           = "_manifests"
	SupersededFolder = "superseded"
)

// RunEnding ends the name of the manifest of a run in a dataset, behind the name of the run.
const RunEnding = ".json"

// DatasetOf returns the dataset whose manifests lie in a folder, "" for another folder.
func DatasetOf(folder string) (dataset string, superseded bool) {
	if superseded = filepath.Base(folder) == SupersededFolder; superseded {
		folder = filepath.Dir(folder)
	}
	if filepath.Base(folder) != Folder {
		return "", false
	}
	return filepath.Dir(folder), superseded
}

// Runs returns the names of the runs whose manifests a dataset has, in their order, without
// those that a compaction supersedes.
func Runs(dataset string) (names []string, err error) {
	paths, err := fs.Glob(os.DirFS(dataset), Folder+"/*"+RunEnding)
	for _, path := range paths {
		if name, ok := RunOf(filepath.Base(path)); ok {
			names = append(names, name)
		}
	}
	return names, err
}

// RunOf returns the name of the run whose manifest a file of Folder is. OUTPUT.manifest.json
// is that of an output which somebody has put there: its rows are not in the dataset.
func RunOf(file string) (name string, ok bool) {
	name, ok = strings.CutSuffix(file, RunEnding)
	return name, ok && name != "" && !strings.HasSuffix(file, Ending)
}

// PathOfRun returns the path of the manifest of a run in a dataset.
func PathOfRun(dataset, run string) string { return filepath.Join(dataset, Folder, run+RunEnding) }

// DayPrefix begins the names of the folders of a dataset that have parts, before the day.
// NoDay is that of sign-ins without a time: Hive's name of the partition of a null key.
const (
	DayPrefix = schema.PartitionColumn + "="
	NoDay     = "__HIVE_DEFAULT_PARTITION__"
)

// A Part names a file of a dataset. That of lake/event_date=2026-05-01/part-0f5c-00000.parquet
// is {"lake", "event_date=2026-05-01/part-0f5c-00000.parquet", "2026-05-01", "0f5c"}.
type Part struct {
	Dataset string // "" for the current folder
	Path    string // in the dataset
	Day     string
	Run     string
}

var partPath = regexp.MustCompile(`(?s)^(?:(.*)/)?(` + DayPrefix + `([^/\\]+)/part-([0-9a-f]+)-[0-9]+\.parquet)$`)

// ParsePart returns the parts of a path with slashes, the zero Part for that of another file.
func ParsePart(path string) Part {
	if p := partPath.FindStringSubmatch(path); p != nil {
		return Part{p[1], p[2], p[3], p[4]}
	}
	return Part{}
}

// PartPath returns the path of a part in the folder of its day. The first one has the number 0.
func PartPath(folder, run string, number int) string {
	return filepath.Join(folder, fmt.Sprintf("part-%s-%05d.parquet", run, number))
}
