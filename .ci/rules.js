// node rules.js SIGNINS OUTPUT.parquet [FLAG...]: DuckDB answers the SQL that SIGNINS prints (queries with the flags) on
// the Parquet; each statement must return the rows that the same run wrote into OUTPUT.parquet.findings.ndjson.
// RULES_HIT=1 makes a rule without rows an error, too.
const { DuckDBInstance } = require('@duckdb/node-api');
const { execFileSync } = require('child_process');
const fs = require('fs');
const [, , signins, parquet, ...flags] = process.argv;
const key = (subject, file, record) => JSON.stringify([subject ?? '', file, Number(record)]);
const computed = {};
for (const line of fs.readFileSync(parquet + '.findings.ndjson', 'utf8').split('\n').filter(Boolean)) {
  const f = JSON.parse(line);
  const rows = Object.entries(f.records).flatMap(([file, list]) => list.map(record => key(f.subject, file, record)));
  if (rows.length !== f.rows) throw new Error(`${f.rule} ${f.subject}: ${f.rows} rows said, ${rows.length} listed`);
  (computed[f.rule] ??= []).push(...rows);
}
const printed = execFileSync(signins, ['queries', ...flags], { encoding: 'utf8', maxBuffer: 1 << 28 });
const statements = printed.split(/;\n/).filter(text => text.trim());
(async () => {
  const db = await (await DuckDBInstance.create(':memory:')).connect();
  await db.run(`create view signins as select * from read_parquet('${parquet}')`);
  let total = 0, wrong = 0;
  for (const sql of statements) {
    const rule = /^-- (\w+):/m.exec(sql)[1];
    const answer = (await db.runAndReadAll(sql)).getRowObjectsJson();
    const theirs = answer.map(row => key(row.subject, row.source_file, row.source_record)).sort();
    const ours = (computed[rule] ?? []).sort();
    delete computed[rule];
    total += theirs.length;
    const equal = ours.length === theirs.length && ours.every((row, i) => row === theirs[i]) && answer.every(row => row.rule === rule);
    if (!equal || (process.env.RULES_HIT && ours.length === 0)) {
      const mine = new Set(ours), sqls = new Set(theirs);
      console.error(`${rule}: ${ours.length} rows computed, ${theirs.length} by SQL`, ours.filter(row => !sqls.has(row)).slice(0, 3), theirs.filter(row => !mine.has(row)).slice(0, 3));
      wrong++;
    }
    if (process.env.RULES_VERBOSE) console.log(`${rule}: ${ours.length}`);
  }
  for (const rule of Object.keys(computed)) { console.error(`${rule}: no statement`); wrong++; }
  console.log(`${statements.length} rules, ${total} rows by DuckDB, ${wrong} rules differ from what was computed`);
  process.exit(wrong === 0 && total > 0 ? 0 : 1);
})();
