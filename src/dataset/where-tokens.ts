/** The words of a condition (where.ts). */

export interface Token {
  kind: 'name' | 'word' | 'number' | 'text' | 'compare' | 'sign' | 'end';
  /** Of a word in lower case; of a text without its quotes. */
  text: string;
  /** Index of its first character. */
  position: number;
}

const WORDS = new Set(['and', 'or', 'not', 'like', 'in', 'is', 'null', 'true', 'false']);
const SPACE = /\s+/y;
const NUMBER = /[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?/y;
const NAME = /[A-Za-z_]\w*(?:\.\w+)*/y;
const COMPARE = /!=|<=|>=|=|<|>/y;
const SIGN = /[(),]/y;
const TEXT = /'(?:[^']|'')*'|"(?:[^"]|"")*"/y;

/** The tokens of `text`, the last one an end. */
export function tokensOf(text: string, fault: (position: number, expected: string) => Error): Token[] {
  const tokens: Token[] = [];
  let position = 0;
  const take = (pattern: RegExp): string | null => {
    pattern.lastIndex = position;
    return pattern.exec(text)?.[0] ?? null;
  };
  const add = (kind: Token['kind'], taken: string, value = taken) => {
    tokens.push({ kind, text: value, position });
    position += taken.length;
  };
  while (position < text.length) {
    const space = take(SPACE);
    if (space) {
      position += space.length;
      continue;
    }
    const quoted = take(TEXT);
    const number = take(NUMBER);
    const name = take(NAME);
    const compare = take(COMPARE);
    const sign = take(SIGN);
    if (quoted) add('text', quoted, quoted.slice(1, -1).replaceAll(quoted[0].repeat(2), quoted[0]));
    else if (number) add('number', number);
    else if (name) add(...namedToken(name));
    else if (compare) add('compare', compare);
    else if (sign) add('sign', sign);
    else throw fault(position, /['"]/.test(text[position]) ? 'a closing quote' : 'a name, value or operator');
  }
  tokens.push({ kind: 'end', text: '', position });
  return tokens;
}

function namedToken(name: string): [Token['kind'], string, string] {
  const word = name.toLowerCase();
  return WORDS.has(word) ? ['word', name, word] : ['name', name, name];
}
