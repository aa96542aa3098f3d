// @vitest-environment happy-dom
import { QueryClientProvider } from "@tanstack/react-query";
import { act, cleanup, renderHook, waitFor } from "@testing-library/react";
import type { ReactNode } from "react";
import { afterEach, expect, it } from "vitest";
import { useMachineLists } from "../../../renderer/features/apps/machine-lists.ts";
import { listKeys, makeQueryClient } from "../../../renderer/state/queries.ts";
import { machine } from "../../support/renderer-fixtures.ts";

afterEach(() => cleanup());

it("#4 a list that could not be had again says since when it is old, and keeps its machines", async () => {
  const client = makeQueryClient();
  const queryKey = listKeys.machines("demo", "harbor", "web");
  const machines = [machine("m-web-1", "ams")];
  client.setQueryData(queryKey, machines, { updatedAt: 1_000 });
  const { result } = renderHook(() => useMachineLists(), {
    wrapper: ({ children }: { children: ReactNode }) => (
      <QueryClientProvider client={client}>{children}</QueryClientProvider>
    ),
  });
  const fail = () => Promise.reject(new Error("no answer"));
  await act(() => client.fetchQuery({ queryKey, queryFn: fail, retry: false }).catch(() => undefined));
  const list = () => result.current.of("demo", "harbor", "web");
  await waitFor(() =>
    expect(list()).toMatchObject({
      items: machines,
      error: null,
      stale: { since: 1_000, error: { detail: "no answer" } },
    }),
  );
  client.clear();
});
