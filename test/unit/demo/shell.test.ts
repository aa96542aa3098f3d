import { createHash } from "node:crypto";
import { afterEach, describe, expect, test } from "vitest";
import { TerminalShell } from "../../../electron/demo/shell/terminal-shell.ts";
import { testHost } from "../../support/demo-host.ts";
import { Screen } from "../../support/demo-terminal.ts";
import { until } from "../../support/ssh-shell.ts";

const PROMPT = "root@api 148e21dad76789 ams:";
const CTRL_C = "\x03";
const open: Session[] = [];

/** A shell on an emulated terminal, driven as a person would: type, look at the screen. */
class Session {
  readonly screen = new Screen(140, 60);
  readonly shell: TerminalShell;
  readonly status: Promise<number>;

  constructor(upHours?: number) {
    this.shell = new TerminalShell({
      host: testHost(upHours),
      sink: this.screen,
      size: { columns: 140, rows: 60 },
      env: { TERM: "xterm-256color" },
    });
    this.status = this.shell.interact();
  }

  type(text: string): void {
    this.shell.input(Buffer.from(text));
  }

  get prompts(): number {
    return this.screen.text.split(PROMPT).length - 1;
  }

  /** Runs a line and answers with what it printed. */
  async run(line: string): Promise<string> {
    await until(() => this.prompts > 0 && this.screen.rows.at(-1)!.endsWith("#"));
    const before = this.screen.rows.length;
    const prompts = this.prompts;
    this.type(`${line}\r`);
    await until(() => this.prompts > prompts);
    return this.screen.rows.slice(before, -1).join("\n");
  }
}

async function start(upHours?: number): Promise<Session> {
  const session = new Session(upHours);
  open.push(session);
  await until(() => session.prompts === 1);
  return session;
}

afterEach(async () => {
  for (const session of open.splice(0)) {
    session.shell.hangUp();
    await session.status;
    session.screen.dispose();
  }
});

