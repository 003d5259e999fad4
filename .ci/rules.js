// node rules.js SIGNINS OUTPUT.parquet [FLAG...]: DuckDB answers the SQL that SIGNINS prints (queries with the flags) on
// the Parquet; each statement must return the rows that the same run wrote into OUTPUT.parquet.findings.ndjson.
// RULES_HIT=1 makes a rule without rows an error, too. RULES_WORKBOOK names a workbook of the same run: its rows count in
// place of the file's, as the column Findings of Sign-ins names them, and its sheet Findings must say the same of each.
const { DuckDBInstance } = require('@duckdb/node-api');
const { execFileSync } = require('child_process');
const fs = require('fs');
const { rows } = require('./workbook.js');
const [, , signins, parquet, ...flags] = process.argv;
const workbook = process.env.RULES_WORKBOOK;
const key = (subject, file, record) => JSON.stringify([subject ?? '', file, Number(record)]);
const listed = fs.readFileSync((workbook ?? parquet) + '.findings.ndjson', 'utf8').split('\n').filter(Boolean).map(line => JSON.parse(line));

// inFile returns the rows of the file of findings by rule.
function inFile() {
  const computed = {};
  for (const f of listed) {
    const rows = Object.entries(f.records).flatMap(([file, list]) => list.map(record => key(f.subject, file, record)));
    if (rows.length !== f.rows) throw new Error(`${f.rule} ${f.subject}: ${f.rows} rows said, ${rows.length} listed`);
    (computed[f.rule] ??= []).push(...rows);
  }
  return computed;
}

// inWorkbook returns the rows of the workbook by rule. Finding F0001 is the first line of the file.
async function inWorkbook() {
  const computed = {}, lines = {}, counts = listed.map(() => 0);
  for await (const row of rows(workbook, 'Sign-ins', ['Findings', 'Source file', 'Source record'])) {
    for (const name of (row.Findings ?? '').split(' ').filter(Boolean)) {
      const f = listed[Number(name.slice(1)) - 1];
      counts[Number(name.slice(1)) - 1]++;
      (computed[f.rule] ??= []).push(key(f.subject, row['Source file'], row['Source record']));
    }
  }
  for await (const row of rows(workbook, 'Findings', ['Finding', 'What is seen', 'Rows', 'Rule ID'])) {
    if (/^F\d+$/.test(row.Finding)) lines[Number(row.Finding.slice(1))] = row;
  }
  for (const [i, f] of listed.entries()) {
    const line = lines[i + 1];
    const same = line && line['Rule ID'] === f.rule && Number(line.Rows) === f.rows && line['What is seen'] === f.sentence;
    const unlisted = !line && listed.slice(0, i).filter(g => g.rule === f.rule).length >= 1000;
    if (!same && !unlisted) throw new Error(`finding ${i + 1} is ${JSON.stringify(f)} in the file, ${JSON.stringify(line)} on the sheet`);
    if (counts[i] !== f.rows) throw new Error(`finding ${i + 1} has ${f.rows} rows, ${counts[i]} rows of Sign-ins name it`);
  }
  console.log(`${listed.length} findings, ${Object.keys(lines).length} on the sheet Findings`);
  return computed;
}

const printed = execFileSync(signins, ['queries', ...flags], { encoding: 'utf8', maxBuffer: 1 << 28 });
const statements = printed.split(/;\n/).filter(text => text.trim());
(async () => {
  const computed = workbook ? await inWorkbook() : inFile();
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
})().catch(err => { console.error(err); process.exit(1); });
