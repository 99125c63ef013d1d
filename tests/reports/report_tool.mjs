// Reads an evaluation as W3C's WCAG-EM Report Tool does: expanded, framed by type with the names that it knows, and the
// assertions framed once more out of that. On standard input the evaluation, on standard output what was read.
import { createRequire } from "node:module";
import { readFileSync } from "node:fs";

const jsonld = createRequire(process.argv[2])("jsonld");
const { evaluation, names } = JSON.parse(readFileSync(0, "utf8"));
const opened = await jsonld.frame(await jsonld.expand(evaluation), { "@context": names, "@type": ["Evaluation"] });
const framed = await jsonld.frame(opened, { "@context": names, "@type": ["Assertion"] });
console.log(JSON.stringify({ opened, assertions: framed["@graph"] ?? [framed] }));
