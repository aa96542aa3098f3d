// Before any schema is made.
import "./no-eval.ts";
import "./ui/styles.css";
import { createRoot } from "react-dom/client";
import { App } from "./App.tsx";
import { Bridge } from "./bridge/bridge.ts";
import { chooseLink } from "./bridge/choose-link.ts";
import { loadTerminal } from "./features/terminal/load-terminal.ts";
import { connectStores } from "./state/connect-stores.ts";
import { makeQueryClient } from "./state/queries.ts";
import { applyTheme } from "./state/theme.ts";
import { loadLateParts } from "./ui/late-part.tsx";

applyTheme("system");
const bridge = new Bridge(chooseLink());
const client = makeQueryClient();
connectStores(bridge, client);
const root = document.getElementById("root");
if (root !== null) createRoot(root).render(<App bridge={bridge} client={client} />);
// The first shell should not wait for its code, nor any other part once the window stands.
const idle = (): Promise<unknown> => new Promise((resolve) => requestIdleCallback(resolve));
void idle()
  .then(loadTerminal)
  .then(() => loadLateParts(idle));
