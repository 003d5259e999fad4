package setting

// Files are the paths of files that flags name, by the name of the flag.
type Files map[string]string

// Flag returns the flag of a file.
func (f Files) Flag(heading, name, help string) Flag {
	return Flag{Heading: heading, Name: name, Help: help, Value: New(new(string), "FILE", "the path of a file", func(path string) (string, error) {
		f[name] = path
		return path, nil
	})}
}
