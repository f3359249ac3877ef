// Bundles the page's script and style into dist/, and the licence texts of what is bundled with them. Same inputs, same bytes.
import { build } from "esbuild";
import { mkdir, readFile, writeFile } from "node:fs/promises";

const out = process.argv[2] ?? "dist";
const shared = { bundle: true, minify: true, charset: "ascii", legalComments: "none", logLevel: "warning" };
await mkdir(out, { recursive: true });
await build({ ...shared, entryPoints: ["src/main.ts"], outfile: `${out}/report.js`, format: "iife", target: "es2022" });
await build({ ...shared, entryPoints: ["src/report.css"], outfile: `${out}/report.css`, target: "es2022" });

// The page puts both between tags.
for (const name of ["report.js", "report.css"]) {
  if (/<\/(script|style)|<!--/i.test(await readFile(`${out}/${name}`, "utf8"))) throw new Error(`${name} would end its element`);
}

const { dependencies } = JSON.parse(await readFile("package.json", "utf8"));
const licences = [];
for (const name of Object.keys(dependencies).sort()) {
  const { version, license } = JSON.parse(await readFile(`node_modules/${name}/package.json`, "utf8"));
  licences.push(`${name} ${version} (${license})\n\n${(await readFile(`node_modules/${name}/LICENSE`, "utf8")).trim()}\n`);
}
await writeFile(`${out}/LICENCES.txt`, licences.join("\n"));
