/** /v1/robots: what can be targeted, as plain kinematic tables. */
import Type from 'typebox';
import type { RobotEntry } from '../../core/api.ts';
import { independentJoints } from '../../core/robot.ts';
import { notFound } from '../problem.ts';
import type { Api } from '../schema-types.ts';
import { answers, ID, RobotSchema, RobotsSchema } from '../schemas.ts';
import type { Services } from '../services.ts';

export function robotRoutes(app: Api, { registry }: Services): void {
  const rowOf = async (name: string): Promise<RobotEntry> => {
    const { label, license, joints } = await registry.robot(name);
    return { name, label, license, joints: independentJoints(joints).length };
  };
  let rows: Promise<RobotEntry[]> | null = null;
  app.get(
    '/v1/robots',
    {
      config: { access: 'read' },
      schema: { tags: ['robots'], summary: 'Robots', response: answers({ 200: RobotsSchema }, 401) },
    },
    async () => ({ robots: await (rows ??= Promise.all(registry.robots.map(rowOf))) }),
  );

  app.get(
    '/v1/robots/:name',
    {
      config: { access: 'read' },
      schema: {
        tags: ['robots'],
        summary: 'The kinematic table of one robot',
        params: Type.Object({ name: ID }),
        response: answers({ 200: RobotSchema }, 400, 401, 404),
      },
    },
    async ({ params: { name } }) => {
      if (!registry.robots.includes(name)) throw notFound('robot', name);
      return registry.robot(name);
    },
  );
}
