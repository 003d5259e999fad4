package schema

import (
	"encoding/json"
	"fmt"
	"io"
	"text/tabwriter"
)

// PrintFormats are the formats of Contract.Print, the default first.
var PrintFormats = []string{"text", "sql", "json"}

// ColumnsHelp is the help of the verb that prints a Contract.
const ColumnsHelp = `All outputs have these columns in this order, whatever the inputs.

Examples:
  signins columns
  signins columns --format sql                           CREATE TABLE
  signins columns --format json --nested                 for programs
`

// A Contract describes the columns of outputs.
type Contract struct {
	// Nested holds the members of the columns that are lists of structs, nil for none.
	Nested map[ColumnID][]Member
	// Dialect of SQL, one of Dialects.
	Dialect string
	// Dataset adds the column of the partition to SQL.
	Dataset bool
	// Formats are the words of source_format.
	Formats []string
}

// A Member is a field of the structs in a nested column. Its type is text, bool,
// list of text or list of struct; the latter has Members.
type Member struct {
	Name           string   `json:"name"`
	Type           string   `json:"type"`
	FieldID        int      `json:"field_id"`
	ElementFieldID int      `json:"element_field_id,omitempty"`
	Members        []Member `json:"members,omitempty"`
}

// ListOfStruct is the type of nested columns and of members that have members.
const ListOfStruct = "list of struct"

// Print lists the columns in one of the PrintFormats.
func (c *Contract) Print(w io.Writer, format string) error {
	switch format {
	case "sql":
		return c.printSQL(w)
	case "json":
		return c.printJSON(w)
	}
	t := tabwriter.NewWriter(w, 0, 0, 2, ' ', 0)
	for id, column := range Columns {
		m := c.member(ColumnID(id))
		fmt.Fprintf(t, "%s\t%s\t%s\n", m.Name, m.Type, column.Doc)
		printMembers(t, m.Members, "  ")
	}
	return t.Flush()
}

// member describes a column as if it were a member.
func (c *Contract) member(id ColumnID) Member {
	m := Member{Name: Columns[id].Name, Type: Columns[id].Kind.String(), FieldID: id.FieldID(), Members: c.Nested[id]}
	if m.Members != nil {
		m.Type = ListOfStruct
	}
	if m.Members != nil || Columns[id].Kind == TextList {
		m.ElementFieldID = ElementFieldID(m.FieldID)
	}
	return m
}

func printMembers(w io.Writer, members []Member, indent string) {
	for _, m := range members {
		fmt.Fprintf(w, "%s%s\t%s\t\n", indent, m.Name, m.Type)
		printMembers(w, m.Members, indent+"  ")
	}
}

// printJSON writes the contract for programs.
func (c *Contract) printJSON(w io.Writer) error {
	type sources struct {
		Graph      string `json:"graph,omitempty"`
		Diagnostic string `json:"diagnostic,omitempty"`
		Table      string `json:"log_analytics,omitempty"`
		Portal     string `json:"portal,omitempty"`
		Defender   string `json:"defender,omitempty"`
	}
	type column struct {
		Name           string   `json:"name"`
		FieldID        int      `json:"field_id"`
		ElementFieldID int      `json:"element_field_id,omitempty"`
		Since          int      `json:"since_schema_version"`
		Title          string   `json:"title"`
		Type           string   `json:"type"`
		Nullable       bool     `json:"nullable"`
		Unit           string   `json:"unit,omitempty"`
		Description    string   `json:"description"`
		Sources        sources  `json:"sources"`
		Words          []string `json:"words,omitempty"`
		Members        []Member `json:"members,omitempty"`
	}
	type partition struct {
		Name        string `json:"name"`
		Type        string `json:"type"`
		Source      string `json:"source"`
		Description string `json:"description"`
	}
	contract := struct {
		SchemaVersion int       `json:"schema_version"`
		Partition     partition `json:"partition_column"`
		Columns       []column  `json:"columns"`
	}{SchemaVersion: Version, Partition: partition{PartitionColumn, "date", Columns[CreatedAt].Name, partitionDoc}}
	for i, described := range Columns {
		id := ColumnID(i)
		m := c.member(id)
		contract.Columns = append(contract.Columns, column{
			Name: m.Name, FieldID: m.FieldID, ElementFieldID: m.ElementFieldID, Since: id.Since(), Title: described.Title, Type: m.Type, Nullable: true,
			Unit: units[id], Description: described.Doc, Words: c.Words(id), Members: m.Members,
			Sources: sources{described.Graph, described.Diagnostic, described.Table, described.Portal, described.Defender},
		})
	}
	e := json.NewEncoder(w)
	e.SetEscapeHTML(false)
	e.SetIndent("", "  ")
	return e.Encode(contract)
}
