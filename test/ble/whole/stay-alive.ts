import t from 'tap';

/**
 * Neither the air nor noble keeps a process alive, and bleno leaves a timer that keeps it for ever: it lives as long as
 * its tests.
 */
export function stayAlive(): void {
  const alive = setInterval(() => undefined, 1_000);
  t.teardown(() => {
    clearInterval(alive);
    setTimeout(() => process.exit(), 500).unref();
  });
}
