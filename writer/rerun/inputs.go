package rerun

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"

	"signins/schema"
	"signins/writer/files"
	"signins/writer/manifest"
)

// A finder finds files by their digest.
type finder struct {
	ctx      context.Context
	progress func(n int)
	folder   string              // "" for none
	bySize   map[int64][]string  // paths in folder; nil before they were listed
	names    map[string][]string // the same by base name
	hashed   map[int64]bool      // sizes whose files are in byDigest
	byDigest map[string]string   // paths in folder
}

// findInputs finds all files that the run has read.
func (p *Plan) findInputs(ctx context.Context, o Options) error {
	f := &finder{ctx: ctx, progress: o.Progress, folder: o.Inputs}
	var size int64
	last := manifest.Input{}
	for in, err := range p.Run.AllInputs() {
		if err != nil {
			return err
		}
		if in.Member == "" || in.Path != last.Path {
			size += in.Size
		}
		last = *in
	}
	for _, file := range p.Run.SideFiles {
		size += file.Size
	}
	o.Expect(size)
	last = manifest.Input{}
	for in, err := range p.Run.AllInputs() {
		switch {
		case err != nil:
			return err
		case in.Member != "" && last.Member != "" && in.Path == last.Path:
			continue // the archive has its members again
		}
		last = *in
		found := in.Path
		if in.Path != "-" {
			if found, err = f.find(in.Path, in.Size, in.SHA256); err != nil {
				return err
			}
		}
		p.Inputs = append(p.Inputs, schema.Located{Name: in.Path, Path: found})
	}
	for _, file := range p.Run.SideFiles {
		found, err := f.find(file.Path, file.Size, file.SHA256)
		if err != nil {
			return err
		}
		p.SideFiles[file.Flag] = found
	}
	return nil
}

// find returns where a file is: at its recorded path, or in the folder under any name.
func (f *finder) find(recorded string, size int64, digest string) (string, error) {
	path := filepath.FromSlash(recorded)
	difference, err := "", fs.ErrNotExist
	if files.IsLocal(path) {
		difference, err = f.compare(path, size, digest)
	}
	switch {
	case err == nil && difference == "":
		return path, nil
	case err != nil && (f.ctx.Err() != nil || !errors.Is(err, fs.ErrNotExist)):
		return "", f.failure(recorded, err)
	}
	there := err == nil
	if err := f.list(size); err != nil {
		return "", err
	}
	if found := f.byDigest[digest]; found != "" {
		return found, nil
	}
	if named := f.names[filepath.Base(path)]; !there && len(named) > 0 {
		if difference, err = f.compare(named[0], size, digest); err != nil {
			return "", f.failure(named[0], err)
		}
		return "", &Changed{named[0], "has changed since it was read as " + recorded + ": " + difference}
	}
	if there {
		return "", &Changed{recorded, "has changed: " + difference}
	}
	hint := "--inputs FOLDER finds inputs by their SHA-256, whatever their names"
	if f.folder != "" {
		hint = "no file in " + f.folder + " has the SHA-256 " + digest
	}
	return "", &manifest.Unreadable{Path: recorded, What: "no such file", Hint: hint}
}

// failure is the error for a file that cannot be read, or that of the context.
func (f *finder) failure(path string, err error) error {
	if f.ctx.Err() != nil {
		return context.Cause(f.ctx)
	}
	return &manifest.Unreadable{Path: path, What: files.WithoutPath(err).Error()}
}

// compare returns how a file differs from what the manifest says, "" for not at all.
func (f *finder) compare(path string, size int64, digest string) (string, error) {
	info, err := os.Stat(path)
	switch {
	case err != nil:
		return "", err
	case !info.Mode().IsRegular():
		return "", errors.New("is not a regular file")
	case info.Size() != size:
		return fmt.Sprintf("it has %s, the manifest says %s", manifest.Counted(info.Size(), "byte"), manifest.Number(size)), nil
	}
	is, err := f.hash(path)
	if err != nil || is == digest {
		return "", err
	}
	return fmt.Sprintf("it has the SHA-256 %s, the manifest says %s", is, digest), nil
}

// hash returns the SHA-256 of a file. The error may be that of the context.
func (f *finder) hash(path string) (string, error) {
	return files.Hash(path, func(n int) error {
		f.progress(n)
		return context.Cause(f.ctx)
	})
}

// list hashes the files of a size in the folder. Those that cannot be read are not found.
func (f *finder) list(size int64) error {
	if f.bySize == nil {
		f.bySize, f.names = map[int64][]string{}, map[string][]string{}
		f.hashed, f.byDigest = map[int64]bool{}, map[string]string{}
		if err := f.walk(); err != nil {
			what := files.WithoutPath(err).Error()
			if errors.Is(err, fs.ErrNotExist) {
				what = "there is no such folder"
			}
			return &manifest.Unreadable{Path: f.folder, What: what, Hint: "name a folder that has the inputs"}
		}
	}
	if f.hashed[size] {
		return nil
	}
	f.hashed[size] = true
	for _, path := range f.bySize[size] {
		if digest, err := f.hash(path); err == nil && f.byDigest[digest] == "" {
			f.byDigest[digest] = path
		}
		if f.ctx.Err() != nil {
			return context.Cause(f.ctx)
		}
	}
	return nil
}

func (f *finder) walk() error {
	if f.folder == "" {
		return nil
	}
	real, err := filepath.EvalSymlinks(f.folder)
	if err != nil {
		return err
	}
	return files.Each(real, func(path string, size int64) {
		f.bySize[size] = append(f.bySize[size], path)
		f.names[filepath.Base(path)] = append(f.names[filepath.Base(path)], path)
	})
}
