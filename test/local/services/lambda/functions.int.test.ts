import { readdirSync } from "node:fs";
import { afterEach, describe, expect, it } from "vitest";
import { type TestLambda, type TestLambdaOptions, temporaryFolder, testLambda } from "./support.ts";

let open: TestLambda | undefined;
const start = (options?: TestLambdaOptions): TestLambda => {
  open = testLambda(options);
  return open;
};
afterEach(async () => {
  await open?.dispose();
  open = undefined;
});

describe("a function", () => {
  it("gets the event as JSON and answers what JSON keeps of its result", async () => {
    const { lambda, put } = start();
    await put("export const handler = async (event) => ({ got: event, gone: undefined, at: new Date(0) });");
    const result = await lambda.invoke("probe", { n: 1, left: undefined });
    expect(result.payload).toEqual({ got: { n: 1 }, at: "1970-01-01T00:00:00.000Z" });
    expect(result.functionError).toBeUndefined();
  });

  it("answers null when the handler returns nothing", async () => {
    const { lambda, put } = start();
    await put("export const handler = async () => {};");
    expect((await lambda.invoke("probe", {})).payload).toBeNull();
  });

  it("is found by ARN, and refused under a name or version that is not there", async () => {
    const { lambda, put } = start();
    await put("export const handler = async () => 1;");
    const arn = "arn:aws:lambda:eu-west-1:000000000000:function:probe";
    expect((await lambda.invoke(arn, {})).payload).toBe(1);
    expect((await lambda.invoke(`${arn}:$LATEST`, {})).payload).toBe(1);
    await expect(lambda.invoke(`${arn}:7`, {})).rejects.toMatchObject({ code: "ResourceNotFoundException" });
    await expect(lambda.invoke("other", {})).rejects.toMatchObject({ code: "ResourceNotFoundException" });
  });

  it("sees Lambda's environment, its own variables, its role's credentials, and nothing of this process", async () => {
    const { lambda, put } = start();
    await put("export const handler = async () => process.env;", { environment: { OWN: "1", EXTRA: "mine" } });
    const { payload } = await lambda.invoke("probe", {}, { traceHeader: "Root=1-5759e988-bd862e3fe1be46a994272793" });
    expect(payload).toMatchObject({
      OWN: "1",
      EXTRA: "mine",
      AWS_REGION: "eu-west-1",
      AWS_LAMBDA_FUNCTION_NAME: "probe",
      AWS_LAMBDA_FUNCTION_MEMORY_SIZE: "128",
      AWS_EXECUTION_ENV: "AWS_Lambda_nodejs24.x",
      AWS_ENDPOINT_URL: "http://127.0.0.1:4566",
      AWS_ACCESS_KEY_ID: "AKIA-probe",
      AWS_SECRET_ACCESS_KEY: "arn:aws:iam::000000000000:role/probe",
      AWS_SESSION_TOKEN: "token",
      _X_AMZN_TRACE_ID: "Root=1-5759e988-bd862e3fe1be46a994272793",
    });
    expect(payload).not.toHaveProperty("HOME");
  });

  it("gets the documented context", async () => {
    const { lambda, put } = start();
    await put(`export const handler = async (event, context) => {
      const left = context.getRemainingTimeInMillis();
      return { ...context, inTime: left > 4000 && left <= 5000 };
    };`);
    const { payload, requestId } = await lambda.invoke("probe", {});
    expect(payload).toMatchObject({
      awsRequestId: requestId,
      functionName: "probe",
      functionVersion: "$LATEST",
      invokedFunctionArn: "arn:aws:lambda:eu-west-1:000000000000:function:probe",
      memoryLimitInMB: "128",
      logGroupName: "/aws/lambda/probe",
      callbackWaitsForEmptyEventLoop: true,
      inTime: true,
    });
  });

  it("keeps its module between invocations, and gets a new one with new code", async () => {
    const { lambda, put } = start();
    await put("let n = 0; export const handler = async () => ++n;");
    await lambda.invoke("probe", {});
    expect((await lambda.invoke("probe", {})).payload).toBe(2);
    await put("export const handler = async () => 'new';");
    expect((await lambda.invoke("probe", {})).payload).toBe("new");
  });

  it("is frozen between invocations: a timer left behind fires in the next one", async () => {
    const { lambda, put } = start();
    await put(`let fired = 0; export const handler = async (event) => {
      if (event.leave) setTimeout(() => { fired = Date.now(); }, 1);
      else { await new Promise((resolve) => setTimeout(resolve, 5)); return fired; }
    };`);
    await lambda.invoke("probe", { leave: true });
    await new Promise((resolve) => setTimeout(resolve, 30));
    const thawed = Date.now();
    expect((await lambda.invoke("probe", {})).payload).toBeGreaterThanOrEqual(thawed);
  });
});

