/** Asks for a token. It goes to the server in a body and comes back as a cookie; it is never kept in an address or a script. */
import { type Api, statusOf } from '../api/api.ts';
import { h, setText } from './element.ts';
import type { Role } from './studio.ts';

let asking: Promise<Role> | null = null;

/** Resolves when a token was accepted. Asked once, however many requests were refused. */
export function askForToken(api: Api): Promise<Role> {
  asking ??= dialog(api).finally(() => {
    asking = null;
  });
  return asking;
}

function dialog(api: Api): Promise<Role> {
  return new Promise(resolve => {
    const input = h('input', {
      type: 'password',
      name: 'token',
      autocomplete: 'off',
      required: true,
      spellcheck: 'false',
      'aria-describedby': 'token-fault',
    });
    const fault = h('p', { id: 'token-fault', class: 'bad', role: 'alert' });
    const form = h(
      'form',
      { method: 'dialog' },
      h('h2', {}, 'This server needs a token'),
      h(
        'p',
        { class: 'faint' },
        'Whoever runs the server hands them out. It is kept until the browser is closed.',
      ),
      h('label', {}, h('span', {}, 'Token'), input),
      fault,
      h('button', { class: 'primary' }, 'Go on'),
    );
    const box = h('dialog', { 'aria-label': 'Sign in' }, form);
    box.addEventListener('cancel', event => event.preventDefault());
    // Chromium closes it all the same when escape is pressed twice.
    box.addEventListener('close', () => box.isConnected && box.showModal());
    form.addEventListener('submit', event => {
      event.preventDefault();
      api.signIn(input.value.trim()).then(
        ({ role }) => {
          if (!role) return setText(fault, 'This token is not known here.');
          input.value = '';
          box.remove();
          resolve(role);
        },
        error => {
          const unknown = [400, 401].includes(statusOf(error) ?? 0);
          setText(fault, unknown ? 'This token is not known here.' : (error as Error).message);
          input.select();
        },
      );
    });
    document.body.append(box);
    box.showModal();
  });
}
