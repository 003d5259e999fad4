package schema

// Codes of problems of a record. The column issues has them, and the warnings of an
// input count them.
const (
	BadTime            = "bad_time"
	BadNumber          = "bad_number"
	BadBool            = "bad_bool"
	BadType            = "bad_type"
	DefaultTime        = "default_time"
	TimeWithoutZone    = "time_without_zone"
	TimeWithoutSeconds = "time_without_seconds"
	LocalTime          = "local_time"
	AmbiguousTime      = "ambiguous_time"
	EpochTime          = "epoch_time"
	TypeName           = "type_name"
	PythonRepr         = "python_repr"
	UnreadErrorCode    = "unread_error_code"
	LostLetters        = "lost_letters"
	UnclearLocation    = "unclear_location"
	FirstSignInTime    = "first_sign_in_time"
	UnknownEnum        = "unknown_enum"
	DuplicateKey       = "duplicate_key"
	ConflictingValue   = "conflicting_value"
	InvalidUTF8        = "invalid_utf8"
	LoneSurrogate      = "lone_surrogate"
)

// Codes of problems of an input, in addition to those of its records.
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
	RecordsInText       = "records_in_text"
	LowJoinRate         = "low_join_rate"
	SeveralTenants      = "several_tenants"
	LostTimes           = "lost_times"
	NoEventTime         = "no_event_time"
	InteractiveRowsOnly = "interactive_only"
	NoKnownColumns      = "no_known_columns"
	NothingInSpan       = "nothing_in_span"
	ManyRecords         = "many_records"
	UnknownRepeats      = "unknown_repeats"
	NameConflict        = "name_conflict"
	MixedTenants        = "mixed_tenants"
	ForeignTenant       = "foreign_tenant"
)

// Codes of what is missing from the inputs of a run, or does not fit together.
const (
	MissingCategories = "missing_categories"
	TimeGaps          = "time_gaps"
	SpanDiffers       = "span_differs"
	FarDates          = "far_dates"
	TenantsDiffer     = "tenants_differ"
	PagesMissing      = "pages_missing"
)

// Loud are the warnings that put totals in doubt: a report names them first.
var Loud = []string{UnreadErrorCode, LostTimes}

// Notes say how an input was read and put nothing in doubt: a report names them last.
var Notes = []string{
	BlankLines, ConcatenatedValues, DayFirst, DefaultTime, EpochTime, FirstSignInTime, MonthFirst, RecordsInText, SepLine,
	SubMicrosecond, TypeLine, UnknownFields, YearFirst,
}

