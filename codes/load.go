package codes

import (
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"io"
	"io/fs"
	"os"
	"strings"
	"syscall"
	"time"

	"signins/schema"
)

// Load returns the built-in table with the codes of the CSV file at path on top, as
// With reads it, and the SHA-256 of the file in hexadecimal. Without a path it is
// the built-in table alone. The file may be a pipe. Errors are *schema.Refusal.
func Load(path string) (t *Table, digest string, err error) {
	if path == "" {
		return Embedded(), "", nil
	}
	file, err := open(path)
	sum := sha256.New()
	if err == nil {
		defer file.Close()
		t, err = Embedded().With(io.TeeReader(file, sum))
	}
	if failed, ok := errors.AsType[*fs.PathError](err); ok {
		err = failed.Err
	}
	if err != nil {
		return nil, "", &schema.Refusal{What: path + ": " + err.Error(), Hint: "name a CSV with the columns of codes.csv: " + strings.Join(titles, ", ")}
	}
	return t, hex.EncodeToString(sum.Sum(nil)), nil
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
