import { setTimeout as delay } from "node:timers/promises";
import { expect, test } from "vitest";
import { EngineOnDemo } from "../../support/engine-on-demo.ts";

test("a gateway that forgets us in mid-shell costs a few packets, not a burst for each timer, and the keys arrive once", async () => {
  const world = await EngineOnDemo.start({ seed: 9 });
  try {
    const { id } = await world.open("api");
    await world.settled(id, "open");
    const channel = await world.attach(id);
    world.type(channel, "echo $((6*7))\r");
    await world.shows(channel, /42\r\n/);
    const before = await figures(world);
    const times: number[] = [];
    for (let round = 0; round < 3; round++) {
      world.cloud.gatewayControl.evict();
      const began = performance.now();
      for (const key of `echo ${round}-$((6*7))\r`) {
        world.type(channel, key);
        await delay(5);
      }
      await world.shows(channel, new RegExp(`${round}-42\r\n`));
      times.push(Math.round(performance.now() - began));
    }
    const after = await figures(world);
    process.stdout.write(`eviction to echo: ${times.join(", ")} ms, retransmits ${after - before}\n`);
    // Each time a tail probe, a timeout or two, and what is tried at once when the gateway is back. One for each key made 99.
    expect(after - before).toBeLessThan(3 * 10);
  } finally {
    await world.dispose();
  }
}, 60_000);

async function figures(world: EngineOnDemo): Promise<number> {
  const tunnels = await world.call("tunnels.list", {});
  return tunnels.flatMap(({ connections }) => connections).reduce((total, { retransmits }) => total + retransmits, 0);
}
