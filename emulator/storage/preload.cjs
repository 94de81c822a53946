// Loaded into Azurite's process before Azurite itself (node --require).
//
// It lets the emulator, over Azurite's standard input, say which accounts there are and which key signs tokens,
// and makes sure that Azurite ends, with everything saved, when the emulator ends in whatever way.
// It reaches into Azurite's modules: the version is pinned in tools/azurite/package.json, tests/integration
// has a test for each thing done here.
"use strict";

const Module = require("module");
const path = require("path");

const azurite = path.dirname(process.argv[1]);
const SAVE_INTERVAL_MS = 1000;

// Half of Azurite's start is spent on loading what is switched off here: telemetry, the SQL back ends,
// and the list of public domains that a cookie jar of an HTTP client needs.
const UNUSED = new Map([
  ["applicationinsights", {}],
  ["./SqlBlobServer", { default: class {} }],
  ["tough-cookie", { CookieJar: class {} }],
]);
const load = Module._load;
Module._load = function (request, ...rest) {
  return UNUSED.has(request) ? UNUSED.get(request) : load.call(this, request, ...rest);
};

// The accounts and the key are what the emulator said last; Azurite's well-known account does not exist.
let accounts = new Map();
let publicKey = null;
let access = null; // who may do what; null: every good token everything

const store = require(path.join(azurite, "common", "AccountDataStore")).default;
store.prototype.getAccount = (name) => accounts.get(name);

// Azurite decodes tokens without looking at the signature; here a token not signed by the emulator is no token.
const azuriteRequire = Module.createRequire(process.argv[1]);
const jwt = azuriteRequire("jsonwebtoken");
const checked = { algorithms: ["ES256"], ignoreExpiration: true, ignoreNotBefore: true };
// A token is checked once; clients send the same one for a day.
const MOST_TOKENS = 1000;
let verified = new Map();
jwt.decode = (token) => {
  if (verified.has(token)) return verified.get(token);
  let claims = null;
  try {
    claims = jwt.verify(token, publicKey, checked);
  } catch {
    return null;
  }
  if (verified.size >= MOST_TOKENS) verified = new Map();
  verified.set(token, claims);
  return claims;
};

require("./roles.cjs").install(azurite, () => access, jwt.decode);

// What a kill -9 of this process can lose is what came after the last save: 1 s instead of 5.
const loki = azuriteRequire("lokijs");
const enable = loki.prototype.autosaveEnable;
loki.prototype.autosaveEnable = function (...args) {
  this.autosaveInterval = SAVE_INTERVAL_MS;
  return enable.apply(this, args);
};

function obey(line) {
  const message = JSON.parse(line);
  if (publicKey !== message.publicKey) verified = new Map();
  publicKey = message.publicKey;
  access = message.access ?? null;
  accounts = new Map(
    Object.entries(message.accounts).map(([name, [key1, key2]]) => [
      name,
      { name, key1: Buffer.from(key1, "base64"), key2: Buffer.from(key2, "base64") },
    ]),
  );
  console.log(`oneplan obeyed ${message.number}`);
}

let pending = "";
process.stdin.setEncoding("utf8");
process.stdin.on("data", (text) => {
  const lines = (pending + text).split("\n");
  pending = lines.pop();
  lines.forEach(obey);
});
process.stdin.unref(); // an open pipe alone must not keep Azurite running after its servers closed
process.stdin.on("end", () => process.kill(process.pid, "SIGTERM"));

// When the emulator was killed nobody reads these any more; that must not stop Azurite from saving.
process.stdout.on("error", () => {});
process.stderr.on("error", () => {});
