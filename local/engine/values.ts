/**
 * Property values on Pulumi's wire are JSON in which special objects carry a signature under a reserved key
 * (https://github.com/pulumi/pulumi/blob/master/sdk/go/common/resource/sig). The engine keeps them in two forms: *wire*,
 * as they came, so that secrets stay secrets when they are echoed; and *plain*, for drivers, policies and people.
 */
const SIGNATURE = "4dabf18193072939515e22adb298388d";
const SECRET = "1b47061264138c4ac30d75fd1eb44270";
const ASSET = "c44067f5952c0a294b673a41bacd8c17";
const ARCHIVE = "0def7320c3a5731c473e5ecbe6d01bc7";
const REFERENCE = "5cf8f73096256a8f31e491e813e4eb8e";

/** Stands for a value that is not known before the resource it comes from exists. Only in previews. */
export const UNKNOWN = "04da6b54-80e4-46f7-96ec-b56ff0331ba9";

export type Properties = Readonly<Record<string, unknown>>;

/** A file, in plain form. */
export interface Asset {
  readonly asset: { readonly path?: string; readonly text?: string; readonly uri?: string };
}

/** A folder or a collection of files, in plain form. */
export interface Archive {
  readonly archive: {
    readonly path?: string;
    readonly uri?: string;
    readonly assets?: Readonly<Record<string, Asset | Archive>>;
  };
}

const isObject = (value: unknown): value is Record<string, unknown> => typeof value === "object" && value !== null;

export const isAsset = (value: unknown): value is Asset => isObject(value) && isObject(value["asset"]);
export const isArchive = (value: unknown): value is Archive => isObject(value) && isObject(value["archive"]);

/** The plain form of a wire value: secrets opened, resource references replaced by the id (or URN), assets described. */
export const toPlain = (value: unknown): unknown => {
  if (Array.isArray(value)) return value.map(toPlain);
  if (!isObject(value)) return value;
  switch (value[SIGNATURE]) {
    case undefined:
      return mapProperties(value, toPlain);
    case SECRET:
      return toPlain(value["value"]);
    case REFERENCE:
      return value["id"] ?? value["urn"];
    case ASSET:
      return { asset: describe(value) };
    case ARCHIVE:
      return {
        archive: { ...describe(value), ...(isObject(value["assets"]) ? { assets: toPlain(value["assets"]) } : {}) },
      };
    default:
      throw new Error(
        `a property value has the signature ${String(value[SIGNATURE])}, which this engine does not know`,
      );
  }
};

const describe = (value: Record<string, unknown>): Record<string, unknown> =>
  Object.fromEntries(
    ["path", "text", "uri"].filter((key) => typeof value[key] === "string").map((key) => [key, value[key]]),
  );

const mapProperties = (value: Record<string, unknown>, map: (value: unknown) => unknown): Record<string, unknown> =>
  Object.fromEntries(Object.entries(value).map(([key, item]) => [key, map(item)]));

export const plainProperties = (value: Properties): Properties => mapProperties(value, toPlain);

/** Marks a value as secret on the wire; one that is marked already stays as it is. */
export const asSecret = (value: unknown): unknown =>
  isObject(value) && value[SIGNATURE] === SECRET ? value : { [SIGNATURE]: SECRET, value };

/** Whether a plain value is, or holds, one that is not known yet. */
export const holdsUnknown = (value: unknown): boolean => {
  if (value === UNKNOWN) return true;
  if (Array.isArray(value)) return value.some(holdsUnknown);
  return isObject(value) && Object.values(value).some(holdsUnknown);
};

/** JSON with sorted keys and without `undefined` and `null` members: equal values give equal text. */
export const canonical = (value: unknown): string =>
  JSON.stringify(value, (_key, item: unknown) =>
    isObject(item) && !Array.isArray(item)
      ? Object.fromEntries(
          Object.entries(item)
            .filter(([, member]) => member !== undefined && member !== null)
            .sort(([a], [b]) => (a < b ? -1 : 1)),
        )
      : item,
  ) ?? "null";

/** The wire form of plain properties. Secrets stay open: the plain form no longer knows them. */
export const toWire = (value: unknown): unknown => {
  if (Array.isArray(value)) return value.map(toWire);
  if (!isObject(value)) return value;
  if (isAsset(value)) return { [SIGNATURE]: ASSET, ...value.asset };
  if (!isArchive(value)) return mapProperties(value, toWire);
  const { assets, ...archive } = value.archive;
  return { [SIGNATURE]: ARCHIVE, ...archive, ...(assets === undefined ? {} : { assets: toWire(assets) }) };
};
