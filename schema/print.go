package schema

import (
	"encoding/json"
	"fmt"
	"io"
	"strings"
	"text/tabwriter"
)

// PrintFormats are the formats of Print, the default first.
var PrintFormats = []string{"text", "sql", "json"}

// A Member is a field of the structs in a nested column. Its type is text, bool,
// list of text or list of struct; the latter has Members.
type Member struct {
	Name    string   `json:"name"`
	Type    string   `json:"type"`
	Members []Member `json:"members,omitempty"`
}

// ListOfStruct is the type of nested columns and of members that have members.
const ListOfStruct = "list of struct"

// Print lists the columns in one of the PrintFormats. nested holds the members of
// the columns that are lists of structs; there is no SQL for them, the error is then
// a *Refusal.
func Print(w io.Writer, form string, nested map[ColumnID][]Member) error {
	switch {
	case form == "sql" && nested != nil:
		return &Refusal{What: "DuckDB, Trino and Spark have no common SQL for lists of structs", Hint: "--format json lists the members of the structs"}
	case form == "sql":
		return printSQL(w)
	case form == "json":
		return printJSON(w, nested)
	}
	t := tabwriter.NewWriter(w, 0, 0, 2, ' ', 0)
	for id, c := range Columns {
		members := nested[ColumnID(id)]
		fmt.Fprintf(t, "%s\t%s\t%s\n", c.Name, typeName(&c, members), c.Doc)
		printMembers(t, members, "  ")
	}
	return t.Flush()
}

func typeName(c *Column, members []Member) string {
	if members != nil {
		return ListOfStruct
	}
	return c.Kind.String()
}

func printMembers(w io.Writer, members []Member, indent string) {
	for _, m := range members {
		fmt.Fprintf(w, "%s%s\t%s\t\n", indent, m.Name, m.Type)
		printMembers(w, m.Members, indent+"  ")
	}
}

// SQL returns the name of the kind's type, as DuckDB and Trino spell it and as
// Spark does.
func (k Kind) SQL() (duckTrino, spark string) {
	switch k {
	case Bool:
		return "BOOLEAN", "BOOLEAN"
	case Int32:
		return "INTEGER", "INTEGER"
	case Int64:
		return "BIGINT", "BIGINT"
	case Float64:
		return "DOUBLE", "DOUBLE"
	case Time:
		return "TIMESTAMP", "TIMESTAMP"
	case TextList:
		return "VARCHAR ARRAY", "ARRAY<STRING>"
	case Bytes:
		return "VARBINARY", "BINARY"
	}
	return "VARCHAR", "STRING"
}

// printSQL writes a text that DuckDB, Trino and Spark all read as one CREATE TABLE.
// They have no common names for the types text, list and bytes, so it has two
// statements. Spark skips the first, because it continues a comment after a
// backslash at the end of a line; the others skip the second, a block comment
// whose beginning and end are comments to Spark.
func printSQL(w io.Writer) error {
	var first, second []string
	for _, c := range Columns {
		duckTrino, spark := c.Kind.SQL()
		first = append(first, "  "+c.Name+" "+duckTrino)
		second = append(second, "  "+c.Name+" "+spark)
	}
	_, err := fmt.Fprintf(w, `-- DuckDB and Trino: \
CREATE TABLE signins ( -- \
%s -- \
) /* \
-- Spark, to which a comment goes on behind a backslash:
CREATE TABLE signins (
%s
) -- \
*/
;
`, strings.Join(first, ", -- \\\n"), strings.Join(second, ",\n"))
	return err
}

// printJSON writes the contract for programs.
func printJSON(w io.Writer, nested map[ColumnID][]Member) error {
	type sources struct {
		Graph      string `json:"graph,omitempty"`
		Diagnostic string `json:"diagnostic,omitempty"`
		Table      string `json:"log_analytics,omitempty"`
		Portal     string `json:"portal,omitempty"`
		Defender   string `json:"defender,omitempty"`
	}
	type column struct {
		Name        string   `json:"name"`
		Title       string   `json:"title"`
		Type        string   `json:"type"`
		Nullable    bool     `json:"nullable"`
		Description string   `json:"description"`
		Sources     sources  `json:"sources"`
		Words       []string `json:"words,omitempty"`
		Members     []Member `json:"members,omitempty"`
	}
	contract := struct {
		SchemaVersion int      `json:"schema_version"`
		Columns       []column `json:"columns"`
	}{SchemaVersion: Version}
	for id, c := range Columns {
		members := nested[ColumnID(id)]
		contract.Columns = append(contract.Columns, column{
			Name: c.Name, Title: c.Title, Type: typeName(&c, members), Nullable: true, Description: c.Doc, Words: c.Words,
			Sources: sources{c.Graph, c.Diagnostic, c.Table, c.Portal, c.Defender}, Members: members,
		})
	}
	e := json.NewEncoder(w)
	e.SetEscapeHTML(false)
	e.SetIndent("", "  ")
	return e.Encode(contract)
}
