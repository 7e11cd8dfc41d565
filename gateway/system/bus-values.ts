/** A value with its D-Bus signature, as the package writes variants: `['u', 3]`. */
export type Variant = readonly [signature: string, value: unknown];

/** `a{sv}`, as it is written. */
export type VariantRows = readonly (readonly [name: string, value: Variant])[];

/** What a name stands for in `a{sv}`, once read. */
export type BusProperties = ReadonlyMap<string, unknown>;

/** Of a variant that was read: the package gives `[parsed signature, [value]]`. */
export function variantValue(read: unknown): unknown {
  return Array.isArray(read) && Array.isArray(read[1]) ? (read[1] as unknown[])[0] : undefined;
}

/** `a{sv}` that was read. What has another form is empty. */
export function propertiesOf(read: unknown): BusProperties {
  if (!Array.isArray(read)) return new Map();
  const rows = read.filter((row): row is [unknown, unknown] => Array.isArray(row) && row.length === 2);
  return new Map(rows.map(([name, value]) => [String(name), variantValue(value)]));
}

/** `a{sa{sv}}` that was read. */
export function settingsOf(read: unknown): ReadonlyMap<string, BusProperties> {
  if (!Array.isArray(read)) return new Map();
  const rows = read.filter((row): row is [unknown, unknown] => Array.isArray(row) && row.length === 2);
  return new Map(rows.map(([name, value]) => [String(name), propertiesOf(value)]));
}

export function textOf(value: unknown): string {
  return typeof value === 'string' ? value : '';
}

export function numberOf(value: unknown): number {
  return typeof value === 'number' ? value : 0;
}

/** `ay`, copied: what was read may be part of a larger buffer. */
export function bytesOf(value: unknown): Uint8Array {
  if (value instanceof Uint8Array) return Uint8Array.from(value);
  return Array.isArray(value) ? Uint8Array.from(value.map(numberOf)) : new Uint8Array();
}

/** `ao` or `as`. */
export function textsOf(value: unknown): readonly string[] {
  return Array.isArray(value) ? value.map(textOf) : [];
}
