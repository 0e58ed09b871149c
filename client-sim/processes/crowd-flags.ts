/** Flags for a server whose players are all simulated: they share one address and must not be limited as an attack. */
export const crowdFlags: readonly string[] = [
  ...["--rate-address-per-second", "0"],
  ...["--guests-per-address-per-minute", "0"],
  ...["--tickets-per-address-max", "0"],
];
