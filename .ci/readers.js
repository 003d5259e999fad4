// node readers.js COLUMNS.json FILE.parquet...: hyparquet, parquet-wasm and Polars read files of ours as DuckDB does: as
// many rows, in the same order, with the same values in every column.
const { DuckDBInstance } = require('@duckdb/node-api');
const arrow = require('apache-arrow');
const fs = require('fs');
const path = require('path');
const polars = require('nodejs-polars');
const url = require('url');
const wasm = require('parquet-wasm/node');
const [, , contract, ...files] = process.argv;
const { columns } = JSON.parse(fs.readFileSync(contract));
const imported = file => import(url.pathToFileURL(path.join(process.env.NODE_PATH, file)));
const times = new Set(columns.filter(c => c.type === 'timestamp').map(c => c.name));

// plain makes values of all readers alike: numbers and times in microseconds as text, bytes as hex.
function plain(value) {
  if (value === undefined || value === null) return null;
  if (typeof value === 'bigint' || typeof value === 'number') return String(value);
  if (value instanceof Uint8Array) return Buffer.from(value).toString('hex');
  if (value instanceof arrow.StructRow) value = value.toJSON();
  if (typeof value.toArray === 'function') return Array.from(value, plain); // of Arrow and Polars
  if (Array.isArray(value)) return value.map(plain);
  if (typeof value === 'object') return Object.fromEntries(Object.entries(value).map(([name, v]) => [name, plain(v)]));
  return value;
}

// Each reader returns the values of a file by column.
const readers = {
  async DuckDB(file) {
    const db = await (await DuckDBInstance.create(':memory:')).connect();
    const all = columns.map(({ name }) => (times.has(name) ? `epoch_us(${name})` : name === 'raw_record' ? `lower(hex(${name}))` : name) + ` as ${name}`);
    const result = await db.runAndReadAll(`select ${all} from read_parquet('${file}', hive_partitioning = false)`);
    return result.getColumnsObjectJson();
  },
  async hyparquet(file) {
    const { parquetReadObjects, asyncBufferFromFile } = await imported('hyparquet/src/node.js');
    const { compressors } = await imported('hyparquet-compressors/src/index.js');
    const rows = await parquetReadObjects({
      file: await asyncBufferFromFile(file), compressors, utf8: false, parsers: { timestampFromMicroseconds: micros => micros },
    });
    return Object.fromEntries(columns.map(({ name }) => [name, rows.map(row => row[name])]));
  },
  async 'parquet-wasm'(file) {
    const table = arrow.tableFromIPC(wasm.readParquet(fs.readFileSync(file)).intoIPCStream());
    const micros = ms => (ms === null ? null : Math.round(ms * 1000));
    return Object.fromEntries(columns.map(({ name }) => {
      const values = Array.from(table.getChild(name));
      return [name, times.has(name) ? values.map(micros) : values];
    }));
  },
  async Polars(file) {
    const frame = polars.readParquet(file);
    return Object.fromEntries(columns.map(({ name }) => {
      const series = frame.getColumn(name);
      if (times.has(name)) return [name, series.cast(polars.Int64).toArray()];
      if (name === 'raw_record') return [name, series.cast(polars.Utf8).toArray().map(text => text === null ? null : Buffer.from(text))];
      return [name, series.toArray()];
    }));
  },
};

(async () => {
  const wrong = [];
  let values = 0;
  for (const file of files) {
    const { DuckDB, ...others } = readers;
    const want = plain(await DuckDB(file));
    const found = Object.values(want)[0].length;
    for (const [reader, read] of Object.entries(others)) {
      const got = await read(file);
      for (const { name } of columns) {
        const column = plain(got[name]);
        if (column.length !== found) wrong.push(`${file}: ${reader} reads ${column.length} rows of ${name}, DuckDB ${found}`);
        const at = column.findIndex((value, row) => JSON.stringify(value) !== JSON.stringify(want[name][row]));
        if (at >= 0) wrong.push(`${file}: row ${at}: ${name} is ${JSON.stringify(column[at])} for ${reader}, ${JSON.stringify(want[name][at])} for DuckDB`);
        values += column.filter(value => value !== null).length;
      }
    }
  }
  wrong.slice(0, 20).forEach(line => console.error(line.slice(0, 500)));
  console.log(`${files.length} files, ${values} values by hyparquet, parquet-wasm and Polars, ${wrong.length} columns differ from DuckDB's`);
  process.exit(wrong.length === 0 && values > 0 ? 0 : 1);
})();
