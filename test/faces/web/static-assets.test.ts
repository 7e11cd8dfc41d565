import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import t from 'tap';
import ts from 'typescript';
import { readStaticAssets } from '../../../gateway/faces/web/static-assets.ts';
import { compilePage } from './compile-page.ts';

compilePage();
const assets = readStaticAssets();
const text = (path: string): string => String(assets.get(path)?.body ?? '');

t.test('the page, its style, its modules and the chart library are there with their types', (t) => {
  t.equal(assets.get('/')?.contentType, 'text/html; charset=utf-8');
  t.equal(assets.get('/assets/style.css')?.contentType, 'text/css; charset=utf-8');
  t.equal(assets.get('/assets/main.js')?.contentType, 'text/javascript; charset=utf-8');
  t.match(text('/assets/uplot.js'), /uPlot \(v1\.6\.32\)[^]*export default uPlot;$/);
  t.match(text('/assets/uplot.css'), /\.u-over/);
  t.equal(assets.has('/assets/index.html'), false);
  t.end();
});

t.test('every module that a module imports, and every file that the page names, is there', (t) => {
  for (const [path, { body }] of assets) {
    const imported = path.endsWith('.js') && path !== '/assets/uplot.js' ? importsOf(String(body)) : [];
    for (const specifier of imported) {
      t.ok(assets.has(new URL(specifier, `http://gateway${path}`).pathname), `${path} imports ${specifier}`);
    }
  }
  const named = [...text('/').matchAll(/(?:src|href)="(\/[^"]*)"/g)].map(([, path]) => path ?? '');
  t.same(named, ['/assets/load-again.js', '/assets/uplot.css', '/assets/style.css', '/assets/main.js']);
  for (const path of named) t.ok(assets.has(path), path);
  t.end();
});

t.test('a module that was squeezed is the same program', (t) => {
  const folder = join(import.meta.dirname, '../../../dist/gateway/faces/web/page');
  let count = 0;
  for (const [path, { body }] of assets) {
    if (!path.endsWith('.js') || path === '/assets/uplot.js') continue;
    const name = path.slice('/assets/'.length);
    t.same(tokensOf(String(body)), tokensOf(readFileSync(join(folder, name), 'utf8')), name);
    count += 1;
  }
  t.ok(count > 30);
  t.end();
});

/** What the browser fetches to show the first view: what the page names, what that imports, and the chart. */
function firstLoad(): ReadonlySet<string> {
  const paths = new Set(['/', '/assets/style.css', '/assets/uplot.css']);
  const add = (path: string): void => {
    if (paths.has(path)) return;
    paths.add(path);
    if (path === '/assets/uplot.js') return;
    for (const specifier of importsOf(text(path), 'static'))
      add(new URL(specifier, `http://gateway${path}`).pathname);
  };
  for (const path of ['/assets/load-again.js', '/assets/main.js', '/assets/chart-panel.js']) add(path);
  return paths;
}

const packedBytes = (paths: Iterable<string>): number =>
  [...paths].reduce((sum, path) => sum + gzipSync(assets.get(path)?.body ?? '', { level: 9 }).length, 0);

// All was 105 kB until the boiler and the alerts came, with a chart, forms and a screen for the wall of their own, and
// 120 kB until Tempo did, with a calendar, and the server, its members and their cost; 140 kB until a phone could be let
// in from the page's foot.
t.test('the first view is less than 70 kB to send, and all views together less than 145 kB', (t) => {
  const first = firstLoad();
  const firstBytes = packedBytes(first);
  const allBytes = packedBytes(assets.keys());
  t.comment(
    `to send: ${firstBytes} bytes in ${first.size} files at first, ${allBytes} in ${assets.size} in all`,
  );
  t.ok(firstBytes < 70_000, `${firstBytes} bytes`);
  t.ok(allBytes < 145_000, `${allBytes} bytes`);
  t.ok(firstBytes > 30_000, `${firstBytes} bytes: it is all there`);
  t.end();
});

