import { describe, expect, it } from "vitest";
import type { Cloud } from "../../../local/drivers/cloud.ts";
import { Preview, protectedLosses } from "../../../local/engine/preview.ts";
import type { Registration } from "../../../local/engine/registration.ts";
import { StateStore } from "../../../local/engine/state.ts";
import { Update } from "../../../local/engine/update.ts";
import { engineContextWith, recordingDriver, registrationOf } from "../../support/engine-fixtures.ts";

// The recording driver makes nothing, so it needs nothing to make it in.
const NO_CLOUD = {} as Cloud;

const stackWith = () => {
  const calls: string[] = [];
  const state = new StateStore(":memory:");
  const context = engineContextWith(recordingDriver(calls), state);
  /** One run of a program that registers these; gives back what the drivers were asked. */
  const run = async (...registrations: Registration[]) => {
    calls.length = 0;
    const update = new Update(context, NO_CLOUD);
    for (const registration of registrations) await update.realise(registration);
    await update.finish();
    return calls.map((call) => call.replace(/-[0-9a-f]{7}$/, ""));
  };
  const preview = async (...registrations: Registration[]) => {
    const dry = new Preview(context);
    for (const registration of registrations) await dry.realise(registration);
    return dry.steps();
  };
  return { run, preview, state, context };
};

const first = registrationOf({ name: "first", inputs: { size: 1 } });
const second = registrationOf({ name: "second", dependencies: [first.urn] });

describe("an update of the running stack", () => {
  it("creates what is new and restores what is as it was", async () => {
    const { run } = stackWith();
    expect(await run(first, second)).toEqual(["create first", "create second"]);
    expect(await run(first, second)).toEqual(["restore first", "restore second"]);
  });

  it("changes in place what may be changed, and keeps its name", async () => {
    const { run, state } = stackWith();
    await run(first);
    const { id } = state.get(first.urn) ?? {};
    expect(await run({ ...first, inputs: { size: 2 } })).toEqual(["update first"]);
    expect(state.get(first.urn)).toMatchObject({ id, inputs: { size: 2 } });
  });

  it("replaces under a new name before it deletes the old one", async () => {
    const { run, state } = stackWith();
    await run({ ...first, inputs: { size: 1 }, options: { ...first.options, replaceOnChanges: ["size"] } });
    const before = state.get(first.urn)?.id;
    const replaced = { ...first, inputs: { size: 2 }, options: { ...first.options, replaceOnChanges: ["size"] } };
    expect(await run(replaced)).toEqual(["create first", "delete first"]);
    expect(state.get(first.urn)?.id).not.toBe(before);
  });

  it("deletes first what has a name of the program's choosing", async () => {
    const { run } = stackWith();
    await run({ ...first, inputs: { name: "one" } });
    expect(await run({ ...first, inputs: { name: "two" } })).toEqual(["delete first", "create first"]);
  });

  it("deletes what the program no longer registers, dependents first", async () => {
    const { run, state } = stackWith();
    await run(first, second);
    expect(await run()).toEqual(["delete second", "delete first"]);
    expect(state.all()).toEqual([]);
  });

  it("leaves what it must retain where it is, and forgets it", async () => {
    const { run, state } = stackWith();
    await run(registrationOf({ options: { retainOnDelete: true } }));
    expect(await run()).toEqual([]);
    expect(state.all()).toEqual([]);
  });

  it("finds a renamed resource by its alias", async () => {
    const { run } = stackWith();
    await run(first);
    const renamed = registrationOf({ name: "renamed", inputs: { size: 1 }, options: { aliases: [first.urn] } });
    expect(await run(renamed)).toEqual(["restore first"]);
  });

  it("makes the same resource again after a run that was killed before it was saved", async () => {
    const { context, state } = stackWith();
    const made = await new Update(context, NO_CLOUD).realise(first);
    state.forget(first.urn);
    expect(await new Update(context, NO_CLOUD).realise(first)).toEqual(made);
  });

  it("takes up the deletions of a run that was killed before them", async () => {
    const { run, state, context } = stackWith();
    await run({ ...first, options: { ...first.options, replaceOnChanges: ["size"] } });
    const replaced = { ...first, inputs: { size: 2 }, options: { ...first.options, replaceOnChanges: ["size"] } };
    await new Update(context, NO_CLOUD).realise(replaced);
    expect(state.discarded()).toHaveLength(1);
    expect(await run(replaced)).toEqual(["restore first", "delete first"]);
  });
});

describe("a protected resource", () => {
  const guarded = registrationOf({ inputs: { size: 1 }, options: { protect: true } });

  it("is not deleted, and the message says what to do", async () => {
    const { run, preview, context } = stackWith();
    await run(guarded);
    await expect(run()).rejects.toThrow(/"queue" is protected, and the program no longer registers it.*nexus reset/);
    expect(protectedLosses(context, await preview())).toHaveLength(1);
  });

  it("is not replaced", async () => {
    const { run, preview, context } = stackWith();
    await run(guarded);
    const replaced = registrationOf({ inputs: { size: 2 }, options: { protect: true, replaceOnChanges: ["size"] } });
    await expect(run(replaced)).rejects.toThrow(/is protected, and this change replaces it/);
    expect(protectedLosses(context, await preview(replaced))).toHaveLength(1);
  });
});

describe("a preview", () => {
  it("says what an update would do and does nothing", async () => {
    const { run, preview, state } = stackWith();
    await run(first, second);
    const steps = await preview({ ...first, inputs: { size: 2 } }, registrationOf({ name: "third" }));
    expect(steps.map(({ action, urn, changed }) => [action, urn.split("::").at(-1), changed])).toEqual([
      ["update", "first", ["size"]],
      ["create", "third", []],
      ["delete", "second", []],
    ]);
    expect(state.all()).toHaveLength(2);
  });
});
