/**
 * The values that a game exchanges with the world around it, as types: what a View shows, what a player is told, what is
 * asked. They can be compared, hashed and sent. No code.
 */

/** A JSON-like value. */
export type Plain = null | boolean | number | string | readonly Plain[] | { readonly [key: string]: Plain };
