// The editor: CodeMirror in place of the plain text area, which keeps the text for everything else.
import {
  autocompletion,
  type Completion,
  type CompletionContext,
  type CompletionResult,
  closeBrackets,
  completionKeymap,
} from "@codemirror/autocomplete";
import { defaultKeymap, history, historyKeymap } from "@codemirror/commands";
import { bracketMatching, HighlightStyle, syntaxHighlighting } from "@codemirror/language";
import { lintGutter, setDiagnostics } from "@codemirror/lint";
import { Compartment, EditorState, Prec } from "@codemirror/state";
import {
  drawSelection,
  EditorView,
  highlightActiveLine,
  hoverTooltip,
  keymap,
  lineNumbers,
  type Tooltip,
} from "@codemirror/view";
import { tags } from "@lezer/highlight";
import { sparql } from "codemirror-lang-sparql";

import { el } from "../dom.ts";
import type { Manifest } from "../live/protocol.ts";
import { iriAt, type Offer, offers, wordBefore } from "./complete.ts";
import { fetchVocabulary, type Vocabulary } from "./vocabulary.ts";

export interface Setting {
  root: string;
  vocabulary: string;
  language: string;
  texts: Record<string, string>;
  manifest(): Promise<Manifest>;
  changed(): void;
  run(): void;
}

export interface Editor {
  text: string;
  /** Mark the place of an error; without one, none. */
  mark(offset?: number, problem?: string): void;
  goTo(offset: number): void;
}

const COLOURS = HighlightStyle.define([
  { tag: tags.keyword, color: "var(--accent)", fontWeight: "600" },
  { tag: tags.comment, color: "var(--soft)", fontStyle: "italic" },
  { tag: tags.string, color: "var(--asserted)" },
  { tag: [tags.variableName, tags.special(tags.variableName)], color: "var(--opinion)" },
  { tag: [tags.url, tags.namespace, tags.atom, tags.literal], color: "var(--proposed)" },
]);

const LOOKS = EditorView.theme({
  "&": {
    color: "var(--ink)",
    backgroundColor: "var(--card)",
    fontSize: ".9rem",
    border: "1px solid var(--line)",
    borderRadius: ".5rem",
  },
  "&.cm-focused": { outline: "3px solid var(--accent)", outlineOffset: "2px" },
  ".cm-content": { fontFamily: "var(--mono)", caretColor: "var(--ink)", padding: ".7rem 0" },
  ".cm-cursor": { borderLeftColor: "var(--ink)" },
  ".cm-gutters": {
    backgroundColor: "var(--paper)",
    color: "var(--soft)",
    border: "0",
    borderRadius: ".5rem 0 0 .5rem",
  },
  ".cm-activeLine": { backgroundColor: "transparent" },
  ".cm-selectionBackground, &.cm-focused > .cm-scroller > .cm-selectionLayer .cm-selectionBackground": {
    backgroundColor: "var(--wash)",
  },
  ".cm-matchingBracket": { backgroundColor: "var(--wash)", outline: "1px solid var(--line)" },
  ".cm-tooltip": {
    backgroundColor: "var(--card)",
    color: "var(--ink)",
    border: "1px solid var(--line)",
    borderRadius: ".3rem",
    font: ".85rem/1.5 var(--sans)",
  },
  ".cm-tooltip.cm-tooltip-autocomplete > ul": { fontFamily: "var(--sans)", maxHeight: "16rem" },
  ".cm-tooltip.cm-tooltip-autocomplete > ul > li[aria-selected]": {
    backgroundColor: "var(--accent)",
    color: "var(--paper)",
  },
  ".cm-completionDetail": { fontFamily: "var(--mono)", fontStyle: "normal", opacity: "1" },
  ".cm-tooltip-hover p": { margin: "0", padding: ".4rem .7rem", maxWidth: "26rem" },
});

export async function createEditor(area: HTMLTextAreaElement, setting: Setting): Promise<Editor> {
  const vocabulary = fetchVocabulary(new URL(setting.vocabulary, setting.root).href);
  const { selectionStart, selectionEnd } = area;
  const focused = document.activeElement === area;
  const place = el("div", { class: "editor" });
  area.before(place);
  // CodeMirror's own styles go into the shadow tree, where they need no leave from the page's policy.
  const shadow = place.attachShadow({ mode: "open", delegatesFocus: true });
  const view = new EditorView({ parent: shadow, root: shadow, state: state(area, setting, vocabulary) });
  // what the reader had marked in the plain area stays marked, so that the next key still replaces it
  const size = view.state.doc.length;
  view.dispatch({ selection: { anchor: Math.min(selectionStart, size), head: Math.min(selectionEnd, size) } });
  area.hidden = true;
  if (focused) view.focus();
  return new Held(view, area);
}

class Held implements Editor {
  private readonly view: EditorView;
  private readonly area: HTMLTextAreaElement;

  constructor(view: EditorView, area: HTMLTextAreaElement) {
    this.view = view;
    this.area = area;
  }

