package writer

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"unicode/utf8"

	"signins/schema"
	"signins/writer/dataset"
	"signins/writer/files"
	"signins/writer/manifest"
)

// refuseTaken refuses outputs whose folder is missing, and those that exist and may
// not be replaced. The error is *schema.Refusal.
func refuseTaken(outputs []string, overwrite bool) error {
	for _, path := range outputs {
		dir := filepath.Dir(filepath.Clean(path))
		if info, err := os.Stat(dir); err == nil && !info.IsDir() {
			return &schema.Refusal{What: path + ": " + dir + " is a file, not a folder", Hint: "choose another folder"}
		} else if err != nil {
			return &schema.Refusal{What: path + ": there is no folder " + dir, Hint: "make the folder first"}
		}
		f, err := findFormat(path)
		if err != nil {
			return err
		}
		if why := unusable(path); why != "" {
			return &schema.Refusal{What: path + ": " + why, Hint: "choose another name"}
		}
		stat := os.Lstat
		if f.folder {
			stat = os.Stat // it may be a link
		}
		for _, name := range f.paths(path) {
			info, err := stat(filepath.Clean(name))
			switch {
			case errors.Is(err, fs.ErrNotExist), err == nil && f.folder && info.IsDir():
			case err == nil && f.folder:
				return &schema.Refusal{What: name + ": is not a directory", Hint: "choose another name"}
			case err != nil:
				return &schema.Refusal{What: fmt.Sprintf("%s: %s", name, files.WithoutPath(err)), Hint: "choose another name"}
			case !info.Mode().IsRegular():
				return &schema.Refusal{What: name + ": is not a regular file and is not replaced"}
			case !overwrite:
				return &schema.Refusal{What: name + ": exists already", Hint: "choose another name, or replace it with --overwrite", Taken: true}
			}
		}
	}
	return nil
}

// unusable says why a path is none of an output: a manifest, which is text, cannot name
// it, or Windows would not make a file of its name: it is that of a device such as
// NUL.parquet, of a stream such as report:1.xlsx, or would become another one, as "lake."
// would. It is "" for a usable path.
func unusable(path string) string {
	base := filepath.Base(path)
	switch {
	case !utf8.ValidString(path):
		return "the path is not valid UTF-8"
	case runtime.GOOS != "windows" || base == "." || base == ".." || os.IsPathSeparator(base[0]):
		return ""
	case !filepath.IsLocal(base):
		return "Windows keeps this name for a device or a stream"
	case strings.TrimRight(base, ". ") != base:
		return "Windows drops dots and spaces at the end of a name"
	}
	return ""
}

// refuseInputs refuses outputs that are among the files and folders a run reads, - for
// stdin. isInput reports further ones by their path. The error is *schema.Refusal.
func refuseInputs(outputs, inputs []string, stdin io.Reader, isInput func(path string) bool) error {
	var read []fs.FileInfo // nil for what is no file
	for _, path := range inputs {
		info, _ := os.Stat(path)
		read = append(read, info)
	}
	if file, ok := stdin.(*os.File); ok && slices.Contains(inputs, "-") {
		info, _ := file.Stat()
		read = append(read, info)
	}
	for _, path := range outputs {
		f, err := findFormat(path)
		if err != nil {
			return err
		}
		for _, name := range f.paths(path) {
			info, err := os.Stat(name)
			same := func(in fs.FileInfo) bool { return in != nil && os.SameFile(in, info) }
			if err == nil && (isInput(name) || slices.ContainsFunc(read, same)) {
				return &schema.Refusal{What: name + ": is an input and is not replaced", Hint: "choose another name for the output"}
			}
		}
	}
	return nil
}

// refuseLostTimes refuses a dataset for an input most sign-ins of which have no time,
// as nothing names their zone: they would be in no day. The error is *schema.Refusal.
func refuseLostTimes(outputs []string, in *manifest.Input) error {
	lost := slices.IndexFunc(in.Warnings, func(w manifest.Warning) bool { return w.Code == schema.LostTimes })
	if lost < 0 || !slices.ContainsFunc(outputs, dataset.IsPath) {
		return nil
	}
	why, hint := "of an unknown zone", "name the zone with --input-timezone, such as --input-timezone Europe/Berlin"
	if !slices.ContainsFunc(in.Warnings, func(w manifest.Warning) bool { return w.Code == schema.LocalTime }) {
		why, hint = "in an hour that summer time skips or repeats", "where the offset is known, name a zone without summer time, such as --input-timezone Etc/GMT-1 for UTC+1"
	}
	return &schema.Refusal{
		What: fmt.Sprintf("%s: %s of %s sign-ins have no time, as theirs is local time %s; a dataset needs it",
			in.Name(), manifest.Number(in.Warnings[lost].Count), manifest.Number(in.Records.Written+in.Records.Filtered), why),
		Hint: hint,
	}
}
