package source

import "os"

// openFile opens a regular file for reading.
func openFile(path string) (*os.File, error) { return os.Open(path) }
