import { Badge } from "../../../renderer/ui/Badge.tsx";
import { Button } from "../../../renderer/ui/Button.tsx";
import { EmptyState } from "../../../renderer/ui/EmptyState.tsx";
import { ErrorNote } from "../../../renderer/ui/ErrorNote.tsx";
import { FactList } from "../../../renderer/ui/FactList.tsx";
import { Highlight } from "../../../renderer/ui/Highlight.tsx";
import { LongAddress } from "../../../renderer/ui/LongAddress.tsx";
import { Mark } from "../../../renderer/ui/Mark.tsx";
import { MiddleText } from "../../../renderer/ui/MiddleText.tsx";
import { Scroll } from "../../../renderer/ui/Scroll.tsx";
import { Skeleton } from "../../../renderer/ui/Skeleton.tsx";
import { StaleNote } from "../../../renderer/ui/StaleNote.tsx";
import { type Status, StatusShape } from "../../../renderer/ui/StatusShape.tsx";
import { Cell, HeadCell, Table } from "../../../renderer/ui/Table.tsx";
import { Term } from "../../../renderer/ui/Term.tsx";
import type { Sample } from "./components.tsx";

const STATUSES: readonly Status[] = ["running", "starting", "stopped", "trouble", "unknown"];
const nothing = (): void => undefined;

function Rows({ wide = false }: { wide?: boolean }) {
  return (
    <div className={wide ? "w-64" : ""}>
      <Table label={wide ? "A table that does not fit" : "Peers"}>
        <thead>
          <tr>
            <HeadCell>Name</HeadCell>
            <HeadCell meaning="Where the gateway is.">Region</HeadCell>
            <HeadCell right parts="now · ever">
              Bytes
            </HeadCell>
          </tr>
        </thead>
        <tbody>
          <tr>
            <Cell>ada-laptop</Cell>
            <Cell mono>ams</Cell>
            <Cell right>1.2 MB · 3 GB</Cell>
          </tr>
          <tr>
            <Cell>سيرفر طويل الاسم جداً</Cell>
            <Cell mono>fra</Cell>
            <Cell right>0 B · 0 B</Cell>
          </tr>
        </tbody>
      </Table>
    </div>
  );
}

export const FEEDBACK: readonly Sample[] = [
  {
    name: "StatusShape",
    states: STATUSES.map((status) => [
      status,
      <span key={status} className="flex items-center gap-2">
        <StatusShape status={status} /> {status}
      </span>,
    ]),
  },
  {
    name: "Badge",
    states: (["neutral", "accent", "ok", "warn", "bad"] as const).map((tone) => [
      tone,
      <Badge key={tone} tone={tone}>
        {tone}
      </Badge>,
    ]),
  },
  {
    name: "ErrorNote",
    states: [
      [
        "with facts",
        <div key="1" className="w-96">
          <ErrorNote error={{ code: "gateway-silent", detail: "ams1.example:51820" }} />
        </div>,
      ],
      [
        "with retry",
        <div key="2" className="w-96">
          <ErrorNote error={{ code: "api-unreachable" }} onRetry={nothing} />
        </div>,
      ],
    ],
  },
  {
    name: "EmptyState",
    states: [
      ["sentence", <EmptyState key="1" title="Nothing matches the filter." />],
      [
        "with action",
        <EmptyState key="2" title="No peers." text="One is made with the first shell.">
          <Button>Make one</Button>
        </EmptyState>,
      ],
    ],
  },
  { name: "StaleNote", states: [["old", <StaleNote key="1" asOf={Date.now() - 300_000} />]] },
  {
    name: "Skeleton",
    states: [
      [
        "rows",
        <div key="1" className="w-60">
          <Skeleton />
        </div>,
      ],
    ],
  },
  {
    name: "FactList",
    states: [
      [
        "facts",
        <FactList
          key="1"
          facts={[
            ["Organization", "Harbor Lights"],
            ["Region", "ams"],
          ]}
        />,
      ],
    ],
  },
  {
    name: "Table",
    states: [
      ["plain", <Rows key="1" />],
      ["too wide", <Rows key="2" wide />],
    ],
  },
  {
    name: "Term",
    states: [
      [
        "word",
        <Term key="1" meaning="Round-trip time.">
          RTT
        </Term>,
      ],
    ],
  },
  {
    name: "Highlight",
    states: [
      [
        "hit",
        <p key="1">
          <Highlight text="billing-orders" terms={["ord"]} />
        </p>,
      ],
    ],
  },
  {
    name: "LongAddress",
    states: [
      [
        "cut",
        <p key="1" className="font-mono text-xs">
          <LongAddress text="fdaa:0:1da8:a7b:8cfe:0:a:2" />
        </p>,
      ],
    ],
  },
  {
    name: "MiddleText",
    states: [
      [
        "cut",
        <div key="1" className="w-24">
          <MiddleText text="quiet-brook-1468" />
        </div>,
      ],
    ],
  },
  {
    name: "Scroll",
    states: [
      [
        "long",
        <Scroll key="1" className="h-16 w-40">
          <p>One</p>
          <p>Two</p>
          <p>Three</p>
          <p>Four</p>
          <p>Five</p>
        </Scroll>,
      ],
    ],
  },
  { name: "Mark", states: [["large", <Mark key="1" className="size-12" />]] },
];
