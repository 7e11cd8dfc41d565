/** In one line, why an optional package could not be loaded, and what to do about one that is not there. */
export function whyNotLoaded(name: string, cause: unknown): string {
  const why = cause instanceof Error ? cause.message : String(cause);
  const isAbsent = why.startsWith(`Cannot find package '${name}'`);
  if (isAbsent) return `the package ${name} is not installed: npm install ${name}`;
  return why.split('\n')[0] ?? '';
}
