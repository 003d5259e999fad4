package main

import (
	"bufio"
	"fmt"
	"maps"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"
)

// TestShuffledDays converts sign-ins of 60 days in no order, more than wait in memory,
// with one and with four parsers.
func TestShuffledDays(t *testing.T) {
	t.Chdir(t.TempDir())
	t.Setenv("SOURCE_DATE_EPOCH", "0")
	records, days := 30_000, 60
	if testing.Short() {
		records = 2000 // all wait in memory
	}
	file, err := os.Create("shuffled.ndjson")
	if err != nil {
		t.Fatal(err)
	}
	out, random := bufio.NewWriter(file), rand.New(rand.NewPCG(1, 0))
	for n := range records {
		day := random.IntN(days)
		fmt.Fprintf(out, `{"id":"%d","createdDateTime":"2026-%02d-%02dT08:00:00Z","userPrincipalName":"user%d@contoso.example","status":{"errorCode":0},"appliedConditionalAccessPolicies":[{"id":"%x"}]}`+"\n",
			n, 5+day/30, 1+day%30, n%500, random.Perm(900))
	}
	if err := out.Flush(); err != nil {
		t.Fatal(err)
	}
	file.Close()
	var outputs []map[string]string
	for _, jobs := range []string{"--jobs=1", "--jobs=4"} {
		runWith(t, 0, nil, jobs, "--overwrite", "-o", "lake/", "shuffled.ndjson")
		parts := map[string]string{}
		names, _ := filepath.Glob("lake/event_date=*/*")
		for _, name := range names {
			parts[name] = read(t, name)
		}
		outputs = append(outputs, parts)
	}
	if !maps.Equal(outputs[0], outputs[1]) {
		t.Error("four parsers give other parts than one")
	}
	var all []string
	for name, data := range outputs[0] {
		ids := parquetTexts(t, data, "id")
		if !slices.IsSortedFunc(ids, func(a, b string) int { return number(t, a) - number(t, b) }) {
			t.Errorf("%s is not in the order of the input", name)
		}
		all = append(all, ids...)
	}
	slices.Sort(all)
	if len(outputs[0]) != days || len(slices.Compact(all)) != records {
		t.Errorf("%d parts with %d sign-ins", len(outputs[0]), len(all))
	}
	if left, _ := filepath.Glob("lake/.signins.*"); len(left) > 0 {
		t.Errorf("%s are there", strings.Join(left, ", "))
	}
}

func number(t *testing.T, text string) int {
	n, err := strconv.Atoi(text)
	if err != nil {
		t.Fatal(err)
	}
	return n
}
