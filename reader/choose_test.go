package reader

import (
	"context"
	"errors"
	"fmt"
	"io"
	"maps"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"signins/schema"
	"signins/testdata/fixture"
)

func TestParseShard(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]string{
		"0/1": "0 1", "7/8": "7 8", "99999/100000": "99999 100000",
		"": "", "1": "", "1/1": "", "-1/2": "", "0/0": "", "a/2": "", "0/b": "", "0/2/3": "", "0/100001": "", "/": "",
	} {
		got := ""
		s, err := parseShard(text)
		if err == nil {
			got = fmt.Sprint(s.Index, " ", s.Count)
		}
		if got != want {
			t.Errorf("%q: %q, %v", text, got, err)
		}
	}
}

// Listed files, of a shard, that are not known are read, and what was left out is counted.
// Names are relative: a random folder in them could give a shard nothing but known files.
func TestChoose(t *testing.T) {
	texts := map[string]string{"readme.txt": "The exports of May."}
	for i := range 20 {
		texts[fmt.Sprintf("%02d.json", i)] = signIn(fmt.Sprint("r", i)) + "\n"
	}
	root := fixture.Tree(t, texts)
	t.Chdir(root)
	list := slices.Sorted(maps.Keys(texts))
	known := func(c schema.Candidate) (*schema.KnownInput, error) {
		if strings.HasPrefix(filepath.Base(c.Path), "0") {
			return &schema.KnownInput{Path: c.Path, By: schema.ByPath}, nil
		}
		return nil, nil
	}
	var ids []string
	left := 0
	for i := range 3 {
		ins, err := Open(t.Context(), nil, Options{
			ListFile: "-", Stdin: strings.NewReader(strings.Join(list, "\n")), Shard: &schema.Shard{Index: i, Count: 3}, Known: known, Choices: []string{"x"},
		})
		for _, row := range readNames(t, ins, err) {
			_, id, _ := strings.Cut(row, " ")
			ids = append(ids, id)
		}
		if left += ins.Known.Count(); ins.Shard.Files != 21 || ins.Shard.Index != i || ins.Unchanged() {
			t.Errorf("%+v, %+v", ins.Shard, ins.Known)
		}
	}
	if slices.Sort(ids); left != 10 || !slices.Equal(ids, []string{"r10", "r11", "r12", "r13", "r14", "r15", "r16", "r17", "r18", "r19"}) {
		t.Errorf("%d left out, read %q", left, ids)
	}
	all := func(c schema.Candidate) (*schema.KnownInput, error) {
		if filepath.Base(c.Path) == "readme.txt" {
			return nil, nil
		}
		return &schema.KnownInput{By: schema.ByDigest}, nil
	}
	ins, err := Open(t.Context(), []string{root}, Options{Known: all})
	if err != nil || !ins.Unchanged() || len(ins.Skipped) != 1 {
		t.Errorf("%+v, %v", ins, err)
	}
	none := func(schema.Candidate) (*schema.KnownInput, error) { return nil, nil }
	if _, err := Open(t.Context(), []string{filepath.Join(root, "readme.txt")}, Options{Known: none}); err == nil {
		t.Error("a file that is no export, and not known, is no error")
	}
	var no *NoExport
	if ins, err := Open(t.Context(), []string{fixture.Tree(t, map[string]string{"a.txt": "x y"})}, Options{Known: none}); !errors.As(err, &no) || ins.Unchanged() {
		t.Errorf("%v", err)
	}
	if ins, err := OpenLocated(t.Context(), nil, Options{Shard: &schema.Shard{Index: 1, Count: 2}}); err != nil || ins.Shard == nil || ins.Count() != 0 {
		t.Errorf("an empty shard: %v", err)
	}
}

// A list that does not end is no reason to wait once the run is to end.
func TestListIsInterrupted(t *testing.T) {
	t.Parallel()
	list, _ := io.Pipe()
	defer list.Close()
	cause := errors.New("enough")
	ctx, end := context.WithCancelCause(t.Context())
	time.AfterFunc(10*time.Millisecond, func() { end(cause) })
	if _, err := Open(ctx, nil, Options{ListFile: "-", Stdin: list}); !errors.Is(err, cause) {
		t.Errorf("%v", err)
	}
}
