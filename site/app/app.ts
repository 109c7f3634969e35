// What pages do beyond showing: nothing here is needed to read them.
import { copyButton } from "./copy.ts";
import { evidenceButton } from "./evidence.ts";

for (const sheet of document.querySelectorAll<HTMLElement>("[data-open-all]")) {
  evidenceButton(sheet);
}
for (const place of document.querySelectorAll<HTMLElement>("[data-copy]")) {
  copyButton(place);
}
