import { randomBytes } from "node:crypto";
import { createSocket } from "node:dgram";
import { request } from "node:http";
import { text } from "node:stream/consumers";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type DemoCloud, startDemoCloud } from "../../../electron/demo/cloud.ts";
import type { TcpStream } from "../../../electron/netstack/tcp-stream.ts";
import { formatPublicKey, generateKeyPair } from "../../../electron/ssh/certificates.ts";
import { connectSsh } from "../../../electron/ssh/client.ts";
import { callApi, DemoPeer } from "../../support/demo-client.ts";
import { collect, outputOf, until } from "../../support/ssh-shell.ts";

const SLUG = "northwind-labs";
let cloud: DemoCloud;
let peer: DemoPeer;

beforeAll(async () => {
  cloud = await startDemoCloud({ seed: new Uint8Array(32).fill(5) });
  peer = await DemoPeer.join(cloud, { slug: SLUG });
});

afterAll(async () => {
  peer.dispose();
  await cloud.dispose();
});

function machineOf(app: string, state = "started"): { readonly id: string; readonly address: string } {
  return cloud.apps.find(({ name }) => name === app)!.machines.find((machine) => machine.state === state)!;
}

async function openSsh(from: DemoPeer, address: string) {
  const organizations = await callApi(cloud, "{ organizations { nodes { id slug } } }", {});
  const nodes: unknown = Reflect.get(Object(organizations["organizations"]), "nodes");
  const found = Array.isArray(nodes) ? nodes.find((node) => Reflect.get(Object(node), "slug") === SLUG) : undefined;
  const pair = generateKeyPair((length) => new Uint8Array(randomBytes(length)));
  const issued = await callApi(
    cloud,
    "mutation ($input: IssueCertificateInput!) { issueCertificate(input: $input) { certificate } }",
    {
      organizationId: Reflect.get(Object(found), "id"),
      principals: ["root", "fly"],
      validHours: 1,
      publicKey: formatPublicKey(pair.publicKey),
    },
  );
  return connectSsh({
    transport: await from.connect(address, 22),
    user: "root",
    login: {
      kind: "certificate",
      privateKey: pair.privateKey,
      certificate: String(Reflect.get(Object(issued["issueCertificate"]), "certificate")),
    },
    verifyHostKey: () => true,
  });
}

function get(stream: TcpStream, path: string): Promise<{ status: number; body: Buffer }> {
  return new Promise((resolve, reject) => {
    const call = request({ path, createConnection: () => stream, headers: { host: "demo" } }, (response) => {
      const chunks: Buffer[] = [];
      response.on("data", (chunk: Buffer) => chunks.push(chunk));
      response.on("end", () => resolve({ status: response.statusCode ?? 0, body: Buffer.concat(chunks) }));
    });
    call.on("error", reject);
    call.end();
  });
}

describe("through WireGuard over UDP", () => {
  test("DNS names the machines", async () => {
    const answer = await peer.resolve("api.internal", "AAAA");
    const started = cloud.apps.find(({ name }) => name === "api")!.machines.filter(({ state }) => state === "started");
    expect(JSON.stringify(answer)).toContain(started[0]!.address);
  });

  test("HTTP on 8080 says who answers", async () => {
    const machine = machineOf("web");
    const { status, body } = await get(await peer.connect(machine.address, 8080), "/json");
    expect(status).toBe(200);
    expect(JSON.parse(body.toString())).toMatchObject({ app: "web", machine: machine.id, organization: SLUG });
  });

  test("a megabyte arrives whole", async () => {
    const { body } = await get(await peer.connect(machineOf("web").address, 8080), "/bytes/1000000");
    expect(body.length).toBe(1_000_000);
    expect(body.subarray(999_984).toString()).toBe("0123456789abcdef".repeat(2).slice(0, 16));
  });

  test("who has said all may still be answered in full, as with `printf … | culvert nc`", async () => {
    const stream = await peer.connect(machineOf("web").address, 8080);
    stream.end("GET /bytes/1000000 HTTP/1.0\r\n\r\n");
    const answer = await text(stream);
    expect(answer.slice(0, answer.indexOf("\r\n\r\n"))).toContain("200 OK");
    expect(answer.length - answer.indexOf("\r\n\r\n") - 4).toBe(1_000_000);
  });

  test("what is no request is told so", async () => {
    const stream = await peer.connect(machineOf("web").address, 8080);
    stream.write("GET / HTTP/1.1\nhost: web\n\n");
    expect(await text(stream)).toMatch(/^HTTP\/1\.1 400 Bad Request\r\n/);
  });

  test("SSH opens a shell that knows six times seven", async () => {
    const client = await openSsh(peer, machineOf("api").address);
    const shell = await client.openShell({ columns: 100, rows: 30, term: "xterm-256color" });
    const output = outputOf(shell);
    await until(() => output().includes("# "));
    shell.write(Buffer.from("echo $((6*7))\r"));
    await until(() => output().includes("42\r\n"));
    const answer = await collect(await client.exec("curl -s http://web.internal:8080/ && hostname"));
    expect(answer.stdout).toMatch(/^Hello from web.*\n[0-9a-f]{14}\n$/s);
    client.dispose();
  });

  test("a connection that dies in the middle of yes leaves the gateway idle", async () => {
    const lone = await DemoPeer.join(cloud, { slug: SLUG, name: "dies" });
    const client = await openSsh(lone, machineOf("api").address);
    const shell = await client.openShell({ columns: 100, rows: 30, term: "xterm" });
    let received = 0;
    shell.onData((bytes) => {
      received += bytes.length;
    });
    shell.write(Buffer.from("yes\r"));
    await until(() => received > 512 * 1024);
    client.dispose();
    // The gateway falls silent: a `yes` that went on would keep this loop going until the test's time is up.
    for (let before = -1; before !== lone.device.stats.datagramsIn; ) {
      before = lone.device.stats.datagramsIn;
      await new Promise((resolve) => setTimeout(resolve, 300));
    }
    await until(() => [...lone.stack.connections].every(({ state }) => state === "time-wait"));
    lone.dispose();
  });

  test("echo requests are answered by DNS and machines", async () => {
    expect(await peer.ping(machineOf("api").address)).toMatchObject({ rttMs: expect.any(Number) });
  });
});

