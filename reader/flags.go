package reader

import (
	"time"

	"signins/reader/source"
	"signins/schema"
	"signins/schema/setting"
)

// Flags are the flags of the command line that set o. zone finds a time zone by its name.
func (o *Options) Flags(zone func(name string) (*time.Location, error)) setting.Flags {
	return setting.Flags{
		{Heading: "Input", Name: "files-from", Value: setting.Text(&o.ListFile, "FILE", "the path of a list, or - for standard input"),
			Help: "read the files that FILE lists, one a line or with NULs between; - for standard input"},
		{Name: "shard", Value: setting.New(&o.Shard, "I/N", "the number of a shard, from 0, and how many there are, at most 100,000, such as 0/8", parseShard),
			Help: "read part I of N of the inputs, I from 0 to N-1; a run for each fills the dataset"},
		{Name: "category", InRunID: true, Value: setting.OneOf(&o.Category, "NAME", schema.KnownCategories),
			Help: "kind of sign-in where inputs do not state it: " + setting.List(schema.KnownCategories)},
		{Name: "from", InRunID: true, Value: setting.OneOf(&o.From, "FORMAT", Formats()),
			Help: "skip detection and read every input as FORMAT: " + setting.List(Formats())},
		{Name: "date-order", InRunID: true, Value: setting.OneOf(&o.DateOrder, "ORDER", DateOrders),
			Help: "order of day, month and year in dates such as 3/4/2026: " + setting.List(DateOrders) + "; without it a day above 12 must prove the order"},
		{Name: "input-timezone", InRunID: true, Value: setting.New(&o.InputZone, "ZONE", "a name of the time zone database, such as Europe/Berlin",
			func(name string) (Zone, error) { location, err := zone(name); return Zone{location}, err }),
			Help: "zone of times without one, such as Europe/Berlin, unless the format means UTC"},
		{Name: "encoding", InRunID: true, Value: setting.New(&o.Encoding, "NAME", "a name of the WHATWG Encoding Standard, such as windows-1252, utf-16le or shift_jis", source.FindEncoding),
			Help: "encoding of text without byte order mark that is not UTF-8, such as windows-1252, utf-16le or shift_jis"},
		{Name: "salvage", InRunID: true, Value: setting.Switch(&o.Salvage), Help: "keep the intact records before the damage in a damaged file"},
		{Name: "max-record", InRunID: true, Value: setting.New(&o.MaxRecord, "SIZE", "a size from 1MiB to 256MiB, such as 64MiB", parseMaxRecord).As(formatMaxRecord),
			Help: "longest record, from 1MiB to 256MiB (default: 64MiB); longer ones are rejected, in a CSV an error"},
	}
}
