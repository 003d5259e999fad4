package writer

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"

	"signins/schema"
	"signins/writer/files"
	"signins/writer/manifest"
)

// RefuseTaken refuses outputs whose folder is missing, and those that exist and may
// not be replaced. The error is *schema.Refusal.
func RefuseTaken(outputs []string, overwrite bool) error {
	for _, path := range outputs {
		dir := filepath.Dir(filepath.Clean(path))
		if info, err := os.Stat(dir); err != nil || !info.IsDir() {
			return &schema.Refusal{What: path + ": there is no folder " + dir, Hint: "make the folder first"}
		}
		f, err := findFormat(path)
		if err != nil {
			return &schema.Refusal{What: err.Error()}
		}
		if err := f.refuse(path, overwrite); err != nil {
			return err
		}
	}
	return nil
}

// filesOf is format.paths of an output of one file.
func filesOf(path string) []string {
	rejects, sums, name := manifest.Sidecars(path)
	return []string{path, rejects, sums, name}
}

// refuseFiles is format.refuse of an output of one file.
func refuseFiles(path string, overwrite bool) error {
	for _, name := range filesOf(path) {
		info, err := os.Lstat(name)
		switch {
		case errors.Is(err, fs.ErrNotExist):
		case err != nil:
			return &schema.Refusal{What: fmt.Sprintf("%s: %s", name, files.WithoutPath(err))}
		case !info.Mode().IsRegular():
			return &schema.Refusal{What: name + ": is not a regular file and is not replaced"}
		case !overwrite:
			return &schema.Refusal{What: name + ": exists already", Hint: "choose another name, or replace it with --overwrite"}
		}
	}
	return nil
}

// refuseNonFolder refuses a file, or a link to nothing, where a dataset is to be.
func refuseNonFolder(path string) error {
	path = filepath.Clean(path)
	if _, err := os.Lstat(path); errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	if info, err := os.Stat(path); err != nil || !info.IsDir() {
		return &schema.Refusal{What: path + ": is not a folder and is not replaced", Hint: "choose another name"}
	}
	return nil
}

// RefuseInputs refuses outputs that are among the files and folders a run reads; nil
// stands for no file. The error is *schema.Refusal.
func RefuseInputs(outputs []string, read []fs.FileInfo) error {
	for _, path := range outputs {
		f, err := findFormat(path)
		if err != nil {
			return &schema.Refusal{What: err.Error()}
		}
		for _, name := range f.paths(path) {
			info, err := os.Stat(name)
			same := func(in fs.FileInfo) bool { return in != nil && os.SameFile(in, info) }
			if err == nil && slices.ContainsFunc(read, same) {
				return &schema.Refusal{What: name + ": is an input and is not replaced", Hint: "choose another name for the output"}
			}
		}
	}
	return nil
}
