package dataset

import (
	"bytes"
	"testing"
)

// A block that is not what was written is an error that names the file, once.
func TestChangedBlockIsAnError(t *testing.T) {
	t.Parallel()
	content := []byte("metadata of a row group, none of it twice: 0123456789")
	for name, c := range map[string]struct {
		spoil func(s *blockFile) error
		want  string
	}{
		"as written":    {func(*blockFile) error { return nil }, ""},
		"another byte":  {func(s *blockFile) error { _, err := s.file.WriteAt([]byte{'9' + 1}, s.size-1); return err }, ": other content than was written"},
		"another block": {func(s *blockFile) error { _, err := s.file.WriteAt([]byte{0xff}, 0); return err }, ": s2: corrupt input"},
		"cut":           {func(s *blockFile) error { return s.file.Truncate(s.size - 1) }, ": EOF"},
		"closed":        {func(s *blockFile) error { return s.file.Close() }, ": file already closed"},
	} {
		s := &blockFile{}
		b, err := s.write(t.TempDir(), content)
		if err != nil {
			t.Fatal(err)
		}
		if err := c.spoil(s); err != nil {
			t.Fatal(err)
		}
		got, err := s.read(b)
		switch {
		case c.want == "" && (err != nil || !bytes.Equal(got, content)):
			t.Errorf("%s: %q, %v", name, got, err)
		case c.want != "" && (err == nil || err.Error() != "read "+s.file.Name()+c.want):
			t.Errorf("%s: error %v, want %q", name, err, c.want)
		}
		s.file.Close()
	}
}
