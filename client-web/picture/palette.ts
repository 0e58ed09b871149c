/** The colours of the ground and the pickups. The colour of a player comes from side-color.ts. */
import type { PickupKind } from "../../shared/games/arena/map.ts";

export const palette = {
  outside: "#0a0e17",
  hatch: "#101725",
  ground: "#121a28",
  grid: "#1a2536",
  edge: "#3b4d68",
  wall: "#2b3b54",
  wallTop: "#3a4e6e",
  text: "#dbe6f5",
  healthGood: "#57d6b5",
  healthLow: "#f2705b",
  healthBack: "#0a0e17",
  flash: "#ffffff",
  safe: "#8fc7ff",
} as const;

export const pickupColors: Readonly<Record<PickupKind, string>> = {
  health: "#57d6b5",
  rapid: "#f5c451",
  double: "#e874c6",
};
