import grpc from "@grpc/grpc-js";
import engineRpc, { type IEngineServer } from "@pulumi/pulumi/proto/engine_grpc_pb.js";
import engineProto from "@pulumi/pulumi/proto/engine_pb.js";
import monitorRpc from "@pulumi/pulumi/proto/resource_grpc_pb.js";
import empty from "google-protobuf/google/protobuf/empty_pb.js";
import type { Monitor } from "./monitor.ts";

export type Severity = "debug" | "info" | "warning" | "error";

/** What the program logs: `pulumi.log.*`, and its own uncaught exceptions as errors. */
export type LogListener = (severity: Severity, message: string) => void;

/** Programs may send whole archives in one message; the real engine allows as much. */
const MAX_MESSAGE_BYTES = 400 * 1024 * 1024;

/** Serves the ResourceMonitor and Engine services for one run of a program, on a free port of 127.0.0.1. */
export const serveEngine = async (monitor: Monitor, onLog: LogListener) => {
  const server = new grpc.Server({ "grpc.max_receive_message_length": MAX_MESSAGE_BYTES });
  server.addService(monitorRpc.ResourceMonitorService, monitor.implementation());
  server.addService(engineRpc.EngineService, engineImplementation(onLog));
  const port = await new Promise<number>((resolve, reject) => {
    server.bindAsync("127.0.0.1:0", grpc.ServerCredentials.createInsecure(), (error, bound) => {
      if (error === null) resolve(bound);
      else reject(error);
    });
  });
  return {
    address: `127.0.0.1:${port}`,
    close: () => {
      monitor.close();
      server.forceShutdown();
    },
  };
};

const SEVERITIES: readonly Severity[] = ["debug", "info", "warning", "error"];

const engineImplementation = (onLog: LogListener): IEngineServer => {
  let rootUrn = "";
  return {
    log: (call, callback) => {
      onLog(SEVERITIES[call.request.getSeverity()] ?? "info", call.request.getMessage());
      callback(null, new empty.Empty());
    },
    setRootResource: (call, callback) => {
      rootUrn = call.request.getUrn();
      callback(null, new engineProto.SetRootResourceResponse());
    },
    getRootResource: (_call, callback) => callback(null, new engineProto.GetRootResourceResponse().setUrn(rootUrn)),
    startDebugging: (_call, callback) => callback(null, new empty.Empty()),
    requirePulumiVersion: (_call, callback) => callback(null, new engineProto.RequirePulumiVersionResponse()),
  };
};
