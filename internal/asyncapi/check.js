// Reads an AsyncAPI document from standard input and prints what is wrong with it, one
// thing per line: what the parser says, or if it accepts the document, which examples
// their schemas reject.
"use strict";

const { Parser, DiagnosticSeverity } = require("@asyncapi/parser");
const Ajv = require("ajv");
const addFormats = require("ajv-formats");

// A later version of AsyncAPI is not a mistake.
const ignored = ["asyncapi-latest-version"];

async function complaints(text) {
  const { diagnostics } = await new Parser().parse(text);
  const found = diagnostics
    .filter((d) => !ignored.includes(d.code))
    .map((d) => `${DiagnosticSeverity[d.severity]} at ${d.path.join(".")}: ${d.message}`);
  return found.length > 0 ? found : refused(JSON.parse(text));
}

// refused returns what is wrong with the examples.
function refused(document) {
  const ajv = addFormats(new Ajv({ strict: false, allErrors: true, logger: false }));
  ajv.addSchema(document, "document");
  const found = [];
  for (const [channel, { messages }] of Object.entries(document.channels)) {
    for (const [message, { examples }] of Object.entries(messages)) {
      const payload = ajv.compile({ $ref: `document#/channels/${channel}/messages/${message}/payload` });
      for (const example of examples ?? []) {
        if (!payload(example.payload)) {
          found.push(`${message} ${example.name}: ${ajv.errorsText(payload.errors)}`);
        }
      }
    }
  }
  return found;
}

let text = "";
process.stdin.on("data", (data) => (text += data));
process.stdin.on("end", async () => {
  for (const complaint of await complaints(text)) {
    console.log(complaint);
  }
});
