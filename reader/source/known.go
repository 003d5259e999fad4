package source

import (
	"cmp"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"io"
	"os"

	"signins/schema"
)

// LeaveOut removes files that known recognises, and returns them. Of an archive it looks at
// the members, and has skip called with those that are not read. A file of authentication
// steps belongs to the sign-ins with its stem: it is read with them, known or not, and
// otherwise skipped. The error is an *Error, *schema.Refusal, or that of ctx.
func LeaveOut(ctx context.Context, files []*File, known func(schema.Candidate) (*schema.KnownInput, error), skip func([]schema.Skipped)) (rest []*File, out *schema.Known, skipped []schema.Skipped, err error) {
	found, err := recogniseAll(ctx, files, known, skip)
	if err != nil {
		return nil, nil, nil, err
	}
	isRead, hasSignIns := map[string]bool{}, map[string]bool{} // by stem
	for _, r := range found {
		if key := stem(r.file.archiveName()); !r.isDetails {
			hasSignIns[key], isRead[key] = true, isRead[key] || r.in == nil
		}
	}
	out = &schema.Known{}
	for _, r := range found {
		switch key := stem(r.file.archiveName()); {
		case r.isDetails && isRead[key], r.in == nil && !(r.isDetails && hasSignIns[key]):
			rest = append(rest, r.file)
		case r.in != nil:
			out.Add(*r.in)
		default:
			skipped = append(skipped, schema.Skipped{Path: r.file.Name, Reason: "the dataset has the sign-ins of these authentication steps, from before they were there"})
		}
	}
	return rest, out, skipped, nil
}

// A recognition is what is known of a file.
type recognition struct {
	file      *File
	in        *schema.KnownInput // nil for a file that is not known
	isDetails bool               // it has authentication steps
}

// recogniseAll recognises files, and in place of an archive its members.
func recogniseAll(ctx context.Context, files []*File, known func(schema.Candidate) (*schema.KnownInput, error), skip func([]schema.Skipped)) (found []recognition, err error) {
	for _, f := range files {
		in, list, err := f.recognise(ctx, known)
		these := []recognition{{f, in, steps.MatchString(f.archiveName())}}
		if list != nil {
			skip(list.Skipped)
			these, err = recogniseAll(ctx, list.Files, known, skip)
		}
		if err != nil {
			return nil, err
		}
		found = append(found, these...)
	}
	return found, nil
}

// recognise returns the input that a file is, nil for a new one. An archive is only listed,
// before it would be hashed: its members may be known by their path.
func (f *File) recognise(ctx context.Context, known func(schema.Candidate) (*schema.KnownInput, error)) (in *schema.KnownInput, list *Archive, err error) {
	if ctx.Err() != nil {
		return nil, nil, context.Cause(ctx)
	}
	candidate, err := f.candidate(ctx)
	if err != nil {
		return nil, nil, err
	}
	hash, looked := candidate.SHA256, f.archive != nil
	candidate.SHA256 = func() (string, error) {
		if !looked {
			list, looked = f.list(), true
		}
		if list != nil {
			return "", list
		}
		return hash()
	}
	in, err = known(candidate)
	switch {
	case list != nil:
		return nil, list, nil
	case err != nil:
		return nil, nil, cmp.Or(context.Cause(ctx), withPath(f.Name, err))
	case in == nil && !looked:
		list = f.list()
	}
	return in, list, nil
}

// list lists the members of an archive; nil for another file.
func (f *File) list() *Archive {
	file, err := openFile(f.path)
	if err != nil {
		return nil // Preview reports it
	}
	defer file.Close()
	begin := make([]byte, 512)
	n, _ := io.ReadFull(file, begin)
	list, _ := f.listMembers(begin[:n]).(*Archive)
	return list
}

// candidate describes a file that was not read yet.
func (f *File) candidate(ctx context.Context) (schema.Candidate, error) {
	if f.IsStdin() {
		return schema.Candidate{}, &schema.Refusal{What: "standard input is known only when it was read", Hint: "write it to a file, and name that"}
	}
	if err := f.stat(); err != nil {
		return schema.Candidate{}, withPath(f.Name, err)
	}
	return schema.Candidate{Path: f.archiveName(), Member: f.Member, Size: f.before.size, ModifiedAt: f.ModifiedAt(), SHA256: func() (string, error) { return f.hash(ctx) }}, nil
}

// hash returns the SHA-256 of the file on disk, before it is read. That of an archive is
// computed once for all members.
func (f *File) hash(ctx context.Context) (string, error) {
	if f.archive != nil && f.archive.early != "" {
		return f.archive.early, nil
	}
	file, err := os.Open(f.path)
	if err != nil {
		return "", err
	}
	defer file.Close()
	hash := sha256.New()
	if _, err := io.Copy(hash, endingReader{file, ctx}); err != nil {
		return "", err
	}
	sum := hex.EncodeToString(hash.Sum(nil))
	if f.archive != nil {
		f.archive.early = sum
	}
	return sum, nil
}

// An endingReader ends with the cause of its context once that is done.
type endingReader struct {
	io.Reader
	ctx context.Context
}

func (r endingReader) Read(p []byte) (int, error) {
	if r.ctx.Err() != nil {
		return 0, context.Cause(r.ctx)
	}
	return r.Reader.Read(p)
}
