import t from 'tap';
import { PathTable } from '../../../gateway/faces/rest/path-table.ts';

const table = new PathTable(
  [
    ['GET', '/a/:id'],
    ['GET', '/a/all'],
    ['GET', '/:room/all'],
    ['GET', '/'],
    ['POST', '/a/:id/b/:constructor'],
  ].map(([method = '', path = '']) => ({ method, path })),
);

t.test('a path finds its route as over HTTP', async (t) => {
  const rows: readonly (readonly [string, string, string | undefined, Record<string, string>?])[] = [
    ['GET', '/a/all', '/a/all', {}],
    ['GET', '/a/x', '/a/:id', { id: 'x' }],
    ['GET', '/b/all', '/:room/all', { room: 'b' }],
    ['GET', '/a/%61ll', '/a/all', {}],
    ['GET', '/a/x%2Fy', '/a/:id', { id: 'x/y' }],
    ['POST', '/a/1/b/2', '/a/:id/b/:constructor', { id: '1', constructor: '2' }],
    ['GET', '/', '/', {}],
    ['GET', '/b/x', undefined],
    ['GET', '/a/', undefined],
    ['GET', '/a/x/', undefined],
    ['GET', '/a/%', undefined],
    ['GET', '', undefined],
    ['GET', 'a/x', undefined],
    ['DELETE', '/a/x', undefined],
  ];
  for (const [method, path, wanted, params] of rows) {
    const found = table.find(method, path);
    t.equal(found?.route.path, wanted, path);
    t.same(found?.params, params, path);
  }
});