describe("what must not be reached", () => {
  test("a stopped machine refuses, started it answers, stopped again it cuts what is open", async () => {
    const { id, address } = machineOf("cron", "stopped");
    await expect(peer.connect(address, 22)).rejects.toMatchObject({ code: "connection-refused" });
    await callApi(cloud, "mutation ($input: StartMachineInput!) { startMachine(input: $input) { machine { id } } }", {
      id,
    });
    const stream = await peer.connect(address, 8080);
    const cut = new Promise((resolve) => stream.once("close", resolve));
    stream.on("error", () => undefined);
    stream.resume();
    await callApi(cloud, "mutation ($input: StopMachineInput!) { stopMachine(input: $input) { machine { id } } }", {
      id,
    });
    await cut;
    await expect(peer.connect(address, 8080)).rejects.toMatchObject({ code: "connection-refused" });
  });

  test("a peer of one network reaches no other", async () => {
    const vault = machineOf("vault");
    await expect(peer.connect(vault.address, 8080, 700)).rejects.toMatchObject({ code: /timeout|unreachable/ });
    const inside = await DemoPeer.join(cloud, { slug: SLUG, network: "restricted", name: "inside" });
    expect((await get(await inside.connect(vault.address, 8080), "/healthz")).status).toBe(200);
    await expect(inside.connect(machineOf("api").address, 8080, 700)).rejects.toMatchObject({
      code: /timeout|unreachable/,
    });
    expect(await inside.resolve("api.internal", "AAAA")).toMatchObject({ ok: false });
    inside.dispose();
  });

  test("a removed peer is no longer answered", async () => {
    const gone = await DemoPeer.join(cloud, { slug: SLUG, name: "gone" });
    await gone.connect(machineOf("api").address, 8080);
    const organizations = await callApi(cloud, "{ organizations { nodes { id slug } } }", {});
    const nodes: unknown = Reflect.get(Object(organizations["organizations"]), "nodes");
    const found = Array.isArray(nodes) ? nodes.find((node) => Reflect.get(Object(node), "slug") === SLUG) : undefined;
    await callApi(
      cloud,
      "mutation ($input: RemoveWireGuardPeerInput!) { removeWireGuardPeer(input: $input) { organization { id } } }",
      { organizationId: Reflect.get(Object(found), "id"), name: "gone" },
    );
    await expect(gone.connect(machineOf("api").address, 8080, 700)).rejects.toMatchObject({
      code: "connection-timeout",
    });
    gone.dispose();
  });

  test("junk on the gateway's port changes nothing", async () => {
    const socket = createSocket("udp4");
    const port = Number(cloud.gateway.udp.split(":")[1]);
    for (let i = 0; i < 200; i++) {
      const junk = randomBytes(1 + ((i * 37) % 1400));
      junk[0] = i % 6;
      await new Promise((resolve) => socket.send(junk, port, "127.0.0.1", resolve));
    }
    socket.close();
    expect((await get(await peer.connect(machineOf("web").address, 8080), "/healthz")).status).toBe(200);
  });
});

test("a cloud can be stopped and started on the same ports, with the same keys", async () => {
  const seed = new Uint8Array(32).fill(6);
  const first = await startDemoCloud({ seed });
  await first.dispose();
  const second = await startDemoCloud({
    seed,
    apiPort: Number(new URL(first.api).port),
    udpPort: Number(first.gateway.udp.split(":")[1]),
  });
  expect({ ...second, dispose: null }).toEqual({ ...first, dispose: null });
  await expect(startDemoCloud({ seed, apiPort: Number(new URL(first.api).port) })).rejects.toMatchObject({
    code: "port-in-use",
  });
  await second.dispose();
});
