import { createRoot } from "react-dom/client";
import { App } from "../../../renderer/App.tsx";
import { Bridge } from "../../../renderer/bridge/bridge.ts";
import { connectStores } from "../../../renderer/state/connect-stores.ts";
import { makeQueryClient } from "../../../renderer/state/queries.ts";
import { applyTheme } from "../../../renderer/state/theme.ts";
import { devHost } from "./dev-host.ts";

/** Not part of any build: the window over a host that plays a small private cloud. `?scene=` chooses how it begins. */
const query = new URLSearchParams(location.search);
applyTheme("system");
const host = devHost(query.get("scene") ?? "demo");
const bridge = new Bridge(host.link);
const client = makeQueryClient();
connectStores(bridge, client);
const root = document.getElementById("root");
if (root !== null) createRoot(root).render(<App bridge={bridge} client={client} />);
