import { LIMITS } from "../../../shared/limits.ts";

/** A dropped or chosen .conf as text with a label from its name; undefined when it is too long to be one. */
export async function readConfigFile(file: File): Promise<{ text: string; label: string } | undefined> {
  if (file.size > LIMITS.configText) return undefined;
  return { text: await file.text(), label: file.name.replace(/\.(conf|txt)$/i, "").slice(0, LIMITS.label) };
}
