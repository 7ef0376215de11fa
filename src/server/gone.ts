/** Whether who asked is still there. */
import type { FastifyReply, FastifyRequest } from 'fastify';

/**
 * Calls `leave`, once, when the answer is closed or its connection is: an answer behind another one of its connection is
 * never told that the connection is gone. Returns how to call it earlier.
 */
export function onceGone(
  { raw: { socket } }: FastifyRequest,
  reply: FastifyReply,
  leave: () => void,
): () => void {
  let left = false;
  const once = () => {
    if (left) return;
    left = true;
    socket.off('close', once);
    leave();
  };
  reply.raw.once('close', once);
  socket.once('close', once);
  return once;
}
