// node days.js SIGNINS EXAMPLE.ndjson FOLDER ROWS: makes ROWS records like those of an example, of 180 days, in order of time
// and shuffled, and loads both into datasets in FOLDER. Whatever the order, each day is one part, and DuckDB finds the same
// rows in both. What is shuffled takes at most 1.25 times the bytes and 8 bytes a record more, as its places in the input are
// numbers without an order; 400 MiB and 40 bytes a record; and 1.5 times the CPU: the least of two loads each, in turn, and of
// up to six where it is more. Below 200,000 records a load takes about a second, of which other processes change too much; there
// it is twice the CPU.
const { DuckDBInstance } = require('@duckdb/node-api');
const { execFileSync } = require('child_process');
const { createHash } = require('crypto');
const fs = require('fs');
const path = require('path');
const [, , signins, example, folder, count] = process.argv;
const [rows, days, first] = [Number(count), 180, Date.UTC(2026, 0, 1)];
const examples = fs.readFileSync(example, 'utf8').trimEnd().split('\n').map(line => JSON.parse(line));

// record is the same for a number, wherever in a file it is. Ids are random, as those of Entra: consecutive ones would
// be smaller in order.
function record(n) {
  const time = new Date(first + Math.floor((n * days * 86400) / rows) * 1000).toISOString().replace('.000', '');
  const id = createHash('md5').update(String(n)).digest('hex').replace(/^(.{8})(.{4})(.{4})(.{4})/, '$1-$2-$3-$4-');
  return JSON.stringify({ ...examples[(n * 7919) % examples.length], id, correlationId: id, createdDateTime: time, userPrincipalName: `user${n % 977}@contoso.example` });
}

function write(name, order) {
  const file = fs.openSync(path.join(folder, `${name}.ndjson`), 'w');
  for (let from = 0; from < rows; from += 1000) fs.writeSync(file, Array.from(order.subarray(from, from + 1000), n => record(n) + '\n').join(''));
  fs.closeSync(file);
}

// load takes a file of records into a new dataset; it returns MiB and seconds of CPU.
function load(name) {
  fs.rmSync(path.join(folder, name), { recursive: true, force: true });
  const measure = 'import resource, subprocess, sys; subprocess.run(sys.argv[1:], check=True); u = resource.getrusage(resource.RUSAGE_CHILDREN); print(u.ru_maxrss // 1024, u.ru_utime + u.ru_stime)';
  return execFileSync('/usr/bin/python3', ['-c', measure, signins, '--quiet', '-o', path.join(folder, name) + '/', path.join(folder, `${name}.ndjson`)], { encoding: 'utf8' }).split(' ').map(Number);
}

(async () => {
  const order = Uint32Array.from({ length: rows }, (_, n) => n);
  write('ordered', order);
  let seed = 1;
  for (let i = rows - 1; i > 0; i--) {
    seed = (seed * 48271) % 2147483647;
    [order[i], order[seed % (i + 1)]] = [order[seed % (i + 1)], order[i]];
  }
  write('shuffled', order);
  let [peak, ordered, shuffled] = [0, Infinity, Infinity];
  const times = rows < 200000 ? 2 : 1.5;
  for (let pair = 0; pair < 2 || (pair < 6 && shuffled > times * ordered); pair++) {
    const [[, first], [memory, second]] = [load('ordered'), load('shuffled')];
    [peak, ordered, shuffled] = [Math.max(peak, memory), Math.min(ordered, first), Math.min(shuffled, second)];
  }

  const db = await (await DuckDBInstance.create(':memory:')).connect();
  const one = async sql => (await db.runAndReadAll(sql)).getRowObjectsJson()[0];
  const files = name => path.join(folder, name, 'event_date=*/*.parquet');
  const [wrong, bytes] = [[], {}];
  for (const name of ['ordered', 'shuffled']) {
    const found = await one(`select count(*)::int as n, count(distinct event_date)::int as days, count(distinct filename)::int as parts,
      count(*) filter (event_date is distinct from (created_at at time zone 'UTC')::date)::int as other from read_parquet('${files(name)}', hive_partitioning = true, filename = true)`);
    bytes[name] = (await one(`select sum(size)::double as n from read_blob('${files(name)}')`)).n;
    console.log(`${name}: ${found.n} rows in ${found.parts} parts of ${found.days} days, ${bytes[name]} bytes`);
    if (found.n !== rows || found.days !== days || found.parts !== days || found.other > 0) wrong.push(`${name}: ${JSON.stringify(found)}`);
  }
  const blocks = Math.ceil(rows / 50000); // all rows of a large file would not fit into memory
  for (let block = 0; block < blocks; block++) {
    const [a, b] = ['ordered', 'shuffled'].map(name => `(select * exclude (source_file, source_record, source_line, source_offset)
      from read_parquet('${files(name)}', hive_partitioning = true) where hash(id) % ${blocks} = ${block})`);
    const { less, more } = await one(`select (select count(*) from (from ${a} except all from ${b}))::int as less, (select count(*) from (from ${b} except all from ${a}))::int as more`);
    if (less + more > 0) wrong.push(`${less} rows are in order alone, ${more} shuffled alone`);
  }
  const limit = 400 + (40 * rows) / 2 ** 20;
  console.log(`shuffled: ${peak} MiB of ${Math.round(limit)}; ${(shuffled / ordered).toFixed(2)} times the CPU`);
  if (peak > limit || shuffled > times * ordered || bytes.shuffled > 1.25 * bytes.ordered + 8 * rows) wrong.push('shuffled rows take too much');
  wrong.forEach(line => console.error(line));
  process.exit(wrong.length === 0 ? 0 : 1);
})();
