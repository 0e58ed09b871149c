/** The limits of a request body on any route; a larger one is refused before it is parsed. */

/** For a body from outside. */
export const bodyBytesMax = 16 * 1024;
/** For a body from a node with the fleet's secret: the booking of a match with 128 players. */
export const nodeBodyBytesMax = 128 * 1024;
/** Objects and lists inside each other. */
export const bodyDepthMax = 16;
/** The time in which a body must arrive. The server's own limit for a whole request ends without an explanation. */
export const bodyMsMax = 8_000;
