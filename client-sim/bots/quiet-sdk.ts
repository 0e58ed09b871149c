/** The Colyseus SDK writes a line per reconnection attempt to the console. Bots count them instead. */
export function quietSdk(): void {
  console.info = () => {};
  console.warn = () => {};
}
