import fc from 'fast-check';
import t from 'tap';
import { qrPath } from '../../../../gateway/faces/web/page/qr-path.ts';
import '../../../property-seed.ts';

/** What the path covers, row by row. */
function drawn(path: string, size: number): readonly string[] {
  const modules = Array.from({ length: size }, () => Array.from({ length: size }, () => '0'));
  for (const [, x = '', y = '', width = ''] of path.matchAll(/M(\d+) (\d+)h(\d+)v1h-\d+z/g)) {
    const row = modules[Number(y) - 4];
    for (let column = 0; column < Number(width); column += 1) row?.splice(Number(x) - 4 + column, 1, '1');
  }
  return modules.map((row) => row.join(''));
}

t.test('the picture is the code, four modules from its edge', (t) => {
  const squares = fc.integer({ min: 1, max: 30 }).chain((size) => {
    const row = fc.string({ unit: fc.constantFrom('0', '1'), minLength: size, maxLength: size });
    return fc.array(row, { minLength: size, maxLength: size });
  });
  fc.assert(
    fc.property(squares, (rows) => {
      const path = qrPath(rows);
      return drawn(path, rows.length).join() === rows.join() && /^(M\d+ \d+h(\d+)v1h-\2z)*$/.test(path);
    }),
  );
  t.end();
});
