package manifest

import (
	"encoding/json"
	"io"
	"iter"
	"time"

	"signins/schema"
)

// finding is a line of the file of findings. Records are the rows by source_file.
type finding struct {
	schema.Finding
	First   *string            `json:"first"`
	Last    *string            `json:"last"`
	Records map[string][]int64 `json:"records"`
}

// WriteFinding writes a line for a finding, with the source_record of its rows by
// source_file.
func WriteFinding(w io.Writer, f *schema.Finding, rows iter.Seq[schema.RowPlace]) error {
	records := map[string][]int64{}
	for place := range rows {
		records[place.File] = append(records[place.File], place.Record)
	}
	line := json.NewEncoder(w)
	line.SetEscapeHTML(false)
	return line.Encode(finding{*f, isoTime(f.First), isoTime(f.Last), records})
}

// isoTime writes microseconds since 1970 as ISO 8601, nil for nil.
func isoTime(micros *int64) *string {
	if micros == nil {
		return nil
	}
	text := time.UnixMicro(*micros).UTC().Format("2006-01-02T15:04:05.999999Z")
	return &text
}
