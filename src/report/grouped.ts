/** Items that have the same key, in the order in which keys and items come. */
export function grouped<Item>(items: readonly Item[], keyOf: (item: Item) => readonly unknown[]): Item[][] {
  const groups = new Map<string, Item[]>()
  for (const item of items) {
    const key = JSON.stringify(keyOf(item))
    const known = groups.get(key)
    if (known === undefined) groups.set(key, [item])
    else known.push(item)
  }
  return [...groups.values()]
}
