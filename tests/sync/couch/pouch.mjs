// PouchDB beside the database under test: fills one side, replicates, says what both hold.
//   node pouch.mjs MODULES URL pull|push
import { createHash } from "node:crypto";
import { createRequire } from "node:module";

const [modules, url, way] = process.argv.slice(2);
const take = createRequire(`${modules}/`);
const PouchDB = take("pouchdb-core");
for (const part of ["pouchdb-adapter-memory", "pouchdb-adapter-http", "pouchdb-replication"]) PouchDB.plugin(take(part));

const DOCUMENTS = 2000;
const SIZES = { small: 3e3, middle: 3e5, large: 3e7 };
const KINDS = { text: "text/plain", noise: "application/octet-stream" };
const ATTACHED = Object.keys(SIZES).flatMap((size) => Object.keys(KINDS).map((kind) => `${size}-${kind}`));

// Words for text, for the rest bytes that nothing packs: the same on each run.
const content = (name) => {
  const [size, kind] = name.split("-");
  if (kind === "text") return Buffer.alloc(SIZES[size], "Pas d’eau au troisième. ");
  const blocks = Array.from({ length: Math.ceil(SIZES[size] / 64) }, (_, n) => createHash("sha512").update(`${n}`).digest());
  return Buffer.concat(blocks).subarray(0, SIZES[size]);
};

const fill = async (db) => {
  await db.bulkDocs(Array.from({ length: DOCUMENTS }, (_, n) => ({ _id: `d${String(n).padStart(4, "0")}`, n })));
  for (let n = 0; n < 20; n += 1) await db.remove(await db.get(`d${String(n).padStart(4, "0")}`));
  await db.bulkDocs([
    { _id: "torn", _rev: "1-aaa", words: "A" },
    { _id: "torn", _rev: "1-bbb", words: "B" },
    { _id: "mended", _rev: "1-aaa", words: "A" },
    { _id: "mended", _rev: "1-bbb", words: "B" },
  ], { new_edits: false });
  await db.remove("mended", "1-bbb");
  for (const name of ATTACHED) {
    const type = KINDS[name.split("-")[1]];
    await db.put({ _id: name, _attachments: { file: { content_type: type, data: content(name) } } });
  }
};

const digest = (data) => createHash("sha256").update(data).digest("hex");

const state = async (db) => {
  const rows = (await db.changes({ style: "all_docs", since: 0 })).results;
  const leaves = Object.fromEntries(rows.map(({ id, changes }) => [id, changes.map(({ rev }) => rev).sort()]));
  const winners = Object.fromEntries((await db.allDocs()).rows.map(({ id, value }) => [id, value.rev]));
  const data = {};
  for (const name of ATTACHED) data[name] = digest(await db.getAttachment(name, "file"));
  return { leaves, winners, data };
};

const here = new PouchDB("here", { adapter: "memory" });
const there = new PouchDB(url, { skip_setup: true });
const [source, target] = way === "pull" ? [there, here] : [here, there];
await fill(source);
const told = await PouchDB.replicate(source, target);
const again = await PouchDB.replicate(source, target);
const live = PouchDB.replicate(source, target, { live: true, retry: true });
await source.put({ _id: "later", n: 1 });
for (let tries = 0; tries < 200; tries += 1) {
  if (await target.get("later").catch(() => null)) break;
  await new Promise((resolve) => { setTimeout(resolve, 50); });
}
live.cancel();
const [one, other] = await Promise.all([state(source), state(target)]);
const meant = Object.fromEntries(ATTACHED.map((name) => [name, digest(content(name))]));
process.stdout.write(JSON.stringify({ told, again, one, other, meant }), () => process.exit(0));
