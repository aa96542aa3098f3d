import { randomBytes } from "node:crypto";
import { startDemoCloud } from "../../electron/demo/cloud.ts";

/** The far end of `npm run idle`, in a process of its own: prints where it is, and ends with its input. */

const cloud = await startDemoCloud({ seed: Uint8Array.from(randomBytes(32)) });
process.stdout.write(`${JSON.stringify({ api: cloud.api, token: cloud.token })}\n`);
process.stdin.on("end", () => void cloud.dispose().then(() => process.exit(0))).resume();
