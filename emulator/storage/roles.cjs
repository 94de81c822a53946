// Azure's roles in Azurite: after a token was found good, its bearer must have been given the right that the
// operation needs, at the account or at the queue, container or table. What a principal was given comes from
// roles.py; which right an operation needs is here.
// https://learn.microsoft.com/rest/api/storageservices/authorize-with-azure-active-directory
"use strict";

const path = require("path");

// The first pattern that an operation's name fits names the rights, any of which will do.
const NEEDS = {
  queue: [
    [/^Messages_Enqueue$/, ["messages/add", "messages/write"]],
    [/^Messages_Dequeue$/, ["messages/process"]],
    [/^Messages_Peek$/, ["messages/read"]],
    [/^Messages_Clear$/, ["messages/delete"]],
    [/^MessageId_Delete$/, ["messages/process", "messages/delete"]],
    [/^MessageId_Update$/, ["messages/write"]],
    [/^Queue_Delete$/, ["queues/delete"]],
    [/^(Queue_Create|Queue_Set.*|Service_Set.*)$/, ["queues/write"]],
    [/./, ["queues/read"]],
  ],
  blob: [
    [/GetAccountInfo/, null],
    [/^Service_GetUserDelegationKey$/, ["key"]],
    [/(Tags|FilterBlobs)$/, ["tags"]],
    [/^Container_List/, ["blobs/read"]],
    [/^(Container|Service)_SubmitBatch$/, ["blobs/delete", "blobs/write"]],
    [/^(Container_Get.*|Service_Get.*|Service_List.*)$/, ["containers/read"]],
    [/^Container_Delete$/, ["containers/delete"]],
    [/^(Container|Service)_/, ["containers/write"]],
    [/^(Blob_Download|Blob_Get.*|Blob_Query|PageBlob_Get.*|BlockBlob_Get.*)$/, ["blobs/read"]],
    [/^Blob_(Delete|DeleteImmutabilityPolicy)$/, ["blobs/delete"]],
    [/./, ["blobs/write"]],
  ],
  table: [
    [/^(Table_Query|Table_GetAccessPolicy|Service_Get.*)$/, ["tables/read"]],
    [/^Table_Delete$/, ["tables/delete"]],
    [/^(Table_Create|Table_SetAccessPolicy|Service_Set.*)$/, ["tables/write"]],
    [/^Table_QueryEntities/, ["entities/read"]],
    [/^Table_DeleteEntity$/, ["entities/delete"]],
    [/./, ["entities/write"]],
  ],
};

// A batch names its table in its parts, which are not read yet: a right at any table of the account will do.
const ANY = "*";
const BATCH = "$batch";
const RESOURCE = { queue: "queue", blob: "container", table: "tableName" };
const NAMES = { queue: "Queue", blob: "Blob", table: "Table" };

// Which rights each operation needs, worked out once.
function needed(service, operations) {
  const known = new Map();
  return (operation) => {
    if (!known.has(operation)) {
      const name = operations[operation] || "";
      known.set(operation, NEEDS[service].find(([pattern]) => pattern.test(name))[1]);
    }
    return known.get(operation);
  };
}

function isGranted(access, principal, account, service, resource, rights) {
  if (rights === null || access.operators.includes(principal)) return true;
  return (access.grants[principal] || []).some(
    ([where, kind, only, given]) =>
      where === account && kind === service && (resource === ANY || only === "" || only === resource) && rights.some((r) => given.includes(r)),
  );
}

// Puts the check behind Azurite's own of the token. `access` answers what was told last, null for "not asked for".
exports.install = (azurite, access, claimsOf) => {
  for (const [service, name] of Object.entries(NAMES)) {
    const load = (file) => require(path.join(azurite, service, file));
    const Authenticator = load(`authentication/${name}TokenAuthenticator`).default;
    const Context = load(`context/${name}StorageContext`).default;
    const errors = load("errors/StorageErrorFactory").default;
    const enumeration = load("generated/artifacts/operation");
    const rightsFor = needed(service, enumeration.Operation || enumeration.default);
    const validate = Authenticator.prototype.validate;
    Authenticator.prototype.validate = async function (request, context) {
      const passed = await validate.call(this, request, context);
      const told = access();
      if (passed !== true || told === null) return passed;
      const at = new Context(context);
      const claims = claimsOf(request.getHeader("authorization").slice("Bearer ".length));
      const principal = String((claims && claims.oid) || "").toLowerCase();
      const named = String(at[RESOURCE[service]] || "").toLowerCase();
      const resource = service === "table" && named === BATCH ? ANY : named;
      const account = String(at.account).toLowerCase();
      if (isGranted(told, principal, account, service, resource, rightsFor(at.operation))) return true;
      throw errors.getAuthorizationPermissionMismatch(service === "table" ? at : at.contextID || at.contextId);
    };
  }
};
