import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { parseSource, type SourceFile } from './source-file.ts';

const root = join(import.meta.dirname, '..', '..');
const notOurs = new Set(['node_modules', 'dist', '.tap', '.git', 'data']);
const isText =
  /(\.(ts|mjs|js|json|md|ya?ml|html|css|sql|sh|txt)|\/run|Dockerfile[a-z.-]*|\/egw|\.[a-z]*(rc|ignore|config))$/;

/** Every text file of the repository, by its path from the top. */
export function readTexts(): ReadonlyMap<string, string> {
  const texts = new Map<string, string>();
  const walk = (folder: string): void => {
    for (const entry of readdirSync(join(root, folder), { withFileTypes: true })) {
      const path = folder === '' ? entry.name : `${folder}/${entry.name}`;
      if (entry.isDirectory() && !notOurs.has(entry.name)) walk(path);
      else if (entry.isFile() && isText.test(`/${path}`))
        texts.set(path, readFileSync(join(root, path), 'utf8'));
    }
  };
  walk('');
  return texts;
}

export function readSources(texts: ReadonlyMap<string, string>): SourceFile[] {
  return [...texts]
    .filter(([path]) => /\.(ts|mjs|js)$/.test(path))
    .map(([path, text]) => parseSource(path, text));
}
