/** What a request to any of the routes may bring; more is refused before it is read. */
export const bodyBytesMax = "16kb";
