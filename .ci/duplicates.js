// node duplicates.js FILE.parquet: DuckDB looks for duplicates itself and compares, row by row, with what our columns say.
const { DuckDBInstance } = require('@duckdb/node-api');
const [, , parquet] = process.argv;
const derived = ['sign_in_category', 'access_verdict', 'sign_in_status', 'error_name', 'error_meaning', 'is_passthrough', 'ingested_at', 'row_kind',
  'sign_in_count', 'category_basis', 'status_basis', 'error_category', 'error_tags', 'error_known', 'is_cae_token', 'passthrough_basis', 'is_cross_tenant',
  'cross_tenant_direction', 'source_format', 'source_file', 'source_record', 'source_line', 'source_offset', 'source_length', 'issues', 'extra',
  'raw_record', 'error_remediation', 'duplicate_of', 'duplicate_kind'];
const sql = `
with rows as (select *, id is not null and row_kind = 'event' as looked from read_parquet('${parquet}', file_row_number = true)),
theirs as (
  select r.*, r.source_file || '#' || r.source_record as place, c as content,
         first_value(place) over w as first, first_value(content) over w as first_content, row_number() over w as turn
  from rows r positional join (select c from (select * exclude (${derived}) from read_parquet('${parquet}')) c)
  window w as (partition by looked, sign_in_category, id order by file_row_number))
select source_file, source_record, duplicate_of, duplicate_kind, first, turn from theirs
where duplicate_of is distinct from case when looked and turn > 1 then first end
   or duplicate_kind is distinct from case when looked and turn > 1 then case when content = first_content then 'same' else 'differs' end end`;
(async () => {
  const db = await (await DuckDBInstance.create(':memory:')).connect();
  const rows = async sql => (await db.runAndReadAll(sql)).getRowObjectsJson();
  const wrong = await rows(sql);
  const [{ n, same, differs }] = await rows(`select count(*)::int as n, count(*) filter (duplicate_kind = 'same')::int as same,
    count(*) filter (duplicate_kind = 'differs')::int as differs from '${parquet}'`);
  wrong.slice(0, 10).forEach(row => console.error(JSON.stringify(row)));
  console.log(`${n} rows, ${same} the same and ${differs} different as one before, ${wrong.length} other than DuckDB finds`);
  process.exit(wrong.length === 0 && same > 0 && differs > 0 ? 0 : 1);
})();
