// Compares the code of modules in two folders, comments aside, and prints the names of those that differ:
//   node comments.mjs SOURCE SERVED NAME...
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import ts from 'typescript';

const [source, served, ...names] = process.argv.slice(2);
const compilerOptions = { target: 'esnext', removeComments: true };
const codeOf = (folder, name) => ts.transpileModule(readFileSync(join(folder, name), 'utf8'), { compilerOptions }).outputText;

for (const name of names) {
  if (codeOf(source, name) !== codeOf(served, name)) console.log(name);
}
