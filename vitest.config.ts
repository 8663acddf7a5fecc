import { defineConfig } from "vitest/config";

const tier = (name: string, testTimeout: number, maxWorkers: number, pool: "threads" | "forks" = "forks") => ({
  test: {
    name,
    include: [`test/**/*.${name}.test.ts`],
    environment: "node" as const,
    testTimeout,
    hookTimeout: testTimeout,
    maxWorkers,
    pool,
    sequence: { groupOrder: { unit: 0, int: 1, e2e: 2 }[name] ?? 0 },
  },
});

export default defineConfig({
  test: {
    reporters: ["default"],
    projects: [tier("unit", 10_000, 2, "threads"), tier("int", 60_000, 3), tier("e2e", 180_000, 2)],
  },
});
