package writer

import (
	"errors"
	"slices"
	"strings"
	"testing"

	"signins/schema"
)

// What changes records is part of RUN, what changes only a workbook or what is beside the
// rows is recorded, and where and how outputs are stored is neither.
func TestFlags(t *testing.T) {
	t.Parallel()
	none := func(string) string { return "" }
	var c Conversion
	var raw bool
	output, records := c.OutputFlags(&raw), c.RecordFlags()
	rest, _, err := append(slices.Clone(output), records...).Parse(strings.Fields("-o a.parquet --raw --output b/ --mode 640 --nested --compression snappy --sort id "+
		"--delta --new --overwrite --findings --sheets summary --since 2026-05-01 --until 2026-05-02 --user a --user b --app c --address 192.0.2.0/24 --duplicates drop x"), none, "")
	if err != nil || len(rest) != 1 || strings.Join(c.Paths, " ") != "a.parquet b/" {
		t.Fatal(rest, c.Paths, err)
	}
	if o := c.Options; !raw || !o.Overwrite || o.Mode != 0o640 || !o.Parquet.Nested || !o.Findings || !c.Delta || !c.OnlyNew || c.Duplicates != "drop" {
		t.Errorf("%+v", c)
	}
	for want, choices := range map[string][]string{
		"compression=snappy raw=true nested=true sort=id":                                                           output.Choices(),
		"since=2026-05-01T00:00:00Z until=2026-05-02T00:00:00Z user=a,b app=c address=192.0.2.0/24 duplicates=drop": records.Choices(),
	} {
		if got := strings.Join(choices, " "); got != want {
			t.Errorf("choices %q, want %q", got, want)
		}
	}
	recorded := output.Recorded()
	for name, want := range map[string]string{"sheets": "summary", "timezone": "", "findings": "true"} {
		if got, has := recorded[name]; got != want || !has || len(recorded) != 7 {
			t.Errorf("recorded %v, want %s=%s", recorded, name, want)
		}
	}
	for _, argument := range []string{
		"--output=", "--output=a.txt", "--mode=0700", "--mode=0240", "--compression=gzip", "--raw=x", "--sort=raw_record", "--sheets=none", "--timezone=Nowhere",
		"--since=yesterday", "--until=2026", "--user=", "--app=", "--address=192.0.2.1/24", "--duplicates=all",
	} {
		_, _, err := append(slices.Clone(output), records...).Parse([]string{argument}, none, "")
		if _, refused := errors.AsType[*schema.Refusal](err); !refused {
			t.Errorf("%s: %v", argument, err)
		}
	}
	if len(c.Paths) != 2 {
		t.Errorf("paths %q", c.Paths)
	}
}
