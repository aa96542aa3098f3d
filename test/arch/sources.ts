import { readdirSync, readFileSync } from "node:fs";
import { dirname, join, relative, resolve, sep } from "node:path";
import { fileURLToPath } from "node:url";
import ts from "typescript";

export const PROJECT = fileURLToPath(new URL("../..", import.meta.url));

export interface SourceFile {
  /** From the project's folder, with forward slashes. */
  readonly path: string;
  readonly text: string;
  /** Project paths of relative imports, names of packages for the rest. Type imports count: they are knowledge too. */
  readonly imports: readonly Import[];
}

export interface Import {
  readonly target: string;
  readonly isPackage: boolean;
}

/** All TypeScript files below the folders given, without dependencies and builds. */
export function sourcesBelow(...folders: string[]): SourceFile[] {
  return folders.flatMap((folder) => filesBelow(join(PROJECT, folder)).map(readSource));
}

function filesBelow(folder: string): string[] {
  return readdirSync(folder, { withFileTypes: true }).flatMap((entry) => {
    const path = join(folder, entry.name);
    if (entry.isDirectory()) return entry.name === "node_modules" || entry.name === "dist" ? [] : filesBelow(path);
    return /\.tsx?$/.test(entry.name) ? [path] : [];
  });
}

function readSource(file: string): SourceFile {
  const text = readFileSync(file, "utf8");
  let imports: readonly Import[] | undefined;
  return {
    path: projectPath(file),
    text,
    /** Parsed when first asked for: the rooms' tests read the text alone. */
    get imports() {
      imports ??= importedNames(file, text).map((name) => {
        const isPackage = !name.startsWith(".");
        return { isPackage, target: isPackage ? name : projectPath(resolve(dirname(file), name)) };
      });
      return imports;
    },
  };
}

/** Static and dynamic imports, re-exports, and types by import(): the compiler's own list of all module names. */
function importedNames(path: string, text: string): string[] {
  const names: string[] = [];
  const source = ts.createSourceFile(path, text, ts.ScriptTarget.Latest, true);
  const visit = (node: ts.Node): void => {
    const name = moduleName(node);
    if (name !== undefined) names.push(name);
    ts.forEachChild(node, visit);
  };
  visit(source);
  return names;
}

function moduleName(node: ts.Node): string | undefined {
  const named = (part: ts.Node | undefined): string | undefined =>
    part !== undefined && ts.isStringLiteralLike(part) ? part.text : undefined;
  if (ts.isImportDeclaration(node) || ts.isExportDeclaration(node)) return named(node.moduleSpecifier);
  if (ts.isImportTypeNode(node)) return ts.isLiteralTypeNode(node.argument) ? named(node.argument.literal) : undefined;
  if (!ts.isCallExpression(node)) return undefined;
  const isImport =
    node.expression.kind === ts.SyntaxKind.ImportKeyword ||
    (ts.isIdentifier(node.expression) && node.expression.text === "require");
  return isImport ? named(node.arguments[0]) : undefined;
}

function projectPath(path: string): string {
  return relative(PROJECT, path).split(sep).join("/");
}
