// Reads the rows of a workbook's sheets: a zip file whose parts are inflated and cut into rows as they come, as a sheet may
// be longer than any string. rows(path, sheet) yields for each row of all pages of a sheet an object of texts by title.
const fs = require('fs');
const zlib = require('zlib');

function parts(path) {
  const file = fs.readFileSync(path), found = {};
  const end = file.lastIndexOf(Buffer.from('PK\x05\x06'));
  for (let i = 0, at = file.readUInt32LE(end + 16); i < file.readUInt16LE(end + 10); i++) {
    const [name, extra, comment] = [28, 30, 32].map(offset => file.readUInt16LE(at + offset));
    const local = file.readUInt32LE(at + 42), size = file.readUInt32LE(at + 20);
    const data = local + 30 + file.readUInt16LE(local + 26) + file.readUInt16LE(local + 28);
    found[file.toString('utf8', at + 46, at + 46 + name)] = file.subarray(data, data + size);
    at += 46 + name + extra + comment;
  }
  return found;
}

const entities = { amp: '&', lt: '<', gt: '>', quot: '"' };
const unescape = text => text.replace(/&(?:#(\d+)|(\w+));/g, (_, code, name) => (code ? String.fromCodePoint(code) : entities[name]))
  .replace(/_x([0-9A-Fa-f]{4})_/g, (_, hex) => String.fromCharCode(parseInt(hex, 16)));
const whole = part => zlib.inflateRawSync(part).toString('utf8');
const textsIn = xml => [...xml.matchAll(/<t(?: [^>]*)?>([^<]*)<\/t>/g)].map(found => unescape(found[1])).join('');

// rowsIn yields the XML inside the row elements of a part.
async function* rowsIn(part) {
  const stream = zlib.createInflateRaw();
  stream.end(part);
  stream.setEncoding('utf8');
  let rest = '';
  for await (const chunk of stream) {
    rest += chunk;
    const last = rest.lastIndexOf('</row>');
    if (last < 0) continue;
    for (const row of rest.slice(0, last).split('</row>')) yield row.slice(row.indexOf('<row '));
    rest = rest.slice(last + 6);
  }
}

exports.rows = async function* (path, sheet, titles) {
  const found = parts(path);
  const shared = [...whole(found['xl/sharedStrings.xml']).matchAll(/<si>(.*?)<\/si>/gs)].map(item => textsIn(item[1]));
  const names = [...whole(found['xl/workbook.xml']).matchAll(/<sheet name="([^"]*)"/g)].map(item => item[1]);
  for (const [i, name] of names.entries()) {
    if (name !== sheet && !new RegExp(`^${sheet} \\d+$`).test(name)) continue;
    let columns = null; // letters of titles
    for await (const row of rowsIn(found[`xl/worksheets/sheet${i + 1}.xml`])) {
      const cells = {};
      for (const [, letters, type, content] of row.matchAll(/<c r="([A-Z]+)\d+"[^>]*?(?: t="(\w+)")?>(.*?)<\/c>/gs)) {
        if (columns && !columns[letters]) continue;
        const value = /<v>([^<]*)<\/v>/.exec(content);
        const text = type === 's' ? shared[Number(value[1])] : value ? value[1] : textsIn(content);
        cells[columns ? columns[letters] : letters] = text;
      }
      if (columns) yield cells;
      else columns = Object.fromEntries(Object.entries(cells).filter(([, title]) => titles.includes(title)));
    }
  }
};
