// node source.js COLUMNS.json COLUMNS.sql SOURCE FLAT.parquet NESTED.parquet DATASET: DuckDB reads an export of Microsoft
// Graph itself and compares it, column by column, with what is in our files, and nested columns with their flat text. Our
// table takes the flat file.
const { DuckDBInstance } = require('@duckdb/node-api');
const fs = require('fs');
const [, , contract, table, source, flat, nested, dataset] = process.argv;
const nestedColumns = ['conditional_access_policies', 'authentication_details', 'authentication_processing_details', 'network_location_details'];

// ours and theirs are expressions for one column: in our file, and in the JSON of a record.
function ours({ name, type }) {
  return type === 'json' ? `json(s.${name})::varchar` : `s.${name}`;
}
function theirs({ name, type, sources }) {
  const fields = sources.graph.split('|').map(path => `'$.${path}'`);
  const text = `nullif(coalesce(${fields.map(f => `r.json->>${f}`)}), '')`;
  const value = `nullif(coalesce(${fields.map(f => `(r.json->${f})::varchar`)}), 'null')`;
  switch (type) {
    case 'text': return text;
    case 'json': return value;
    case 'list of text': return `from_json(${value}, '["VARCHAR"]')`;
    case 'bool': return `${text}::boolean`;
    case 'timestamp': return `${text}::timestamptz`;
    case 'float64': return `${text}::double`;
  }
  return name === 'sign_in_count' ? `coalesce(${text}::bigint, 1)` : `${text}::bigint`;
}

// shape writes a nested value as our columns spell it: names in snake_case, no nulls, numbers as text.
const snake = name => name.replace(/(?!^)[A-Z]/g, c => '_' + c).toLowerCase();
function shape(value) {
  if (Array.isArray(value)) return value.map(shape);
  if (typeof value === 'number') return String(value);
  if (value === null || typeof value !== 'object') return value;
  const members = Object.entries(value).filter(([, v]) => v !== null).map(([k, v]) => [snake(k), shape(v)]);
  return Object.fromEntries(members.sort(([a], [b]) => (a < b ? -1 : 1)));
}

(async () => {
  const db = await (await DuckDBInstance.create(':memory:')).connect();
  const rows = async sql => (await db.runAndReadAll(sql)).getRowObjectsJson();
  const columns = JSON.parse(fs.readFileSync(contract)).columns.filter(c => c.sources.graph);
  const wrong = [];
  await db.run("set timezone = 'America/New_York'"); // times have a zone, whatever that of the session
  await db.run(fs.readFileSync(table, 'utf8'));
  await db.run(`copy signins from '${flat}' (format parquet)`);
  for (const file of [flat, nested, dataset]) {
    const compared = file === nested ? columns.filter(c => !nestedColumns.includes(c.name)) : columns;
    const counts = compared.map(c => `count(*) filter (${ours(c)} is distinct from ${theirs(c)})::int as ${c.name}`);
    const [found] = await rows(`select ${counts}, count(*) filter (s.id is null or r.n is null)::int as missing, count(*)::int as n
      from '${file}' s full join (select row_number() over () as n, json from read_json_objects('${source}')) r on s.source_record = r.n`);
    console.log(`${file}: ${found.n} rows, ${compared.length} columns`);
    delete found.n;
    wrong.push(...Object.entries(found).filter(([, n]) => n > 0).map(([name, n]) => `${file}: ${name} differs in ${n} rows`));
  }
  const [{ n }] = await rows(`select count(*)::int as n from '${flat}'`);
  const block = 20000; // all rows of a large file would not fit into memory
  for (let from = 1; from <= n; from += block) {
    for (const name of nestedColumns) {
      for (const { n, text, value } of await rows(`select s.source_record as n, f.${name} as text, s.${name} as value
          from '${nested}' s join '${flat}' f using (source_record) where source_record between ${from} and ${from + block - 1}`)) {
        const [got, want] = [value, JSON.parse(text)].map(v => JSON.stringify(shape(v)));
        if (got !== want) wrong.push(`${nested}: ${name} of record ${n} is ${got}, not ${want}`);
      }
    }
  }
  wrong.slice(0, 10).forEach(line => console.error(line));
  process.exit(wrong.length === 0 ? 0 : 1);
})();
