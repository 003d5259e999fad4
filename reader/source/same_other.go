//go:build !unix

package source

import "os"

// fileKey returns what few files share; os.SameFile, which opens files here,
// compares those that do.
func fileKey(info os.FileInfo) any { return [2]int64{info.Size(), info.ModTime().UnixNano()} }
