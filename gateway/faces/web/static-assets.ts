import { readdirSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, extname, join } from 'node:path';
import { GatewayError } from '../../core/errors.ts';
import type { StaticAsset } from '../rest/route.ts';

/** A file of the page, in memory. */
export interface PageAsset extends StaticAsset {
  readonly body: Buffer;
}

/** The first is the page's own; each of the others comes with its view. */
const styleSheets = ['style.css', 'jobs.css', 'boiler.css', 'tempo.css', 'setup.css'];

export interface PageFolders {
  /** Of `index.html` and the style sheets. */
  readonly texts: string;
  /** Of the compiled modules. */
  readonly modules: string;
}

const contentTypes: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
};

/**
 * The page, read into memory once: by path, `/` for the page itself and `/assets/…` for what it loads.
 * Errors: `internal_error` when the page was not built.
 */
export function readStaticAssets(folders: PageFolders = pageFolders()): ReadonlyMap<string, PageAsset> {
  const modules = listModules(folders.modules);
  if (!modules.includes('main.js')) throw notBuilt(folders.modules);
  const files: readonly (readonly [string, Buffer])[] = [
    ['/index.html', read(join(folders.texts, 'index.html'))],
    ...styleSheets.map((name) => [`/assets/${name}`, read(join(folders.texts, name))] as const),
    ...modules.map((name) => [`/assets/${name}`, read(join(folders.modules, name))] as const),
    ...chartLibrary(),
  ];
  return new Map(files.map(([path, body]) => [path === '/index.html' ? '/' : path, assetOf(path, body)]));
}

/** Run from source, the modules still are those of the last build. */
function pageFolders(): PageFolders {
  const texts = join(import.meta.dirname, 'page');
  if (!import.meta.filename.endsWith('.ts')) return { texts, modules: texts };
  return { texts, modules: join(import.meta.dirname, '../../../dist/gateway/faces/web/page') };
}

/** The page has a legend, titles and a font of its own. */
const legendRules =
  /[^{}]*\.u-(?:legend|inline|series|title)[^{}]*\{[^{}]*\}|font-family:[^;]*;|\/\*.*?\*\//g;

/** uPlot's smallest build is a plain script; one more line makes it the module that the page imports. */
function chartLibrary(): readonly (readonly [string, Buffer])[] {
  const folder = join(dirname(createRequire(import.meta.url).resolve('uplot/package.json')), 'dist');
  const script = read(join(folder, 'uPlot.iife.min.js'));
  return [
    ['/assets/uplot.js', Buffer.concat([script, Buffer.from('\nexport default uPlot;\n')])],
    [
      '/assets/uplot.css',
      Buffer.from(read(join(folder, 'uPlot.min.css')).toString().replaceAll(legendRules, '')),
    ],
  ];
}

function assetOf(path: string, file: Buffer): PageAsset {
  return {
    contentType: contentTypes[extname(path)] ?? 'application/octet-stream',
    body: squeezed(path, file),
  };
}

/**
 * Without indentation, blank lines and the space around operators, a fifth less to send; a style sheet also without
 * its titles and the space between its parts. No text of the page goes over several lines or has an operator in it,
 * where they would matter. The compiler ends every statement with a semicolon, so that lines can be joined.
 */
function squeezed(path: string, file: Buffer): Buffer {
  const text = file.toString().replaceAll(/\n\s+/g, '\n').trim();
  switch (extname(path)) {
    case '.css': {
      const rules = text.replaceAll(/\/\*.*?\*\/\n/g, '');
      return Buffer.from(rules.replaceAll(/ ?([{};,])\n/g, '$1').replaceAll(': ', ':'));
    }
    case '.js':
      return Buffer.from(
        text
          .replaceAll(operators, '$1')
          .replaceAll(spaces, (part) => part.replace(' ', ''))
          .replaceAll(/([{};,([])\n/g, '$1'),
      );
    default:
      return Buffer.from(text);
  }
}

const spaces = /\b(if|for) \(|\) \{|\{ | \}/g;
const operators = / (=>|===|!==|\?\?|&&|\|\||[=<>]|<=|>=|\+=) /g;

function listModules(folder: string): readonly string[] {
  try {
    return readdirSync(folder)
      .filter((name) => name.endsWith('.js'))
      .sort();
  } catch (cause) {
    throw notBuilt(folder, cause);
  }
}

function read(path: string): Buffer {
  try {
    return readFileSync(path);
  } catch (cause) {
    throw notBuilt(path, cause);
  }
}

function notBuilt(path: string, cause?: unknown): GatewayError {
  return new GatewayError('internal_error', `the page cannot be read: ${path}`, {
    hint: 'build it with: npm run build',
    cause,
  });
}
