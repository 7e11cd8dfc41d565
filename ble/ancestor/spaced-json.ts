/**
 * JSON as Python writes it by default, and with it the ancestor: a space after each comma and colon, and nothing but
 * ASCII. Its clients count the bytes.
 */
export function spacedJson(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(spacedJson).join(', ')}]`;
  if (typeof value === 'object' && value !== null) {
    const members = Object.entries(value).map(([name, item]) => `${asciiJson(name)}: ${spacedJson(item)}`);
    return `{${members.join(', ')}}`;
  }
  return asciiJson(value ?? null);
}

function asciiJson(value: unknown): string {
  return JSON.stringify(value).replaceAll(
    /[\u007f-\uffff]/g,
    (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );
}
