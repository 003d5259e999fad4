package schema

// Field ids identify columns and members in Parquet files, whatever their names. That of
// a column is its number, from 1. Each level below adds two digits: 00 for the elements
// of a list, 01, 02, ... for the members of its elements.
//
//	90          conditional_access_policies
//	9000        its elements
//	9001        their member id
//	9006        their member enforced_grant_controls
//	900600      the elements of that
//	9009        their member include_rules_satisfied
//	900902      the member rule_satisfied of its elements
//
// Lists are columns from 10 on, so that no column has the id of an element. A new member
// goes last.

// FieldID returns the field id of a column.
func (id ColumnID) FieldID() int { return int(id) + 1 }

// ElementFieldID returns the field id of the elements of a list by the list's own.
func ElementFieldID(list int) int { return list * 100 }

// MemberFieldID returns the field id of the member i, from 0, of the elements of a list.
func MemberFieldID(list, i int) int { return ElementFieldID(list) + i + 1 }

// Since returns the version of the schema in which the column came.
func (id ColumnID) Since() int {
	if id >= GatewayJA4 {
		return 2
	}
	return 1
}
