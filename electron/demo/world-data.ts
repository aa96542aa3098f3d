/** The demo cloud's content, as plain data: who owns what, where it runs, what stands still. World turns it into records. */

export interface RegionRecord {
  readonly code: string;
  readonly name: string;
  readonly latitude: number;
  readonly longitude: number;
  readonly gatewayAvailable: boolean;
  readonly requiresPaidPlan: boolean;
  readonly deprecated: boolean;
}

/** [code, name, latitude, longitude, has a WireGuard gateway] */
const PLACES = [
  ["ams", "Amsterdam, Netherlands", 52.37, 4.89, true],
  ["arn", "Stockholm, Sweden", 59.33, 18.06, false],
  ["fra", "Frankfurt, Germany", 50.11, 8.68, true],
  ["iad", "Ashburn, Virginia (US)", 39.02, -77.46, true],
  ["ord", "Chicago, Illinois (US)", 41.88, -87.63, true],
  ["sjc", "San Jose, California (US)", 37.35, -121.96, false],
  ["syd", "Sydney, Australia", -33.87, 151.21, true],
] as const;

export const REGIONS: readonly RegionRecord[] = PLACES.map(([code, name, latitude, longitude, gatewayAvailable]) => ({
  code,
  name,
  latitude,
  longitude,
  gatewayAvailable,
  requiresPaidPlan: false,
  deprecated: false,
}));

/** Where the demo's user sits, as the platform would guess it from the request. */
export const NEAREST_REGION = "ams";

export const VIEWER = { name: "Robin Vermeer", email: "robin@northwind-labs.example" } as const;

export interface OrganizationPlan {
  readonly slug: string;
  readonly rawSlug: string;
  readonly name: string;
  readonly kind: "personal" | "shared";
  /** Custom private networks; the default one always exists. */
  readonly networks: readonly string[];
  readonly apps: readonly AppPlan[];
}

export interface AppPlan {
  readonly name: string;
  readonly network: string | null;
  readonly image: string;
  readonly machines: readonly MachinePlan[];
}

export interface MachinePlan {
  readonly region: string;
  readonly processGroup: string;
  readonly state: "started" | "stopped";
}

function machines(processGroup: string, started: readonly string[], stopped: readonly string[] = []): MachinePlan[] {
  return [
    ...started.map((region) => ({ region, processGroup, state: "started" }) as const),
    ...stopped.map((region) => ({ region, processGroup, state: "stopped" }) as const),
  ];
}

export const ORGANIZATIONS: readonly OrganizationPlan[] = [
  {
    slug: "personal",
    rawSlug: "robin-vermeer-417",
    name: "Robin Vermeer",
    kind: "personal",
    networks: [],
    apps: [
      { name: "notes", network: null, image: "robin/notes:3.2.1", machines: machines("app", ["ams"], ["ord"]) },
      { name: "weather-bot", network: null, image: "robin/weather-bot:main", machines: machines("app", ["fra"]) },
    ],
  },
  {
    slug: "northwind-labs",
    rawSlug: "northwind-labs",
    name: "Northwind Labs",
    kind: "shared",
    networks: ["restricted"],
    apps: [
      {
        name: "api",
        network: null,
        image: "northwind/api:2026.11.3",
        machines: machines("app", ["ams", "ams", "ord", "syd"]),
      },
      // Every machine of this one stands still: the app that refuses a shell with a reason.
      { name: "cron", network: null, image: "northwind/cron:1.8.0", machines: machines("cron", [], ["ams", "ord"]) },
      {
        name: "postgres",
        network: null,
        image: "northwind/postgres-ha:17.2",
        machines: [...machines("primary", ["ams"]), ...machines("replica", ["ams", "ord"])],
      },
      // Alone on a network of its own: reachable through a peer of that network only.
      {
        name: "vault",
        network: "restricted",
        image: "northwind/vault:1.18",
        machines: machines("app", ["ams", "fra"]),
      },
      {
        name: "web",
        network: null,
        image: "northwind/web:2026.11.3",
        machines: machines("app", ["ams", "ord", "syd"], ["sjc"]),
      },
      {
        name: "worker",
        network: null,
        image: "northwind/worker:2026.11.2",
        machines: [...machines("queue", ["ams", "ord"]), ...machines("mailer", ["ams"])],
      },
    ],
  },
];

/** Machine names are made of one of each and a number, as the platform's are. */
export const NAME_WORDS = {
  first: ["amber", "bold", "cedar", "dawn", "frosty", "hollow", "lively", "misty", "quiet", "rapid", "summer", "wild"],
  second: ["brook", "cliff", "dew", "field", "grove", "harbor", "lake", "meadow", "pine", "river", "shore", "stone"],
} as const;
