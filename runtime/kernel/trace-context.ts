/** https://www.w3.org/TR/trace-context/#traceparent-header-field-values */
const TRACEPARENT = /^00-(?!0{32})[0-9a-f]{32}-(?!0{16})[0-9a-f]{16}-[0-9a-f]{2}$/;

export const isTraceparent = (value: string): boolean => TRACEPARENT.test(value);

const field = (header: string, name: string): string | undefined => new RegExp(`${name}=([^;]+)`).exec(header)?.[1];

/**
 * The W3C form of an X-Ray trace header (`Root=1-5759e988-bd862e3fe1be46a994272793;Parent=53995c3f42cd8ad8;Sampled=1`),
 * so that one id leads from the request to the trace. `undefined` when the header holds no root or parent.
 */
export const traceparentOfXRay = (header: string): string | undefined => {
  const root = field(header, "Root")?.split("-");
  const parent = field(header, "Parent");
  if (root?.length !== 3 || parent === undefined) return undefined;
  const traceparent = `00-${root[1]}${root[2]}-${parent}-${field(header, "Sampled") === "1" ? "01" : "00"}`;
  return isTraceparent(traceparent) ? traceparent : undefined;
};