describe("a failure", () => {
  const failing: readonly [string, string, { errorType: string; errorMessage: string | RegExp }][] = [
    [
      "a thrown error",
      "export const handler = async () => { throw new RangeError('too far'); };",
      { errorType: "RangeError", errorMessage: "too far" },
    ],
    [
      "a thrown text",
      "export const handler = async () => { throw 'words'; };",
      { errorType: "string", errorMessage: "words" },
    ],
    [
      "a synchronous throw",
      "export const handler = () => { throw new Error('at once'); };",
      { errorType: "Error", errorMessage: "at once" },
    ],
    [
      "an answer that is no JSON",
      "export const handler = async () => 1n;",
      { errorType: "Runtime.JSONStringifyError", errorMessage: "Unable to stringify response body" },
    ],
    [
      "an answer over 6 MB",
      "export const handler = async () => 'x'.repeat(6_291_556);",
      { errorType: "Function.ResponseSizeTooLarge", errorMessage: /6291556 bytes/ },
    ],
    [
      "a promise rejected aside",
      "export const handler = () => { Promise.reject(new Error('aside')); return new Promise(() => setInterval(() => {}, 1000)); };",
      { errorType: "Runtime.UnhandledPromiseRejection", errorMessage: "Error: aside" },
    ],
    [
      "an exception in a callback",
      "export const handler = () => new Promise(() => setTimeout(() => { throw new TypeError('later'); }, 1));",
      { errorType: "TypeError", errorMessage: "later" },
    ],
    [
      "an exit",
      "export const handler = async () => { process.exit(3); };",
      {
        errorType: "Runtime.ExitError",
        errorMessage: /^RequestId: \S+ Error: Runtime exited with error: exit status 3$/,
      },
    ],
    [
      "a promise that nothing can settle",
      "export const handler = () => new Promise(() => {});",
      { errorType: "Runtime.ExitError", errorMessage: /Runtime exited without providing a reason$/ },
    ],
    [
      "a callback handler",
      "export const handler = (event, context, callback) => callback(null, 1);",
      {
        errorType: "Runtime.CallbackHandlerDeprecated",
        errorMessage: /removed support for callback-based function handlers/,
      },
    ],
    [
      "a module that throws",
      "throw new Error('no configuration'); export const handler = 1;",
      { errorType: "Error", errorMessage: "no configuration" },
    ],
    [
      "a module that does not parse",
      "export const handler = ;",
      { errorType: "Runtime.UserCodeSyntaxError", errorMessage: /^SyntaxError: Unexpected token/ },
    ],
    [
      "an import that is missing",
      "import './gone.mjs'; export const handler = async () => 1;",
      { errorType: "Runtime.ImportModuleError", errorMessage: /gone\.mjs/ },
    ],
    [
      "a handler that is missing",
      "export const other = async () => 1;",
      { errorType: "Runtime.HandlerNotFound", errorMessage: "index.handler is undefined or not exported" },
    ],
  ];

  it.each(failing)("%s is answered as Lambda does, and the next invocation runs", async (_case, source, expected) => {
    const { lambda, put } = start();
    await put(source);
    const errorMessage =
      typeof expected.errorMessage === "string" ? expected.errorMessage : expect.stringMatching(expected.errorMessage);
    for (let round = 0; round < 2; round += 1) {
      const result = await lambda.invoke("probe", {});
      expect(result.functionError).toBe("Unhandled");
      expect(result.payload).toMatchObject({ errorType: expected.errorType, errorMessage });
    }
  });

  it("a timeout ends even a loop that never yields, and the next invocation starts afresh", async () => {
    const { lambda, put, logs } = start();
    await put("let n = 0; export const handler = async (event) => { n++; while (event.spin) {} return n; };", {
      timeoutSeconds: 1,
    });
    await lambda.invoke("probe", {});
    const result = await lambda.invoke("probe", { spin: true });
    expect(result.payload).toEqual({
      errorType: "Sandbox.Timedout",
      errorMessage: `RequestId: ${result.requestId} Error: Task timed out after 1.00 seconds`,
    });
    expect(logs.some((line) => line.requestId === result.requestId && line.message.includes("Task timed out"))).toBe(
      true,
    );
    expect((await lambda.invoke("probe", {})).payload).toBe(1);
  });

  it("a module that loads at the second try recovers", async () => {
    const { lambda, put, folder } = start();
    await put(`import { existsSync, writeFileSync } from "node:fs";
      if (!existsSync(${JSON.stringify(folder)} + "/seen")) { writeFileSync(${JSON.stringify(folder)} + "/seen", ""); throw new Error("first"); }
      export const handler = async () => "recovered";`);
    expect((await lambda.invoke("probe", {})).functionError).toBe("Unhandled");
    expect((await lambda.invoke("probe", {})).payload).toBe("recovered");
  });

  it("running out of memory ends the worker, not the stack", async () => {
    const { lambda, put } = start();
    await put(
      "const kept = []; export const handler = async (event) => { while (event.eat) kept.push(new Array(100_000).fill({})); return 'alive'; };",
      { timeoutSeconds: 30 },
    );
    expect((await lambda.invoke("probe", { eat: true })).payload).toMatchObject({ errorType: "Runtime.OutOfMemory" });
    expect((await lambda.invoke("probe", {})).payload).toBe("alive");
  });

  it("a payload over 6 MB is refused before it runs", async () => {
    const { lambda, put } = start();
    await put("export const handler = async () => 1;");
    await expect(lambda.invoke("probe", "x".repeat(6_291_456))).rejects.toMatchObject({
      code: "RequestTooLargeException",
      statusCode: 413,
    });
    await expect(lambda.invokeAsync("probe", "x".repeat(1_048_576))).rejects.toMatchObject({
      code: "RequestTooLargeException",
    });
  });
});

