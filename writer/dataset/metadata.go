package dataset

import (
	"errors"
	"fmt"
	"hash/crc32"
	"io/fs"
	"os"

	"github.com/klauspost/compress/s2"

	"signins/writer/files"
)

// A blockFile keeps blocks of bytes in a private file. The zero one has no file yet.
type blockFile struct {
	file *os.File
	size int64
}

// A block is a place in the file.
type block struct {
	offset int64
	packed int    // bytes in the file
	sum    uint32 // of its content
}

var castagnoli = crc32.MakeTable(crc32.Castagnoli)

// write appends a block to the file, which is made in dir if there is none.
func (s *blockFile) write(dir string, content []byte) (b block, err error) {
	if s.file == nil {
		if s.file, err = os.CreateTemp(dir, "metadata-"); err != nil { // mode 0600
			return b, err
		}
	}
	packed := s2.Encode(nil, content)
	b = block{s.size, len(packed), crc32.Checksum(content, castagnoli)}
	s.size += int64(b.packed)
	_, err = s.file.WriteAt(packed, b.offset)
	return b, err
}

// read returns the content of a block.
func (s *blockFile) read(b block) (content []byte, err error) {
	packed := make([]byte, b.packed)
	if _, err = s.file.ReadAt(packed, b.offset); err == nil {
		content, err = s2.Decode(nil, packed)
	}
	if err == nil && crc32.Checksum(content, castagnoli) != b.sum {
		err = errors.New("other content than was written")
	}
	if err != nil {
		err = &fs.PathError{Op: "read", Path: s.file.Name(), Err: files.WithoutPath(err)}
	}
	return content, err
}

// remove removes the file.
func (s *blockFile) remove() (err error) {
	if s.file != nil {
		err = errors.Join(s.file.Close(), os.Remove(s.file.Name()))
	}
	*s = blockFile{}
	return err
}

// spillMetadata moves the metadata of all row groups to the file.
func (d *Writer) spillMetadata() error {
	for _, p := range d.days {
		taken, err := p.parquet.TakeMetadata()
		if err == nil && taken != nil {
			var b block
			b, err = d.metadata.write(p.file.Private(), taken)
			p.metadata = append(p.metadata, b)
		}
		if err != nil {
			return d.named(fmt.Errorf("spilling metadata: %w", err))
		}
		d.measure(p)
	}
	return nil
}

// restoreMetadata gives a part the metadata of its row groups back.
func (d *Writer) restoreMetadata(p *part) error {
	var taken [][]byte
	for _, b := range p.metadata {
		metadata, err := d.metadata.read(b)
		if err != nil {
			return d.named(fmt.Errorf("reading spilled metadata: %w", err))
		}
		taken = append(taken, metadata)
	}
	p.metadata = nil
	return p.file.Named(p.parquet.RestoreMetadata(taken))
}
