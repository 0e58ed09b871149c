/** What a request to any of the routes may bring; more is refused before it is parsed. */

/** Of a body from outside. */
export const bodyBytesMax = 16 * 1024;
/** Of a body from a node that has shown the fleet's secret: the booking of a match with 128 players. */
export const nodeBodyBytesMax = 128 * 1024;
/** Objects and lists inside each other. */
export const bodyDepthMax = 16;
/** A body comes within this time. The server's own limit, of a whole request, ends without a word of why. */
export const bodyMsMax = 8_000;
