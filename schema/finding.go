package schema

// A Kind of finding: what a reader should look at first, or what there is.
const (
	KindFinding   = "finding"
	KindInventory = "inventory"
)

// Severities are the severities of findings, the most severe first.
var Severities = []string{"high", "medium", "low", "info"}

// A Finding is what a rule sees about one subject, over all records of a run.
type Finding struct {
	Rule     string   `json:"rule"`
	Kind     string   `json:"kind"` // KindFinding or KindInventory
	Severity string   `json:"severity"`
	Subject  string   `json:"subject"` // user, address, session or principal; "" for none
	Sentence string   `json:"sentence"`
	Who      []string `json:"who"`   // users and principals, at most MostNames
	Where    []string `json:"where"` // addresses, at most MostNames
	// WhoCount and WhereCount count all of them.
	WhoCount   int64 `json:"who_count"`
	WhereCount int64 `json:"where_count"`
	// Labels are those of users and addresses of its rows by name, also of ones that are
	// not in Who and Where: of at most MostNames each; nil for none.
	Labels map[string]string `json:"labels,omitempty"`
	// First and Last are times in microseconds since 1970, both nil if no row has one.
	First   *int64 `json:"-"`
	Last    *int64 `json:"-"`
	SignIns int64  `json:"sign_ins"` // sum of sign_in_count
	Rows    int64  `json:"rows"`
}

// MostNames is how many names of users or addresses a Finding has; its sentence counts all.
const MostNames = 10

// A RowPlace is where a record is: the columns source_file and source_record, and
// the number of its row among all rows of the run, in the order of Write, from 0.
type RowPlace struct {
	File   string
	Record int64
	Row    int64
}

// A RuleResult is what became of a rule in a run.
type RuleResult struct {
	ID, Title      string
	Kind, Severity string   // as those of a Finding
	Counts, Limits string   // what it counts, and what it cannot see: sentences, Limits may be ""
	Constants      []string // with name, value, unit and source
	Findings       int64
	NotRun         string // why it could not run on the input, a sentence; "" if it ran
}
