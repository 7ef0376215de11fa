/**
 * An HTTP proxy on loopback for programs that fetch by themselves: whatever they ask for, and wherever they are sent,
 * goes through the address guard; and it counts the bytes.
 */
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';
import { pipeline } from 'node:stream/promises';
import { request } from 'undici';
import { checkAddress, guardedAgent, guardedSocket } from './guard.ts';

export interface GuardedProxy {
  /** http://127.0.0.1:port */
  address: string;
  /** What was refused, a line each. */
  refused: string[];
  /** Bytes that came, and whether they became too many. */
  received(): { bytes: number; tooMany: boolean };
  close(): Promise<void>;
}

/** @param maxBytes all connections together; then they are ended */
export async function openGuardedProxy(
  allowHosts: readonly string[],
  maxBytes: number,
): Promise<GuardedProxy> {
  const agent = guardedAgent(allowHosts);
  const refused: string[] = [];
  const sockets = new Set<Socket>();
  let bytes = 0;
  const count = (chunk: Buffer) => {
    bytes += chunk.length;
    if (bytes > maxBytes) for (const socket of sockets) socket.destroy();
  };

  /** Plain http: the request line holds the whole address. */
  const relay = async (incoming: IncomingMessage, response: ServerResponse) => {
    try {
      const url = checkAddress(incoming.url ?? '', allowHosts);
      const { host: _, 'proxy-connection': __, connection: ___, ...headers } = incoming.headers;
      const reply = await request(url, {
        dispatcher: agent,
        method: incoming.method as 'GET',
        headers: headers as Record<string, string>,
        body: ['GET', 'HEAD'].includes(incoming.method ?? '') ? null : incoming,
      });
      response.writeHead(reply.statusCode, reply.headers as Record<string, string>);
      reply.body.on('data', count);
      await pipeline(reply.body, response);
    } catch (error) {
      refuse(error);
      if (!response.headersSent) response.writeHead(403);
      response.end();
    }
  };
  const refuse = (error: unknown) => {
    const { message, cause } = error as Error & { cause?: Error };
    refused.push(cause?.message ?? message);
  };

  const server = createServer((incoming, response) => void relay(incoming, response));
  server.on('connection', socket => {
    sockets.add(socket);
    socket.on('close', () => sockets.delete(socket)).on('error', () => socket.destroy());
  });
  server.on('connect', (incoming, client: Socket, head: Buffer) => {
    guardedSocket(`https://${incoming.url}`, allowHosts).then(
      remote => {
        sockets.add(remote);
        remote.on('close', () => {
          sockets.delete(remote);
          client.destroy();
        });
        remote.on('error', () => client.destroy());
        client.on('close', () => remote.destroy());
        client.write('HTTP/1.1 200 Connection established\r\n\r\n');
        remote.write(head);
        remote.on('data', count);
        remote.pipe(client);
        client.pipe(remote);
      },
      error => {
        refuse(error);
        client.end('HTTP/1.1 403 Forbidden\r\n\r\n');
      },
    );
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject).listen(0, '127.0.0.1', resolve);
  });
  return {
    address: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    refused,
    received: () => ({ bytes, tooMany: bytes > maxBytes }),
    async close() {
      for (const socket of sockets) socket.destroy();
      await new Promise(done => server.close(done));
      await agent.destroy();
    },
  };
}
