// node grammar.js SIGNINS: the grammars of Trino and Spark (dt-sql-parser) read every statement that SIGNINS prints for
// them, rules and CREATE TABLE, with and without --nested; a broken one they do not. Bundle it first: the parser's modules are not node's.
const { TrinoSQL, SparkSQL } = require('dt-sql-parser');
const { execFileSync } = require('child_process');
let read = 0, wrong = 0;
for (const [dialect, Parser] of [['trino', TrinoSQL], ['spark', SparkSQL]]) {
  for (const flags of [[], ['--nested']]) {
    const print = verb => execFileSync(process.argv[2], [...verb, '--dialect', dialect, ...flags], { encoding: 'utf8', maxBuffer: 1 << 28 });
    const printed = print(['queries']);
    for (const sql of [...printed.split(/(?<=\n;\n)/), print(['columns', '--format', 'sql', '--dataset'])]) {
      const errors = new Parser().validate(sql);
      if (errors.length > 0) {
        console.error(dialect, flags.join(), sql.split('\n')[0], JSON.stringify(errors[0]));
        wrong++;
      }
      read++;
    }
    if (new Parser().validate(printed.replace('from signins', 'form signins')).length === 0) throw new Error(`${dialect} reads a broken statement`);
  }
}
console.log(`${read} statements for Trino and Spark, ${wrong} are not read by their grammars`);
process.exit(wrong === 0 && read > 100 ? 0 : 1);
