// Package sidefile reads files that are no inputs of a run and change what it writes:
// tables of codes, constants of rules, labels and databases that flags name.
package sidefile

import (
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"syscall"
	"time"

	"signins/schema"
)

// A File is a file that was read; the zero File is none.
type File struct {
	Path, SHA256 string // in hexadecimal
	Size         int64
}

// Load reads the file at path, of at most most bytes, and returns what parse makes of its
// content, which is parse's to keep. The file may be a pipe. Without a path it returns
// without. Errors, also those of parse, are *schema.Refusal with the path in front and the
// hint; the value is zero then.
func Load[T any](path string, without T, most int64, hint string, parse func(text []byte) (T, error)) (value T, f File, err error) {
	if path == "" {
		return without, File{}, nil
	}
	text, err := readFile(path, most)
	if err == nil {
		value, err = parse(text)
	}
	if failed, ok := errors.AsType[*fs.PathError](err); ok {
		err = failed.Err
	}
	if err != nil {
		var none T
		return none, File{}, &schema.Refusal{What: path + ": " + err.Error(), Hint: hint}
	}
	sum := sha256.Sum256(text)
	return value, File{Path: path, SHA256: hex.EncodeToString(sum[:]), Size: int64(len(text))}, nil
}

func readFile(path string, most int64) ([]byte, error) {
	file, err := open(path)
	if err != nil {
		return nil, err
	}
	defer file.Close()
	text, err := io.ReadAll(io.LimitReader(file, most+1))
	if err == nil && int64(len(text)) > most {
		err = fmt.Errorf("more than %d MiB", most>>20)
	}
	return text, err
}

// open opens a file for reading, and a pipe without waiting for a process that writes.
func open(path string) (io.ReadCloser, error) {
	info, err := os.Stat(path)
	if err != nil || info.Mode()&fs.ModeNamedPipe == 0 {
		return os.Open(path)
	}
	file, err := os.OpenFile(path, os.O_RDONLY|syscall.O_NONBLOCK, 0)
	return &pipe{File: file}, err
}

// patience is how long a pipe may have nothing to read; a tenth of it, as long as no
// process writes.
var patience = time.Minute

// A pipe ends when nothing comes for too long. A process that opens it a little later, as
// after mkfifo, is waited for.
type pipe struct {
	*os.File
	begun bool
}

var errSilent = errors.New("nothing came through the pipe")

func (p *pipe) Read(to []byte) (n int, err error) {
	begin := time.Now()
	for time.Since(begin) < patience {
		p.SetReadDeadline(begin.Add(patience)) // where the system can
		n, err = p.File.Read(to)
		switch {
		case n > 0:
			p.begun = true
			return n, err
		case err == io.EOF && !p.begun && time.Since(begin) > patience/10:
			return 0, errSilent
		case err == io.EOF && p.begun, err != io.EOF && !errors.Is(err, syscall.EAGAIN) && !errors.Is(err, os.ErrDeadlineExceeded):
			return n, err
		}
		time.Sleep(10 * time.Millisecond)
	}
	return 0, errSilent
}
