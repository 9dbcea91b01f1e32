/**
 * Thrown when the answer needs more than JSON shows: types, zones, extensions of primitives. Made
 * once: it carries no news.
 */
export const beyond = new Error('Left to the FHIRPath engine')
