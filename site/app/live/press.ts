// Whether the reader is in the middle of something: a press, a drag, signs that are being composed.
// What is replaced under it loses the click, the selection or the signs; what comes late waits until it is over.

const BEGINS = ["pointerdown", "compositionstart"];
const ENDS = ["pointerup", "pointercancel", "contextmenu", "compositionend"];

export class Press {
  private held = false;
  private waiting: (() => void)[] = [];

  constructor(page: EventTarget) {
    const hold = () => {
      this.held = true;
    };
    // the click comes right after the release
    const release = () => setTimeout(() => this.end());
    const space = (event: Event) => (event as KeyboardEvent).key === " ";
    for (const name of BEGINS) page.addEventListener(name, hold, true);
    for (const name of ENDS) page.addEventListener(name, release, true);
    page.addEventListener("keydown", (event) => space(event) && hold(), true);
    page.addEventListener("keyup", (event) => space(event) && release(), true);
    // of what a reader does elsewhere the page hears nothing
    page.addEventListener("blur", release);
  }

  /** Resolve when it is over; at once if there is nothing. */
  over(): Promise<void> {
    return this.held ? new Promise((resolve) => this.waiting.push(resolve)) : Promise.resolve();
  }

  private end(): void {
    this.held = false;
    for (const resolve of this.waiting.splice(0)) resolve();
  }
}
