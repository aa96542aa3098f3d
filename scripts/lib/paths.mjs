import { fileURLToPath } from "node:url";

/** The project's folder, with a path below it. */
export function inProject(path = ".") {
  return fileURLToPath(new URL(`../../${path}`, import.meta.url));
}