// Warnings explains each code to the readers of a report.
var Warnings = map[string]string{
	BadTime:            "the date is unreadable, or ambiguous without --date-order; it is null and kept verbatim in extra",
	BadNumber:          "the number is unreadable; it is null and kept verbatim in extra, an error code in result_type_raw",
	BadBool:            "the yes/no value is unreadable; it is null and kept verbatim in extra",
	BadType:            "the value has another type than its field should have; it is null and kept verbatim in extra",
	DefaultTime:        "the date is 0001-01-01, which means none; it is null and kept verbatim in extra",
	TimeWithoutZone:    "a date without a time zone was read as UTC",
	TimeWithoutSeconds: "a date has no seconds, as after a round trip through a spreadsheet; they are read as 0",
	TypeName:           "PowerShell wrote the name of a type or @{...} instead of the value; it is null: export it again with ConvertTo-Json -Depth 10",
	PythonRepr:         "the value is a list or dictionary as Python prints it, not JSON; it is null and kept verbatim in extra: export it again with json.dumps",
	UnreadErrorCode:    "a field looks like the error code, and no column has the code: the result of these sign-ins is unknown",
	LostLetters:        "a name has question marks: Windows PowerShell's Export-Csv writes them for letters beyond ASCII unless given an encoding",
	UnclearLocation:    "the location does not end with a country, so that city and country are unknown; they are null and the text is kept in extra",
	FirstSignInTime:    "the row counts several sign-ins; created_at is the time of the first",
	LocalTime:          "a date is local time of an unknown zone; it is null and kept verbatim in extra: --input-timezone names the zone",
	AmbiguousTime:      "a local time does not exist or occurs twice, as summer time begins or ends; it is null and kept verbatim in extra: where the offset is known, --input-timezone reads it with a zone without summer time, such as Etc/GMT-1 for UTC+1",
	EpochTime:          "a date was written as a number of seconds, milliseconds or less since 1970 (UTC)",
	UnknownEnum:        "the value is not among the documented ones; it is kept as it is, a portal's status in extra",
	DuplicateKey:       "a field is repeated in a record; the first value is used, the others are kept in extra",
	ConflictingValue:   "two fields that should be equal differ; the other value is kept in extra",
	InvalidUTF8:        "text is not valid UTF-8; the bad bytes are replaced by U+FFFD and kept as \\xNN in extra; --encoding names another encoding, such as windows-1252",
	LoneSurrogate:      "text has half a character (a lone surrogate); it is replaced by U+FFFD and kept verbatim in extra",

	UnknownCategory:     "the kind of sign-in of these records is unknown; --category can name it",
	CategoryConflict:    "two rules decide on different kinds of sign-in; the stronger rule was applied",
	StatusDisagreement:  "the portal's status and the error code disagree; the portal's status was kept",
	UnknownErrorCode:    "the error code is not in the code table; it counts as failure where the export has no status",
	PassthroughHidden:   "Graph wrote unknownFutureValue, which may hide passthrough; no verdict was given where the code is 0: request them again with the header Prefer: include-unknown-enum-members",
	PassthroughUnknown:  "this format does not record passthrough: some of the granted rows may be without access",
	SubMicrosecond:      "a date other than the event time has more than microseconds; the rest was dropped",
	UnknownFields:       "records have fields that the schema does not know; they are kept in extra",
	NextLink:            "the last page ends with a link to a next page",
	PartialResult:       "an error follows the records of a page: records are missing behind it; run the query again",
	ConcatenatedValues:  "the file has several concatenated JSON values; all were read",
	Salvaged:            "the file is damaged; the records before the damage were kept, nothing after it",
	JoinedFiles:         "a byte order mark or the header occurs again in the file: files were concatenated; all were read",
	NoFinalNewline:      "the last line has no line end: the file may be truncated; compare it with its source, or export it again",
	BlankLines:          "blank lines were skipped",
	TypeLine:            "a line #TYPE precedes the header, as PowerShell writes it; it was skipped",
	SepLine:             "a line sep= precedes the header, as spreadsheets read it; the separator that it names was used",
	OtherSeparator:      "the columns are not separated by commas, as after a spreadsheet saved the file again, which may have rewritten dates and numbers",
	LocalisedHeader:     "the column titles are in another language: columns were recognised by their position, and words of that language are not understood",
	RepeatedHeader:      "a column title is repeated; the later columns are kept in extra",
	MonthFirst:          "dates are written month first: a day above 12 in the second place proves it",
	DayFirst:            "dates are written day first: a day above 12 in the first place proves it",
	YearFirst:           "dates are written year, month, day: a day above 12 in the last place proves it",
	OtherDateOrder:      "a date contradicts the order of day and month that --date-order or other dates of the file give: dates that fit both orders may be read wrongly",
	LowJoinRate:         "fewer than a fifth of the authentication steps have their sign-in among the inputs: the files may be of different downloads; export both again, with the same filter",
	RecordsInText:       "records are text inside another record or a cell: their source_offset, source_length and raw_record are those of that text",
	SameContent:         "another input has the same content: its records repeat those of that input",
	ManyRecords:         "so many records were looked at for duplicates that it takes gigabytes of memory, up to 40 bytes each; --duplicates ignore does not look",
	UnknownRepeats:      "the kind of sign-in is known for one record of an id and unknown for another, so that they count as two sign-ins; --category can name it",
	NoKnownColumns:      "the format that --from names knows none of the columns: nothing was read of the records",
	NothingInSpan:       "no sign-in matches --since, --until, --user, --app and --address: the outputs have no rows",
	RoundCount:          "the number of records is a limit of known downloads or just below it (1,000, 5,000, 10,000, 100,000 or 250,000): records may be missing; export shorter spans of time and compare",
	SeveralTenants:      "one input has records of several log tenants: exports of different organisations may have been joined",
	LostTimes:           "more than half of the sign-ins have no time: theirs is local time, of an unknown zone (--input-timezone names it) or in an hour that summer time skips or repeats",
	NoEventTime:         "records have no event time: created_at is null; ingested_at has the time at which the log received them (TimeGenerated)",
	InteractiveRowsOnly: "only interactive sign-ins: Graph omits the other kinds unless a filter on signInEventTypes asks for them",
	NameConflict:        "the file name stands for another kind of sign-in than the records; the records were followed: check whether the file was renamed or joined",
	MixedTenants:        "sign-ins have neither as home nor as resource tenant the one that most others of the input have, although all of one log share one: exports of different organisations may have been joined; home_tenant_id and resource_tenant_id tell them apart",
	ForeignTenant:       "the log tenant is neither home nor resource tenant of the sign-ins: the id may be that of a Log Analytics workspace",

	MissingCategories: "some kinds of sign-in are absent; each is exported on its own: export these, too, or report that they were not examined",
	TimeGaps:          "days are without sign-ins, although the days around them have 100 or more in as much time: they were unusually quiet, or records are missing; export them again and compare",
	SpanDiffers:       "a kind of sign-in begins later or ends earlier than the inputs as a whole, although 100 or more were to be expected: export it for the same span, or compare kinds only where all have sign-ins",
	FarDates:          "sign-ins lie more than 60 days before or after nearly all others: their dates may be wrong; charts over time leave them out",
	TenantsDiffer:     "the inputs are of several log tenants, so that totals add up different organisations: convert the exports of each on their own, or report totals by tenant",
	PagesMissing:      "pages link to a next page that is not among the inputs: the export goes on there; request the next pages, too",
}
