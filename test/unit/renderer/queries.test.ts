import { describe, expect, it } from "vitest";
import { Bridge } from "../../../renderer/bridge/bridge.ts";
import { makeQueryClient, queries } from "../../../renderer/state/queries.ts";
import { CALLS } from "../../../shared/contract.ts";

/** What a list is asked for with, by whoever holds more than the names that say which list. */

const REQUEST = { accountId: "demo", orgSlug: "northwind-labs", appName: "web", machine: null };

describe("lists are asked for with what the contract takes, and no more (#4)", () => {
  it.each(["apps", "machines", "peers"] as const)("%s, by a pane that has a whole request", async (name) => {
    const asked: unknown[] = [];
    const bridge = new Bridge({
      send: (message) => {
        if (typeof message === "string") asked.push(JSON.parse(message));
      },
      onMessage: () => undefined,
      onState: (listener) => listener("open"),
    });
    const client = makeQueryClient();
    if (name === "apps") void client.prefetchQuery(queries.apps(bridge, REQUEST));
    else if (name === "machines") void client.prefetchQuery(queries.machines(bridge, REQUEST, REQUEST.appName));
    else void client.prefetchQuery(queries.peers(bridge, REQUEST));
    await expect.poll(() => asked.length).toBe(1);
    const [message] = asked as [{ input: unknown }];
    expect(CALLS[`${name}.list`].input.safeParse(message.input)).toMatchObject({ success: true });
    client.clear();
  });
});
