// PouchDB beside the database under test: fills one side, replicates, says what both hold.
//   node pouch.mjs MODULES URL pull|push
import { createHash } from "node:crypto";
import { createRequire } from "node:module";

const [modules, url, way] = process.argv.slice(2);
const take = createRequire(`${modules}/`);
const PouchDB = take("pouchdb-core");
for (const part of ["pouchdb-adapter-memory", "pouchdb-adapter-http", "pouchdb-replication"]) PouchDB.plugin(take(part));

const SIZES = { "small.txt": ["text/plain", 3000], "middle.bin": ["application/octet-stream", 300000] };

const fill = async (db) => {
  await db.bulkDocs(Array.from({ length: 300 }, (_, n) => ({ _id: `d${String(n).padStart(4, "0")}`, n })));
  const gone = await db.get("d0001");
  await db.remove(gone);
  await db.bulkDocs([
    { _id: "torn", _rev: "1-aaa", words: "A" },
    { _id: "torn", _rev: "1-bbb", words: "B" },
  ], { new_edits: false });
  const attachments = Object.fromEntries(Object.entries(SIZES).map(([name, [type, size]]) => [
    name, { content_type: type, data: Buffer.alloc(size, "Pas d’eau. ").toString("base64") },
  ]));
  await db.put({ _id: "with-photo", _attachments: attachments });
};

const state = async (db) => {
  const rows = (await db.changes({ style: "all_docs", since: 0 })).results;
  const leaves = Object.fromEntries(rows.map(({ id, changes }) => [id, changes.map(({ rev }) => rev).sort()]));
  const read = Object.keys(SIZES).map(async (name) => createHash("sha256").update(await db.getAttachment("with-photo", name)).digest("hex"));
  return { leaves, winner: (await db.get("torn"))._rev, data: await Promise.all(read) };
};

const here = new PouchDB("here", { adapter: "memory" });
const there = new PouchDB(url, { skip_setup: true });
const [source, target] = way === "pull" ? [there, here] : [here, there];
await fill(source);
const told = await PouchDB.replicate(source, target);
const again = await PouchDB.replicate(source, target);
const live = PouchDB.replicate(source, target, { live: true, retry: true });
await source.put({ _id: "later", n: 1 });
for (let tries = 0; tries < 100; tries += 1) {
  if (await target.get("later").catch(() => null)) break;
  await new Promise((resolve) => { setTimeout(resolve, 50); });
}
live.cancel();
const [one, other] = await Promise.all([state(source), state(target)]);
process.stdout.write(JSON.stringify({ told, again, one, other }), () => process.exit(0));
