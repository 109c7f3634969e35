// The page's side of the engine: a worker that is ended when a query takes too long, and started again when needed.
import { type Answer, read } from "./answer.ts";
import type { Manifest, Names, Reply, Results, Reworded, Task, Text } from "./protocol.ts";

export class TooLong extends Error {
  readonly seconds: number;

  constructor(seconds: number) {
    super(`stopped after ${seconds} s`);
    this.seconds = seconds;
  }
}

export class Stopped extends Error {}

/** What was asked took more memory than there is. */
export class TooLarge extends Error {}

export interface Port {
  postMessage(message: unknown): void;
  terminate(): void;
  addEventListener(type: "message", listener: (event: { data: Reply }) => void): void;
  addEventListener(type: "error", listener: (event: { message?: string }) => void): void;
}

interface Waiting {
  resolve(value: never): void;
  reject(error: Error): void;
  began?: () => void;
}

export class Engine {
  private worker: Port | undefined;
  private opened: Promise<Manifest> | undefined;
  private waiting = new Map<number, Waiting>();
  private last = 0;
  private readonly start: () => Port;
  private readonly root: string;
  private readonly manifest: string;

  constructor(start: () => Port, root: string, manifest: string) {
    this.start = start;
    this.root = root;
    this.manifest = manifest;
  }

  /** Load the engine and the data; what was loaded stays. */
  open(): Promise<Manifest> {
    if (this.opened) return this.opened;
    const opened = this.send({ do: "open", root: this.root, manifest: this.manifest }).catch((error: unknown) => {
      // a worker that was begun since then has nothing to do with this
      if (this.opened === opened) this.end(error instanceof Error ? error : new Error(String(error)));
      throw error;
    });
    this.opened = opened;
    return opened;
  }

  /** Answer a query; after so many seconds the worker is ended, and the data with it. */
  async ask(query: string, seconds: number): Promise<Answer> {
    await this.open();
    let timer: ReturnType<typeof setTimeout> | undefined;
    const begin = () => {
      timer = setTimeout(() => this.end(new TooLong(seconds)), seconds * 1000);
    };
    try {
      return read(await this.send({ do: "ask", query }, begin));
    } finally {
      clearTimeout(timer);
    }
  }

  async name(iris: string[], language: string): Promise<Names> {
    await this.open();
    return this.send({ do: "name", iris, language });
  }

  async reword(texts: Text[], language: string): Promise<(Reworded | undefined)[]> {
    await this.open();
    return this.send({ do: "reword", texts, language });
  }

  async members(type: string, language: string): Promise<string[]> {
    await this.open();
    return this.send({ do: "members", type, language });
  }

  /** Ask what a page has to know; again, if it ended with a question of the reader's that was stopped. */
  async again<T>(ask: () => Promise<T>): Promise<T> {
    for (;;) {
      try {
        return await ask();
      } catch (error) {
        if (!(error instanceof Stopped)) throw error;
      }
    }
  }

  /** End what is running; the next question starts anew. */
  stop(): void {
    this.end(new Stopped("stopped"));
  }

  private end(error: Error): void {
    this.worker?.terminate();
    this.worker = undefined;
    this.opened = undefined;
    const left = [...this.waiting.values()];
    this.waiting.clear();
    for (const one of left) {
      one.reject(error);
    }
  }

  private send<T extends Task>(task: T, began?: () => void): Promise<Results[T["do"]]> {
    this.worker ??= this.begin();
    const worker = this.worker;
    const id = ++this.last;
    return new Promise((resolve, reject) => {
      this.waiting.set(id, { resolve, reject, ...(began ? { began } : {}) });
      worker.postMessage({ ...task, id });
    });
  }

  private begin(): Port {
    const worker = this.start();
    worker.addEventListener("message", ({ data }) => this.hear(worker, data));
    worker.addEventListener("error", (event) => {
      if (worker === this.worker) {
        this.end(new Error(event.message || "the engine stopped"));
      }
    });
    return worker;
  }

  private hear(worker: Port, reply: Reply): void {
    const one = this.waiting.get(reply.id);
    if (!one || worker !== this.worker) {
      return;
    }
    if (reply.say === "began") {
      one.began?.();
      return;
    }
    if (reply.say === "loading") {
      return;
    }
    if (reply.say === "failed" && reply.fatal) {
      // the engine is not to be trusted after this, and keeps its memory: the next question starts anew
      this.end(new TooLarge(reply.message));
      return;
    }
    this.waiting.delete(reply.id);
    if (reply.say === "done") {
      one.resolve(reply.value as never);
    } else {
      one.reject(new Error(reply.message));
    }
  }
}