describe("interactive", () => {
  test.each([
    ["echo $((6*7))", "42"],
    ["ls", "README.md  config     data       fly.toml   public     start.sh"],
    ["cd /etc && pwd && cd - > /dev/null", "/etc"],
    ["cat /etc/hostname; hostname", "148e21dad76789\n148e21dad76789"],
    ["whoami; id -u 2>&1 | head -1", "root\nuid=0(root) gid=0(root) groups=0(root)"],
    ["stty size", "60 140"],
    ["echo $COLUMNS $TERM $FLY_REGION", "140 xterm-256color ams"],
    ["nosuch", "bash: nosuch: command not found"],
    ["yes | head -3", "y\ny\ny"],
    ["yes no | head -c 5 | wc -c", "5"],
    ["head -c 1000000 /dev/zero | wc -c", "1000000"],
    ["seq 100000 | wc -l", "100000"],
    ["seq 3 | sort -r | tr '\\n' ' '", "3 2 1"],
    ["printf 'no newline'", "no newline"],
    ["for i in 1 2 3; do echo $i; sleep 0; done", "1\n2\n3"],
    ["while true; do sleep 0; i=1$i; [ $i -ge 3 ] && break; done; echo $i", "11"],
    ["if sleep 0; then echo slept; else echo not; fi", "slept"],
    ["false || sleep 0 && echo both", "both"],
    ["sleep x; echo $?", "sleep: invalid time interval 'x'\n1"],
    ["curl -s http://web.internal:8080/x", "hello from /x"],
    ["curl http://nowhere.internal/", "curl: (6) Could not resolve host: nowhere.internal"],
    ["curl -o /dev/null http://example.com/; echo $?", "curl: (6) Could not resolve host: example.com\n6"],
    ["echo 日本 | cat", "日本"],
    ["cat nosuch", "cat: nosuch: No such file or directory"],
    ["uname", "Linux"],
    ["python3 -c 1; node -e 1; sqlite3 2>&1", /python3: command not found/],
  ])("%s", async (line, expected) => {
    const session = await start();
    const output = (await session.run(line)).trimEnd();
    if (typeof expected === "string") expect(output).toBe(expected);
    else expect(output).toMatch(expected);
  });

  test.each([
    [1, "up 1:00,"],
    [25, "up 1 day, 1:00,"],
    [49, "up 2 days, 1:00,"],
  ])("uptime after %d hours", async (hours, expected) => {
    const session = await start(hours);
    expect(await session.run("uptime")).toContain(expected);
  });

  test("what a line sets the next one sees: variables, arrays, functions, aliases, the folder, the status", async () => {
    const session = await start();
    await session.run('a=5; export b=6; arr=(x y z); f() { echo "f:$1"; }; cd /tmp');
    expect(await session.run(`echo $a $b \${arr[1]} $PWD; f 1`)).toBe("5 6 y /tmp\nf:1");
    expect(await session.run("env | grep -c '^[ab]='")).toBe("1");
    await session.run("false");
    expect(await session.run("echo $?")).toBe("1");
    await session.run("alias hi='echo hello'");
    expect(await session.run("hi you")).toBe("hello you");
    expect(await session.run("ls() { echo mine; }; sleep 0")).toBe("");
    expect(await session.run("ls")).toBe("mine");
  });

  test("a quote, a loop and a here-document go on in the next line", async () => {
    const session = await start();
    session.type("echo 'one\r");
    await until(() => session.screen.rows.at(-1) === ">");
    session.type("two'; for i in 1 2; do\r");
    session.type("echo $i; done; cat <<EOF\rhere $i\rEOF\r");
    await until(() => session.prompts === 2);
    expect(session.screen.text).toMatch(/\none\ntwo\n1\n2\nhere 2\n/);
  });

  test("Tab completes commands, files and folders", async () => {
    const session = await start();
    session.type("cat READ\t");
    await until(() => session.screen.text.includes("cat README.md"));
    session.type("\x15cd /ap\tda\t");
    await until(() => session.screen.text.includes("cd /app/data/"));
    session.type("\x15unam\t");
    await until(() => session.screen.text.includes("uname"));
    session.type("\x15ls /app/\t\t");
    await until(() => session.screen.text.includes("README.md  config/"));
  });

  test("a file that is not there is not completed, whatever its name", async () => {
    const session = await start();
    await session.run("touch '/tmp/a b$c' && mkdir '/tmp/d e'");
    session.type("cat /tmp/a\t");
    await until(() => session.screen.text.includes("cat /tmp/a\\ b\\$c"));
    session.type("\x03");
    expect(await session.run("ls /tmp")).toBe("a b$c  d e");
  });

  test("Ctrl+C ends what runs, at once, and the shell goes on", async () => {
    const session = await start();
    for (const line of [
      "sleep 1000",
      "yes > /dev/null & sleep 0; sleep 1000",
      "cat",
      "ping fdaa::7",
      "while true; do :; done",
      "top",
      "tail -f /var/log/app.log",
      "yes | cat | sleep 1000",
    ]) {
      const prompts = session.prompts;
      session.type(`${line}\r`);
      await new Promise((resolve) => setTimeout(resolve, 60));
      session.type(CTRL_C);
      await until(() => session.prompts > prompts);
    }
    expect(await session.run("echo $?")).toBe("130");
  });

  test("Ctrl+C that comes before the program has begun ends it all the same", async () => {
    const session = await start();
    const prompts = session.prompts;
    session.type(`sleep 1000\r${CTRL_C}`);
    await until(() => session.prompts > prompts);
    expect(session.screen.raw).toContain("^C\r\n");
    expect(await session.run("echo $?")).toBe("130");
  });

  // Bytes that were typed apart arrive together where the way to here was busy.
  test.each(["cat", "cat -v", "printf 'a\\n'; cat -v", "read x", "top", "cat | sleep 1000", "cat -v; echo not-this"])(
    "what is typed after Ctrl+C is the shell's, and not for what Ctrl+C ended: %s",
    async (line) => {
      const session = await start();
      const next = `${CTRL_C}echo $?-\r`;
      // Before it has begun, then while it reads, once with half a line that goes with it.
      session.type(`${line}\r${next}`);
      await until(() => session.prompts === 3);
      session.type(`${line}\r`);
      await new Promise((resolve) => setTimeout(resolve, 60));
      session.type(next);
      await until(() => session.prompts === 5);
      session.type(`${line}\r`);
      await new Promise((resolve) => setTimeout(resolve, 60));
      session.type("half");
      session.type(next);
      await until(() => session.prompts === 7);
      expect(session.screen.rows.filter((row) => row === "130-")).toHaveLength(3);
      expect(session.screen.rows).not.toContain("not-this");
    },
  );

  test("yes pours until Ctrl+C", async () => {
    const session = await start();
    session.type("yes\r");
    await until(() => session.screen.raw.length > 1_000_000);
    session.type(CTRL_C);
    await until(() => session.screen.raw.includes("^C\r\n"));
    const { length } = session.screen.raw;
    await new Promise((resolve) => setTimeout(resolve, 30));
    expect(session.screen.raw.length - length).toBeLessThan(2000);
  });

  test("cat reads lines from the terminal until Ctrl+D", async () => {
    const session = await start();
    session.type("cat > /tmp/typed\r");
    session.type("helo\x7flo\rsecond\r\x04");
    await until(() => session.prompts === 2);
    expect(await session.run("cat /tmp/typed")).toBe("hello\nsecond");
  });

  test("what is typed ahead runs next", async () => {
    const session = await start();
    session.type("sleep 0.05; echo first\recho second\r");
    await until(() => session.prompts === 3);
    expect(session.screen.text).toMatch(/first\n.*echo second\nsecond/);
  });

  test("top shows the machine's processes and leaves no trace", async () => {
    const session = await start();
    session.type("top\r");
    await until(() => session.screen.text.includes("PID USER"));
    expect(session.screen.text).toContain("hallpass");
    session.type("q");
    await until(() => session.screen.rows.at(-1)!.startsWith(PROMPT));
    expect(session.screen.text).not.toContain("PID USER");
  });

  test.each([
    ["exit 3\r", 3],
    ["false\rexit\r", 1],
    ["\x04", 0],
    ["if true; then sleep 0; exit 4; fi\r", 4],
  ])("%j ends it", async (keys, status) => {
    const session = await start();
    session.type(keys);
    expect(await session.status).toBe(status);
  });

  test("a hangup ends it in the middle of anything", async () => {
    for (const line of ["", "sleep 1000\r", "yes\r", "cat\r", "half a line"]) {
      const session = await start();
      session.type(line);
      await new Promise((resolve) => setTimeout(resolve, 30));
      session.shell.hangUp();
      expect(await session.status).toBe(129);
    }
  });

  test("a large paste at the prompt arrives whole", async () => {
    const session = await start();
    const text = "x".repeat(12_000);
    session.type(`\x1b[200~echo ${text} | wc -c\x1b[201~\r`);
    await until(() => session.prompts === 2);
    expect(session.screen.text).toMatch(/\n12001\n/);
  });
});

