/** Stands in for the declarations of Colyseus' SDK, which name the DOM and Node, where those are to be missed. */
export type Room<A = unknown, B = unknown> = { readonly [field: string]: A | B };
export type InputHandle<A = unknown> = Room<A>;
export type Client = Room;
export const Client: Room = {};