  get text(): string {
    return this.view.state.doc.toString();
  }

  set text(text: string) {
    this.area.value = text;
    this.view.dispatch({ changes: { from: 0, to: this.view.state.doc.length, insert: text } });
  }

  mark(offset?: number, problem = ""): void {
    const length = this.view.state.doc.length;
    const from = Math.min(offset ?? 0, Math.max(0, length - 1));
    const found =
      offset === undefined
        ? []
        : [{ from, to: Math.min(from + 1, length), severity: "error" as const, message: problem }];
    this.view.dispatch(setDiagnostics(this.view.state, found));
  }

  goTo(offset: number): void {
    this.view.dispatch({ selection: { anchor: Math.min(offset, this.view.state.doc.length) }, scrollIntoView: true });
    this.view.focus();
  }
}

const asked = new Compartment();
/** Pixels of the editor's borders above and below. */
const BORDERS = 2;

function asks(setting: Setting): boolean {
  setting.run();
  return true;
}

function state(area: HTMLTextAreaElement, setting: Setting, vocabulary: Promise<Vocabulary>): EditorState {
  const run = Prec.highest(keymap.of([{ key: "Mod-Enter", run: () => asks(setting) }]));
  return EditorState.create({
    doc: area.value,
    extensions: [
      run,
      lineNumbers(),
      history(),
      drawSelection(),
      highlightActiveLine(),
      bracketMatching(),
      closeBrackets(),
      lintGutter(),
      sparql(),
      syntaxHighlighting(COLOURS),
      LOOKS,
      EditorView.lineWrapping,
      // no lower than the plain area was: what stands below does not move up under a reader who is about to press it
      EditorView.theme({
        ".cm-content, .cm-gutter": { minHeight: `${area.getBoundingClientRect().height - BORDERS}px` },
      }),
      EditorView.domEventHandlers({ beforeinput: typeOver }),
      EditorView.contentAttributes.of({
        "aria-label": setting.texts.editor ?? "SPARQL",
        "aria-describedby": "editor-keys",
      }),
      autocompletion({ override: [(context) => complete(context, setting, vocabulary)], activateOnTyping: true }),
      asked.of(hoverTooltip((view, at) => hover(view, at, setting, vocabulary))),
      // Tab is not among them: it always leads out of the editor.
      keymap.of([...completionKeymap, ...historyKeymap, ...defaultKeymap]),
      EditorView.updateListener.of((update) => {
        if (update.docChanged) {
          area.value = update.state.doc.toString();
          setting.changed();
        }
      }),
    ],
  });
}

/** Typing over a selection: done here, because the browser would style what it puts in, which the policy forbids. */
function typeOver(event: InputEvent, view: EditorView): boolean {
  if (event.inputType !== "insertText" || !event.data || view.composing || view.state.selection.main.empty) {
    return false;
  }
  event.preventDefault();
  view.dispatch(view.state.replaceSelection(event.data), { userEvent: "input.type", scrollIntoView: true });
  return true;
}

async function complete(
  context: CompletionContext,
  setting: Setting,
  vocabulary: Promise<Vocabulary>,
): Promise<CompletionResult | null> {
  const text = context.state.doc.toString();
  const word = wordBefore(text, context.pos);
  if (!word && !context.explicit) return null;
  const [manifest, terms] = await Promise.all([setting.manifest(), vocabulary]);
  const options = offers(text, word, manifest.prefixes, terms, setting.language).map(completion);
  return { from: context.pos - word.length, options, filter: false };
}

function completion(offer: Offer): Completion {
  return {
    label: offer.label,
    displayLabel: offer.shown,
    ...(offer.detail && offer.detail !== offer.shown ? { detail: offer.detail } : {}),
    type: offer.type,
    ...(offer.info ? { info: offer.info } : {}),
    apply: (view, _, from, to) => {
      const head = offer.declare ? [{ from: 0, insert: offer.declare }] : [];
      view.dispatch({
        changes: [...head, { from, to, insert: offer.label }],
        selection: { anchor: from + offer.label.length + (offer.declare?.length ?? 0) },
      });
    },
  };
}

async function hover(
  view: EditorView,
  at: number,
  setting: Setting,
  vocabulary: Promise<Vocabulary>,
): Promise<Tooltip | null> {
  const [manifest, terms] = await Promise.all([setting.manifest(), vocabulary]);
  const found = iriAt(view.state.doc.toString(), at, manifest.prefixes);
  const term = found && terms.get(found.iri);
  if (!found || !term) return null;
  const label = term.labels[setting.language] ?? Object.values(term.labels)[0] ?? "";
  const said = term.definitions[setting.language] ?? Object.values(term.definitions)[0] ?? "";
  return {
    pos: found.from,
    end: found.to,
    above: true,
    create: () => ({ dom: el("p", {}, el("b", {}, label), said ? ` · ${said}` : "") }),
  };
}
