/** Light all around, which readers need (ISO/IEC 18004, 6.3.8). */
const quietZone = 4;

const colours = { on: '\u001b[38;5;231;48;5;16m', off: '\u001b[0m' };

/**
 * A QR code for a terminal, two rows of modules a line: light modules are drawn, dark ones left.
 *
 * @param rows of `0` and `1`, dark
 * @param isColoured white on black, whatever the terminal's own colours are
 */
export function qrText(rows: readonly string[], isColoured: boolean): readonly string[] {
  const width = qrTextWidth(rows);
  const all = [
    ...emptyRows(quietZone, width),
    ...rows.map((row) => `${'0'.repeat(quietZone)}${row}${'0'.repeat(quietZone)}`),
    ...emptyRows(quietZone, width),
  ];
  return all
    .flatMap((upper, index) => (index % 2 === 0 ? [lineOf(upper, all[index + 1])] : []))
    .map((line) => (isColoured ? `${colours.on}${line}${colours.off}` : line));
}

/** In characters. */
export function qrTextWidth(rows: readonly string[]): number {
  return rows.length + 2 * quietZone;
}

function emptyRows(count: number, width: number): readonly string[] {
  return Array.from({ length: count }, () => '0'.repeat(width));
}

/** Below the last row is nothing, which is left as dark as the terminal. */
function lineOf(upper: string, lower: string | undefined): string {
  return Array.from(upper, (module, index) => {
    const isUpperLight = module === '0';
    const isLowerLight = lower?.[index] === '0';
    if (isUpperLight) return isLowerLight ? '█' : '▀';
    return isLowerLight ? '▄' : ' ';
  }).join('');
}
