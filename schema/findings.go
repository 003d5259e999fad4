package schema

// Codes of what was odd in a record. They stand in the column issues and,
// counted, among the warnings of an input.
const (
	BadTime            = "bad_time"
	BadNumber          = "bad_number"
	BadBool            = "bad_bool"
	BadType            = "bad_type"
	DefaultTime        = "default_time"
	TimeWithoutZone    = "time_without_zone"
	TimeWithoutSeconds = "time_without_seconds"
	LocalTime          = "local_time"
	TypeName           = "type_name"
	LostLetters        = "lost_letters"
	UnknownEnum        = "unknown_enum"
	DuplicateKey       = "duplicate_key"
	ConflictingValue   = "conflicting_value"
	InvalidUTF8        = "invalid_utf8"
	LoneSurrogate      = "lone_surrogate"
)

// Codes of what was odd in an input, beside those of its records.
const (
	UnknownCategory     = "unknown_category"
	CategoryConflict    = "category_conflict"
	StatusDisagreement  = "status_disagreement"
	UnknownErrorCode    = "unknown_error_code"
	PassthroughHidden   = "passthrough_hidden"
	PassthroughUnknown  = "passthrough_unknown"
	SubMicrosecond      = "sub_microsecond"
	UnknownFields       = "unknown_fields"
	NextLink            = "next_link"
	PartialResult       = "partial_result"
	ConcatenatedValues  = "concatenated_values"
	JoinedFiles         = "joined_files"
	Salvaged            = "salvaged"
	NoFinalNewline      = "no_final_newline"
	BlankLines          = "blank_lines"
	RepeatedHeader      = "repeated_header"
	TypeLine            = "type_line"
	SepLine             = "sep_line"
	OtherSeparator      = "other_separator"
	LocalisedHeader     = "localised_header"
	MonthFirst          = "month_first"
	DayFirst            = "day_first"
	YearFirst           = "year_first"
	OtherDateOrder      = "other_date_order"
	RoundCount          = "round_count"
	SameContent         = "same_content"
	LowJoinRate         = "low_join_rate"
	SeveralTenants      = "several_tenants"
	NoEventTime         = "no_event_time"
	InteractiveRowsOnly = "interactive_only"
)

// Findings says what each code means, in words for the reader of a report.
var Findings = map[string]string{
	BadTime:            "a date could not be read, or not without --date-order; it is null and stands verbatim in extra",
	BadNumber:          "a number could not be read; it is null and stands verbatim in extra, an error code in result_type_raw",
	BadBool:            "a yes/no value could not be read; it is null and stands verbatim in extra",
	BadType:            "a value has another type than its field should have; it is null and stands verbatim in extra",
	DefaultTime:        "the date is 0001-01-01, which means none; it is null and stands verbatim in extra",
	TimeWithoutZone:    "a date without a time zone was taken as UTC",
	TimeWithoutSeconds: "a date has no seconds, as after a round trip through a spreadsheet; they read 0",
	TypeName:           "the name of a type stands in place of a value, which PowerShell did not write (Export-Csv, ConvertTo-Json without -Depth); it is null",
	LostLetters:        "a name holds question marks: Windows PowerShell's Export-Csv writes them for letters beyond ASCII, unless told otherwise",
	LocalTime:          "the column says that its dates are in local time, of a zone that is not known; they are null and stand verbatim in extra",
	UnknownEnum:        "a value is not among the documented ones; it is kept as it is, a portal's status in extra",
	DuplicateKey:       "a field is repeated in a record; the first value counts, the others stand in extra",
	ConflictingValue:   "two fields that should say the same differ; the other value stands in extra",
	InvalidUTF8:        "text is not valid UTF-8; the bad bytes read U+FFFD and stand as \\xNN in extra; --encoding names another encoding, such as windows-1252",
	LoneSurrogate:      "text holds half a character (a lone surrogate); it reads U+FFFD and stands verbatim in extra",

	UnknownCategory:     "nothing tells what kind of sign-in these records are; --category can",
	CategoryConflict:    "two rules tell different kinds of sign-in; the stronger rule decided",
	StatusDisagreement:  "the portal's status and the error code disagree; the portal's status was kept",
	UnknownErrorCode:    "the error code is not in the code table",
	PassthroughHidden:   "Graph wrote unknownFutureValue, which may hide passthrough; no verdict was given where the code is 0",
	PassthroughUnknown:  "this format cannot tell passthrough: among the granted rows there may be some without access",
	SubMicrosecond:      "a date other than the event time has more than microseconds; the rest was dropped",
	UnknownFields:       "records have fields that the schema does not know; they stand in extra",
	NextLink:            "the page ends with a link to a further page: the export goes on elsewhere",
	PartialResult:       "an error stands behind the records of a page: the result is not the whole one",
	ConcatenatedValues:  "the file holds several JSON values one after the other; all were read",
	Salvaged:            "the file is damaged; what stands before the damage was taken, nothing after it",
	JoinedFiles:         "a byte order mark or the header stands in the middle: files were put together; all were read",
	NoFinalNewline:      "the last line has no line end: the file is possibly truncated",
	BlankLines:          "blank lines were passed over",
	TypeLine:            "a line #TYPE stands before the header, as PowerShell writes it; it was passed over",
	SepLine:             "a line sep= stands before the header, as it is written for spreadsheets; the separator it names was taken",
	OtherSeparator:      "the columns are not separated by commas, as after a spreadsheet saved the file again, which may have rewritten dates and numbers",
	LocalisedHeader:     "the column titles are in another language: columns were told by their place, and words of that language are not understood",
	RepeatedHeader:      "a column title is repeated; the later columns stand in extra",
	MonthFirst:          "dates are written month first: a day above 12 in the second place proves it",
	DayFirst:            "dates are written day first: a day above 12 in the first place proves it",
	YearFirst:           "dates are written year, month, day: a day above 12 in the last place proves it",
	OtherDateOrder:      "a date cannot be in the order of day and month that --date-order or other dates of the file tell, but in another: the dates that can be in both may be read wrongly",
	LowJoinRate:         "fewer than a fifth of the authentication steps have their sign-in among the inputs: the files may be of different downloads",
	SameContent:         "another input has the same content: its records are counted twice",
	RoundCount:          "the number of records is at or near a download limit: records may be missing",
	SeveralTenants:      "records of several log tenants stand in one input",
	NoEventTime:         "records have no event time: created_at is null; when the log received them (TimeGenerated) stands in ingested_at",
	InteractiveRowsOnly: "only interactive sign-ins: Graph leaves out the other kinds unless asked for them",
}
