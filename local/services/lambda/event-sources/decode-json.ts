/** The value of a JSON text, or the text itself where it is none: filter patterns look into JSON and match plain text. */
export const decodeJson = (text: string): unknown => {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return text;
  }
};
