// Directory sync of SAML Jackson (Polis), on a loopback port, with its database in memory. Its own service has a route of
// Next.js in front: what that makes of a request stands here, with nothing mended.
import { createServer } from "node:http";
import { text } from "node:stream/consumers";
import jackson from "@boxyhq/saml-jackson";

const port = Number(process.argv[2]);
const address = `http://127.0.0.1:${port}`;
const { directorySyncController } = await jackson.default({
  externalUrl: address,
  samlPath: "/api/oauth/saml",
  scimPath: "/api/scim/v2.0",
  oidcPath: "/api/oauth/oidc",
  db: { engine: "mem" },
  noAnalytics: true,
});
const { data, error } = await directorySyncController.directories.create({
  tenant: "example.com",
  product: "conformance",
  name: "conformance",
  type: "generic-scim-v2",
});
if (error) throw new Error(error.message);

// Who parses JSON there looks for application/json alone; the route tries the text of any other type, and passes it on as
// text where that is no JSON.
const parsed = (body) => {
  try {
    const json = JSON.parse(body);
    return typeof json === "object" ? json : body;
  } catch {
    return body;
  }
};
const whole = (digits) => (digits ? parseInt(digits) : undefined);

const server = createServer(async (request, response) => {
  const send = (status, type, body) => {
    response.writeHead(status, { "Content-Type": type });
    response.end(request.method === "HEAD" ? undefined : body);
  };
  try {
    const { pathname, searchParams } = new URL(request.url, address);
    const [directoryId, resourceType, resourceId] = pathname
      .replace(/^\/api\/scim\/v2\.0\//, "")
      .split("/")
      .map(decodeURIComponent);
    const answer = await directorySyncController.requests.handle({
      method: request.method,
      body: parsed(await text(request)),
      directoryId,
      resourceId,
      resourceType,
      apiSecret: request.headers.authorization?.split(" ")[1] ?? null,
      query: {
        count: whole(searchParams.get("count")),
        startIndex: whole(searchParams.get("startIndex")),
        filter: searchParams.get("filter") ?? undefined,
      },
    });
    send(answer.status, "application/json; charset=utf-8", JSON.stringify(answer.data));
  } catch {
    send(500, "text/plain", "Internal Server Error");
  }
});
server.listen(port, "127.0.0.1", () => console.log("ready", data.scim.endpoint, data.scim.secret));
