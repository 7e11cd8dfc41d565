import t from 'tap';
import { whyNotLoaded } from '../../ble/why-not-loaded.ts';

t.test('a package that was left out is said to be, and how it is had', async (t) => {
  const absent = '@stoprocent/absent';
  const cause: unknown = await import(absent).then(
    () => undefined,
    (error: unknown) => error,
  );
  t.equal(
    whyNotLoaded(absent, cause),
    'the package @stoprocent/absent is not installed: npm install @stoprocent/absent',
  );
  t.match(whyNotLoaded('@stoprocent/noble', cause), /^Cannot find package '@stoprocent\/absent'/);
});

t.test('of anything else, the first line', (t) => {
  t.equal(
    whyNotLoaded('@stoprocent/noble', new Error('No native build was found\nloaded from /usr')),
    'No native build was found',
  );
  t.equal(whyNotLoaded('@stoprocent/noble', 'nothing'), 'nothing');
  t.end();
});
