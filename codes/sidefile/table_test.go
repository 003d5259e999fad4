package sidefile_test

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"signins/codes/sidefile"
	"signins/schema"
	"signins/testdata/fixture"
)

func ExampleReadTable() {
	err := sidefile.ReadTable([]byte("CIDR, Label\n192.0.2.0/24,office\n\n192.0.2.7,\"two\nlines\"\n"), func(titles []string) error {
		fmt.Printf("%q\n", titles)
		return nil
	}, func(cells []string) error {
		if strings.Contains(cells[1], "\n") {
			return errors.New("a label is one line")
		}
		fmt.Printf("%q\n", cells)
		return nil
	})
	fmt.Println(err)
	// Output:
	// ["cidr" "label"]
	// ["192.0.2.0/24" "office"]
	// line 4: a label is one line
}

func TestErrorsOfATableNameTheirLine(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]string{
		"":                         "no header: the file is empty",
		"\ufeff":                   "no header: the file is empty",
		"\"a":                      "no header: parse error on line 1",
		"A ,b\n1,2\n":              "line 1: titles a,b",
		"x\n1\n2,3\n":              "record on line 3: wrong number of fields",
		"x\n1\n\"a\nb\"\nbad\n":    "line 5: cells bad",
		"\ufeffx\r\n\r\nbad\r\n":   "line 3: cells bad",
		"x\n\"a\ncaf\xe9\"\nbad\n": "line 3: not valid UTF-8",
		"x\n1\n":                   "",
	} {
		err := sidefile.ReadTable([]byte(text), func(titles []string) error {
			if !slices.Equal(titles, []string{"x"}) {
				return errors.New("titles " + strings.Join(titles, ","))
			}
			return nil
		}, func(cells []string) error {
			if cells[0] == "bad" {
				return errors.New("cells bad")
			}
			return nil
		})
		if got := fmt.Sprint(err); want == "" && err != nil || !strings.HasPrefix(got, want) && want != "" {
			t.Errorf("%q: %s, want %s", text, got, want)
		}
	}
}

func TestLoadRefusesWithPathAndHint(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "own.csv")
	fixture.Write(t, path, strings.Repeat("x", 1<<20))
	length := func(text []byte) (int, error) {
		if len(text) == 0 {
			return 7, errors.New("empty")
		}
		return len(text), nil
	}
	for _, test := range []struct {
		path, want string
		most       int64
	}{
		{path, "", 1 << 20}, {path, path + ": more than 0 MiB", 1<<20 - 1}, {os.DevNull, os.DevNull + ": empty", 1},
		{path + "none", path + "none: ", 1}, {"", "", 1},
	} {
		n, file, err := sidefile.Load(test.path, 5, test.most, "name another", length)
		refusal, refused := err.(*schema.Refusal)
		switch {
		case test.want != "" && (!refused || !strings.HasPrefix(refusal.What, test.want) || refusal.Hint != "name another" || n != 0 || file != (sidefile.File{})):
			t.Errorf("%q: %d, %+v, %v, want %s", test.path, n, file, err, test.want)
		case test.want == "" && (err != nil || test.path == "" && (n != 5 || file != (sidefile.File{})) || test.path != "" && (n != 1<<20 || file.Size != 1<<20)):
			t.Errorf("%q: %d, %+v, %v", test.path, n, file, err)
		}
	}
}
