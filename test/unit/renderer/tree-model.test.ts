import { describe, expect, it } from "vitest";
import type { Loaded } from "../../../renderer/features/apps/loaded.ts";
import { moveInTree } from "../../../renderer/features/apps/tree-keys.ts";
import { buildTree, type TreeRow, type TreeSource, termsOf } from "../../../renderer/features/apps/tree-model.ts";
import { nameOfRow, regionsOf } from "../../../renderer/features/apps/tree-text.ts";
import type { Account, App, Machine, Organization } from "../../../shared/models.ts";
import { app, DEMO, machine, OFFICE, org } from "../../support/renderer-fixtures.ts";

const NONE: Loaded<never> = { items: undefined, error: null };
const of = <T>(...items: T[]): Loaded<T> => ({ items, error: null });

interface Script {
  accounts?: Account[];
  pins?: string[];
  orgs?: Record<string, Loaded<Organization>>;
  apps?: Record<string, Loaded<App>>;
  machines?: Record<string, Loaded<Machine>>;
}

function source(script: Script): TreeSource {
  return {
    accounts: script.accounts ?? [DEMO],
    pins: script.pins ?? [],
    organizations: ({ id }) => script.orgs?.[id] ?? NONE,
    apps: (_account, { slug }) => script.apps?.[slug] ?? NONE,
    machines: (_account, { name }) => script.machines?.[name] ?? NONE,
  };
}

const HARBOR: Script = {
  orgs: { demo: of(org("harbor", "Harbor Lights"), org("ada", "Ada")) },
  apps: { harbor: of(app("web", "harbor"), app("api", "harbor")), ada: of(app("notes", "ada")) },
  machines: {
    web: of(machine("m1", "ams"), machine("m2", "fra", "stopped")),
    api: of(machine("m3", "lhr")),
    notes: of(machine("m4", "nrt")),
  },
};

function lines(script: Script, filter = "", flipped: string[] = []): string[] {
  return buildTree(source(script), { terms: termsOf(filter), flipped: new Set(flipped) }).map((row) =>
    `${"  ".repeat(row.level - 1)}${row.kind} ${labelOf(row)}`.trimEnd(),
  );
}

function labelOf(row: TreeRow): string {
  if (row.kind === "account") return row.account.id;
  if (row.kind === "org") return row.org.slug;
  if (row.kind === "app") return row.app.name;
  if (row.kind === "machine") return row.machine.id;
  if (row.kind === "empty") return row.of;
  return "";
}

describe("the tree", () => {
  it("starts with organizations open and apps closed, apps by name", () => {
    expect(lines(HARBOR)).toEqual(["org harbor", "  app api", "  app web", "org ada", "  app notes"]);
  });

  it("shows an app's machines when it is opened, and hides an organization's apps when it is closed", () => {
    expect(lines(HARBOR, "", ["app/demo/harbor/web", "org/demo/ada"])).toEqual([
      "org harbor",
      "  app api",
      "  app web",
      "    machine m1",
      "    machine m2",
      "org ada",
    ]);
  });

  it("has a level for accounts only when there are several; a configuration has no level for its network", () => {
    const script = {
      ...HARBOR,
      accounts: [DEMO, OFFICE],
      orgs: { ...HARBOR.orgs, office: of(org("office", "Office", "config")) },
      apps: { ...HARBOR.apps, office: of(app("git", "office")) },
    };
    expect(lines(script)).toEqual([
      "account demo",
      "  org harbor",
      "    app api",
      "    app web",
      "  org ada",
      "    app notes",
      "account office",
      "  app git",
      "  add-host",
    ]);
  });

  it("shows loading, empty and failed lists in their place", () => {
    expect(lines({})).toEqual(["loading"]);
    expect(lines({ orgs: { demo: of() } })).toEqual(["empty organizations"]);
    const orgs = { demo: of(org("a", "A"), org("b", "B"), org("c", "C")) };
    const failed: Loaded<App> = { items: undefined, error: { code: "api-unreachable" } };
    expect(lines({ orgs, apps: { a: of(), b: failed } })).toEqual([
      "org a",
      "  empty apps",
      "org b",
      "  error",
      "org c",
      "  loading",
    ]);
  });

  it("#21 says of an imported network that it has no hosts, above the way to add one", () => {
    const orgs = { office: of(org("office", "Office", "config")) };
    expect(lines({ accounts: [OFFICE], orgs, apps: { office: of() } })).toEqual([
      "org office",
      "  empty hosts",
      "  add-host",
    ]);
  });

  it("filters by app, organization, machine and region, all words of it", () => {
    expect(lines(HARBOR, "api")).toEqual(["org harbor", "  app api"]);
    expect(lines(HARBOR, "ada")).toEqual(["org ada", "  app notes"]);
    expect(lines(HARBOR, "FRA")).toEqual(["org harbor", "  app web", "    machine m2"]);
    expect(lines(HARBOR, "harbor ams")).toEqual(["org harbor", "  app web", "    machine m1"]);
    expect(lines(HARBOR, "nothing")).toEqual([]);
  });

  it("opens what is closed while it holds a match", () => {
    expect(lines(HARBOR, "notes", ["org/demo/ada"])).toEqual(["org ada", "  app notes"]);
  });

  it("has a key for each row once", () => {
    const rows = buildTree(source(HARBOR), { terms: [], flipped: new Set(["app/demo/harbor/web"]) });
    expect(new Set(rows.map(({ key }) => key)).size).toBe(rows.length);
  });
});

