/**
 * Patterns in which `*` stands for anything. Anybody may write one, so each of its parts is looked for once, from where
 * the one before ends: nothing backtracks.
 */
export function fitsWildcards(text: string, pattern: string): boolean {
  const [first, ...parts] = pattern.split('*');
  const last = parts.pop();
  if (last === undefined) return text === pattern;
  if (!text.startsWith(first)) return false;
  let at = first.length;
  for (const part of parts) {
    const found = text.indexOf(part, at);
    if (found < 0) return false;
    at = found + part.length;
  }
  return text.slice(at).endsWith(last);
}
