// Package reader turns exports of sign-in logs into batches of the canonical
// schema. Open finds the inputs, omits those of other shards and known ones, and detects
// the dialect of each; Read then reads several side by side, parses in parallel and yields
// batches in order. ReadAgain reads chosen inputs a second time, in the same order, with
// the same batches. Options.Flags are the flags of the command line that set Options.
//
// # The path of a record
//
//	file, folder, archive, standard input
//	     |
//	     v   source/       finds it, unpacks it, decodes it to UTF-8, hashes it
//	     |   choose.go     Open: of this shard, and not known
//	     v
//	   text
//	     |   detect_*.go   Open: the head shows shape, dialect, date order; side by side
//	     v
//	   window              Read: a goroutine an input, as many as jobs, fills 8 MiB ...
//	     |   cut_*.go      ... and cuts it behind its last whole record
//	     v
//	   chunk -----> chunk -----> chunk
//	     |            |            |      pipeline.go: one goroutine a parser
//	     v            v            v
//	   parser       parser       parser   parse_*.go: JSON members, CSV cells;
//	     |            |            |      unwrap.go: records in values of others
//	     v            v            v      row_*.go, directed by dialect_*.go:
//	    row          row          row     member -> column, text -> value
//	     |            |            |
//	     v            v            v
//	   batch        batch        batch    what Prepare was given: filter, annotate
//	     |            |            |
//	     +------------+------------+----> pipeline_delivery.go: Read yields them in the
//	                                      order of the inputs
//
// An example is the second line of a file SignIns.ndjson, at byte 82:
//
//	{"createdDateTime":"2026-01-02T03:04:05Z","id":"8f2c","status":{"errorCode":50126},"new":1}
//
// Who does what with it:
//
//   - source opens the file, finds neither gzip nor UTF-16, and has another goroutine
//     hash its bytes where they were read to, the window.
//   - detect: the first line is a JSON object that ends where its line does, with
//     createdDateTime and status: its shape is lines, its dialect graph-json.
//   - cut: a line cutter cuts the window behind its last line end. The chunk knows
//     that it begins at byte 0; its lines count from the chunk before.
//   - parse: the JSON parser reads member after member. The dialect has fields for
//     createdDateTime, id and status.errorCode, and none for new.
//   - row: the texts become values of the columns created_at, id and error_code;
//     {"new":1} goes to the column extra, and counts as an unknown field.
//   - source_record is 2, source_line 2, source_offset 82, source_length 91.
package reader
