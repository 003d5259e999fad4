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

// LeaveOut removes files that known recognises, and returns them. A file of
// authentication steps belongs to the sign-ins with its stem: it is read with them, known
// or not, and otherwise skipped. The error is an *Error, *schema.Refusal, or that of ctx.
func LeaveOut(ctx context.Context, files []*File, known func(schema.Candidate) (*schema.KnownInput, error)) (rest []*File, out *schema.Known, skipped []schema.Skipped, err error) {
	out = &schema.Known{}
	type verdict struct {
		in        *schema.KnownInput // nil for a file that is not known
		isDetails bool
	}
	verdicts, read, mates := make([]verdict, len(files)), map[string]bool{}, map[string]bool{} // by stem
	for i, f := range files {
		if ctx.Err() != nil {
			return nil, nil, nil, context.Cause(ctx)
		}
		candidate, err := f.candidate(ctx)
		if err != nil {
			return nil, nil, nil, err
		}
		in, err := known(candidate)
		if err != nil {
			return nil, nil, nil, cmp.Or(context.Cause(ctx), withPath(f.Name, err))
		}
		verdicts[i] = verdict{in, steps.MatchString(f.archiveName())}
		if key := stem(f.archiveName()); !verdicts[i].isDetails {
			mates[key], read[key] = true, read[key] || in == nil
		}
	}
	for i, f := range files {
		v, key := verdicts[i], stem(f.archiveName())
		switch {
		case v.isDetails && read[key], v.in == nil && !(v.isDetails && mates[key]):
			rest = append(rest, f)
		case v.in != nil:
			out.Add(*v.in)
		default:
			skipped = append(skipped, schema.Skipped{Path: f.Name, Reason: "the dataset has the sign-ins of these authentication steps, from before they were there"})
		}
	}
	return rest, out, skipped, nil
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