describe("the log", () => {
  it("has what was printed with its request, in Lambda's formats, and a report", async () => {
    const { lambda, put, logs } = start();
    await put(`console.log("loading"); export const handler = async () => {
      console.warn("careful", { a: 1 });
      process.stdout.write('{"bare":"json"}\\n');
      process.stderr.write("no newline");
    };`);
    const { requestId } = await lambda.invoke("probe", {});
    expect(logs.find((line) => line.message.endsWith("\tundefined\tINFO\tloading"))?.requestId).toBeUndefined();
    const own = logs.filter((line) => line.requestId === requestId).map((line) => line.message);
    expect(own[0]).toBe(`START RequestId: ${requestId} Version: $LATEST`);
    expect(own[1]).toMatch(new RegExp(`^\\S+Z\\t${requestId}\\tWARN\\tcareful \\{ a: 1 \\}$`));
    expect(own.slice(2, 5)).toEqual(['{"bare":"json"}', "no newline", `END RequestId: ${requestId}`]);
    expect(own[5]).toMatch(
      /^REPORT RequestId: \S+\tDuration: [\d.]+ ms\tBilled Duration: \d+ ms\tMemory Size: 128 MB\tMax Memory Used: \d+ MB\tInit Duration: [\d.]+ ms$/,
    );
    expect(own).toHaveLength(6);
  });
});

