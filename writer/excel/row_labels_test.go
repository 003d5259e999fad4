package excel

import (
	"bytes"
	"errors"
	"slices"
	"strings"
	"testing"

	"signins/schema"
)

// testLabels has the labels of users, by name and else by id, and of addresses.
func testLabels(asked *[]string) []schema.LabelColumn {
	of := func(labels map[string]string) func([]byte) (string, error) {
		return func(value []byte) (string, error) {
			*asked = append(*asked, string(value))
			if string(value) == "bad" {
				return "", errors.New("a damaged database")
			}
			return labels[string(value)], nil
		}
	}
	return []schema.LabelColumn{
		{Title: "User label", Doc: "Who it is.", Group: schema.Who, Of: []schema.ColumnID{schema.UserPrincipalName, schema.UserID}, Label: of(map[string]string{"anna": "admin", "1": "by id", "2": "two"})},
		{Title: "Address label", Doc: "What it is.", Group: schema.FromWhere, Of: []schema.ColumnID{schema.IPAddress}, Label: of(map[string]string{"192.0.2.7": "=HYPERLINK(1)"})},
	}
}

func labelBatch(rows ...[3]string) *schema.Batch {
	return excelBatch(len(rows), func(row int, v *[schema.NumColumns]schema.Vector) {
		for i, id := range []schema.ColumnID{schema.UserPrincipalName, schema.UserID, schema.IPAddress} {
			if value := rows[row][i]; value != "" {
				v[id].SetText(row, value)
			}
		}
	})
}

// A label stands in a shown column of its group, in the row whose value has it; of several
// values the first with a label counts, and each is asked for once a batch.
func TestLabelsStandInTheirColumns(t *testing.T) {
	t.Parallel()
	var asked []string
	var out bytes.Buffer
	x, err := NewWriter(&out, Options{TempDir: t.TempDir(), Labels: testLabels(&asked)})
	if err != nil {
		t.Fatal(err)
	}
	for _, b := range []*schema.Batch{
		labelBatch([3]string{"anna", "1", "192.0.2.7"}, [3]string{"bob", "1", "192.0.2.8"}, [3]string{"carl", "9", ""}, [3]string{"", "", "192.0.2.7"}),
		labelBatch([3]string{"", "2", "192.0.2.8"}),
	} {
		if err := x.Write(b); err != nil {
			t.Fatal(err)
		}
	}
	if err := x.Close(); err != nil {
		t.Fatal(err)
	}
	book := readExcel(t, out.Bytes())
	var got []string
	for _, row := range book.sheets[SignInSheet].table() {
		got = append(got, row["User label"].text+"|"+row["Address label"].text)
	}
	if want := []string{"admin|=HYPERLINK(1)", "by id|", "|", "|=HYPERLINK(1)", "two|"}; !slices.Equal(got, want) {
		t.Errorf("labels %q, want %q", got, want)
	}
	slices.Sort(asked)
	if want := "1 192.0.2.7 192.0.2.8 192.0.2.8 2 9 anna bob carl"; strings.Join(asked, " ") != want {
		t.Errorf("asked for %q, want %s", asked, want)
	}
	titles := sheetColumns(nil, testLabels(&asked))
	at := slices.IndexFunc(titles, func(c sheetColumn) bool { return c.Title == "Address label" })
	if c := titles[at]; !c.shown || columnGroups[c.group].title != "From where" || titles[at-1].id != schema.LocationCountry {
		t.Errorf("%+v follows %s", c, titles[at-1].Title)
	}
	line := book.sheets[columnsSheet].line(t, "User label")
	if line[1] != "Who" || line[3] != "3" || !slices.Contains(line, "Who it is.") {
		t.Errorf("sheet of columns: %q", line)
	}
}

// A label that cannot be had fails the workbook at once.
func TestALabelThatFailsFailsTheWorkbook(t *testing.T) {
	t.Parallel()
	var asked []string
	var out bytes.Buffer
	x, err := NewWriter(&out, Options{TempDir: t.TempDir(), Labels: testLabels(&asked)})
	if err != nil {
		t.Fatal(err)
	}
	err = x.Write(labelBatch([3]string{"", "", "bad"}))
	if err == nil || !strings.Contains(err.Error(), "a damaged database") || x.Close() == nil || out.Len() > 0 {
		t.Errorf("%v, %d bytes", err, out.Len())
	}
}

func TestWithoutLabelsThereIsNoColumn(t *testing.T) {
	t.Parallel()
	_, book := writeExcel(t, nil, labelBatch([3]string{"anna", "1", "192.0.2.7"}))
	for _, cell := range book.sheets[SignInSheet].rows[0] {
		if strings.Contains(cell.text, "label") {
			t.Errorf("there is a column %s", cell.text)
		}
	}
}
