// scimmy with scimmy-routers as its own README has it, on a loopback port, with resources in memory.
import { randomUUID } from "node:crypto";
import express from "express";
import SCIMMY from "scimmy";
import SCIMMYRouters from "scimmy-routers";

const port = Number(process.argv[2]);
const token = "a-token-of-this-run";

const declare = (type, unique) => {
  const kept = new Map();
  const found = (resource) => {
    if (!kept.has(resource.id)) throw new SCIMMY.Types.Error(404, null, `There is no resource ${resource.id}.`);
    return kept.get(resource.id);
  };
  SCIMMY.Resources.declare(type, {
    ingress: (resource, data) => {
      const now = new Date();
      const before = resource.id ? found(resource) : { id: randomUUID(), meta: { created: now } };
      const written = { ...JSON.parse(JSON.stringify(data)), schemas: [...data.schemas] };
      const folded = (one) => one[unique].normalize("NFC").toLowerCase();
      const taken = [...kept.values()].some(
        (other) => unique && other.id !== before.id && folded(other) === folded(written),
      );
      if (taken) throw new SCIMMY.Types.Error(409, "uniqueness", `${written[unique]} is taken.`);
      const same = JSON.stringify(written) === before.written;
      const meta = { created: before.meta.created, lastModified: same ? before.meta.lastModified : now };
      const after = { ...written, id: before.id, meta };
      kept.set(after.id, { ...after, written: JSON.stringify(written) });
      return after;
    },
    egress: (resource) => {
      const all = resource.id ? [found(resource)] : [...kept.values()];
      return resource.filter ? resource.filter.match(all) : all;
    },
    degress: (resource) => {
      found(resource);
      kept.delete(resource.id);
    },
  });
};
declare(SCIMMY.Resources.User.extend(SCIMMY.Schemas.EnterpriseUser, false), "userName");
declare(SCIMMY.Resources.Group, null);

const app = express();
app.use(
  "/scim/v2",
  new SCIMMYRouters({
    type: "bearer",
    handler: (request) => {
      const [scheme, given] = (request.header("Authorization") ?? "").split(" ");
      if (scheme.toLowerCase() !== "bearer" || given !== token) throw new Error("A bearer token is wanted.");
      return "nobody";
    },
  }),
);
app.listen(port, "127.0.0.1", () => console.log("ready", `http://127.0.0.1:${port}/scim/v2`, token));
