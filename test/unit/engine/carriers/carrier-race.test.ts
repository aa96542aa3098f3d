import { describe, expect, test } from "vitest";
import {
  DOUBT_MS,
  FIRST_UDP_RETRY_MS,
  LAST_UDP_RETRY_MS,
  STREAM_LINGER_MS,
  STREAM_STALL_MS,
  UDP_HEAD_START_MS,
  UDP_TRY_MS,
} from "../../../../electron/engine/carriers/carrier-race.ts";
import { DOUBT_AFTER_MS } from "../../../../electron/engine/carriers/silence.ts";
import { RaceWorld, settledOnUdp, settledOnWebsocket, UDP, WEBSOCKET } from "../../../support/engine-carriers.ts";

const INITIATION = 1;
const DATA = 4;

describe("first contact", () => {
  test("UDP answers: the WebSocket is never connected", () => {
    const world = new RaceWorld();
    world.initiate();
    world.pass(20);
    world.handshake("udp");
    world.pass(60_000);
    expect(world.settled).toEqual(["udp"]);
    expect(world.remembered).toEqual(["udp"]);
    expect(world.stream.isStarted).toBe(false);
    expect(world.taken().udp).toEqual([INITIATION, DATA]);
  });

  test("UDP is silent: after 1.5 s the WebSocket is connected, gets an initiation of its own, and wins", () => {
    const world = new RaceWorld();
    world.initiate();
    world.pass(UDP_HEAD_START_MS - 1);
    expect(world.stream.isStarted).toBe(false);
    world.pass(1);
    expect(world.stream.isStarted).toBe(true);
    world.connect();
    expect(world.taken()).toEqual({ udp: [INITIATION], websocket: [INITIATION] });
    world.handshake("websocket");
    expect(world.race.carrier).toBe("websocket");
    expect(world.taken()).toEqual({ udp: [], websocket: [DATA] });
    expect(world.remembered).toEqual(["websocket"]);
  });

  test("where UDP is known to be blocked both start at once", () => {
    const world = new RaceWorld({ udpBlocked: true });
    world.initiate();
    world.pass(0);
    expect(world.taken().udp).toEqual([INITIATION]);
    expect(world.stream.isStarted).toBe(true);
  });

  test("while both are open, every other initiation spares UDP: one whose answers are blocked must not spoil all", () => {
    const world = new RaceWorld();
    world.initiate();
    world.pass(UDP_HEAD_START_MS);
    world.connect();
    world.taken();
    world.initiate();
    world.initiate();
    world.initiate();
    expect(world.taken()).toEqual({
      udp: [INITIATION, INITIATION],
      websocket: [INITIATION, INITIATION, INITIATION],
    });
  });

  test("late UDP wins over a WebSocket that is connected and silent; that lingers for what is under way", () => {
    const world = new RaceWorld();
    world.initiate();
    world.pass(UDP_HEAD_START_MS);
    world.connect();
    world.pass(100);
    world.handshake("udp");
    expect(world.race.carrier).toBe("udp");
    world.pass(STREAM_LINGER_MS - 1);
    expect(world.stream.isStarted).toBe(true);
    world.packet("websocket");
    expect(world.race.carrier).toBe("udp");
    world.pass(1);
    expect(world.stream.isStarted).toBe(false);
  });

  test("what is not authentic decides nothing", () => {
    const world = new RaceWorld();
    world.initiate();
    world.garbage("udp");
    expect(world.settled).toEqual([]);
    expect(world.race.isRacing).toBe(true);
  });

  test("when the device gives up the WebSocket is closed, and the next initiation begins anew", () => {
    const world = new RaceWorld();
    world.initiate();
    world.pass(UDP_HEAD_START_MS);
    world.race.gaveUp();
    expect(world.stream.isStarted).toBe(false);
    expect(world.race.nextDeadline()).toBe(Number.POSITIVE_INFINITY);
    world.initiate();
    world.pass(UDP_HEAD_START_MS);
    expect(world.stream.isStarted).toBe(true);
  });

  test("a response to the gateway's call goes where the call came from", () => {
    const world = new RaceWorld();
    world.stream.isOpen = true;
    world.race.send(Uint8Array.of(2), WEBSOCKET, world.clock.now(), false);
    world.race.send(Uint8Array.of(2), UDP, world.clock.now(), false);
    expect(world.taken()).toEqual({ udp: [2], websocket: [2] });
  });
});