describe("a huge paste", () => {
  const many = Array.from({ length: 30_000 }, (_, i) => `line ${i} of what was pasted`);

  test("#26 into the line, several lines: nothing is swallowed, and nothing runs before Enter", async () => {
    const session = await start();
    // just-bash takes scripts of 256 KiB and says so above that.
    const lines = many.slice(0, 8000);
    session.type(`\x1b[200~cat <<END | wc\n${lines.join("\n")}\nEND\n\x1b[201~`);
    await until(() => session.screen.text.endsWith("END\n"));
    expect(session.prompts).toBe(0);
    session.type("\r");
    await until(() => session.screen.text.endsWith("#"));
    expect(session.screen.text).toMatch(new RegExp(`\\b8000\\s+48000\\s+${lines.join("\n").length + 1}\\n`));
  });

  test("#26 into a program that reads: every line arrives, in order", async () => {
    const session = await start();
    session.type("cat > pasted.txt\r");
    session.type(`${many.join("\r")}\r`);
    session.type("\x04");
    await until(() => session.prompts === 2 || session.screen.text.endsWith("#"));
    const text = `${many.join("\n")}\n`;
    expect(await session.run("md5sum < pasted.txt")).toContain(createHash("md5").update(text).digest("hex"));
  });

  test("#26 one that is too long for a line is refused in words", async () => {
    const session = await start();
    session.type(`\x1b[200~${"x".repeat(5 * 1024 * 1024)}\x1b[201~`);
    await until(() => session.screen.text.includes("refused"));
    expect(await session.run("echo still here")).toBe("still here");
  });
});

describe("what a terminal can be asked for", () => {
  test("the prompt tells the directory (OSC 7), and `demo` shows the rest", async () => {
    const session = await start();
    await session.run("cd /tmp; demo links; demo clipboard abc; demo nothing");
    expect(session.screen.raw).toContain("\x1b]7;file://148e21dad76789/tmp\x1b\\");
    expect(session.screen.raw).toContain("\x1b]8;;file:///etc/passwd\x1b\\");
    expect(session.screen.raw).toContain("\x1b]52;c;YWJj\x1b\\");
    expect(session.screen.text).toContain("usage: demo links |");
  });
});

describe("the sandbox", () => {
  test("a script that never ends is stopped by its limits, not by us", async () => {
    const session = await start();
    expect(await session.run("f() { f; }; f")).toMatch(/maximum|recursion|depth/i);
    expect(await session.run("for ((;;)); do x=1; done")).toMatch(/too many|limit/i);
  });

  test("no file of the host, no process of the host", async () => {
    const session = await start();
    expect(await session.run("ls /work /home /Users /proc/self/environ 2>&1; cat /etc/shadow")).not.toContain(
      "culvert",
    );
    expect(await session.run("env")).not.toContain("CULVERT");
  });

  test("files are the machine's: a second shell sees what the first wrote", async () => {
    const host = testHost();
    const texts: string[] = [];
    for (const line of ["echo kept > /tmp/kept\r", "cat /tmp/kept\r"]) {
      const screen = new Screen(80, 24);
      const shell = new TerminalShell({ host, sink: screen, size: { columns: 80, rows: 24 }, env: {} });
      const status = shell.interact();
      shell.input(Buffer.from(`${line}exit\r`));
      await status;
      texts.push(screen.text);
      screen.dispose();
    }
    expect(texts[1]).toContain("\nkept\n");
  });
});
