//go:build !linux

package files

import "errors"

// exchange is not known to these systems.
func exchange(_, _ string) error { return errors.ErrUnsupported }
