package writer

import (
	"strings"

	"signins/schema"
	"signins/schema/duplicates"
	"signins/schema/setting"
	"signins/writer/excel"
	"signins/writer/files"
	"signins/writer/parquet"
)

// OutputFlags are the flags of the command line that set c.Paths and how outputs are
// written. raw is where --raw is stored: reading fills raw_record.
func (c *Conversion) OutputFlags(raw *bool) setting.Flags {
	o, sheets := &c.Options, strings.Join(excel.SheetNames(), ", ")
	return setting.Flags{
		{Heading: "Output", Name: "output", Short: "o", Value: setting.New(new(string), "PATH", "a path", c.addPath),
			Help: ".xlsx workbook, .parquet file, or a path ending in / for a dataset partitioned by day; may be repeated"},
		{Name: "overwrite", Value: setting.Switch(&o.Overwrite), Help: "replace outputs that exist"},
		{Name: "mode", Value: setting.New(&o.Mode, "MODE", "an octal mode such as 0640, without execution, that lets the owner read and write", files.ParseMode),
			Help: "octal mode of outputs, such as 0640 (default: 0600), with x for new folders; no effect on Windows"},
		{Name: "compression", InRunID: true, Value: setting.OneOf(&o.Parquet.Compression, "NAME", parquet.Compressions),
			Help: "Parquet codec: " + setting.List(parquet.Compressions) + " (default: " + parquet.Compressions[0] + ")"},
		{Name: "raw", InRunID: true, Value: setting.Switch(raw), Help: "fill raw_record with the exact bytes of each record"},
		{Name: "nested", InRunID: true, Value: setting.Switch(&o.Parquet.Nested),
			Help: "Parquet: policies, authentication and network details as structs, not JSON text"},
		{Name: "sort", InRunID: true, Value: setting.New(&o.Parquet.Sort, "COLUMNS", "columns with commas between, such as user_principal_name,created_at, none of JSON, lists or bytes: signins columns lists them", parquet.ParseSort).As(parquet.FormatSort),
			Help: "Parquet: sort each file, such as by user_principal_name,created_at"},
		{Name: "delta", Value: setting.Switch(&c.Delta), Help: "dataset: keep a Delta Lake log of its runs, of those before as well"},
		{Name: "new", Value: setting.Switch(&c.OnlyNew), Help: "leave out inputs that the dataset has, by path, size and time, or by SHA-256"},
		{Name: "sheets", InWorkbook: true, Value: setting.New(&o.Excel.Sheets, "LIST", "some of "+sheets+", with commas between", excel.Sheets).As(excel.SheetList),
			Help: "sheets of the workbook, such as summary,sign-ins (default: all): " + sheets},
		{Name: "timezone", InWorkbook: true, Value: setting.New(&o.Excel.Zone, "ZONE", "a name of the time zone database, such as Europe/Berlin", excel.Zone).As(excel.ZoneName),
			Help: "add local time, such as Europe/Berlin, to the workbook"},
		{Name: "findings", InWorkbook: true, Value: setting.Switch(&o.Findings),
			Help: "list what the rules see in OUTPUT.findings.ndjson beside each output, not only workbooks"},
	}
}

// RecordFlags are the flags of the command line that set which records are written.
func (c *Conversion) RecordFlags() setting.Flags {
	const times = "2026-05-01 or 2026-05-01T08:00:00Z"
	s := &c.Selection
	return setting.Flags{
		{Heading: "Records", Name: "since", InRunID: true, Value: setting.New(&c.Span.Since, "TIME", "a time such as "+times, schema.ParseTime).As(schema.FormatTime),
			Help: "skip sign-ins before TIME, such as " + times + "; keep those without a time"},
		{Name: "until", InRunID: true, Value: setting.New(&c.Span.Until, "TIME", "a time such as "+times, schema.ParseTime).As(schema.FormatTime),
			Help: "skip sign-ins at TIME and after; keep those without a time"},
		{Name: "user", InRunID: true, Value: setting.NewRepeated(&s.Users, "NAME", "a user principal name or an object id", schema.ParseName),
			Help: "keep only sign-ins of NAME, a user principal name or object id; this and the next two may be repeated"},
		{Name: "app", InRunID: true, Value: setting.NewRepeated(&s.Apps, "NAME", "the name or id of an application or service principal", schema.ParseName),
			Help: "keep only sign-ins with NAME, an application or service principal, by name or id"},
		{Name: "address", InRunID: true, Value: setting.NewRepeated(&s.Networks, "CIDR", "an address, or a network without bits behind its prefix, such as 192.0.2.0/24 or 2001:db8::/32", schema.ParseNetwork),
			Help: "keep only sign-ins from CIDR, an address or a network such as 192.0.2.0/24"},
		{Name: "duplicates", InRunID: true, Value: setting.OneOf(&c.Duplicates, "MODE", duplicates.Modes),
			Help: "records that repeat a sign-in: keep (default) marks them, drop keeps the best version, ignore does not look"},
	}
}

// addPath adds the path of an output.
func (c *Conversion) addPath(path string) (string, error) {
	if _, err := findFormat(path); err != nil {
		return "", err
	}
	c.Paths = append(c.Paths, path)
	return path, nil
}
