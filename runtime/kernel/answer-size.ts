/** What Lambda takes as the answer of a function is 6 MB; some of that are status and headers. */
export const ANSWER_LIMIT_BYTES = 6 * 1_048_576 - 16_384;

const encoder = new TextEncoder();

/** What a body takes of that limit: it is a text within the JSON that Lambda measures. */
export const answerBytes = (body: string): number => encoder.encode(JSON.stringify(body)).length;
