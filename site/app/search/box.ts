// The search box in the head of every page: made from the plain link that stands there without script.
import { el, filled } from "../dom.ts";
import type { Found, SearchIndex } from "./index.ts";

type Load = () => Promise<SearchIndex>;

/** Put the box in place of the link; the index is loaded when somebody first goes to it. */
export function searchBox(link: HTMLElement, script: string): void {
  const { root = "./", index = "", label = "", none = "", some = "", failed = "" } = link.dataset;
  const top = new URL(root, document.baseURI).href;
  const language = document.documentElement.lang;
  const load: Load = async () => {
    const search = (await import(new URL("search.js", script).href)) as typeof import("./index.ts");
    return search.fetchIndex(new URL(index, top).href, language);
  };
  const suffix = link.dataset.suffix ?? ".html";
  const box = new Box(
    load,
    { label, none, some, failed, hint: link.dataset.hint ?? "" },
    (found) => new URL(encodeURI(found.name) + suffix, top).href,
  );
  link.replaceWith(box.element);
  document.addEventListener("keydown", (event) => {
    if (event.key === "/" && !event.ctrlKey && !event.metaKey && !event.altKey && !typing(event)) {
      event.preventDefault();
      box.focus();
    }
  });
}

function typing(event: KeyboardEvent): boolean {
  return event
    .composedPath()
    .some(
      (one) => one instanceof HTMLElement && (one.isContentEditable || /^(INPUT|TEXTAREA|SELECT)$/.test(one.tagName)),
    );
}

type Words = Record<"label" | "none" | "some" | "failed" | "hint", string>;

class Box {
  readonly element: HTMLElement;
  private readonly input: HTMLInputElement;
  private readonly list: HTMLElement;
  private readonly status: HTMLElement;
  private readonly load: Load;
  private readonly words: Words;
  private readonly address: (found: Found) => string;
  private chosen = -1;
  /** How often the list was closed: what was sought before is not shown after. */
  private closed = 0;

  constructor(load: Load, words: Words, address: (found: Found) => string) {
    this.load = load;
    this.words = words;
    this.address = address;
    this.input = el("input", {
      type: "search",
      id: "search",
      role: "combobox",
      placeholder: words.hint,
      "aria-label": words.label,
      "aria-expanded": "false",
      "aria-controls": "search-list",
      "aria-autocomplete": "list",
      autocomplete: "off",
      spellcheck: "false",
      focus: () => void this.load().catch(() => undefined),
      input: () => void this.search(),
      keydown: (event) => this.onKey(event as KeyboardEvent),
    });
    this.list = el("div", {
      id: "search-list",
      role: "listbox",
      "aria-label": words.label,
      class: "search-list",
      hidden: true,
    });
    this.status = el("span", { role: "status", class: "unseen" });
    this.element = el("div", { class: "search", role: "search" }, this.input, this.list, this.status);
    this.element.addEventListener("focusout", (event) => {
      if (!this.element.contains(event.relatedTarget as Node | null)) this.close();
    });
  }

  focus(): void {
    this.input.focus();
    this.input.select();
  }

  private async search(): Promise<void> {
    const text = this.input.value.trim();
    if (!text) {
      this.close();
      return;
    }
    const { closed } = this;
    try {
      const index = await this.load();
      if (this.closed === closed && this.input.value.trim() === text) this.show(index.find(text));
    } catch {
      this.say(this.words.failed);
    }
  }

  private show(found: readonly Found[]): void {
    const groups = new Map<string, Found[]>();
    for (const one of found) groups.set(one.kind, [...(groups.get(one.kind) ?? []), one]);
    let number = 0;
    const parts = [...groups].map(([kind, members], place) => {
      const head = el("div", { class: "search-kind", id: `search-kind-${place}`, role: "presentation" }, kind);
      const options = members.map((one) => this.option(one, number++));
      return el("div", { role: "group", "aria-labelledby": head.id }, head, ...options);
    });
    this.chosen = -1;
    this.input.removeAttribute("aria-activedescendant");
    this.list.replaceChildren(
      ...(parts.length
        ? parts
        : [
            el(
              "div",
              { class: "search-none", role: "option", "aria-disabled": "true", "aria-selected": "false" },
              this.words.none,
            ),
          ]),
    );
    this.list.hidden = false;
    this.input.setAttribute("aria-expanded", "true");
    this.say(found.length ? filled(this.words.some, { n: found.length }) : this.words.none);
  }

  private option(found: Found, number: number): HTMLElement {
    const link = el("a", { href: this.address(found), tabindex: "-1" }, found.label);
    const parts = found.other ? [link, " ", el("small", {}, found.other)] : [link];
    const option = el("div", { role: "option", id: `search-${number}`, "aria-selected": "false" }, ...parts);
    option.addEventListener("mousedown", (event) => event.preventDefault());
    option.addEventListener("click", () => link.click());
    link.addEventListener("click", (event) => event.stopPropagation());
    return option;
  }

  private options(): HTMLElement[] {
    return [...this.list.querySelectorAll<HTMLElement>("[role=option][id]")];
  }

  private onKey(event: KeyboardEvent): void {
    const options = this.options();
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (step && options.length && !this.list.hidden) {
      event.preventDefault();
      this.choose(
        options,
        this.chosen < 0 && step < 0 ? options.length - 1 : (this.chosen + step + options.length) % options.length,
      );
    } else if (event.key === "Enter" && options.length && !this.list.hidden) {
      event.preventDefault();
      options[Math.max(0, this.chosen)]?.querySelector("a")?.click();
    } else if (event.key === "Escape") {
      if (this.list.hidden) this.input.blur();
      this.close();
    }
  }

  private choose(options: HTMLElement[], place: number): void {
    for (const [number, one] of options.entries()) one.setAttribute("aria-selected", String(number === place));
    this.chosen = place;
    const option = options[place];
    if (option) {
      this.input.setAttribute("aria-activedescendant", option.id);
      option.scrollIntoView({ block: "nearest" });
    }
  }

  private close(): void {
    this.closed += 1;
    this.list.hidden = true;
    this.input.setAttribute("aria-expanded", "false");
    this.input.removeAttribute("aria-activedescendant");
    this.say("");
  }

  private say(text: string): void {
    this.status.textContent = text;
  }
}
