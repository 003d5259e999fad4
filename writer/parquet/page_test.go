package parquet

import (
	"bytes"
	"errors"
	"fmt"
	"math/rand/v2"
	"testing"

	"github.com/parquet-go/parquet-go"
	"github.com/parquet-go/parquet-go/compress"

	"signins/schema"
	"signins/writer/parquet/zstd"
)

func TestPageCodecs(t *testing.T) {
	for _, of := range []struct {
		id              schema.ColumnID
		compression     string
		coded, distinct bool
		want            compress.Codec
	}{
		{schema.ConditionalAccessPolicies, "", false, false, zstd.Texts},
		{schema.AuthenticationDetails, "zstd", false, true, zstd.Texts},
		{schema.AuthenticationDetails, "zstd", true, false, zstd.Codec},
		{schema.AuthenticationDetails, "snappy", false, true, &parquet.Snappy},
		{schema.AppDisplayName, "", false, true, zstd.Codec},
		{schema.CreatedAt, "", false, false, zstd.Numbers},
		{schema.CreatedAt, "snappy", false, false, &parquet.Snappy},
		{schema.LocationLatitude, "", false, false, zstd.Numbers},
		{schema.SourceOffset, "", false, false, zstd.Numbers},
		{schema.ErrorCode, "", false, false, zstd.Codec},
		{schema.IsInteractive, "", false, false, zstd.Codec},
		{schema.CorrelationID, "", false, true, zstd.IDs},
		{schema.CorrelationID, "", false, false, zstd.Codec},
		{schema.CorrelationID, "none", false, true, &parquet.Uncompressed},
	} {
		if got := newColumnChunk(of.id, of.compression, testLimits).codecFor(of.coded, of.distinct); got != of.want {
			t.Errorf("%+v: %T", of, got)
		}
	}
}

// Matches are looked for just where ids repeat.
func TestIdsThatRepeat(t *testing.T) {
	size := func(distinct int) int64 {
		random := rand.New(rand.NewPCG(1, 2))
		ids := make([]string, distinct)
		for i := range ids {
			ids[i] = fmt.Sprintf("%016x-%016x", random.Uint64(), random.Uint64())
		}
		b := &schema.Batch{Len: 2000}
		for row := range b.Len {
			b.Columns[schema.CorrelationID].SetBytes(row, []byte(ids[row%distinct]))
		}
		b.Seal()
		var file bytes.Buffer
		w, err := NewWriter(&file, Options{})
		if err != nil {
			t.Fatal(err)
		}
		if err := errors.Join(w.Write(b), w.Close()); err != nil {
			t.Fatal(err)
		}
		read, err := parquet.OpenFile(bytes.NewReader(file.Bytes()), int64(file.Len()))
		if err != nil {
			t.Fatal(err)
		}
		return read.Metadata().RowGroups[0].Columns[schema.CorrelationID].MetaData.TotalCompressedSize
	}
	if few, all := size(20), size(2000); few > 3000 || all > 45_000 || all < 30_000 {
		t.Errorf("2,000 ids take %d bytes where 20 differ, %d where all do", few, all)
	}
}
