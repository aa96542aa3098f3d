import { describe, expect, test } from "vitest";
import { DOUBT_AFTER_MS } from "../../../../electron/engine/carriers/silence.ts";
import { RaceWorld, settledOnUdp } from "../../../support/engine-carriers.ts";

const INITIATION = 1;
const DATA = 4;

describe("a carrier that a person chose stays in use", () => {
  test("websocket, although the response to an initiation over UDP comes late", () => {
    const world = settledOnUdp();
    world.initiate();
    world.pass(20);
    world.race.choose("websocket", world.clock.now());
    world.pass(0);
    world.taken();
    world.handshake("udp");
    world.pass(0);
    expect(world.race.carrier).toBe("websocket");
    expect(world.race.isRacing).toBe(true);
    world.connect();
    world.data();
    expect(world.taken()).toEqual({ udp: [], websocket: [INITIATION, DATA] });
    world.handshake("websocket");
    expect(world.race.isRacing).toBe(false);
    expect(world.settled).toEqual(["udp", "websocket"]);
  });

  test("websocket, although the gateway calls over UDP: it is called back over the WebSocket", () => {
    const world = new RaceWorld({ choice: "websocket" });
    world.initiate();
    world.pass(0);
    world.connect();
    world.handshake("websocket");
    world.call("udp");
    world.taken();
    world.packet("udp", { isFirst: true });
    world.data();
    world.pass(0);
    expect(world.race.carrier).toBe("websocket");
    expect(world.taken()).toEqual({ udp: [], websocket: [DATA, INITIATION] });
    world.handshake("websocket");
    expect(world.race.isRacing).toBe(false);
    expect(world.remembered).toEqual([]);
  });

  test("udp, although a handshake is completed over the WebSocket", () => {
    const world = new RaceWorld({ choice: "udp" });
    world.initiate();
    world.handshake("websocket");
    world.data();
    world.pass(0);
    expect(world.race.carrier).toBe("udp");
    expect(world.taken()).toEqual({ udp: [INITIATION, DATA, DATA, INITIATION], websocket: [] });
    expect(world.stream.isStarted).toBe(false);
    world.handshake("udp");
    expect(world.settled).toEqual(["udp"]);
  });
});

describe("forced UDP in doubt", () => {
  test("half a second without an answer, and the gateway is called again; the WebSocket stays out", () => {
    const world = settledOnUdp("udp");
    world.data();
    world.pass(DOUBT_AFTER_MS - 1);
    expect(world.taken().udp).toEqual([DATA]);
    world.pass(1);
    expect(world.taken().udp).toEqual([INITIATION]);
    world.pass(60_000);
    expect(world.stream.isStarted).toBe(false);
    world.handshake("udp");
    expect(world.race.isRacing).toBe(false);
    expect(world.recovered).toBe(true);
  });

  test("nothing is doubted while nothing asks for an answer", () => {
    const world = settledOnUdp("udp");
    world.data(false);
    world.pass(60_000);
    expect(world.taken().udp).toEqual([DATA]);
  });
});
