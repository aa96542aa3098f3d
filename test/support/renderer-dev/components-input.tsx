import { Plus, Settings } from "lucide-react";
import { useState } from "react";
import { NumberSetting } from "../../../renderer/features/settings/NumberSetting.tsx";
import { Button } from "../../../renderer/ui/Button.tsx";
import { Choice } from "../../../renderer/ui/Choice.tsx";
import { Confirm } from "../../../renderer/ui/Confirm.tsx";
import { CopyButton } from "../../../renderer/ui/CopyButton.tsx";
import { IconButton } from "../../../renderer/ui/IconButton.tsx";
import { Keys } from "../../../renderer/ui/Keys.tsx";
import { Modal, ModalActions, ModalBody } from "../../../renderer/ui/Modal.tsx";
import { Pick } from "../../../renderer/ui/Pick.tsx";
import { SearchField } from "../../../renderer/ui/SearchField.tsx";
import { TextArea } from "../../../renderer/ui/TextArea.tsx";
import { TextField } from "../../../renderer/ui/TextField.tsx";
import { Toggle } from "../../../renderer/ui/Toggle.tsx";
import type { Sample } from "./components.tsx";

const nothing = (): void => undefined;

function OneOf() {
  const [value, setValue] = useState<"a" | "b" | "c">("a");
  return (
    <Choice
      label="Carrier"
      value={value}
      options={[
        { value: "a", label: "Automatic" },
        { value: "b", label: "UDP" },
        { value: "c", label: "WebSocket" },
      ]}
      onChoose={setValue}
    />
  );
}

function OneOfMany({ long = false }: { long?: boolean }) {
  const [value, setValue] = useState("o1");
  const options = Array.from({ length: long ? 200 : 3 }, (_, i) => ({
    value: `o${i + 1}`,
    label: `Organization ${i + 1}`,
  }));
  return <Pick label="Organization" value={value} options={options} onPick={setValue} />;
}

function Search({ first = "" }: { first?: string }) {
  const [value, setValue] = useState(first);
  return <SearchField label="Filter apps" value={value} onText={setValue} className="w-60" />;
}

function Switch({ first }: { first: boolean }) {
  const [on, setOn] = useState(first);
  return <Toggle label={first ? "Blinking cursor" : "Screen reader"} checked={on} onToggle={setOn} />;
}

function Dialogs({ kind }: { kind: "modal" | "confirm" | "typed" }) {
  const [open, setOpen] = useState(false);
  const close = (): void => setOpen(false);
  return (
    <>
      <Button onClick={() => setOpen(true)}>Open {kind}</Button>
      {kind === "modal" ? (
        <Modal open={open} onClose={close} title="A dialog" description="What it is for.">
          <ModalBody>
            <TextField label="Name" onText={nothing} />
          </ModalBody>
          <ModalActions>
            <Button onClick={close}>Cancel</Button>
            <Button look="primary" onClick={close}>
              Done
            </Button>
          </ModalActions>
        </Modal>
      ) : (
        <Confirm
          open={open}
          title="Remove the peer build-server?"
          confirmLabel="Remove peer"
          {...(kind === "typed" ? { typed: "build-server" } : {})}
          onConfirm={close}
          onCancel={close}
        >
          <p>Whatever computer uses it loses its way in.</p>
        </Confirm>
      )}
    </>
  );
}

export const INPUT: readonly Sample[] = [
  {
    name: "Button",
    states: [
      ["plain", <Button key="1">Refresh</Button>],
      [
        "primary",
        <Button key="2" look="primary">
          Open shell
        </Button>,
      ],
      [
        "quiet",
        <Button key="3" look="quiet">
          Reset all
        </Button>,
      ],
      [
        "danger",
        <Button key="4" look="danger">
          Remove peer
        </Button>,
      ],
      [
        "with icon",
        <Button key="5" icon={<Plus className="size-4" />}>
          Add
        </Button>,
      ],
      [
        "large",
        <Button key="6" look="primary" large>
          Try the demo network
        </Button>,
      ],
      [
        "busy",
        <Button key="7" look="primary" busy>
          Signing in
        </Button>,
      ],
      [
        "disabled",
        <Button key="8" disabled>
          Import
        </Button>,
      ],
    ],
  },
  {
    name: "IconButton",
    states: [
      [
        "plain",
        <IconButton key="1" label="Settings" shortcut="Ctrl+,">
          <Settings className="size-4" />
        </IconButton>,
      ],
      [
        "small",
        <IconButton key="2" label="Settings" small>
          <Settings className="size-3.5" />
        </IconButton>,
      ],
      [
        "pressed",
        <IconButton key="3" label="Sidebar" aria-pressed>
          <Settings className="size-4" />
        </IconButton>,
      ],
      [
        "disabled",
        <IconButton key="4" label="Sidebar" disabled>
          <Settings className="size-4" />
        </IconButton>,
      ],
    ],
  },
  { name: "CopyButton", states: [["plain", <CopyButton key="1" text="fdaa::1" label="Copy address" />]] },
  { name: "Choice", states: [["three", <OneOf key="1" />]] },
  {
    name: "Pick",
    states: [
      ["few", <OneOfMany key="1" />],
      ["many", <OneOfMany key="2" long />],
    ],
  },
  {
    name: "Toggle",
    states: [
      ["on", <Switch key="1" first />],
      ["off", <Switch key="2" first={false} />],
    ],
  },
  {
    name: "NumberSetting",
    states: [
      ["plain", <NumberSetting key="1" label="Text size" value={13} min={8} max={32} step={1} onChange={nothing} />],
    ],
  },
  {
    name: "SearchField",
    states: [
      ["empty", <Search key="1" />],
      ["with words", <Search key="2" first="web ams" />],
    ],
  },
  {
    name: "TextField",
    states: [
      ["with hint", <TextField key="1" label="Host" hint="A name or address inside the tunnel." onText={nothing} />],
      [
        "with error",
        <TextField key="2" label="Port" error="A number from 1 to 65535." defaultValue="99999" onText={nothing} />,
      ],
      ["disabled", <TextField key="3" label="User" defaultValue="root" disabled onText={nothing} />],
    ],
  },
  {
    name: "TextArea",
    states: [
      ["plain", <TextArea key="1" label="Private key" hint="The whole file." rows={3} onText={nothing} />],
      ["with error", <TextArea key="2" label="Private key" error="Paste the private key." rows={3} onText={nothing} />],
    ],
  },
  { name: "Keys", states: [["chord", <Keys key="1" keys="Ctrl+Shift+P" />]] },
  { name: "Modal", states: [["closed", <Dialogs key="1" kind="modal" />]] },
  {
    name: "Confirm",
    states: [
      ["closed", <Dialogs key="1" kind="confirm" />],
      ["typed", <Dialogs key="2" kind="typed" />],
    ],
  },
];
