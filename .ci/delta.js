// node delta.js DATASET: ClickHouse reads a dataset by its Delta Lake log as DuckDB reads its files: as many rows, the same
// values, and one day from the files of that day.
const { DuckDBInstance } = require('@duckdb/node-api');
const { query } = require('chdb');
const path = require('path');
const dataset = path.resolve(process.argv[2]);
process.chdir(dataset); // ClickHouse reads files below its folder alone
const names = ['event_date', 'created_at', 'id', 'sign_in_category', 'user_principal_name', 'error_code', 'is_interactive', 'location_latitude', 'autonomous_system_number', 'source_file', 'source_record'];

(async () => {
  const db = await (await DuckDBInstance.create(':memory:')).connect();
  await db.run("set timezone = 'UTC'");
  const ours = names.map(name => ({ event_date: 'event_date::varchar', created_at: 'epoch_us(created_at)' })[name] || name).map((sql, i) => `${sql} as ${names[i]}`);
  const theirs = names.map(name => ({ event_date: 'toString(event_date)', created_at: 'toUnixTimestamp64Micro(created_at)' })[name] || name).map((sql, i) => `${sql} as ${names[i]}_`);
  const alike = value => (value === null || value === undefined ? null : String(value));
  const lines = rows => rows.map(row => JSON.stringify(row.map(alike))).sort();
  const want = lines((await db.runAndReadAll(`select ${ours} from read_parquet('${dataset}/event_date=*/*.parquet', hive_partitioning = true, union_by_name = true)`)).getRowsJson());
  const rows = sql => query(sql, 'JSONCompactEachRow').trim().split('\n').filter(line => line).map(line => JSON.parse(line));
  const got = lines(rows(`select ${theirs} from deltaLakeLocal('${dataset}')`));
  const wrong = want.filter((line, i) => line !== got[i]);
  const [day, n] = (await db.runAndReadAll(`select event_date::varchar, count(*)::int from read_parquet('${dataset}/event_date=2*/*.parquet', hive_partitioning = true) group by all order by 2 desc limit 1`)).getRowsJson()[0];
  const [[found, files]] = rows(`select count(), uniqExact(_path) from deltaLakeLocal('${dataset}') where event_date = '${day}'`);
  console.log(`${dataset}: ${got.length} rows by the log, ${want.length} by the files, ${wrong.length} differ; ${found} of ${n} on ${day}, in ${files} files`);
  if (wrong.length > 0) console.error(wrong[0], '\n', got.find((line, i) => line !== want[i]));
  process.exit(got.length === want.length && want.length > 0 && wrong.length === 0 && Number(found) === n ? 0 : 1);
})();
