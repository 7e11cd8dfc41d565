/**
 * What is wrong with the version of Node that runs this, or undefined when it will do. This file imports
 * nothing and uses no syntax that Node 12 lacks: an old Node must get as far as saying so.
 * @param version as in `process.version`: `v24.1.0`
 */
export function checkNodeVersion(version: string): string | undefined {
  const leastMajor = 24;
  const major = Number(version.replace(/^v/, '').split('.')[0]);
  if (major >= leastMajor) return undefined;
  return (
    'eGW needs Node ' +
    String(leastMajor) +
    ' or newer; this is ' +
    version +
    '. Start it with npm start, which brings its own.'
  );
}
