import ts from 'typescript';

/** One `import`, `export … from`, dynamic `import()` or `new URL('./x.ts', import.meta.url)`. */
export interface ImportEdge {
  /** As written: `../core/errors.ts`, `node:net`, `fastify`. */
  readonly specifier: string;
  /** The file it names, from the top of the repository; undefined for packages and Node's own modules. */
  readonly target: string | undefined;
  readonly kind: 'static' | 'types' | 'dynamic' | 'url';
  /** The names taken, as the other file exports them; `*` when all are. */
  readonly names: readonly string[];
  readonly line: number;
}

export interface ExportedName {
  readonly name: string;
  /** An interface or a type alias: it has no value. */
  readonly isType: boolean;
  readonly line: number;
}

/** One file with what the rules ask of it. */
export interface SourceFile {
  /** From the top of the repository, with forward slashes. */
  readonly path: string;
  readonly text: string;
  readonly lines: number;
  readonly tree: ts.SourceFile;
  readonly imports: readonly ImportEdge[];
  readonly exports: readonly ExportedName[];
}

export function parseSource(path: string, text: string): SourceFile {
  const tree = ts.createSourceFile(path, text, ts.ScriptTarget.Latest, true);
  return {
    path,
    text,
    lines: text.split('\n').length - (text.endsWith('\n') ? 1 : 0),
    tree,
    imports: importsOf(tree),
    exports: tree.statements.flatMap((statement) => exportsOf(tree, statement)),
  };
}

/** Counted from 1. */
export function lineOf(tree: ts.SourceFile, node: ts.Node): number {
  return tree.getLineAndCharacterOfPosition(node.getStart(tree)).line + 1;
}

/** Every node of the tree, outer ones first. */
export function* nodesOf(node: ts.Node): Generator<ts.Node> {
  yield node;
  for (const child of node.getChildren()) yield* nodesOf(child);
}

function importsOf(tree: ts.SourceFile): ImportEdge[] {
  const edges: ImportEdge[] = [];
  const visit = (node: ts.Node): void => {
    const found = taken(tree, node);
    if (found !== undefined && ts.isStringLiteral(found.specifier)) {
      const specifier = found.specifier.text;
      const { kind, names } = found;
      edges.push({
        specifier,
        target: resolve(tree.fileName, specifier),
        kind,
        names,
        line: lineOf(tree, node),
      });
    }
    ts.forEachChild(node, visit);
  };
  visit(tree);
  return edges;
}

interface Taken extends Pick<ImportEdge, 'kind' | 'names'> {
  readonly specifier: ts.Node;
}

function taken(tree: ts.SourceFile, node: ts.Node): Taken | undefined {
  if (ts.isImportDeclaration(node)) {
    const { names, onlyTypes } = importedNames(node.importClause);
    return { specifier: node.moduleSpecifier, kind: onlyTypes ? 'types' : 'static', names };
  }
  if (ts.isExportDeclaration(node) && node.moduleSpecifier !== undefined) {
    const kind = node.isTypeOnly ? 'types' : 'static';
    return { specifier: node.moduleSpecifier, kind, names: reexportedNames(node) };
  }
  if (ts.isImportTypeNode(node) && ts.isLiteralTypeNode(node.argument)) {
    return { specifier: node.argument.literal, kind: 'types', names: ['*'] };
  }
  return takenByCall(tree, node);
}

function takenByCall(tree: ts.SourceFile, node: ts.Node): Taken | undefined {
  if (!ts.isCallExpression(node) && !ts.isNewExpression(node)) return undefined;
  const [first, second] = node.arguments ?? [];
  if (first === undefined) return undefined;
  if (node.expression.kind === ts.SyntaxKind.ImportKeyword) {
    return { specifier: first, kind: 'dynamic', names: ['*'] };
  }
  const isOwnFile = node.expression.getText(tree) === 'URL' && second?.getText(tree) === 'import.meta.url';
  return isOwnFile ? { specifier: first, kind: 'url', names: ['*'] } : undefined;
}

function importedNames(clause: ts.ImportClause | undefined): { names: string[]; onlyTypes: boolean } {
  if (clause === undefined) return { names: [], onlyTypes: false };
  const names = clause.name === undefined ? [] : ['default'];
  const bindings = clause.namedBindings;
  if (bindings === undefined) return { names, onlyTypes: clause.phaseModifier === ts.SyntaxKind.TypeKeyword };
  if (ts.isNamespaceImport(bindings)) return { names: ['*'], onlyTypes: false };
  for (const element of bindings.elements) names.push((element.propertyName ?? element.name).text);
  return {
    names,
    onlyTypes:
      clause.phaseModifier === ts.SyntaxKind.TypeKeyword ||
      (clause.name === undefined && bindings.elements.every((element) => element.isTypeOnly)),
  };
}

function reexportedNames(node: ts.ExportDeclaration): string[] {
  if (node.exportClause === undefined || ts.isNamespaceExport(node.exportClause)) return ['*'];
  return node.exportClause.elements.map((element) => (element.propertyName ?? element.name).text);
}

function exportsOf(tree: ts.SourceFile, statement: ts.Statement): ExportedName[] {
  const line = lineOf(tree, statement);
  if (ts.isExportAssignment(statement)) return [{ name: 'default', isType: false, line }];
  if (ts.isExportDeclaration(statement)) {
    if (statement.exportClause === undefined || ts.isNamespaceExport(statement.exportClause)) return [];
    return statement.exportClause.elements.map((element) => ({
      name: element.name.text,
      isType: statement.isTypeOnly || element.isTypeOnly,
      line,
    }));
  }
  const modifiers = ts.canHaveModifiers(statement) ? (ts.getModifiers(statement) ?? []) : [];
  if (!modifiers.some((modifier) => modifier.kind === ts.SyntaxKind.ExportKeyword)) return [];
  if (modifiers.some((modifier) => modifier.kind === ts.SyntaxKind.DefaultKeyword)) {
    return [{ name: 'default', isType: false, line }];
  }
  if (ts.isVariableStatement(statement)) {
    return statement.declarationList.declarations.flatMap((declaration) =>
      ts.isIdentifier(declaration.name) ? [{ name: declaration.name.text, isType: false, line }] : [],
    );
  }
  const isType = ts.isInterfaceDeclaration(statement) || ts.isTypeAliasDeclaration(statement);
  const declared = statement as ts.Statement & { readonly name?: ts.Identifier };
  return declared.name === undefined ? [] : [{ name: declared.name.text, isType, line }];
}

/** `gateway/io/x.ts` and `../core/errors.ts` make `gateway/core/errors.ts`. */
function resolve(from: string, specifier: string): string | undefined {
  if (!specifier.startsWith('.')) return undefined;
  const parts = from.split('/').slice(0, -1);
  for (const step of specifier.split('/')) {
    if (step === '..') parts.pop();
    else if (step !== '.') parts.push(step);
  }
  return parts.join('/');
}