describe("names of rows", () => {
  it("say what the shapes say", () => {
    const rows = buildTree(source(HARBOR), { terms: [], flipped: new Set(["app/demo/harbor/web"]) });
    expect(rows.map(nameOfRow)).toEqual([
      "Organization Harbor Lights",
      "api, running, 1 machine, lhr",
      "web, running, 2 machines, ams, fra",
      "m1, running, ams",
      "m2, stopped, fra",
      "Organization Ada",
      "notes, running, 1 machine, nrt",
    ]);
  });

  it("#26 show what an app's name hides", () => {
    const [row] = buildTree(source({ ...HARBOR }), { terms: ["api"], flipped: new Set() }).filter(
      ({ kind }) => kind === "app",
    );
    if (row?.kind !== "app") throw new Error("no app");
    expect(nameOfRow({ ...row, app: { ...row.app, name: "api\u200b" } })).toMatch(/^api‹U\+200B›, running/);
  });

  it("shorten many regions", () => {
    const at = (...regions: string[]) => regionsOf(regions.map((region, i) => machine(`m${i}`, region)));
    expect([at(), at("ams", "ams"), at("ams", "fra"), at("ams", "fra", "nrt")]).toEqual([
      "",
      "ams",
      "ams fra",
      "ams +2",
    ]);
  });
});

describe("keys in the tree", () => {
  const rows = buildTree(source(HARBOR), { terms: [], flipped: new Set(["app/demo/harbor/web"]) });
  const at = (name: string): number => rows.findIndex((row) => labelOf(row) === name);

  it.each([
    ["ArrowDown", "harbor", { kind: "go", index: 1 }],
    ["ArrowUp", "harbor", { kind: "go", index: 0 }],
    ["ArrowDown", "notes", { kind: "go", index: 6 }],
    ["End", "harbor", { kind: "go", index: 6 }],
    ["Home", "notes", { kind: "go", index: 0 }],
    ["PageDown", "harbor", { kind: "go", index: 3 }],
    ["ArrowRight", "api", { kind: "flip" }],
    ["ArrowRight", "web", { kind: "go", index: 3 }],
    ["ArrowRight", "m1", { kind: "go", index: 3 }],
    ["ArrowLeft", "web", { kind: "flip" }],
    ["ArrowLeft", "m2", { kind: "go", index: 2 }],
    ["ArrowLeft", "api", { kind: "go", index: 0 }],
    ["Enter", "m1", { kind: "activate" }],
    [" ", "api", { kind: "flip" }],
    [" ", "m1", { kind: "activate" }],
    ["x", "api", undefined],
  ])("%s on %s", (key, name, expected) => {
    expect(moveInTree(key, rows, at(name), 4)).toEqual(expected);
  });
});
