/** Giving a file of a folder as it is, to whoever may have it and to no script. */
import type { FastifyReply } from 'fastify';
import { hasFile } from './folder.ts';
import { notFound } from './problem.ts';

/** Whole, or the part that Range names; the type is told by the name. @throws HttpProblem when the folder has no such file */
export async function giveFile(reply: FastifyReply, folder: string, name: string, cacheControl: string) {
  if (!(await hasFile(folder, name))) throw notFound('file', name);
  return reply
    .header('cache-control', cacheControl)
    .header('content-security-policy', "default-src 'none'; sandbox")
    .sendFile(name, folder, { cacheControl: false });
}
