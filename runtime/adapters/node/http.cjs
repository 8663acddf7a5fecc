// Stands in for `node:http` in bundles. An ES import of it has Node read each of its exports at once, WebSocket among
// them, which loads the whole of undici: a third of a function's import time, for something no function uses.
module.exports = process.getBuiltinModule("node:http");
