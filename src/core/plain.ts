/**
 * Words of others as a terminal may have them: a control character, which can clear it, write its title or hide what
 * else is said, becomes U+FFFD. Line ends and tabs stay.
 */
export const plain = (text: string): string => text.replace(/[^\P{Cc}\n\t]/gu, '\uFFFD');
