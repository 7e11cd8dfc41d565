/** Whether `Accept-Encoding` takes gzip: by its name, else by `*`, with a weight above 0 (RFC 9110 §12.5.3). */
export function takesGzip(header: string): boolean {
  const weights = new Map(header.split(',').map(weightOf));
  return (weights.get('gzip') ?? weights.get('x-gzip') ?? weights.get('*') ?? 0) > 0;
}

function weightOf(item: string): [name: string, weight: number] {
  const [name = '', ...options] = item.split(';').map((part) => part.trim().toLowerCase());
  const weight = options.find((option) => option.startsWith('q='))?.slice(2);
  return [name, weight === undefined ? 1 : Number(weight) || 0];
}
