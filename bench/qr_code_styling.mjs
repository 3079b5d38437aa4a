// Draws one symbol with qr-code-styling and prints how many bytes its SVG has.
// node qr_code_styling.mjs FOLDER TEXT VERSION LEVEL SHAPE
import { createRequire } from "node:module";

const [folder, data, version, level, shape] = process.argv.slice(2);
const require = createRequire(`${folder}/`);
const { QRCodeStyling } = require("qr-code-styling/lib/qr-code-styling.common.js");
const { JSDOM } = require("jsdom");

const colorStops = [
  { offset: 0, color: "#BE185D" },
  { offset: 1, color: "#581C87" },
];
const code = new QRCodeStyling({
  jsdom: JSDOM,
  type: "svg",
  width: 1024,
  height: 1024,
  margin: 100,
  data,
  qrOptions: { typeNumber: Number(version), errorCorrectionLevel: level },
  dotsOptions: { type: shape, gradient: { type: "radial", colorStops } },
});
const body = await code.getRawData("svg");
console.log(JSON.stringify({ bytes: body.length }));
