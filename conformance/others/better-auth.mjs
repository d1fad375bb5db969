// The SCIM plugin of Better Auth on a loopback port, with its tables in memory.
import { createServer } from "node:http";
import { betterAuth } from "better-auth";
import { memoryAdapter } from "better-auth/adapters/memory";
import { getAuthTables } from "better-auth/db";
import { toNodeHandler } from "better-auth/node";
import { scim } from "@better-auth/scim";

const port = Number(process.argv[2]);
const token = "a-token-of-this-run-and-of-no-other-use";
const address = `http://127.0.0.1:${port}`;
const options = {
  baseURL: address,
  secret: "a-secret-of-this-run-and-of-no-other-use",
  plugins: [
    scim({ connections: [{ id: "conformance", credentials: [{ type: "bearer", id: "conformance", token }] }] }),
  ],
  rateLimit: { enabled: false },
  telemetry: { enabled: false },
};
const tables = Object.values(getAuthTables(options)).map((table) => [table.modelName, []]);
const auth = betterAuth({ ...options, database: memoryAdapter(Object.fromEntries(tables)) });
createServer(toNodeHandler(auth)).listen(port, "127.0.0.1", () =>
  console.log("ready", `${address}/api/auth/scim/v2`, token),
);
