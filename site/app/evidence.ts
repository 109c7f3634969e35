// One button that opens all evidence of a page, or closes it again.

export interface Openable {
  open: boolean;
}

export interface Words {
  openAll: string;
  closeAll: string;
}

export function allOpen(parts: readonly Openable[]): boolean {
  return parts.every((part) => part.open);
}

/** Open every part, or close every part if all are open. */
export function toggleAll(parts: readonly Openable[]): void {
  const open = !allOpen(parts);
  for (const part of parts) {
    part.open = open;
  }
}

/** What the button does next, in the words of the page. */
export function label(parts: readonly Openable[], words: Words): string {
  return allOpen(parts) ? words.closeAll : words.openAll;
}

export function evidenceButton(sheet: HTMLElement): void {
  const parts = [...sheet.querySelectorAll<HTMLDetailsElement>("details.evidence")];
  const { openAll, closeAll } = sheet.dataset;
  const top = sheet.querySelector(".top");
  if (parts.length < 2 || !openAll || !closeAll || !top) {
    return;
  }
  const button = document.createElement("button");
  button.type = "button";
  button.className = "open-all";
  const say = (): void => {
    button.textContent = label(parts, { openAll, closeAll });
  };
  button.addEventListener("click", () => toggleAll(parts));
  // "toggle" does not bubble
  sheet.addEventListener("toggle", say, true);
  say();
  top.append(button);
}
