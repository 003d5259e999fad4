// node equal.js A B: DuckDB reads two sets of Parquet files, as patterns, and compares all rows and columns but the
// number of times each occurs must be the same, too: EXCEPT ALL, both ways.
const { DuckDBInstance } = require('@duckdb/node-api');
const [, , a, b] = process.argv;
const read = path => `read_parquet('${path}', union_by_name = true, hive_partitioning = true)`;
(async () => {
  const db = await (await DuckDBInstance.create(':memory:')).connect();
  const count = async sql => (await db.runAndReadAll(`select count(*)::int as n from (${sql})`)).getRowObjectsJson()[0].n;
  const rows = await count(`from ${read(a)}`);
  const onlyA = await count(`from ${read(a)} except all from ${read(b)}`);
  const onlyB = await count(`from ${read(b)} except all from ${read(a)}`);
  console.log(`${rows} rows; ${onlyA} only in ${a}, ${onlyB} only in ${b}`);
  process.exit(rows > 0 && onlyA + onlyB === 0 ? 0 : 1);
})();
