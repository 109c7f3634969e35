// What a reader takes along: the answer as a file, the address of the question, its citation, its code, earlier ones.
import { copy } from "../copy.ts";
import { button, el, filled } from "../dom.ts";
import { type Answer, csv, json, tsv, turtle } from "./answer.ts";
import type { History } from "./history.ts";
import type { LivePage } from "./page.ts";
import { type Language, snippet } from "./snippets.ts";
import { missingPrefixes } from "./sparql.ts";

const FORMATS = {
  CSV: ["csv", "text/csv", csv],
  TSV: ["tsv", "text/tab-separated-values", tsv],
  JSON: ["json", "application/sparql-results+json", json],
  Turtle: ["ttl", "text/turtle", turtle],
} as const;
const LANGUAGES: Language[] = ["curl", "Python", "R", "JavaScript"];

export class Sharing {
  private readonly page: LivePage;
  private readonly history: History;
  /** The digest of the data that the page was made of. */
  private readonly digest: string;
  /** What is offered to be copied, and how it is made: it follows what is asked while a reader has it open. */
  private readonly offered = new Map<HTMLTextAreaElement, () => string>();

  constructor(page: LivePage, history: History, digest: string) {
    this.page = page;
    this.history = history;
    this.digest = digest;
  }

  draw(): void {
    const t = this.page.texts;
    const place = document.querySelector<HTMLElement>("#share");
    if (!place) return;
    const link = () => this.page.link();
    const cite = () => this.citation();
    const parts = [
      this.fold(t.permalink, () => [this.field(t.permalink, link), this.copier(t.copy_link, link)]),
      this.fold(t.cite, () => [this.field(t.cite, cite, "4"), this.copier(t.copy, cite)]),
      ...(place.dataset.card ? [this.card(place.dataset.card)] : []),
      this.fold(t.code, () => this.code()),
      this.fold(t.history, () => this.past()),
    ];
    place.replaceChildren(...parts);
    document.querySelector<HTMLElement>("#share-section")?.removeAttribute("hidden");
  }

  /** Let what a reader has open say what is asked now. */
  renew(): void {
    for (const [box, text] of this.offered) {
      if (!box.isConnected) this.offered.delete(box);
      else if (box.value !== text()) box.value = text();
    }
  }

  copier(name: string | undefined, text: () => string): HTMLElement {
    const { texts } = this.page;
    return button(name ?? "", async () => {
      const done = navigator.clipboard ? await copy(text(), navigator.clipboard) : false;
      this.page.say((done ? texts.copied : texts.not_copied) ?? "");
    });
  }

  /** Buttons that save an answer, one for each format. */
  downloads(answer: Answer): HTMLElement[] {
    const file = location.pathname.split("/").pop() ?? "";
    const stem = file.replace(/(\.[a-z-]+)?\.html$/, "") || "answer";
    return Object.entries(FORMATS).map(([name, [suffix, type, write]]) =>
      button(name, () => {
        const url = URL.createObjectURL(new Blob([write(answer)], { type }));
        el("a", { href: url, download: `${stem}.${suffix}` }).click();
        setTimeout(() => URL.revokeObjectURL(url), 10_000);
      }),
    );
  }

  /** A part that opens; what is in it is made each time it opens, and gone when it closes: nothing old is shown. */
  private fold(title: string | undefined, make: () => Node[]): HTMLElement {
    const body = el("div");
    const fold = el(
      "details",
      { class: "fold", toggle: () => body.replaceChildren(...(fold.open ? make() : [])) },
      el("summary", {}, title ?? ""),
      body,
    );
    return fold;
  }

  private field(label: string | undefined, text: () => string, rows = "2"): HTMLTextAreaElement {
    const box = el("textarea", { readonly: true, rows, "aria-label": label ?? "" });
    box.value = text();
    this.offered.set(box, text);
    return box;
  }

  /** The card of the question, for the page of somebody else. */
  private card(address: string): HTMLElement {
    const t = this.page.texts;
    const title = document.querySelector("h1")?.textContent?.trim().replace(/"/g, "&quot;") ?? "";
    const frame = `<iframe src="${address}" title="${title}" width="100%" height="420" loading="lazy"></iframe>`;
    return this.fold(t.embed, () => [
      this.field(t.embed, () => frame, "4"),
      this.copier(t.copy, () => frame),
      el("p", { class: "hint" }, t.embed_hint ?? ""),
    ]);
  }

  private code(): Node[] {
    const { page } = this;
    const t = page.texts;
    const address = `${page.manifest?.address ?? page.root}sparql`;
    const choose = el("select", { "aria-label": t.code ?? "", change: () => this.renew() });
    choose.append(...LANGUAGES.map((one) => el("option", {}, one)));
    const code = () => {
      const before = missingPrefixes(page.query, page.manifest?.prefixes ?? {});
      return snippet(choose.value as Language, address, before + page.query);
    };
    const box = this.field(t.code, code, "10");
    // which prefixes are ours is known when the engine is
    if (!page.manifest) {
      void page.engine.open().then(
        (manifest) => {
          page.manifest = manifest;
          this.renew();
        },
        () => undefined,
      );
    }
    return [choose, box, this.copier(t.copy, () => box.value), el("p", { class: "hint" }, t.code_hint ?? "")];
  }

  private past(): Node[] {
    const { page } = this;
    const list = this.history.list();
    if (!list.length) {
      return [el("p", { class: "hint" }, page.texts.history_none ?? "")];
    }
    const items = list.map(({ query, rows, at }) => {
      const name = query
        .replace(/^\s*(#.*|PREFIX.*|BASE.*)$/gim, "")
        .replace(/\s+/g, " ")
        .trim()
        .slice(0, 90);
      const take = button(name, () => {
        page.query = query;
        void page.run();
      });
      const when = new Date(at).toLocaleString(page.language);
      return el("li", {}, take, " ", el("small", {}, `${filled(page.texts.rows, { n: rows })} · ${when}`));
    });
    const clear = button(page.texts.history_clear ?? "", () => {
      this.history.clear();
      this.draw();
    });
    return [el("ul", { class: "past" }, ...items), clear];
  }

  /** The question, where it stands, and the version of the data: what a reader needs to find the same answer. */
  private citation(): string {
    const { manifest, language, root, texts } = this.page;
    const title = document.querySelector("h1")?.textContent?.trim() ?? "";
    const site = manifest?.title[language] ?? document.querySelector(".mark")?.textContent?.trim() ?? "";
    const address = document.querySelector<HTMLLinkElement>('link[rel="canonical"]')?.href ?? root;
    const hash = new URL(this.page.link()).hash;
    return filled(texts.citation, {
      title,
      site,
      address: address + hash,
      digest: (manifest?.digest ?? this.digest).slice(0, 12),
      day: new Date().toISOString().slice(0, 10),
    });
  }
}
