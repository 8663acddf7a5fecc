import type { Command } from "commander";
import { addStackOptions, requireStack, type StackOptions } from "../client/stack-option.ts";

export const register = (program: Command): void => {
  addStackOptions(program.command("env"))
    .summary("print the addresses and keys of the running stack")
    .description(
      "Print the addresses of the running stack and the keys of an operator who may use its API.\n" +
        'For a shell: eval "$(nexus env)" lets the AWS CLI and every SDK talk to the stack.',
    )
    .option("--json", "one JSON object: api, websocket, aws, region, accessKeyId, secretAccessKey")
    .action((options: StackOptions & { json?: true }) => {
      const { api, websocket, aws, region, accessKeyId, secretAccessKey } = requireStack(options);
      if (options.json) {
        const shown = { api, websocket, aws, region, accessKeyId, secretAccessKey };
        process.stdout.write(`${JSON.stringify(shown)}\n`);
        return;
      }
      const variables = {
        NEXUS_API: api,
        NEXUS_WEBSOCKET: websocket,
        AWS_ENDPOINT_URL: aws,
        AWS_REGION: region,
        AWS_ACCESS_KEY_ID: accessKeyId,
        AWS_SECRET_ACCESS_KEY: secretAccessKey,
      };
      for (const [name, value] of Object.entries(variables)) process.stdout.write(`export ${name}='${value}'\n`);
    });
};
