import { dialog, safeStorage } from "electron";
import { z } from "zod";
import type { Log } from "../../base/log.ts";
import type { PrivateFiles } from "../private-files.ts";
import {
  FileVault,
  MemoryVault,
  MigratingVault,
  plainSeal,
  type SecretSeal,
  type SecretVault,
} from "../secret-vault.ts";

/** What to do where the system has no key store; asked once, kept under this name. */
const CHOICE_NAME = "secrets-choice";
const choiceSchema = z.object({ keep: z.enum(["file", "session"]) });
type Choice = z.infer<typeof choiceSchema>["keep"];

/**
 * The desktop's secrets: sealed by the system's key store. Where there is none (Linux without a keyring gives
 * "basic_text", which hides nothing) the user decides; plain text is never chosen in silence.
 */
export async function openSafeVault(files: PrivateFiles, log: Log): Promise<SecretVault> {
  const plain = await FileVault.open(files, "secrets", plainSeal, log);
  if (await hasKeyStore())
    return new MigratingVault(await FileVault.open(files, "secrets-sealed", systemSeal(log), log), plain);
  const choice = forcedChoice() ?? (await readChoice(files)) ?? (await askChoice(files));
  log.warn("no key store on this computer", { keep: choice });
  return choice === "file" ? plain : new MemoryVault();
}

async function hasKeyStore(): Promise<boolean> {
  if (!(await safeStorage.isAsyncEncryptionAvailable())) return false;
  return process.platform !== "linux" || safeStorage.getSelectedStorageBackend() !== "basic_text";
}

function systemSeal(log: Log): SecretSeal {
  return {
    keeps: "keystore",
    seal: async (value) => (await safeStorage.encryptStringAsync(value)).toString("base64"),
    unseal: async (sealed) => {
      try {
        return (await safeStorage.decryptStringAsync(Buffer.from(sealed, "base64"))).result;
      } catch (error) {
        log.warn("a secret could not be opened by this computer's key store", { reason: String(error) });
        return undefined;
      }
    },
  };
}

/** CULVERT_SECRETS=file or session answers the question for computers without anybody in front. */
function forcedChoice(env: NodeJS.ProcessEnv = process.env): Choice | undefined {
  return choiceSchema.shape.keep.safeParse(env["CULVERT_SECRETS"]).data;
}

async function readChoice(files: PrivateFiles): Promise<Choice | undefined> {
  const text = await files.read(CHOICE_NAME);
  try {
    return text === undefined ? undefined : choiceSchema.safeParse(JSON.parse(text)).data?.keep;
  } catch {
    return undefined;
  }
}

async function askChoice(files: PrivateFiles): Promise<Choice> {
  const { response } = await dialog.showMessageBox({
    type: "question",
    title: "Culvert",
    message: "This computer has no key store that Culvert can use.",
    detail:
      "Access tokens and keys can be kept in a file that only your account may read, or only until Culvert quits.",
    buttons: ["Keep until Culvert quits", "Keep in a file"],
    defaultId: 0,
    cancelId: 0,
  });
  const keep = response === 1 ? "file" : "session";
  await files.write(CHOICE_NAME, JSON.stringify({ keep }));
  return keep;
}