t.test('a view that is not the first comes when it is opened', (t) => {
  const first = firstLoad();
  for (const name of [
    'devices-tab',
    'jobs-view',
    'boiler-view',
    'tempo-view',
    'alerts-view',
    'storage-tab',
    'engine-view',
    'setup-view',
  ]) {
    t.ok(assets.has(`/assets/${name}.js`), name);
    t.notOk(first.has(`/assets/${name}.js`), name);
  }
  t.end();
});

t.test('nothing in it needs more than the content security policy allows', (t) => {
  t.notMatch(text('/'), /<script(?![^>]*src=)|<style|\sstyle=|\son[a-z]+=/i);
  for (const [path, { body }] of assets) {
    if (path === '/assets/uplot.js') continue;
    t.notMatch(String(body), /https?:\/\/(?!www\.w3\.org)/, `${path} names no other site`);
    t.notMatch(String(body), /\binnerHTML\b|\bouterHTML\b|insertAdjacentHTML|document\.write|\beval\(/, path);
  }
  t.end();
});

t.test('no text of a module goes over several lines, so leaving out indentation changes nothing', (t) => {
  for (const [path, { body }] of assets) {
    if (!path.endsWith('.js') || path === '/assets/uplot.js') continue;
    const name = path.replace('/assets/', '').replace(/\.js$/, '.ts');
    const source = readFileSync(join(import.meta.dirname, '../../../gateway/faces/web/page', name), 'utf8');
    const tree = ts.createSourceFile(name, source, ts.ScriptTarget.Latest, true);
    const look = (node: ts.Node): void => {
      const isText = ts.isTemplateLiteralToken(node);
      if (isText && node.text.includes('\n') && node.getText(tree).includes('\n'))
        t.fail(`${name}: ${node.text}`);
      ts.forEachChild(node, look);
    };
    look(tree);
    t.notMatch(String(body), /\n[ \n]/, path);
  }
  t.end();
});

t.test('a page that was not built is one clear error', (t) => {
  const texts = join(import.meta.dirname, '../../../gateway/faces/web/page');
  const modules = t.testdir({ 'other.js': '' });
  for (const folders of [
    { texts, modules },
    { texts, modules: join(modules, 'gone') },
    { texts: modules, modules: join(import.meta.dirname, '../../../dist/gateway/faces/web/page') },
  ]) {
    t.throws(() => readStaticAssets(folders), {
      code: 'internal_error',
      hint: 'build it with: npm run build',
    });
  }
  t.end();
});

function importsOf(source: string, which: 'all' | 'static' = 'all'): string[] {
  const tree = ts.createSourceFile('x.js', source, ts.ScriptTarget.Latest, true);
  const found: string[] = [];
  const look = (node: ts.Node): void => {
    const isImport = ts.isImportDeclaration(node) || ts.isExportDeclaration(node);
    if (isImport && node.moduleSpecifier !== undefined && ts.isStringLiteral(node.moduleSpecifier)) {
      found.push(node.moduleSpecifier.text);
    }
    const [first] = ts.isCallExpression(node) ? node.arguments : [];
    const isDynamic = ts.isCallExpression(node) && node.expression.kind === ts.SyntaxKind.ImportKeyword;
    if (isDynamic && which === 'all' && first !== undefined && ts.isStringLiteral(first))
      found.push(first.text);
    ts.forEachChild(node, look);
  };
  look(tree);
  return found;
}

/** The leaves of the syntax tree, each with its kind. */
function tokensOf(program: string): string[] {
  const tokens: string[] = [];
  const walk = (node: ts.Node): void => {
    const children = node.getChildren(source);
    if (children.length === 0) tokens.push(`${node.kind} ${node.getText(source)}`);
    for (const child of children) walk(child);
  };
  const source = ts.createSourceFile('module.js', program, ts.ScriptTarget.ESNext, false, ts.ScriptKind.JS);
  walk(source);
  return tokens;
}
