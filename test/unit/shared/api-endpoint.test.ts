import { expect, test } from "vitest";
import { endpointFault } from "../../../shared/api-endpoint.ts";

const faultOf = (text: string) => endpointFault(URL.canParse(text) ? new URL(text) : undefined);

test.each([
  ["https://cloud.example/graphql", undefined],
  ["https://cloud.example:4900/graphql?v=2", undefined],
  ["http://localhost:4900/graphql", undefined],
  ["http://127.1:4900/graphql", undefined],
  ["http://[::1]/graphql", undefined],
  ["", "address"],
  ["graphql", "address"],
  ["localhost:4900/graphql", "address"],
  ["ftp://127.0.0.1/graphql", "address"],
  ["https://", "address"],
  ["https://ada@cloud.example/graphql", "login"],
  ["http://:secret@127.0.0.1/graphql", "login"],
  ["http://cloud.example/graphql", "in-the-open"],
  ["http://127.0.0.1.example/graphql", "in-the-open"],
  ["http://[::2]/graphql", "in-the-open"],
])("%j as the endpoint of an API: %s", (text, fault) => {
  expect(faultOf(text)).toBe(fault);
});
