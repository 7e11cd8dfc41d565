/** Light all around, which readers need (ISO/IEC 18004, 6.3.8). */
export const quietZone = 4;

/** The outline of a QR code whose rows are `0` and `1`, dark: each dark stretch of a row is one rectangle. */
export function qrPath(rows: readonly string[]): string {
  return rows
    .flatMap((row, y) =>
      [...row.matchAll(/1+/g)].map(
        ({ index, 0: dark }) => `M${index + quietZone} ${y + quietZone}h${dark.length}v1h-${dark.length}z`,
      ),
    )
    .join('');
}
