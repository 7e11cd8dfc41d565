import { readTreePage, type FoundRecord, type PageKind, type TreePage } from './page-cells.ts';
import type { PageFile } from './page-file.ts';

/** A b-tree of the file: a table, or an index of one. */
export interface Tree {
  readonly name: string;
  readonly root: number;
}

/** Told, tree by tree in the order of the keys, what is there. */
export interface TreeVisitor {
  /** Without a tree: from a page that no tree leads to. */
  record(tree: Tree | undefined, record: FoundRecord): void;
  /** Something that should be at this place of the tree cannot be read. */
  hole(tree: Tree | undefined): void;
}

/** How the walk went. */
export interface WalkedTrees {
  readonly trees: readonly Tree[];
  /** Pages, and rows of pages, that should be there and cannot be read. */
  readonly holes: number;
  /** Pages that no tree leads to and that were read all the same. */
  readonly strayPages: number;
}

const schemaTree: Tree = { name: 'sqlite_schema', root: 1 };
/** Deeper than any tree of a file that fits on a disk. */
const depthMax = 20;

/**
 * Reads every row that the file holds. Each page is read once, so damaged pointers cannot lead in circles. Where
 * a tree is broken, or the log was, pages that nothing leads to are read too, but for the free ones: those hold
 * rows from before.
 */
export function walkTrees(file: PageFile, visitor: TreeVisitor): WalkedTrees {
  return new TreeWalk(file, visitor).all();
}

class TreeWalk {
  readonly #file: PageFile;
  readonly #visitor: TreeVisitor;
  readonly #seen: Uint8Array;
  #holes = 0;
  #isBroken: boolean;
  #strayPages = 0;

  constructor(file: PageFile, visitor: TreeVisitor) {
    this.#file = file;
    this.#visitor = visitor;
    this.#seen = new Uint8Array(file.pageCount + 1);
    this.#isBroken = (file.wal?.damagedFrames ?? 0) > 0;
  }

  all(): WalkedTrees {
    const trees: Tree[] = [];
    this.#walk(schemaTree, (record) => {
      const tree = treeOf(record);
      if (tree !== undefined) trees.push(tree);
    });
    if (trees.length === 0) this.#isBroken = true;
    for (const tree of trees) this.#walk(tree, (record) => this.#visitor.record(tree, record));
    this.#markFree();
    if (this.#isBroken) this.#readStrays();
    return { trees, holes: this.#holes, strayPages: this.#strayPages };
  }

  #walk(tree: Tree, visit: (record: FoundRecord) => void): void {
    this.#page(tree, { number: tree.root, depth: 0, parent: undefined }, visit);
  }

  #page(
    tree: Tree,
    { number, depth, parent }: { number: number; depth: number; parent: PageKind | undefined },
    visit: (record: FoundRecord) => void,
  ): void {
    const isNew = number > 0 && this.#seen[number] === 0 && depth <= depthMax;
    const page = isNew ? readTreePage(this.#file, number) : undefined;
    if (page === undefined || page.kind.isTable !== (parent ?? page.kind).isTable) {
      this.#isBroken = true;
      this.#hole(tree);
      return;
    }
    this.#seen[number] = 1;
    if (!page.isWhole && !page.kind.isLeaf) this.#isBroken = true;
    this.#inOrder(tree, page, {
      visit,
      child: (next) => this.#page(tree, { number: next, depth: depth + 1, parent: page.kind }, visit),
    });
  }

  #inOrder(
    tree: Tree,
    { children, records, isWhole }: TreePage,
    { visit, child }: { visit: (record: FoundRecord) => void; child: (number: number) => void },
  ): void {
    records.forEach((record, index) => {
      const before = children[index];
      if (before !== undefined) child(before);
      if (record === undefined) this.#hole(tree);
      else visit(record);
    });
    if (!isWhole && !records.includes(undefined)) this.#hole(tree);
    for (const after of children.slice(records.length)) child(after);
  }

  #hole(tree: Tree | undefined): void {
    this.#holes += 1;
    this.#visitor.hole(tree);
  }

  /** SQLite file format, section 1.5, "The Freelist": trunk pages that name the others. */
  #markFree(): void {
    let trunk = this.#file.page(1)?.readUInt32BE(32) ?? 0;
    while (trunk > 0 && this.#seen[trunk] === 0) {
      this.#seen[trunk] = 1;
      const page = this.#file.page(trunk);
      if (page === undefined) return;
      const count = Math.min(page.readUInt32BE(4), page.length / 4 - 2);
      for (let index = 0; index < count; index += 1) {
        const free = page.readUInt32BE(8 + 4 * index);
        if (free < this.#seen.length) this.#seen[free] = 1;
      }
      trunk = page.readUInt32BE(0);
    }
  }

  #readStrays(): void {
    for (let number = 1; number < this.#seen.length; number += 1) {
      if (this.#seen[number] !== 0) continue;
      const page = readTreePage(this.#file, number);
      if (page === undefined || page.records.length === 0) continue;
      this.#strayPages += 1;
      for (const record of page.records) if (record !== undefined) this.#visitor.record(undefined, record);
    }
  }
}

/** The tree that a row of the schema describes (section 2.6). */
function treeOf({ values }: FoundRecord): Tree | undefined {
  const [type, name, , root] = values;
  if ((type !== 'table' && type !== 'index') || typeof name !== 'string') return undefined;
  return typeof root === 'number' && root > 0 ? { name, root } : undefined;
}
