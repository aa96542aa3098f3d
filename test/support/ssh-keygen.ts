import { existsSync } from "node:fs";

/** Tests by ssh-keygen are left out where it is not installed, and say so; CI has it. */
export const keygenMissing = !existsSync("/usr/bin/ssh-keygen") && process.env["CI"] !== "true";
if (keygenMissing) process.stdout.write("skipped: ssh-keygen is not installed (Debian: openssh-client)\n");
