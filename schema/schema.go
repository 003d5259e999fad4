// Package schema defines what a sign-in looks like inside this program: the
// table of canonical columns and the column-wise Batch that carries records
// from the readers through annotation to the writers.
//
// It imports only the standard library, and everything else imports it.
package schema

// Version numbers the column list. Columns are only ever appended; a change of
// version means that columns were.
const Version = 2

// A Column describes one canonical column. The source fields name the place of its
// value in each family of exports; alternatives are separated by "|",
// the preferred one first, members of nested objects by ".".
type Column struct {
	Name  string // Parquet and SQL name
	Title string // workbook header: the portal's own word where it has one
	Kind  Kind
	Group Group
	Doc   string // one or two sentences for people

	Graph      string // path in a Graph signIn object
	Diagnostic string // path in a diagnostic-settings record; "": properties. + Graph
	Table      string // Log Analytics column
	Portal     string // portal CSV header, trimmed and with single spaces
	Defender   string // Defender XDR column
	Flat       string // names that scripts give a member of an object, where no rule makes them

	// Words are the enumeration members known. A source text that equals one
	// of them but for case, spaces and hyphens is written as the member; any
	// other text is kept as it is, and the record gets the issue UnknownEnum.
	Words []string
	// Flags: the text is a comma-separated set of Words. Sorted: the set is
	// written in alphabetical order.
	Flags, Sorted bool

	// NotCompared: records of one sign-in are the same whatever they have here, as
	// it is derived from other columns, is when the log received the record, or is
	// about the record and not the sign-in.
	NotCompared bool
}

// Kind is the type of a column's values.
type Kind uint8

// The kinds. Text, JSON, TextList and Bytes values are in a vector's dictionary, all
// others in its numbers.
const (
	Text     Kind = iota // UTF-8 text, never empty
	Bool                 // 0 or 1
	Int32                // whole number
	Int64                // whole number
	Float64              // IEEE 754 bits
	Time                 // microseconds since 1970-01-01 UTC
	TextList             // list of texts, see AppendList
	JSON                 // one JSON text without insignificant white space
	Bytes                // any bytes
)

// String returns the type's name as documentation prints it.
func (k Kind) String() string {
	return [...]string{"text", "bool", "int32", "int64", "float64", "timestamp", "list of text", "json", "bytes"}[k]
}

// Coded reports whether values of the kind are in the dictionary of a vector.
func (k Kind) Coded() bool {
	return k == Text || k == TextList || k == JSON || k == Bytes
}

// Group is a set of columns that people look at together.
type Group uint8

// The groups, in the order of the schema.
const (
	Overview Group = iota
	When
	Who
	What
	FromWhere
	Outcome
	ConditionalAccess
	Authentication
	Device
	Token
	Tenant
	Provenance
)
