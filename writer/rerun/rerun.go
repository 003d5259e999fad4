package rerun

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strconv"
	"strings"

	"signins/schema"
	"signins/writer/files"
	"signins/writer/manifest"
)

// Options direct a repetition.
type Options struct {
	Folder string // for the outputs, "" for a private one that Close removes
	Inputs string // folder where inputs are looked for by digest, "" for none
	// Expect is called with the number of bytes of the inputs, and Progress with the
	// number of those that were read; nil for none.
	Expect   func(size int64)
	Progress func(n int)
}

// A Plan is how to repeat a run.
type Plan struct {
	Run       *manifest.Run // that is repeated
	Inputs    []schema.Located
	SideFiles map[string]string // paths by the flag that names them
	Outputs   []string          // in the order of Run.OutputArguments
	// Warning is why a difference may be that of the program, "" for no reason.
	Warning string

	path      string // of the manifest
	folder    string
	temporary bool // folder is private
	made      bool // folder was made by Prepare
}

// Consulted returns the runs whose sign-ins the run dropped, never nil, and the dataset
// that has them.
func (p *Plan) Consulted() (runs []string, dataset string) {
	for _, path := range p.Run.OutputArguments {
		if strings.HasSuffix(path, "/") {
			dataset = path
		}
	}
	return append([]string{}, p.Run.Consulted...), dataset
}

// Prepare reads the manifest at path, or beside the output there, and checks that its run can be repeated. The error
// is *schema.Refusal for another program, *Changed for an input with another content,
// and *manifest.Unreadable for one that is missing. On error there is nothing to close.
func Prepare(ctx context.Context, path string, o Options) (*Plan, error) {
	if _, err := os.Stat(manifest.PathBeside(path)); err == nil {
		path = manifest.PathBeside(path)
	}
	run, err := manifest.Load(path)
	if err != nil {
		return nil, err
	}
	own := manifest.BuildTool()
	if err := refuseOther(run, own); err != nil {
		return nil, err
	}
	if o.Expect == nil {
		o.Expect = func(int64) {}
	}
	if o.Progress == nil {
		o.Progress = func(int) {}
	}
	p := &Plan{Run: run, SideFiles: map[string]string{}, path: path}
	if !isRelease(own) && run.Tool.SHA256 != manifest.HashProgram() {
		p.Warning = "this program and the one that wrote the manifest are builds without a release, and differ: " +
			"their SHA-256 are " + manifest.HashProgram() + " and " + run.Tool.SHA256
	}
	if err := p.findInputs(ctx, o); err != nil {
		return nil, err
	}
	return p, p.makeFolder(o.Folder)
}

// refuseOther refuses to repeat a run of another version of the program.
func refuseOther(run *manifest.Run, own manifest.Tool) error {
	describe := func(t manifest.Tool) string {
		text := "signins " + t.Version
		if t.Commit != "" {
			text += " of commit " + t.Commit
		}
		return text
	}
	tool := run.Tool
	switch {
	case len(run.Supersedes) > 0:
		return &schema.Refusal{What: "the manifest is of a compaction, which reads no sources", Hint: "repeat the runs that it supersedes: their manifests are in the folder " + manifest.SupersededFolder + " beside it"}
	case tool.Version != own.Version || tool.Commit != own.Commit:
		return &schema.Refusal{What: fmt.Sprintf("the manifest was written by %s; this is %s", describe(tool), describe(own)), Hint: "repeat it with " + describe(tool)}
	case run.ManifestVersion != manifest.Version:
		return &schema.Refusal{What: fmt.Sprintf("a manifest of manifest_version %d has no settings to repeat", run.ManifestVersion), Hint: "convert again, with the arguments that it has"}
	case len(run.OutputArguments) == 0:
		return &schema.Refusal{What: "the manifest names no outputs", Hint: "it was damaged or edited; compare it with the digest beside it"}
	}
	return nil
}

// isRelease reports whether a version names one content of the program.
func isRelease(t manifest.Tool) bool {
	return t.Version != "devel" && !strings.HasSuffix(t.Version, "+dirty")
}

