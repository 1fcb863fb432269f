// Adds to a CycloneDX list of a binary's Go modules what its pages use from npm:
//   node sbom.mjs FILE
// It also takes out the digests of the tool that made the list, which differ from machine to machine.
import { readFileSync, writeFileSync } from 'node:fs';

// What `make vendor` copies, and what is in the generated style sheet.
const shipped = ['@fontsource-variable/inter', 'lean-qr', 'swagger-ui-dist', 'tailwindcss', 'uplot'];

const file = process.argv[2];
const list = JSON.parse(readFileSync(file, 'utf8'));
const { packages } = JSON.parse(readFileSync(new URL('../package-lock.json', import.meta.url), 'utf8'));
for (const name of shipped) {
  const { version, license } = packages[`node_modules/${name}`];
  const purl = `pkg:npm/${name.replace('@', '%40')}@${version}`;
  list.components.push({ 'bom-ref': purl, type: 'library', name, version, scope: 'required', licenses: [{ license: { id: license } }], purl });
  list.dependencies.find((one) => one.ref === list.metadata.component['bom-ref']).dependsOn.push(purl);
}
for (const tool of list.metadata.tools?.components ?? list.metadata.tools ?? []) delete tool.hashes;
writeFileSync(file, `${JSON.stringify(list, null, 2)}\n`);
