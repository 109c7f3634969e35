// A button that brings the graph: only who wants it loads it.

export function graphButton(section: HTMLElement, here: string): void {
  const place = section.querySelector(".picture");
  const name = section.dataset["explore"];
  if (!place || !name) {
    return;
  }
  const button = document.createElement("button");
  button.type = "button";
  button.className = "explore";
  button.textContent = name;
  const grow = async (): Promise<void> => {
    const { explore } = (await import(new URL("near.js", here).href)) as typeof import("./near.ts");
    // who pressed twice while it came wants one graph
    if (button.isConnected) {
      button.remove();
      explore(section);
    }
  };
  button.addEventListener("click", () => void grow());
  place.after(button);
}
