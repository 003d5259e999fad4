// node portal.js SIGNINS COLUMNS.json EXAMPLE.csv ROWS FOLDER: makes a CSV of ROWS rows in FOLDER, with the columns of an
// export of the portal and their values in ever new combinations, converts it, and compares every column that comes from
// one of the CSV's with DuckDB's own reading.
const { DuckDBInstance } = require('@duckdb/node-api');
const { execFileSync } = require('child_process');
const fs = require('fs');
const path = require('path');
const [, , signins, contract, example, rows, folder] = process.argv;
const source = path.join(folder, 'InteractiveSignIns.csv');
const parquet = path.join(folder, 'portal.parquet');

// known makes spellings of a header alike.
const known = header => header.replace(/\s+/g, ' ').trim();

// theirs is an expression for a column in a row of the CSV. Enumerations are words of Graph in our files, words for people
// in the CSV; a place is city, state and country, and a city may have a comma; an apostrophe guards what looks like a formula.
const enumerations = ['conditional_access_status', 'user_type', 'cross_tenant_access_type'];
const places = { location_city: '(.*),[^,]*,[^,]*', location_state: '.*,([^,]*),[^,]*', location_country: '.*,([^,]*)' };
const word = text => `lower(replace(${text}, ' ', ''))`;
function theirs({ name, type }, header) {
  const text = `nullif(regexp_replace("${header}", '^''([=+@-])', '\\1'), '')`;
  if (places[name]) return `nullif(trim(regexp_extract("${header}", '^${places[name]}$', 1)), '')`;
  if (enumerations.includes(name)) return word(text);
  switch (type) {
    case 'bool': return `lower(${text}) in ('yes', 'true')`;
    case 'timestamp': return `${text}::timestamptz`;
    case 'text': return text;
  }
  return `${text}::bigint`;
}
const ours = ({ name }) => (enumerations.includes(name) ? word(`s.${name}`) : `s.${name}`);

(async () => {
  const db = await (await DuckDBInstance.create(':memory:')).connect();
  const all = async sql => (await db.runAndReadAll(sql)).getRowObjectsJson();
  await db.run("set timezone = 'UTC'");
  await db.run(`create table example as from read_csv('${example}', header = true, all_varchar = true)`);
  const headers = (await all('describe example')).map(column => column.column_name);

  // A value for each column from a row of its own.
  const lists = headers.map((header, i) => `list("${header}") as c${i}`);
  const mixed = headers.map((header, i) => {
    if (header.startsWith('Date')) return `strftime(timestamp '2026-01-01' + to_seconds(hash(i) % 31536000), '%Y-%m-%dT%H:%M:%SZ')`;
    if (header === 'Request ID') return `format('00000000-0000-4000-8000-{:012d}', i)`;
    return `c${i}[1 + (hash(i, ${i}) % (select count(*) from example))::bigint]`;
  });
  await db.run(`copy (select ${mixed} from range(${rows}) r(i), (select ${lists} from example)) to '${source}.body' (format csv, header false, force_quote *)`);
  fs.writeFileSync(source, fs.readFileSync(example, 'utf8').split('\n')[0].trimEnd() + '\n');
  execFileSync('sh', ['-c', 'cat "$0.body" >>"$0" && rm "$0.body"', source]);
  execFileSync(signins, ['--quiet', '--overwrite', '-o', parquet, source], { stdio: 'inherit' });

  const columns = JSON.parse(fs.readFileSync(contract)).columns.filter(c => c.sources.portal && c.name !== 'sign_in_status').flatMap(column => {
    const names = column.sources.portal.split('|');
    const header = headers.find(header => names.includes(known(header)));
    return header ? [{ ...column, value: theirs(column, header) }] : [];
  });
  const differences = columns.map(c => `count(*) filter (${ours(c)} is distinct from ${c.value})::int as ${c.name}`);
  const [found] = await all(`select ${differences}, count(*) filter (s.id is null or r."Request ID" is null)::int as missing, count(*)::int as n
    from '${parquet}' s full join read_csv('${source}', header = true, all_varchar = true) r on s.id = r."Request ID"`);
  console.log(`${source}: ${found.n} rows, ${columns.length} columns`);
  const complete = found.n === Number(rows) && columns.length > 50;
  delete found.n;
  const wrong = Object.entries(found).filter(([, n]) => n > 0);
  wrong.forEach(([name, n]) => console.error(`${parquet}: ${name} differs in ${n} rows`));
  process.exit(complete && wrong.length === 0 ? 0 : 1);
})();
