package source

import (
	"archive/zip"
	"context"
	"crypto/sha256"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"signins/schema"
	"signins/testdata/fixture"
)

// What is known is left out; steps go with their sign-ins.
func TestLeaveOut(t *testing.T) {
	t.Parallel()
	const signIns, details, other = "SignIns_1.csv", "SignIns_AuthDetails_1.csv", "other.json"
	for _, c := range []struct{ files, known, rest, out, skipped string }{
		{signIns + " " + other, "", signIns + " " + other, "", ""},
		{signIns + " " + other, signIns, other, signIns, ""},
		{signIns + " SignIns_1.json", signIns, "SignIns_1.json", signIns, ""},
		{signIns + " " + details, signIns + " " + details, "", signIns + " " + details, ""},
		{signIns + " " + details, details, signIns + " " + details, "", ""},
		{signIns + " " + details, signIns, "", signIns, details},
		{other + " " + signIns + " SignIns_1.json " + details, "SignIns_1.json", other + " " + signIns + " " + details, "SignIns_1.json", ""},
		{details + " " + other, "", details + " " + other, "", ""},
		{details + " " + other, details, other, details, ""},
	} {
		var files []*File
		dir := t.TempDir()
		for name := range strings.FieldsSeq(c.files) {
			path := filepath.Join(dir, name)
			fixture.Write(t, path, name)
			files = append(files, &File{path: path, Name: name})
		}
		rest, out, skipped, err := LeaveOut(t.Context(), files, func(in schema.Candidate) (*schema.KnownInput, error) {
			if in.Size != int64(len(in.Path)) || in.ModifiedAt.IsZero() {
				t.Errorf("candidate %+v", in)
			}
			if slices.Contains(strings.Fields(c.known), in.Path) {
				return &schema.KnownInput{Path: in.Path, By: schema.ByPath}, nil
			}
			return nil, nil
		}, nil)
		var names, left, not []string
		for _, f := range rest {
			names = append(names, f.Name)
		}
		for _, in := range out.Inputs {
			left = append(left, in.Path)
		}
		for _, skip := range skipped {
			not = append(not, skip.Path)
		}
		if got := fmt.Sprint(names, left, not); err != nil || got != fmt.Sprint(strings.Fields(c.rest), strings.Fields(c.out), strings.Fields(c.skipped)) || out.ByPath != len(left) {
			t.Errorf("%+v: %s, %v", c, got, err)
		}
	}
}

// A file is described and hashed as it is on disk, the members of an archive by that. An
// archive is listed unless it is known itself, and hashed for its members alone.
func TestCandidates(t *testing.T) {
	t.Parallel()
	path := fixture.Temp(t, "a.zip", fixture.Zip("x.json", "1", "y.json", "2"))
	noSkips := func(skipped []schema.Skipped) {
		if len(skipped) > 0 {
			t.Errorf("%+v", skipped)
		}
	}
	content := fixture.Read(t, path)
	want := fmt.Sprintf("%x", sha256.Sum256(content))
	var got []string
	_, out, _, err := LeaveOut(t.Context(), find(t, path), func(in schema.Candidate) (*schema.KnownInput, error) {
		digest, err := in.SHA256()
		got = append(got, in.Path+" "+in.Member)
		if in.Member == "" {
			if _, ok := err.(*Archive); digest != "" || !ok {
				t.Errorf("an archive is hashed before it is listed: %s, %v", digest, err)
			}
			return nil, err
		}
		if digest != want || in.Size != int64(len(content)) {
			t.Errorf("%s: %d bytes, %s", in.Member, in.Size, digest)
		}
		return &schema.KnownInput{By: schema.ByDigest}, err
	}, noSkips)
	name := filepath.ToSlash(path)
	if err != nil || out.ByDigest != 2 || out.Count() != 2 || !slices.Equal(got, []string{name + " ", name + " x.json", name + " y.json"}) {
		t.Errorf("%q, %+v, %v", got, out, err)
	}
	all := func(schema.Candidate) (*schema.KnownInput, error) { return &schema.KnownInput{By: schema.ByPath}, nil }
	if rest, out, _, err := LeaveOut(t.Context(), find(t, path), all, nil); len(rest) > 0 || out.ByPath != 1 || err != nil {
		t.Errorf("a known archive: %+v, %v", out, err)
	}
	linked := fixture.Temp(t, "b.zip", header(t, func(h *zip.FileHeader) { h.SetMode(os.ModeSymlink | 0o777) }, "/etc/passwd"))
	var skipped []schema.Skipped
	isNew := func(schema.Candidate) (*schema.KnownInput, error) { return nil, nil }
	if rest, _, _, err := LeaveOut(t.Context(), find(t, linked), isNew, func(s []schema.Skipped) { skipped = s }); len(rest) > 0 || len(skipped) != 1 || err != nil {
		t.Errorf("%v, %v", skipped, err)
	}
	none := func(in schema.Candidate) (*schema.KnownInput, error) {
		if in.Member == "" {
			return nil, nil
		}
		return nil, os.ErrPermission
	}
	var e *Error
	if _, _, _, err := LeaveOut(t.Context(), find(t, path), none, noSkips); !errors.As(err, &e) || !strings.HasSuffix(e.Path, "a.zip!x.json") {
		t.Errorf("%v", err)
	}
	// Reading for digests ends as all reading does.
	cause, reads := errors.New("enough"), 0
	ctx, end := context.WithCancelCause(t.Context())
	digest := func(in schema.Candidate) (*schema.KnownInput, error) {
		reads++
		end(cause)
		_, err := in.SHA256()
		return nil, err
	}
	if _, _, _, err := LeaveOut(ctx, find(t, path), digest, noSkips); !errors.Is(err, cause) || reads != 1 {
		t.Errorf("%v", err)
	}
	if _, _, _, err := LeaveOut(ctx, find(t, path), digest, noSkips); !errors.Is(err, cause) || reads != 1 {
		t.Errorf("%v after %d files", err, reads)
	}
	var refused *schema.Refusal
	if _, _, _, err := LeaveOut(t.Context(), find(t, "-"), none, noSkips); !errors.As(err, &refused) {
		t.Errorf("standard input: %v", err)
	}
}
