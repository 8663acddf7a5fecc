import type { GraphResource, ResourceIndex } from "./graph/resources.ts";
import { FUNCTION, MAPPING, QUEUE } from "./types.ts";

/** Queues that failures end in: of other queues, of functions, and of the mappings that feed them. */
export const deadLetterQueues = (index: ResourceIndex): readonly GraphResource[] => [
  ...new Set([
    ...index.ofType(QUEUE).flatMap((queue) => index.sources(queue, "redrivePolicy", QUEUE)),
    ...index.ofType(FUNCTION).flatMap((fn) => index.sources(fn, "deadLetterConfig", QUEUE)),
    ...index.ofType(MAPPING).flatMap((mapping) => index.sources(mapping, "destinationConfig", QUEUE)),
  ]),
];
