/**
 * The door between the host's React and what is ours. The host exposes no React, so a component of our copy cannot run in its tree: all
 * that it is given is `<plumbline-mount view="…" subject="…">`, and what is inside that element is drawn by us.
 */
import { createElement, type ReactElement } from 'react'

/** Draws into the element until the function that it returns is called. `subject`: which study, viewport ... it is about. */
export type Draw = (element: HTMLElement, subject: string) => () => void

const NAME = 'plumbline-mount'

export function mountPoint(view: string, subject = ''): ReactElement {
  return createElement(NAME, { view, subject })
}

/** Once per page: a name cannot be defined twice. */
export function defineMountElement(views: ReadonlyMap<string, Draw>): void {
  if (customElements.get(NAME) !== undefined) return
  customElements.define(NAME, mountElement(views))
}

function mountElement(views: ReadonlyMap<string, Draw>): CustomElementConstructor {
  return class extends HTMLElement {
    static readonly observedAttributes = ['view', 'subject']
    #end: (() => void) | null = null

    connectedCallback(): void {
      this.#begin()
    }

    /** The host moves elements about; only one that stays out has ended. */
    disconnectedCallback(): void {
      queueMicrotask(() => {
        if (!this.isConnected) this.#stop()
      })
    }

    /** The host uses a table row again for another study. */
    attributeChangedCallback(_name: string, before: string | null, after: string | null): void {
      if (before === null || before === after || !this.isConnected) return
      this.#stop()
      this.#begin()
    }

    #begin(): void {
      const draw = views.get(this.getAttribute('view') ?? '')
      this.#end ??= draw?.(this, this.getAttribute('subject') ?? '') ?? null
    }

    #stop(): void {
      this.#end?.()
      this.#end = null
    }
  }
}
