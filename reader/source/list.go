package source

import (
	"bytes"
	"context"
	"io"
	"os"
	"path/filepath"
	"strings"

	"signins/schema"
)

// A List has the paths of files and folders, by their places in the file of the list. ""
// is an empty line.
type List struct {
	Name  string // of the file, - for standard input
	Paths []string
}

// ReadList reads a list of paths from a file, or from stdin if its name is -. If it has a
// NUL it is separated by them, as find -print0 writes it; else each line is a path, and
// line ends may be those of Windows. The text is UTF-8, or UTF-16 with a byte order mark.
// The error is an *Error.
func ReadList(name string, stdin io.Reader) (*List, error) {
	text, err := readListFile(name, stdin, maxList)
	if err != nil {
		return nil, withPath(schema.EscapeInvalid(name), err)
	}
	if e, mark := encodingOf(text[:min(len(text), 4)], nil); e != nil {
		if text, err = io.ReadAll(e.decode(bytes.NewReader(text[mark:]))); err != nil {
			return nil, withPath(schema.EscapeInvalid(name), err)
		}
	}
	list, whole := &List{Name: name}, strings.TrimPrefix(string(text), ByteOrderMark)
	if strings.Contains(whole, "\x00") {
		list.Paths = strings.Split(whole, "\x00")
		return list, nil
	}
	for line := range strings.Lines(whole) {
		list.Paths = append(list.Paths, strings.TrimSuffix(strings.TrimSuffix(line, "\n"), "\r"))
	}
	return list, nil
}

// maxList bounds the file of a list, in bytes.
const maxList = 256 << 20

// readListFile reads the file of a list, of at most limit bytes.
func readListFile(name string, stdin io.Reader, limit int) ([]byte, error) {
	if name != "-" {
		file, err := os.Open(name)
		if err != nil {
			return nil, err
		}
		defer file.Close()
		if info, err := file.Stat(); err == nil && info.IsDir() {
			return nil, &Error{What: "is a folder, not a list of paths", Hint: "name a folder of exports without --files-from"}
		}
		stdin = file
	}
	text, err := io.ReadAll(io.LimitReader(stdin, int64(limit)+1))
	if err == nil && len(text) > limit {
		return nil, &Error{What: "is too long for a list of paths", Hint: "a list has a path on each line; name exports without --files-from"}
	}
	return text, err
}

// find lists the files of the list, and those in its folders, as the argument with an
// index.
func (l *List) find(ctx context.Context, argument, jobs int) (files []*File, skipped []schema.Skipped, err error) {
	for i, path := range l.Paths {
		if path == "" {
			continue
		}
		name := schema.EscapeInvalid(filepath.ToSlash(path))
		info, err := os.Stat(path)
		switch {
		case err != nil:
			return nil, nil, l.missing(i, schema.EscapeInvalid(path), err)
		case info.IsDir():
			inside, irregular, err := walk(ctx, path, jobs)
			if err != nil {
				return nil, nil, err
			}
			files, skipped = append(files, inside...), append(skipped, irregular...)
		case !info.Mode().IsRegular():
			skipped = append(skipped, schema.Skipped{Path: name, Reason: irregular})
		default:
			files = append(files, &File{path: path, Name: name, Walked: true, Size: -1})
		}
	}
	for _, f := range files {
		f.Argument = argument
	}
	return files, skipped, nil
}

// maxShown is how many bytes of a path an error shows: a line that is none may be 60 MB.
const maxShown = 260

// missing is the error for a path of the list, which names its place.
func (l *List) missing(i int, name string, cause error) error {
	err := withPath(schema.EscapeInvalid(l.Name), cause).(*Error)
	if err.Line = int64(i + 1); len(name) > maxShown {
		name, err.Hint = strings.ToValidUTF8(name[:maxShown], "")+"...", "a list has a path on each line; name exports without --files-from"
	}
	err.What = name + ": " + err.What
	if name == "-" {
		err.Hint = "a list names files; name - for standard input on the command line"
	}
	return err
}