describe("UDP cut in mid-session", () => {
  test("half a second of silence brings an initiation, a little later the WebSocket, and TCP is told of the change", () => {
    const world = settledOnUdp();
    world.data();
    world.pass(DOUBT_AFTER_MS - 1);
    expect(world.taken().udp).toEqual([DATA]);
    world.pass(1);
    expect(world.taken().udp).toEqual([INITIATION]);
    world.pass(DOUBT_MS);
    expect(world.stream.isStarted).toBe(true);
    world.connect();
    world.data();
    expect(world.taken()).toEqual({ udp: [DATA], websocket: [INITIATION] });
    world.handshake("websocket");
    expect(world.settled).toEqual(["udp", "websocket"]);
    expect(world.recovered).toBe(true);
    world.data();
    expect(world.taken()).toEqual({ udp: [], websocket: [DATA, DATA] });
  });

  test("what asks for no answer raises no doubt, and an answer ends it", () => {
    const world = settledOnUdp();
    world.data(false);
    world.pass(60_000);
    world.data();
    world.pass(DOUBT_AFTER_MS - 1);
    world.packet("udp");
    world.pass(60_000);
    expect(world.taken().udp).toEqual([DATA, DATA]);
  });

  test("a doubt that UDP answers costs one handshake, and the next comes later: a dead host is silent as well", () => {
    const world = settledOnUdp();
    world.data();
    world.pass(DOUBT_AFTER_MS);
    world.handshake("udp");
    expect(world.stream.isStarted).toBe(false);
    world.taken();
    world.data();
    world.pass(2 * DOUBT_AFTER_MS - 1);
    expect(world.taken().udp).toEqual([DATA]);
    world.pass(1);
    expect(world.taken().udp).toEqual([INITIATION]);
    world.handshake("udp");
    world.packet("udp");
    world.taken();
    world.data();
    world.pass(DOUBT_AFTER_MS);
    expect(world.taken().udp).toEqual([DATA, INITIATION]);
  });

  test("on a slow path silence is measured in round trips", () => {
    const world = settledOnUdp();
    world.peer.stats.lastHandshakeRttMs = 400;
    world.data();
    world.pass(1_599);
    expect(world.taken().udp).toEqual([DATA]);
    world.pass(1);
    expect(world.taken().udp).toEqual([INITIATION]);
  });

  test("one handshake that was held up does not put the WebSocket off for long", () => {
    const world = settledOnUdp();
    world.peer.stats.lastHandshakeRttMs = 4_900;
    world.data();
    world.pass(4 * DOUBT_AFTER_MS);
    expect(world.taken().udp).toEqual([DATA, INITIATION]);
    expect(world.stream.isStarted).toBe(false);
    world.pass(4 * DOUBT_MS);
    expect(world.stream.isStarted).toBe(true);
  });

  test("data that still comes over UDP ends no race: it proves one direction only", () => {
    const world = settledOnUdp();
    world.data();
    world.pass(DOUBT_AFTER_MS);
    world.packet("udp");
    expect(world.race.isRacing).toBe(true);
  });
});

describe("on the WebSocket", () => {
  test("UDP is tried again soon, then less and less; an answer takes it back", () => {
    const world = settledOnWebsocket();
    let passed = 0;
    for (let interval = FIRST_UDP_RETRY_MS; ; interval = Math.min(interval * 2, LAST_UDP_RETRY_MS)) {
      world.pass(interval - passed - 1);
      expect(world.taken()).toEqual({ udp: [], websocket: [] });
      world.pass(1);
      expect(world.taken()).toEqual({ udp: [INITIATION], websocket: [] });
      if (interval === LAST_UDP_RETRY_MS) break;
      // The gateway may answer into the void: it is called back.
      world.pass(UDP_TRY_MS);
      expect(world.taken()).toEqual({ udp: [], websocket: [INITIATION] });
      world.handshake("websocket");
      world.taken();
      passed = UDP_TRY_MS;
    }
    world.handshake("udp");
    expect(world.race.carrier).toBe("udp");
    expect(world.remembered).toEqual(["websocket", "udp"]);
    // Nothing was lost: TCP need not be told.
    expect(world.recovered).toBe(false);
    expect(world.taken()).toEqual({ udp: [DATA], websocket: [] });
  });

  test("a carrier that served in between makes the next try of UDP come soon again", () => {
    const world = settledOnWebsocket();
    // One try without an answer: the next would come after twice the time.
    world.pass(FIRST_UDP_RETRY_MS + UDP_TRY_MS);
    world.handshake("websocket");
    world.pass(2 * FIRST_UDP_RETRY_MS - UDP_TRY_MS);
    world.handshake("udp");
    expect(world.race.carrier).toBe("udp");
    world.data();
    world.pass(DOUBT_AFTER_MS + DOUBT_MS);
    world.connect();
    world.handshake("websocket");
    expect(world.race.carrier).toBe("websocket");
    world.taken();
    world.pass(FIRST_UDP_RETRY_MS - 1);
    expect(world.taken().udp).toEqual([]);
    world.pass(1);
    expect(world.taken().udp).toEqual([INITIATION]);
  });

  test("a handshake over the carrier in use ends a try of UDP: nobody is called back once more", () => {
    const world = settledOnWebsocket();
    world.pass(FIRST_UDP_RETRY_MS);
    expect(world.taken()).toEqual({ udp: [INITIATION], websocket: [] });
    world.handshake("websocket");
    world.packet("websocket");
    world.taken();
    world.pass(2 * FIRST_UDP_RETRY_MS - 1);
    expect(world.taken()).toEqual({ udp: [], websocket: [] });
    world.pass(1);
    expect(world.taken()).toEqual({ udp: [INITIATION], websocket: [] });
  });

  test("late data of the other carrier moves nothing", () => {
    const world = settledOnWebsocket();
    world.packet("udp");
    world.data();
    expect(world.race.carrier).toBe("websocket");
    expect(world.taken()).toEqual({ udp: [], websocket: [DATA] });
  });

  test("a lost connection begins the race again; the new one gets an initiation", () => {
    const world = settledOnWebsocket();
    world.disconnect();
    expect(world.race.isRacing).toBe(true);
    expect(world.taken().udp).toEqual([INITIATION]);
    world.connect();
    expect(world.taken().websocket).toEqual([INITIATION]);
    world.handshake("websocket");
    expect(world.settled).toEqual(["websocket", "websocket"]);
  });

  test("silence asks both, and a connection that stays silent is made anew", () => {
    const world = settledOnWebsocket();
    world.data();
    world.pass(DOUBT_AFTER_MS);
    expect(world.taken()).toEqual({ udp: [], websocket: [DATA, INITIATION] });
    world.pass(UDP_TRY_MS);
    expect(world.taken()).toEqual({ udp: [INITIATION], websocket: [] });
    world.pass(STREAM_STALL_MS - UDP_TRY_MS);
    expect(world.stream.restarts).toBe(1);
  });
});