// isDataset reports whether a folder is a dataset, or one of its folders.
func isDataset(folder string) bool {
	path, _ := filepath.Abs(folder) // of . as well
	_, err := os.Stat(filepath.Join(path, manifest.Folder))
	_, above := os.Stat(filepath.Join(filepath.Dir(path), manifest.Folder))
	return err == nil || above == nil
}

// makeFolder makes the folder of the outputs and names them.
func (p *Plan) makeFolder(folder string) (err error) {
	if folder != "" && isDataset(folder) {
		return &schema.Refusal{What: folder + ": is a dataset, or a folder of one, where a repetition would be read as more of its rows", Hint: "name another folder with -o"}
	}
	p.folder = folder
	if folder == "" {
		p.temporary = true
		p.folder, err = os.MkdirTemp("", "signins.rerun.*")
	} else if err = os.Mkdir(folder, 0o700); err == nil {
		p.made = true
	} else if info, bad := os.Stat(folder); bad == nil && info.IsDir() {
		err = nil
	}
	if err != nil {
		return &schema.Refusal{What: fmt.Sprintf("%s: %s", folder, files.WithoutPath(err)), Hint: "name a folder for the outputs with -o"}
	}
	p.Outputs = placeOutputs(p.folder, p.Run.OutputArguments)
	for _, out := range p.Outputs {
		if err := os.MkdirAll(filepath.Dir(filepath.Clean(out)), 0o700); err != nil {
			return errors.Join(schema.OutputFailure(err), p.Close())
		}
	}
	return nil
}

// placeOutputs returns outputs of the same names in a folder. The second one of a name
// is in the folder 2 there.
func placeOutputs(folder string, arguments []string) (outputs []string) {
	seen := map[string]int{}
	for _, argument := range arguments {
		name := filepath.Base(filepath.FromSlash(path.Clean(argument)))
		if strings.Trim(name, "./") == "" {
			name = "dataset" // of the folder itself or one above it
		}
		key := strings.ToLower(name)
		if seen[key]++; seen[key] > 1 {
			name = strconv.Itoa(seen[key]) + "/" + name
		}
		out := filepath.Join(folder, filepath.FromSlash(name))
		if strings.HasSuffix(argument, "/") {
			out += string(filepath.Separator)
		}
		outputs = append(outputs, out)
	}
	return outputs
}

// Refused returns the error of the repetition. A hint at --overwrite becomes one at
// another folder: a repetition replaces nothing. An input that cannot be read is standard
// input, if that is one: all others were compared before.
func (p *Plan) Refused(err error) error {
	if failure, ok := errors.AsType[schema.Failure](err); ok && slices.ContainsFunc(p.Inputs, func(in schema.Located) bool { return in.Name == "-" }) {
		if status, _ := failure.Exit(); status == schema.ExitInput {
			return &Changed{"standard input", "is not what the run has read: " + err.Error()}
		}
	}
	refusal, ok := errors.AsType[*schema.Refusal](err)
	if !ok || !refusal.Taken {
		return err
	}
	return &schema.Refusal{What: refusal.What, Hint: "name another folder with -o, or none to keep nothing"}
}

// Close removes a private folder, and one that Prepare made if nothing is in it.
func (p *Plan) Close() error {
	var err error
	switch {
	case p.temporary:
		err = os.RemoveAll(p.folder)
	case p.made:
		os.Remove(p.folder)
	}
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return schema.OutputFailure(fmt.Errorf("%s: could not be removed: %w", p.folder, files.WithoutPath(err)))
	}
	return nil
}

// Changed is the error of an input or side file that is not what the manifest says.
type Changed struct{ Path, What string }

func (c *Changed) Error() string { return c.Path + ": " + c.What }

// Exit makes it a schema.Failure.
func (c *Changed) Exit() (status int, hint string) {
	return schema.ExitUnbalanced, "the run can be repeated with its inputs as they were; --inputs names a folder that has them"
}
