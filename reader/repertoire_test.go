package reader

import (
	"fmt"
	"strings"
	"testing"
)

// passArray reads a value as a field that holds an array does.
func passArray(text string, heard *repertoire) string {
	s := scanner{data: []byte(text), packs: true, heard: heard}
	err := s.value(1)
	packed := append(s.packed, s.data[min(s.copied, s.pos):s.pos]...)
	return fmt.Sprintf("%v at %d, spaced %v, half %v: %s", err, s.pos, s.marks&spaced != 0, s.marks&halfPair != 0, packed)
}

// What is recalled comes to the same as what is read.
func sameWithRepertoire(t *testing.T, text string, heard *repertoire) {
	t.Helper()
	want := passArray(text, nil)
	heard.misses = 0 // as in a new chunk
	for range 3 {
		if got := passArray(text, heard); got != want {
			t.Fatalf("%q\n got %s\nwant %s", text, got, want)
		}
	}
}

func TestRepertoire(t *testing.T) {
	name := strings.Repeat("Require a compliant device. ", 5)
	policy := func(result string) string {
		return `{"displayName":"` + name + `","result":"` + result + `","list":[{"a":1},{"b":[]}]}`
	}
	heard := new(repertoire)
	for _, text := range []string{
		"[" + policy("success") + "," + policy("failure") + "," + policy("success") + "]",
		"[" + policy("success") + "]",
		"[ " + strings.ReplaceAll(policy("success"), ":", " :\n ") + " , " + policy("failure") + "]",
		"[" + policy(`na\u00efve \"x\"`) + "," + policy(`half \ud800 pair`) + "," + policy("Zażółć") + "," + policy("bad \xff") + "]",
		"[[" + policy("inner") + "],{}," + policy("inner") + "]",
	} {
		sameWithRepertoire(t, text, heard)
		for cut := range len(text) {
			sameWithRepertoire(t, text[:cut], heard)
			sameWithRepertoire(t, text[:cut]+"\x00"+text[cut+1:], heard)
		}
	}
	heard.misses = 0
	if len(heard.text) == 0 || heard.recallsNothing("["+policy("success")+"]") {
		t.Error("nothing was taken in")
	}
}

func (r *repertoire) recallsNothing(array string) bool {
	object, _ := r.recall([]byte(array[1:]), 2)
	return object == nil
}

// An object that nests as deep as may be is too deep further down.
func TestRepertoireDepth(t *testing.T) {
	deepest := `{"displayName":"` + strings.Repeat("x", 100) + `","list":` + strings.Repeat("[", maxDepth-3) + strings.Repeat("]", maxDepth-3) + `}`
	heard := new(repertoire)
	sameWithRepertoire(t, "["+deepest+"]", heard)
	heard.misses = 0
	if heard.recallsNothing("[" + deepest + "]") {
		t.Error("nothing was taken in")
	}
	sameWithRepertoire(t, "[["+deepest+"]]", heard)
}

// What a repertoire holds is bounded, and it goes on when it is full.
func TestRepertoireIsBounded(t *testing.T) {
	heard := new(repertoire)
	text := func(n int) string {
		return fmt.Sprintf(`[{"id":"%08d","text":"%s"}]`, n, strings.Repeat("x", 2000))
	}
	for n := range 2 * repertoireText / 2000 {
		heard.misses = 0
		passArray(text(n), heard)
		if len(heard.text) > repertoireText || len(heard.slots) > repertoireSlots {
			t.Fatalf("it holds %d bytes in %d places", len(heard.text), len(heard.slots))
		}
		if heard.recallsNothing(text(n)) {
			t.Fatalf("number %d is not known right after it was read", n)
		}
	}
}

func FuzzRepertoire(f *testing.F) {
	f.Add(`[{"displayName":"`+strings.Repeat("x", 100)+`"},{"a": 1}]`, `{"displayName":"`+strings.Repeat("x", 100)+`","b":[1,2]}`)
	f.Fuzz(func(t *testing.T, array, object string) {
		heard := new(repertoire)
		sameWithRepertoire(t, array, heard)
		sameWithRepertoire(t, "["+object+","+object+" ,"+array+"]", heard)
		sameWithRepertoire(t, array, heard)
	})
}
