/** A reader of RFC 4180 by its grammar, written apart from the writer: records of fields. */
export function readCsv(text: string): string[][] {
  const records: string[][] = [];
  let record: string[] = [];
  let at = 0;
  while (at < text.length) {
    let field = '';
    if (text[at] === '"') {
      at += 1;
      for (;;) {
        const end = text.indexOf('"', at);
        if (end < 0) throw new SyntaxError('a quoted field has no end');
        field += text.slice(at, end);
        at = end + 1;
        if (text[at] !== '"') break;
        field += '"';
        at += 1;
      }
    } else {
      const end = /[,\r\n]/.exec(text.slice(at))?.index ?? text.length - at;
      field = text.slice(at, at + end);
      at += end;
    }
    record.push(field);
    if (text[at] === ',') {
      at += 1;
      if (at === text.length) throw new SyntaxError('a record ends in a comma');
    } else if (text.startsWith('\r\n', at)) {
      at += 2;
      records.push(record);
      record = [];
    } else throw new SyntaxError(`neither a comma nor a line's end at ${at}`);
  }
  if (record.length > 0) throw new SyntaxError('the last record has no end');
  return records;
}
