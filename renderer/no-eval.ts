import { z } from "zod";

// zod tries `new Function` with the first schema, to see whether it may compile. The page's policy refuses that
// (`electron/host/page-policy.ts`) and reports it, with a stack that V8 has to find through all of the bundle's source.
z.config({ jitless: true });
