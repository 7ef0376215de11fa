/** The one way from a command to the terminal or whoever reads along. */
import { plain } from '../core/plain.ts';

/** Lines for a person, on stdout. Words of others may be among them: here, and nowhere else, they become harmless. */
export function say(text: string): void {
  process.stdout.write(plain(`${text}\n`));
}

/** What went wrong or is aside the answer, on stderr. */
export function complain(text: string): void {
  process.stderr.write(plain(`${text}\n`));
}

/** One JSON object a line, on stdout, for programs: as it is. */
export function sayJson(value: object): void {
  process.stdout.write(`${JSON.stringify(value)}\n`);
}
