// node columns.js SIGNINS DATASET NESTED FILE SORTED: DuckDB takes a flat and a nested dataset into the tables that SIGNINS
// prints, whatever the time zone of the session; the files have the printed field ids, and derived columns the printed words; no Bloom filter of FILE misses a
// value, and few have others; SORTED has the rows of FILE in order.
const { DuckDBInstance } = require('@duckdb/node-api');
const { execFileSync } = require('child_process');
const [, , signins, dataset, nested, file, sorted] = process.argv;
const print = (...flags) => execFileSync(signins, ['columns', '--format', ...flags], { encoding: 'utf8', maxBuffer: 1 << 28 });
const filtered = ['id', 'correlation_id', 'user_id', 'user_principal_name', 'ip_address', 'session_id', 'unique_token_identifier', 'device_id'];

(async () => {
  const db = await (await DuckDBInstance.create(':memory:')).connect();
  const rows = async sql => (await db.runAndReadAll(sql)).getRowObjectsJson();
  const wrong = [];
  const expect = (what, got, want) => { if (String(got) !== String(want)) wrong.push(`${what}: ${got}, not ${want}`); };
  await db.run("set timezone = 'Asia/Tokyo'");
  for (const [files, ...flags] of [[dataset], [nested, '--nested']]) {
    await db.run(print('sql', '--dataset', ...flags).replace('CREATE', 'CREATE OR REPLACE'));
    await db.run(`insert into signins select * from read_parquet('${files}')`);
    const [n] = await rows(`select count(*)::int as n, count(distinct event_date)::int as days,
      count(*) filter (event_date is distinct from (created_at at time zone 'UTC')::date)::int as other,
      (select count(*) from (from signins except all from read_parquet('${files}')))::int as more,
      (select count(*) from (from read_parquet('${files}') except all from signins))::int as less from signins`);
    expect(`${files}: wrong days, rows more and less`, [n.other, n.more, n.less], [0, 0, 0]);
    if (!(n.n > 500 && n.days > 10)) wrong.push(`${files}: ${n.n} rows of ${n.days} days`);
    console.log(`${files}: ${n.n} rows of ${n.days} days`);

    const ids = [];
    const collect = m => { ids.push(m.field_id, ...(m.element_field_id ? [m.element_field_id] : [])); (m.members || []).forEach(collect); };
    JSON.parse(print('json', ...flags)).columns.forEach(collect);
    const [{ path }] = await rows(`select min(file) as path from glob('${files}')`);
    const found = (await rows(`select field_id::int as id from parquet_schema('${path}') where field_id > 0`)).map(r => r.id);
    expect(`${path}: field ids`, found.sort(), ids.sort());
  }

  const derived = JSON.parse(print('json')).columns.filter(c => c.words && Object.keys(c.sources).length === 0);
  for (const { name, type, words } of derived) {
    const found = (await rows(`select distinct ${type === 'text' ? name : `unnest(${name})`} as word from '${file}'`)).map(r => r.word);
    const other = found.filter(word => word !== null && !words.includes(word));
    if (other.length > 0) wrong.push(`${name} has other words: ${other}`);
  }
  console.log(`words of ${derived.map(c => c.name)}`);
  if (derived.length < 10) wrong.push(`${derived.length} columns have words of their own`);

  for (const column of filtered) {
    const values = (await rows(`select distinct ${column} as v from '${file}' where ${column} is not null limit 300`)).map(r => r.v);
    const excluded = async v => (await rows(`select bool_and(bloom_filter_excludes) as none from parquet_bloom_probe('${file}', '${column}', '${v.replace(/'/g, "''")}')`))[0].none;
    let missed = 0, pruned = 0;
    for (const v of values) missed += await excluded(v);
    for (let i = 0; i < 300; i++) pruned += await excluded(`none-${i}`);
    console.log(`${column}: ${values.length} values, ${missed} missed; ${pruned} of 300 others excluded`);
    if (missed > 0 || values.length === 0 || pruned < 285) wrong.push(`filter of ${column}: ${missed} missed, ${pruned} excluded`);
  }

  const [s] = await rows(`select (select count(*) from (from '${file}' except all from '${sorted}'))::int as less, (select count(*) from '${sorted}')::int - (select count(*) from '${file}')::int as more,
    count(*) filter (user_principal_name is not null and (u is null or u > user_principal_name))::int as odd from
      (select user_principal_name, lag(user_principal_name, 1, '') over (order by file_row_number) as u from read_parquet('${sorted}', file_row_number = true))`);
  expect('sorted: rows less, more, out of order', [s.less, s.more, s.odd], [0, 0, 0]);
  wrong.slice(0, 10).forEach(line => console.error(line));
  process.exit(wrong.length === 0 ? 0 : 1);
})();
