package manifest

import (
	"bytes"
	"cmp"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strings"

	"signins/schema"
	"signins/writer/files"
)

// maxSize bounds what is read of a manifest, or of digests. An input takes about 1 KiB
// of a manifest, a file about 100 bytes of digests.
const maxSize = 256 << 20

// Unreadable is the error of a manifest, or of digests, that cannot be read. The
// program exits with the status of unreadable inputs.
type Unreadable struct {
	Path, What string
	Hint       string // what to do about it, "" for readHint
}

func (u *Unreadable) Error() string { return u.Path + ": " + u.What }

// readHint is the hint where the system refuses to read something.
const readHint = "make it a file or folder that the account that runs this can read"

// Exit makes it a schema.Failure.
func (u *Unreadable) Exit() (status int, hint string) {
	return schema.ExitInput, cmp.Or(u.Hint, readHint)
}

// Load reads a manifest that this program, or an earlier version of it, has written.
// The error is *Unreadable.
func Load(path string) (*Run, error) {
	run, _, err := LoadDigest(path)
	return run, err
}

// LoadDigest is Load, and returns the SHA-256 of the manifest as well, in hexadecimal.
func LoadDigest(path string) (run *Run, digest string, err error) {
	text, err := ReadFile(path)
	if err != nil {
		return nil, "", err
	}
	sum := sha256.Sum256(text)
	run, err = parse(path, text)
	return run, hex.EncodeToString(sum[:]), err
}

// ReadFile reads the text of a manifest or of digests. The error is *Unreadable.
func ReadFile(path string) ([]byte, error) {
	info, err := os.Stat(path)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return nil, &Unreadable{path, "no such file", "name an output beside its manifest, a manifest or a dataset"}
	case err != nil:
		return nil, &Unreadable{path, files.WithoutPath(err).Error(), ""}
	case !info.Mode().IsRegular():
		return nil, &Unreadable{path, "is not a regular file", "name a manifest; those of a dataset are in its folder _manifests"}
	case info.Size() > maxSize:
		return nil, &Unreadable{path, fmt.Sprintf("is longer than %d MiB, as no manifest is", maxSize>>20), "name a manifest, the output beside it or a dataset"}
	}
	file, err := os.Open(path)
	if err != nil {
		return nil, &Unreadable{path, files.WithoutPath(err).Error(), ""}
	}
	defer file.Close()
	text, err := io.ReadAll(io.LimitReader(file, maxSize))
	if err != nil {
		return nil, &Unreadable{path, files.WithoutPath(err).Error(), ""}
	}
	return text, nil
}

// parse is Load for the text of the manifest at path. The error is *Unreadable for a
// text that is no manifest, or one of a version that this program does not know; for
// members that a manifest does not have; and for values of another type.
func parse(path string, text []byte) (*Run, error) {
	const edited = "it was damaged or edited; compare it with the digest beside it"
	foreign := ""
	if dataset, _ := DatasetOf(filepath.Dir(path)); dataset != "" {
		foreign = "; move it away if no run wrote it"
	}
	var head struct {
		Version *int `json:"manifest_version"`
	}
	switch err := json.Unmarshal(text, &head); {
	case err != nil:
		return nil, &Unreadable{path, "is no manifest: " + place(err), edited + foreign}
	case head.Version == nil:
		return nil, &Unreadable{path, "is no manifest: it has no manifest_version", "name a manifest, the output beside it or a dataset" + foreign}
	case *head.Version < 1 || *head.Version > Version:
		return nil, &Unreadable{path, fmt.Sprintf("has manifest_version %d; this program reads 1 to %d", *head.Version, Version), "use the version of signins that wrote it"}
	}
	run := &Run{folder: filepath.Dir(path)}
	decoder := json.NewDecoder(bytes.NewReader(text))
	decoder.DisallowUnknownFields()
	if err := decoder.Decode(run); err != nil {
		return nil, &Unreadable{path, "is no manifest of this version: " + place(err), edited + ", or use a later version of signins"}
	}
	if name := run.InputsFile; name != "" && !filepath.IsLocal(name) || strings.ContainsAny(name, `/\`) {
		return nil, &Unreadable{path, fmt.Sprintf("is no manifest: inputs_file %q is not beside it", name), edited}
	}
	for i, in := range run.Inputs {
		if in == nil {
			return nil, &Unreadable{path, fmt.Sprintf("is no manifest: input %d is null", i+1), edited}
		}
	}
	return run, nil
}

// place adds to an error of JSON where it is.
func place(err error) string {
	if syntax, ok := errors.AsType[*json.SyntaxError](err); ok {
		return fmt.Sprintf("byte %d: %s", syntax.Offset, err)
	}
	if wrong, ok := errors.AsType[*json.UnmarshalTypeError](err); ok {
		return fmt.Sprintf("byte %d: %s is a %s", wrong.Offset, wrong.Field, wrong.Value)
	}
	return err.Error()
}
