import { vi } from "vitest";

/** Bundling is not what these tests are about: every function gets the same archive, and handlers need not exist. */
vi.mock("../../../components/bundle.ts", () => ({ bundleHandler: async () => "/bundles/any" }));
vi.mock("../../../components/handler-entry.ts", () => ({ handlerEntry: (handler: string) => handler }));