describe("when a person says so", () => {
  test("UDP only: silence connects nothing", () => {
    const world = settledOnUdp("udp");
    world.data();
    world.pass(60_000);
    world.initiate();
    world.pass(60_000);
    expect(world.stream.isStarted).toBe(false);
    expect(world.taken().udp).toEqual([DATA, INITIATION, INITIATION]);
  });

  test("WebSocket only: nothing ever goes over UDP", () => {
    const world = new RaceWorld({ choice: "websocket" });
    world.initiate();
    world.pass(0);
    world.connect();
    world.initiate();
    world.handshake("websocket");
    world.pass(600_000);
    world.data();
    world.pass(60_000);
    world.disconnect();
    world.connect();
    world.pass(60_000);
    expect(world.taken().udp).toEqual([]);
    expect(world.remembered).toEqual([]);
  });
});

describe("when a person changes their mind in mid-session", () => {
  test("from UDP to WebSocket: it serves once it is connected, and UDP no more", () => {
    const world = settledOnUdp();
    world.race.choose("websocket", world.clock.now());
    world.pass(0);
    expect(world.stream.isStarted).toBe(true);
    world.connect();
    expect(world.taken()).toEqual({ udp: [], websocket: [INITIATION] });
    world.handshake("websocket");
    world.pass(LAST_UDP_RETRY_MS);
    world.data();
    expect(world.taken()).toEqual({ udp: [], websocket: [DATA, DATA] });
    expect(world.settled.at(-1)).toBe("websocket");
  });

  test("from WebSocket to UDP: it is asked at once, and the connection is closed", () => {
    const world = settledOnWebsocket();
    world.race.choose("udp", world.clock.now());
    expect(world.stream.isStarted).toBe(false);
    world.data();
    expect(world.taken().udp).toEqual([INITIATION, DATA]);
    world.handshake("udp");
    expect(world.settled.at(-1)).toBe("udp");
  });

  test("back to both: UDP is asked, and the WebSocket serves until it answers", () => {
    const world = settledOnWebsocket();
    world.race.choose("websocket", world.clock.now());
    world.race.choose("auto", world.clock.now());
    world.data();
    expect(world.taken()).toEqual({ udp: [INITIATION], websocket: [DATA] });
    world.handshake("udp");
    expect(world.race.carrier).toBe("udp");
  });

  test("before anything is wanted nothing is sent", () => {
    const world = new RaceWorld();
    world.race.choose("websocket", world.clock.now());
    world.pass(60_000);
    expect(world.taken()).toEqual({ udp: [], websocket: [] });
    world.initiate();
    world.pass(0);
    world.connect();
    expect(world.taken()).toEqual({ udp: [], websocket: [INITIATION] });
  });
});

test("another network: UDP gets its chance first, and the WebSocket a new connection", () => {
  const world = settledOnWebsocket();
  world.race.networkChanged(world.clock.now());
  world.initiate();
  expect(world.taken().udp).toEqual([INITIATION]);
  expect(world.stream.restarts).toBe(1);
  world.connect();
  world.handshake("websocket");
  expect(world.race.carrier).toBe("websocket");
});
