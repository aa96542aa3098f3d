import { expect, test } from "vitest";
import { CulvertError } from "../../../electron/base/errors.ts";
import { parseIp } from "../../../electron/base/ip-address.ts";
import { withPlace } from "../../../electron/engine/nc.ts";

const addresses = (...texts: string[]) => texts.map((text) => parseIp(text) ?? expect.fail(text));

test.each([
  {
    what: "a name with its address",
    error: new CulvertError("connection-refused"),
    host: "web.internal",
    to: addresses("fdaa::3"),
    detail: "web.internal (fdaa::3) port 81",
  },
  {
    what: "an address, once",
    error: new CulvertError("connection-timeout"),
    host: "[fdaa::3]",
    to: addresses("fdaa::3"),
    detail: "fdaa::3 port 81",
  },
  {
    what: "what a router said",
    error: new CulvertError("host-unreachable", "fdaa::1 says: no route"),
    host: "web.internal",
    to: addresses("fdaa::3", "10.0.0.3"),
    detail: "web.internal (fdaa::3, 10.0.0.3) port 81, fdaa::1 says: no route",
  },
  {
    what: "some of many addresses",
    error: new CulvertError("connection-reset"),
    host: "web.internal",
    to: addresses("fdaa::3", "fdaa::4", "fdaa::5", "fdaa::6", "fdaa::7"),
    detail: "web.internal (fdaa::3, fdaa::4, fdaa::5 and 2 more) port 81",
  },
  {
    what: "no port for what is not about one",
    error: new CulvertError("not-allowed", "192.0.2.1"),
    host: "192.0.2.1",
    to: addresses("192.0.2.1"),
    detail: "192.0.2.1",
  },
])("a connection that failed tells its place and port: $what", ({ error, host, to, detail }) => {
  expect(withPlace(error, host, to, 81)).toMatchObject({ code: error.code, detail });
});
