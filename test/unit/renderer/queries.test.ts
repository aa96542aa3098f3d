import { describe, expect, it } from "vitest";
import { Bridge } from "../../../renderer/bridge/bridge.ts";
import { makeQueryClient, queries } from "../../../renderer/state/queries.ts";
import { CALLS } from "../../../shared/contract.ts";

/** What a list is asked for with, by whoever holds more than the names that say which list. */

const REQUEST = { accountId: "demo", orgSlug: "northwind-labs", appName: "web", machine: null };

/** A bridge whose link is open, and what its page asks. */
function openBridge(): { bridge: Bridge; asked: { id: number; input: unknown }[]; answer(message: object): void } {
  const asked: { id: number; input: unknown }[] = [];
  let receive: (message: string) => void = () => undefined;
  const bridge = new Bridge({
    send: (message) => {
      if (typeof message === "string") asked.push(JSON.parse(message));
    },
    onMessage: (listener) => {
      receive = listener;
    },
    onState: (listener) => listener("open"),
  });
  return { bridge, asked, answer: (message) => receive(JSON.stringify(message)) };
}

it("a platform that asks to slow down (RFC 6585, 429) is not asked again at once (#4)", async () => {
  const { bridge, asked, answer } = openBridge();
  const client = makeQueryClient();
  const list = client.fetchQuery(queries.apps(bridge, REQUEST));
  await expect.poll(() => asked.length).toBe(1);
  answer({ id: asked[0]?.id, error: { code: "rate-limited" } });
  await expect(list).rejects.toMatchObject({ info: { code: "rate-limited" } });
  expect(asked.length).toBe(1);
});

describe("lists are asked for with what the contract takes, and no more (#4)", () => {
  it.each(["apps", "machines", "peers"] as const)("%s, by a pane that has a whole request", async (name) => {
    const { bridge, asked } = openBridge();
    const client = makeQueryClient();
    if (name === "apps") void client.prefetchQuery(queries.apps(bridge, REQUEST));
    else if (name === "machines") void client.prefetchQuery(queries.machines(bridge, REQUEST, REQUEST.appName));
    else void client.prefetchQuery(queries.peers(bridge, REQUEST));
    await expect.poll(() => asked.length).toBe(1);
    expect(CALLS[`${name}.list`].input.safeParse(asked[0]?.input)).toMatchObject({ success: true });
    client.clear();
  });
});
