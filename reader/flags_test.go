package reader

import (
	"errors"
	"strings"
	"testing"
	"time"

	"signins/schema"
)

// Flags take values up to their limits, and what is stored is what Recorded names. Those
// that change what is written about a record are part of RUN.
func TestFlags(t *testing.T) {
	t.Parallel()
	zone := func(name string) (*time.Location, error) {
		if name != "UTC" {
			return nil, errors.New("unknown")
		}
		return time.UTC, nil
	}
	for _, test := range []struct {
		argument string
		stored   func(o *Options) bool
	}{
		{"--max-record=1MiB", func(o *Options) bool { return o.MaxRecord == 1<<20 }},
		{"--max-record=256M", func(o *Options) bool { return o.MaxRecord == 256<<20 }},
		{"--max-record=0MiB", nil}, {"--max-record=257MiB", nil}, {"--max-record=+1MiB", nil}, {"--max-record=1", nil},
		{"--max-record=MiB", nil}, {"--max-record=1iB", nil}, {"--max-record=1MiBiB", nil}, {"--max-record=1.5MiB", nil},
		{"--shard=0/1", func(o *Options) bool { return *o.Shard == schema.Shard{Index: 0, Count: 1} }},
		{"--shard=99999/100000", func(o *Options) bool { return *o.Shard == schema.Shard{Index: 99_999, Count: 100_000} }},
		{"--shard=1/1", nil}, {"--shard=0/0", nil}, {"--shard=-1/2", nil}, {"--shard=0/100001", nil}, {"--shard=0", nil}, {"--shard=0/1/2", nil},
		{"--files-from=-", func(o *Options) bool { return o.ListFile == "-" }}, {"--files-from=", nil},
		{"--category=" + schema.KnownCategories[1], func(o *Options) bool { return o.Category == schema.KnownCategories[1] }}, {"--category=other", nil},
		{"--from=graph", nil}, {"--from=" + Formats()[0], func(o *Options) bool { return o.From == Formats()[0] }},
		{"--date-order=dmy", func(o *Options) bool { return o.DateOrder == "dmy" }}, {"--date-order=dym", nil},
		{"--input-timezone=UTC", func(o *Options) bool { return o.InputZone.location == time.UTC }}, {"--input-timezone=Nowhere", nil},
		{"--encoding=latin1", func(o *Options) bool { return o.Encoding.String() == "windows-1252" }}, {"--encoding=utf-9", nil},
		{"--salvage", func(o *Options) bool { return o.Salvage }}, {"--salvage=no", nil},
	} {
		var o Options
		flags := o.Flags(zone)
		_, _, err := flags.Parse([]string{test.argument}, func(string) string { return "" }, "")
		if _, refused := errors.AsType[*schema.Refusal](err); refused != (test.stored == nil) || !refused && !test.stored(&o) {
			t.Errorf("%s: %+v, %v", test.argument, o, err)
		}
	}
	o := Options{MaxRecord: 64 << 20}
	flags := o.Flags(zone)
	const want = "category= from= date-order= input-timezone= encoding=UTF-8 salvage=false max-record=64MiB"
	if got := strings.Join(flags.Choices(), " "); got != want || len(flags.Recorded()) != len(flags.Choices()) {
		t.Errorf("choices %s, recorded %v", got, flags.Recorded())
	}
	if err := flags.Restore(map[string]string{"shard": "0/2"}); err == nil {
		t.Error("a shard is restored")
	}
}