describe("concurrency", () => {
  const TOGETHER = `import { threadId } from "node:worker_threads";
    export const handler = async (event) => { await new Promise((r) => setTimeout(r, event.ms)); return threadId; };`;

  it("runs one invocation at a time in a worker and adds workers up to the reserved concurrency", async () => {
    const { lambda, put } = start({ limits: { scaleUpAfterMs: 0 } });
    await put(TOGETHER, { reservedConcurrency: 2 });
    const results = await Promise.all(Array.from({ length: 6 }, () => lambda.invoke("probe", { ms: 60 })));
    expect(new Set(results.map((result) => result.payload)).size).toBe(2);
  });

  it("keeps to one worker while invocations are short", async () => {
    const { lambda, put } = start({ limits: { scaleUpAfterMs: 60_000 } });
    await put(TOGETHER);
    const results = await Promise.all(Array.from({ length: 20 }, () => lambda.invoke("probe", { ms: 0 })));
    expect(new Set(results.map((result) => result.payload)).size).toBe(1);
  });

  it("throttles beyond the line, and everything at a reserved concurrency of 0", async () => {
    const { lambda, put } = start({ limits: { waitingInvocations: 2, concurrency: 1 } });
    await put(TOGETHER);
    const calls = await Promise.allSettled(Array.from({ length: 4 }, () => lambda.invoke("probe", { ms: 1 })));
    expect(calls.map((call) => call.status)).toEqual(["fulfilled", "fulfilled", "rejected", "rejected"]);
    await put(TOGETHER, { reservedConcurrency: 0 });
    await expect(lambda.invoke("probe", {})).rejects.toMatchObject({
      code: "TooManyRequestsException",
      statusCode: 429,
    });
  });

  it("lets idle workers go", async () => {
    const { lambda, put } = start({ limits: { idleWorkerSeconds: 0.01 } });
    await put(TOGETHER);
    const first = await lambda.invoke("probe", { ms: 0 });
    const worker = async () => (await lambda.invoke("probe", { ms: 0 })).payload;
    await expect.poll(worker, { interval: 50 }).not.toBe(first.payload);
  });
});

describe("configuration", () => {
  it.each([
    ["a runtime that is not Node.js", { runtime: "python3.13" }, /python3.13 is not simulated/],
    ["a reserved variable", { environment: { AWS_REGION: "x" } }, /Reserved keys used in this request: AWS_REGION/],
    ["too large an environment", { environment: { BIG: "x".repeat(4_100) } }, /exceeded the 4KB limit/],
    ["too long a timeout", { timeoutSeconds: 901 }, /from 1 to 900 seconds/],
    ["code that is not there", { codeDirectory: "/nowhere" }, /\/nowhere does not exist/],
  ])("refuses %s", async (_case, config, message) => {
    const { put } = start();
    await expect(put("export const handler = 1;", config)).rejects.toMatchObject({
      code: "InvalidParameterValueException",
      message: expect.stringMatching(message) as string,
    });
  });
});

describe("start", () => {
  it("loads functions ahead of their first invocation", async () => {
    const { lambda, put, logs } = start({ limits: { warmAtOnce: 1 } });
    await put('console.log("loaded"); export const handler = async () => "warm";');
    lambda.start();
    await expect.poll(() => logs.some((line) => line.message.endsWith("\tloaded"))).toBe(true);
    expect((await lambda.invoke("probe", {})).payload).toBe("warm");
    expect(logs.filter((line) => line.message.startsWith("INIT_START"))).toHaveLength(1);
  });

  it("leaves a function that does not load to its invocations", async () => {
    const { lambda, put, logs } = start();
    await put('throw new Error("no");');
    lambda.start();
    await expect.poll(() => logs.some((line) => line.message.includes("Init Error"))).toBe(true);
    expect((await lambda.invoke("probe", {})).payload).toMatchObject({ errorMessage: "no" });
  });
});

describe("a folder for compiled code", () => {
  it("is filled by the first worker of a bundle", async () => {
    const { folder, remove } = temporaryFolder();
    const { lambda, put } = start({ compileCacheDirectory: folder });
    await put(`export const handler = async () => ${JSON.stringify("x".repeat(5_000))}.length;`);
    expect((await lambda.invoke("probe", {})).payload).toBe(5_000);
    await expect.poll(() => readdirSync(folder, { recursive: true }).length).toBeGreaterThan(1);
    await open?.dispose();
    open = undefined;
    remove();
  });
});
