/** What a server is told whose players are all simulated: they come from one address, and are no attack. Owns no other flag. */
export const crowdFlags: readonly string[] = [
  ...["--rate-address-per-second", "0"],
  ...["--guests-per-address-per-minute", "0"],
  ...["--tickets-per-address-max", "0"],
];
