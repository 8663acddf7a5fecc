const row = (...cells: readonly string[]): string =>
  `| ${cells.map((cell) => cell.replaceAll("|", "\\|")).join(" | ")} |`;

export const table = (head: readonly string[], rows: readonly (readonly string[])[]): string =>
  [row(...head), row(...head.map(() => "---")), ...rows.map((cells) => row(...cells))].join("\n");

export const page = (title: string, introduction: string, ...parts: readonly string[]): string =>
  `${[`# ${title}`, "<!-- Made by `npm run docs`; edit the code it repeats. -->", introduction, ...parts].join("\n\n")}\n`;

export const code = (language: string, text: string): string => `\`\`\`${language}\n${text.trimEnd()}\n\`\`\``;
