import { type IFileSystem, type InitialFiles, InMemoryFs } from "just-bash";

export interface MachineFacts {
  readonly app: string;
  readonly machineId: string;
  readonly region: string;
  readonly organization: string;
  readonly image: string;
  readonly processGroup: string;
  readonly address: string;
  /** Unix milliseconds. */
  readonly bootedAt: number;
}

/** All files that sessions of one machine may keep together. */
const MOST_BYTES = 64 * 1024 * 1024;

/** The root file system of a machine, as its image and its first minutes left it. Nothing of it touches the host. */
export function machineFiles(facts: MachineFacts): IFileSystem {
  const booted = new Date(facts.bootedAt);
  const built = new Date(facts.bootedAt - 40 * 3600 * 1000);
  const plain = (content: string, mtime = built): { content: string; mtime: Date } => ({ content, mtime });
  const files: InitialFiles = {
    "/etc/hostname": plain(`${facts.machineId}\n`, booted),
    "/etc/hosts": plain(
      `127.0.0.1 localhost\n::1 localhost\n${facts.address} ${facts.machineId} fly-local-6pn\n`,
      booted,
    ),
    "/etc/resolv.conf": plain("nameserver fdaa::3\n", booted),
    "/etc/os-release": plain(OS_RELEASE),
    "/etc/passwd": plain("root:x:0:0:root:/root:/bin/bash\napp:x:1000:1000::/app:/usr/sbin/nologin\n"),
    "/etc/group": plain("root:x:0:\napp:x:1000:\n"),
    "/etc/motd": plain(""),
    "/root/.bashrc": plain("alias ll='ls -l'\nalias la='ls -A'\n"),
    "/root/.profile": plain("[ -f ~/.bashrc ] && . ~/.bashrc\n"),
    "/proc/version": plain("Linux version 6.12.8-demo (demo@culvert) #1 SMP PREEMPT_DYNAMIC\n"),
    "/proc/uptime": plain("0.00 0.00\n", booted),
    "/proc/cpuinfo": plain("processor\t: 0\nmodel name\t: demo processor\ncpu MHz\t\t: 2000.000\n"),
    "/app/README.md": plain(readme(facts)),
    "/app/fly.toml": plain(flyToml(facts)),
    ...appFiles(facts, plain),
    "/var/log/app.log": plain(appLog(facts), booted),
    "/var/log/boot.log": plain(bootLog(facts), booted),
    "/tmp/.keep": plain(""),
  };
  return new InMemoryFs(files, { maxTotalBytes: MOST_BYTES });
}

const OS_RELEASE = `PRETTY_NAME="Debian GNU/Linux 13 (trixie)"
NAME="Debian GNU/Linux"
VERSION_ID="13"
VERSION="13 (trixie)"
ID=debian
`;

function readme(facts: MachineFacts): string {
  return `# ${facts.app}

One of the apps of Culvert's demo network. Everything here lives in memory on your own computer and is gone
when the demo stops: try whatever you like.

    curl http://${facts.app}.internal:8080/     what this app answers, through the private network
    ping -c 3 ${facts.app}.internal             the nearest of its machines
    tail -f /var/log/app.log
    yes                                         a flood for the terminal; Ctrl+C ends it
    top                                         q ends it
`;
}

function flyToml(facts: MachineFacts): string {
  return `app = "${facts.app}"
primary_region = "${facts.region}"

[build]
  image = "${facts.image}"

[processes]
  ${facts.processGroup} = "/app/start.sh"

[http_service]
  internal_port = 8080
  auto_stop_machines = "stop"
  auto_start_machines = true

[[vm]]
  memory = "256mb"
  cpus = 1
`;
}

type PlainFile = (content: string) => { readonly content: string; readonly mtime: Date };

function appFiles(facts: MachineFacts, plain: PlainFile): InitialFiles {
  const start = {
    ...plain(`#!/bin/sh\nexec ${facts.app} --listen "[::]:8080" >> /var/log/app.log 2>&1\n`),
    mode: 0o755,
  };
  return {
    "/app/start.sh": start,
    "/app/config/settings.json": plain(
      `${JSON.stringify({ app: facts.app, listen: "[::]:8080", logLevel: "info", region: facts.region }, null, 2)}\n`,
    ),
    "/app/public/index.html": plain(`<!doctype html>\n<title>${facts.app}</title>\n<h1>${facts.app} says hello</h1>\n`),
    "/app/data/cities.csv": plain(
      "code,city,country\nams,Amsterdam,NL\nfra,Frankfurt,DE\nord,Chicago,US\nsyd,Sydney,AU\n",
    ),
  };
}

function appLog(facts: MachineFacts): string {
  const paths = ["/", "/healthz", "/v1/items", "/v1/items/42", "/assets/app.css", "/v1/login"];
  return Array.from({ length: 60 }, (_, i) => {
    const time = new Date(facts.bootedAt + i * 17_300).toISOString();
    const status = i % 19 === 11 ? 404 : i % 31 === 23 ? 503 : 200;
    return `${time} ${facts.region} ${status === 503 ? "WARN" : "INFO"} GET ${paths[i % paths.length]} ${status} ${3 + ((i * 7) % 41)}ms\n`;
  }).join("");
}

function bootLog(facts: MachineFacts): string {
  const lines = [
    `Pulling container image registry.demo.internal/${facts.image}`,
    "Successfully prepared image",
    "Configuring firecracker",
    `Starting init (machine ${facts.machineId}, region ${facts.region})`,
    "Mounting /dev/vda at /",
    `Preparing to run: /app/start.sh as app, group ${facts.processGroup}`,
    `SSH listening on [${facts.address}]:22`,
    "Health check 'servicecheck-00-http-8080' is now passing",
  ];
  return lines.map((line, i) => `${new Date(facts.bootedAt - 9000 + i * 1100).toISOString()} ${line}\n`).join("");
}
