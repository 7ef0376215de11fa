/** Which of the types that can be given a request prefers (RFC 9110, 12.5.1). */

/** The offered type of the highest quality, the first of equals; null when none is acceptable. */
export function preferredType(accept: string | undefined, offered: readonly string[]): string | null {
  const ranges = (accept ?? '*/*').split(',').map(range => {
    const [type, ...parameters] = range.split(';').map(part => part.trim().toLowerCase());
    const q = parameters.find(parameter => parameter.startsWith('q='));
    return { type, quality: q === undefined ? 1 : Number(q.slice(2)) };
  });
  const qualityOf = (type: string) => {
    const wide = `${type.split('/')[0]}/*`;
    const range = [type, wide, '*/*'].map(name => ranges.find(one => one.type === name)).find(Boolean);
    return range?.quality ?? 0;
  };
  let best: { type: string; quality: number } | null = null;
  for (const type of offered) {
    const quality = qualityOf(type);
    if (quality > 0 && quality > (best?.quality ?? 0)) best = { type, quality };
  }
  return best?.type ?? null;
}
