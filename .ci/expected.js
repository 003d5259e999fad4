// node expected.js FILE.parquet EXPECTED.csv: DuckDB reads our Parquet and compares it, row by row, with what the
// generator of the examples meant the records to be.
const { DuckDBInstance } = require('@duckdb/node-api');
const [, , parquet, expected] = process.argv;
const sql = `
select coalesce(e.file, s.file) as file, coalesce(e.record, s.record) as record, e, s
from (select file, record::bigint as record, id, created_at::timestamptz as created_at, category, error_code::int as error_code,
             status, passthrough::boolean as passthrough, verdict, gateway_ja4, endpoint_call,
             last_password_change_at::timestamptz as last_password_change_at, is_confidential_client::boolean as is_confidential_client,
             is_external_user::boolean as is_external_user
      from read_csv('${expected}', all_varchar = true, nullstr = '')) e
full join (select regexp_replace(source_file, '^testdata/examples/', '') as file, source_record as record, id, created_at,
                  sign_in_category as category, error_code, sign_in_status as status, is_passthrough as passthrough,
                  access_verdict as verdict, gateway_ja4, endpoint_call, last_password_change_at, is_confidential_client, is_external_user
           from '${parquet}') s
using (file, record)
where e is distinct from s`;
(async () => {
  const db = await (await DuckDBInstance.create(':memory:')).connect();
  const wrong = (await db.runAndReadAll(sql)).getRowObjectsJson();
  const [{ n }] = (await db.runAndReadAll(`select count(*)::int as n from '${parquet}'`)).getRowObjectsJson();
  wrong.slice(0, 10).forEach(row => console.error(JSON.stringify(row)));
  console.log(`${n} rows read by DuckDB, ${wrong.length} differ from what they should be`);
  process.exit(wrong.length === 0 && n > 0 ? 0 : 1);
})();
