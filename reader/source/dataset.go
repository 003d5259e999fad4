package source

import (
	"cmp"
	"maps"
	"regexp"
	"slices"
	"strings"

	"signins/schema"
)

// datasetFile matches the path of a dataset of this program, "" or with a slash at its end,
// with that of a file that a run has written there. The second group is empty for those of
// its log of Delta Lake, which other programs name alike.
var datasetFile = regexp.MustCompile(`(?s)^(|.*/)(?:(` +
	`_manifests/(?:superseded/)?[0-9a-f]{16}\.[^/]+|_manifests/\.(?:index(?:\.new)?|lock)|` +
	schema.PartitionColumn + `=[^/]+/part-[0-9a-f]{16}-[0-9]+\.parquet)|` +
	`_delta_log/(?:[0-9]{20}\.json|\.signins-[^/]*\.tmp))$`)

// withoutDatasets removes the files that runs have written into datasets. It returns each
// dataset as skipped, once. The rest is the same before and after a run into a dataset, as
// shards need it; exports in the folder of one are in it.
func withoutDatasets(files []*File) (rest []*File, skipped []schema.Skipped) {
	datasets := map[string]bool{}
	for _, f := range files {
		if m := parseDatasetFile(f.Name); m != nil && m[2] != "" {
			datasets[m[1]] = true
		}
	}
	if len(datasets) == 0 {
		return files, nil
	}
	for _, dataset := range slices.Sorted(maps.Keys(datasets)) {
		path := cmp.Or(strings.TrimSuffix(dataset, "/"), dataset, ".")
		skipped = append(skipped, schema.Skipped{Path: path, Reason: "a dataset of this program, whose parts and manifests are no exports"})
	}
	return slices.DeleteFunc(files, func(f *File) bool {
		m := parseDatasetFile(f.Name)
		return m != nil && datasets[m[1]]
	}), skipped
}

// parseDatasetFile returns the groups of datasetFile, nil for the path of another file. To
// tell that of most by a word takes a fiftieth of the time.
func parseDatasetFile(path string) []string {
	if !strings.Contains(path, "_manifests/") && !strings.Contains(path, schema.PartitionColumn+"=") && !strings.Contains(path, "_delta_log/") {
		return nil
	}
	return datasetFile.FindStringSubmatch(path)
}
