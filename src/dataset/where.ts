/**
 * Which episodes: a condition as text, and its answer for a record. Nothing is evaluated as code.
 *
 *     quality >= 0.7 and (task like '%pour%' or robot in ('g1-inspire', 'h1-2-inspire'))
 *     not license = 'unknown' and quality.smoothness > 0.5
 *
 *     condition   or-terms joined by `or`, those by `and`, `not` before one; parentheses
 *     comparison  NAME  = != < <= > >=  VALUE     NAME [not] like 'text with % and _'     NAME [not] in (VALUE, …)
 *                 NAME is [not] null              NAME alone: true where it is true
 *     NAME        a name of the record, dots lead inside (`quality.coverage`); `quality` alone is its score
 *     VALUE       number, 'text' or "text" (a doubled quote stands for itself), true, false, null
 *
 * A comparison with what a record does not have is false, and so is one of a text with a number: `not` turns it
 * round. `= null` and `!= null` ask whether there is a value. Keywords in either case; `like` ignores case.
 */
import { UnderstudyError } from '../core/errors.ts';
import { type Token, tokensOf } from './where-tokens.ts';

/** A condition that cannot be read; the message says where and what was expected. */
export class WhereError extends UnderstudyError {
  /** Index of the first character that does not fit. */
  readonly position: number;

  constructor(text: string, position: number, expected: string) {
    const found = position < text.length ? `'${text.slice(position, position + 12)}'` : 'the end';
    super(
      'WhereError',
      `condition at character ${position + 1}: expected ${expected}, found ${found}, in: ${text}`,
    );
    this.position = position;
  }
}

/** Answers for a record: an EpisodeRecord, or any object with names and values. */
export type Condition = (record: object) => boolean;

/** `not` and parentheses inside each other: a reader that descends into them needs a bound. */
const DEEPEST = 100;

type Value = string | number | boolean | null;

/**
 * @param names those of a record. A mistyped name is refused, which else would never hold. Without: any name
 * @throws WhereError with the position of what does not fit
 */
export function parseWhere(text: string, names?: readonly string[]): Condition {
  const tokens = tokensOf(text, (position, expected) => new WhereError(text, position, expected));
  let at = 0;
  const peek = (): Token => tokens[at];
  const fail = (expected: string): never => {
    throw new WhereError(text, peek().position, expected);
  };
  const accepts = (kind: Token['kind'], value?: string): boolean => {
    const token = peek();
    if (token.kind !== kind || (value !== undefined && token.text !== value)) return false;
    at++;
    return true;
  };

  function anyOf(): Condition {
    const terms = [allOf()];
    while (accepts('word', 'or')) terms.push(allOf());
    return terms.length === 1 ? terms[0] : record => terms.some(holds => holds(record));
  }
  function allOf(): Condition {
    const terms = [single()];
    while (accepts('word', 'and')) terms.push(single());
    return terms.length === 1 ? terms[0] : record => terms.every(holds => holds(record));
  }
  let depth = 0;
  function single(): Condition {
    if (++depth > DEEPEST) fail(`at most ${DEEPEST} 'not' and '(' inside each other`);
    const condition = negationOrGroup();
    depth--;
    return condition;
  }
  function negationOrGroup(): Condition {
    if (accepts('word', 'not')) {
      const holds = single();
      return record => !holds(record);
    }
    if (accepts('sign', '(')) {
      const inner = anyOf();
      if (!accepts('sign', ')')) fail("')', 'and' or 'or'");
      return inner;
    }
    return comparison();
  }
  function comparison(): Condition {
    const name = peek();
    if (!accepts('name')) fail("a name, 'not' or '('");
    if (names && !names.includes(name.text))
      throw new WhereError(text, name.position, `a name out of ${names.join(', ')}`);
    const read = (record: object) => lookUp(record, name.text);
    const sign = peek();
    if (accepts('compare')) {
      const value = literal();
      return record => compare(read(record), sign.text, value);
    }
    if (accepts('word', 'is')) {
      const negated = accepts('word', 'not');
      if (!accepts('word', 'null')) fail("'null'");
      return record => (read(record) === null) !== negated;
    }
    const negated = accepts('word', 'not');
    if (accepts('word', 'like')) {
      const token = peek();
      if (!accepts('text')) fail("a quoted text after 'like'");
      const pattern = likePattern(token.text);
      return record => {
        const value = read(record);
        return typeof value === 'string' && pattern(value) !== negated;
      };
    }
    if (accepts('word', 'in')) {
      const values = list();
      return record => {
        const value = read(record);
        return value !== null && values.some(v => compare(value, '=', v)) !== negated;
      };
    }
    if (negated) fail("'like' or 'in' after 'not'");
    return record => read(record) === true;
  }
  function list(): Value[] {
    if (!accepts('sign', '(')) fail("'(' after 'in'");
    const values = [literal()];
    while (accepts('sign', ',')) values.push(literal());
    if (!accepts('sign', ')')) fail("',' or ')'");
    return values;
  }
  function literal(): Value {
    const token = peek();
    if (accepts('number')) return Number(token.text);
    if (accepts('text')) return token.text;
    if (accepts('word', 'true')) return true;
    if (accepts('word', 'false')) return false;
    if (accepts('word', 'null')) return null;
    return fail('a number, a quoted text, true, false or null');
  }

  const condition = anyOf();
  if (peek().kind !== 'end') fail("'and', 'or' or the end");
  return condition;
}

/** The value under a dotted name; null where there is none. `quality` alone is the score beside it. */
function lookUp(record: object, name: string): Value {
  let node: unknown = record;
  for (const key of name.split('.'))
    node =
      node !== null && typeof node === 'object' && Object.hasOwn(node, key)
        ? (node as Record<string, unknown>)[key]
        : null;
  if (name === 'quality' && typeof node === 'object') node = lookUp(record, 'score');
  if (typeof node === 'bigint') return Number(node);
  const plain = typeof node === 'string' || typeof node === 'number' || typeof node === 'boolean';
  return plain && !Number.isNaN(node) ? (node as Value) : null;
}

function compare(value: Value, sign: string, wanted: Value): boolean {
  if (wanted === null) return sign === '=' ? value === null : sign === '!=' && value !== null;
  if (value === null || typeof value !== typeof wanted) return false;
  if (sign === '=') return value === wanted;
  if (sign === '!=') return value !== wanted;
  if (typeof value === 'boolean') return false;
  if (sign === '<') return value < wanted;
  if (sign === '<=') return value <= wanted;
  return sign === '>' ? value > wanted : value >= wanted;
}

/** `%` is any run of characters, `_` any one; at most text × pattern steps. */
function likePattern(pattern: string): (text: string) => boolean {
  const wanted = [...pattern.toLowerCase()];
  return text => {
    const given = [...text.toLowerCase()];
    let [p, t, star, mark] = [0, 0, -1, 0];
    while (t < given.length) {
      if (wanted[p] === '%') {
        star = p++;
        mark = t;
      } else if (p < wanted.length && (wanted[p] === '_' || wanted[p] === given[t])) {
        p++;
        t++;
      } else if (star >= 0) {
        p = star + 1;
        t = ++mark;
      } else return false;
    }
    while (wanted[p] === '%') p++;
    return p === wanted.length;
  };
}
