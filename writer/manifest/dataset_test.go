package manifest

import (
	"path/filepath"
	"testing"
)

// The parts of a path are those of a part alone, wherever the dataset is.
func TestParsePart(t *testing.T) {
	t.Parallel()
	const inside = "event_date=2026-05-01/part-0f5c-00007.parquet"
	for path, want := range map[string]Part{
		inside:                        {"", inside, "2026-05-01", "0f5c"},
		"/a b/event_date=1/" + inside: {"/a b/event_date=1", inside, "2026-05-01", "0f5c"},
		"new\nline/" + inside:         {"new\nline", inside, "2026-05-01", "0f5c"},
		"lake/event_date=" + NoDay + "/part-0-0.parquet":         {"lake", "event_date=" + NoDay + "/part-0-0.parquet", NoDay, "0"},
		filepath.ToSlash(PartPath("lake/event_date=x", "ab", 3)): {"lake", "event_date=x/part-ab-00003.parquet", "x", "ab"},
		"lake/x" + inside: {}, "lake/part-0f5c-0.parquet": {}, "lake/event_date=/part-0f5c-0.parquet": {}, "event_date=1/part-x-0.parquet": {},
		"event_date=1/part-0f5c.parquet": {}, "event_date=1/part--0.parquet": {}, "event_date=1/part-0f5c-0.parquet.crc": {}, `event_date=1\part-0f5c-0.parquet`: {},
		"event_date=1/2/part-0f5c-0.parquet": {}, `event_date=..\x/part-0f5c-0.parquet`: {}, "event_date=1/part-0f5c-.parquet": {}, "report.parquet": {}, "": {},
	} {
		if got := ParsePart(path); got != want {
			t.Errorf("%q: %+v", path, got)
		}
	}
}

// The manifest of an output is that of no run of a dataset.
func TestRunOf(t *testing.T) {
	t.Parallel()
	for file, want := range map[string]string{
		"0f5c.json": "0f5c", "other.json": "other", "x.parquet.manifest.json": "", ".manifest.json": "", ".json": "", "0f5c.sha256": "", "0f5c.rejects.ndjson": "", "json": "",
	} {
		if name, ok := RunOf(file); ok != (want != "") || ok && name != want {
			t.Errorf("%s: %q, %v", file, name, ok)
		}
	}
}
