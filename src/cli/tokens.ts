/** `understudy tokens`: who may use a server. */
import { Command, Option } from 'commander';
import { environment } from '../config.ts';
import { ConfigError } from '../core/errors.ts';
import { createToken, ROLES, type Role, readTokens, revokeToken } from '../server/tokens.ts';
import { complain, say } from './say.ts';

const fileFlag = (command: Command) =>
  command
    .option('--tokens <file>', 'file of the tokens (default ~/.config/understudy/tokens.json)')
    .exitOverride();
const fileOf = ({ tokens }: { tokens?: string }) => tokens ?? environment.tokens();

export const tokensCommand = (): Command =>
  new Command('tokens')
    .description('say who may use a server')
    .addCommand(
      fileFlag(new Command('create'))
        .description('make a token; it is shown once, and only its hash is kept')
        .addOption(
          new Option('--role <role>', 'what it may do: each may what those before it may')
            .choices([...ROLES])
            .makeOptionMandatory(),
        )
        .option('--label <text>', 'what or whom it is for', '')
        .action((flags: { role: Role; label: string; tokens?: string }) => {
          const { token, record } = createToken(fileOf(flags), flags.role, flags.label);
          complain(`token ${record.id}, role ${record.role}; it is shown this once:`);
          say(token);
        }),
    )
    .addCommand(
      fileFlag(new Command('list'))
        .description('list the tokens, without themselves')
        .action((flags: { tokens?: string }) => {
          for (const { id, role, createdAt, label } of readTokens(fileOf(flags)))
            say(`${id}  ${role.padEnd(6)}  ${createdAt}  ${label}`);
        }),
    )
    .addCommand(
      fileFlag(new Command('revoke'))
        .description('take a token back; a running server notices within a second')
        .argument('<id>', 'as `understudy tokens list` says')
        .action((id: string, flags: { tokens?: string }) => {
          if (!revokeToken(fileOf(flags), id))
            throw new ConfigError(
              `there is no token '${id}' in ${fileOf(flags)}: see understudy tokens list`,
            );
          say(`token ${id} opens nothing any more`);
        }),
    );
