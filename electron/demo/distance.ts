import type { RegionRecord } from "./world-data.ts";

const EARTH_RADIUS_KM = 6371;
/** Light in fibre covers some 200 km in a millisecond, there and back 100; cables take detours. */
const KM_PER_RTT_MS = 75;
const SAME_REGION_MS = 0.4;

/** A believable round-trip time in milliseconds between two regions; the one of an unknown region is that of the farthest. */
export function regionRoundTripMs(regions: readonly RegionRecord[], from: string, to: string): number {
  if (from === to) return SAME_REGION_MS;
  const a = regions.find((region) => region.code === from);
  const b = regions.find((region) => region.code === to);
  const km = a === undefined || b === undefined ? Math.PI * EARTH_RADIUS_KM : greatCircleKm(a, b);
  return SAME_REGION_MS + km / KM_PER_RTT_MS;
}

function greatCircleKm(a: RegionRecord, b: RegionRecord): number {
  const rad = (degrees: number): number => (degrees * Math.PI) / 180;
  const dLat = rad(b.latitude - a.latitude);
  const dLon = rad(b.longitude - a.longitude);
  const h = Math.sin(dLat / 2) ** 2 + Math.cos(rad(a.latitude)) * Math.cos(rad(b.latitude)) * Math.sin(dLon / 2) ** 2;
  return 2 * EARTH_RADIUS_KM * Math.asin(Math.min(1, Math.sqrt(h)));
}
