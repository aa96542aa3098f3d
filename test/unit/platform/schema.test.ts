import { execFileSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { buildSchema } from "graphql";
import { expect, test } from "vitest";

const ROOT = fileURLToPath(new URL("../../..", import.meta.url));
const SCHEMA = join(ROOT, "electron/platform/schema.graphql");

test("schema.graphql is a valid schema", () => {
  expect(buildSchema(readFileSync(SCHEMA, "utf8")).getQueryType()?.name).toBe("Queries");
});

test("graphql-env.d.ts is what gql.tada makes of schema.graphql today", () => {
  const folder = mkdtempSync(join(tmpdir(), "culvert-schema-"));
  try {
    const output = join(folder, "graphql-env.d.ts");
    const cli = join(ROOT, "node_modules/gql.tada/bin/cli.js");
    const config = join(ROOT, "electron/tsconfig.json");
    execFileSync(process.execPath, [cli, "generate-output", "-c", config, "-o", output], { cwd: ROOT, stdio: "pipe" });
    const committed = readFileSync(join(ROOT, "electron/platform/graphql-env.d.ts"), "utf8");
    expect(
      readFileSync(output, "utf8") === committed,
      "run: npx gql.tada generate-output -c electron/tsconfig.json",
    ).toBe(true);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
});
